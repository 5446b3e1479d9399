import NotebookSyntax
import Statistics

/// Comparisons of one run, row by row.
struct ComparedRows {
  private static var most: Int { Limit.comparisons.value }

  struct Group {
    /// Of the factors that are compared within.
    let levels: [String]
    var rows: [LinearEstimates.Row] = []
  }

  /// Rows that agree in everything but the compared factor, in order of appearance.
  let groups: [Group]
  var rows: [(names: [String], levels: [String], weights: [Double])] = []

  init(_ step: Contrast, _ estimates: LinearEstimates, position: Int, inner: [String]) throws(StepFailure) {
    let places = inner.compactMap { estimates.keys.firstIndex(of: $0) }
    var order: [[String]: Int] = [:]
    var groups: [Group] = []
    for row in estimates.rows {
      let levels = places.map { row.keys[$0] }
      let index = order[levels] ?? groups.count
      if index == groups.count {
        order[levels] = index
        groups.append(Group(levels: levels))
      }
      groups[index].rows.append(row)
    }
    self.groups = groups
    let count = groups.reduce(0) { $0 + step.method.count(levels: $1.rows.count) }
    guard count <= Self.most else {
      throw StepFailure(
        Diagnostic(
          "limit",
          "these are \(NumberFormat.count(count)) comparisons, and \(NumberFormat.count(Self.most)) are the most",
          at: step.between.span,
          help: Limit.comparisons.help("use `method: control` or `consecutive`, estimate fewer means")))
    }
    for group in groups where group.rows.count > 1 {
      for comparison in try step.method.comparisons(of: group.rows.map { $0.keys[position] }, span: step.between.span) {
        var weights = [Double](repeating: 0, count: group.rows.first?.weights.count ?? 0)
        for (row, share) in zip(group.rows, comparison.weights) where share != 0 {
          for column in weights.indices { weights[column] += share * row.weights[column] }
        }
        rows.append((comparison.names, group.levels, weights))
      }
    }
    guard !rows.isEmpty else {
      throw StepFailure(
        Diagnostic(
          "one-level", "`\(step.between.text)` has one level only, so there is nothing to compare",
          at: step.between.span))
    }
  }

  /// Which family each row belongs to, if one spans these factors, and the levels that tell families apart.
  func families(over spanned: [String], inner: [String]) -> (of: [Int], levels: [[String]]) {
    var order: [[String]: Int] = [:]
    var levels: [[String]] = []
    let families = rows.map { row -> Int in
      let apart = zip(inner, row.levels).filter { !spanned.contains($0.0) }.map(\.1)
      if let known = order[apart] { return known }
      order[apart] = levels.count
      levels.append(apart)
      return levels.count - 1
    }
    return (families, levels)
  }
}

extension Contrast {
  public func run(_ context: RunContext) throws -> StepOutcome {
    let estimates = try context.estimates(source)
    guard let position = estimates.keys.firstIndex(of: between.text) else {
      throw StepFailure(Diagnostic("unknown-factor", "there is no factor `\(between.text)`", at: between.span))
    }
    let inner = within(estimates.keys)
    let model = estimates.model
    let scale = try EstimateScale(isResponse: response, name: "Ratio", of: model)
    let compared = try ComparedRows(self, estimates, position: position, inner: inner)
    let keys = comparisonKeys(inner) + inner
    var table = EstimateTable(
      keys: keys, rows: compared.rows.map { ($0.names + $0.levels, model.estimate($0.weights)) }, level: level)
    table.scale = scale
    var notes = ["\(method.note(between.text, levels: levels(estimates, position))) \(model.note)"]
    if let adjustment {
      let families = compared.families(over: adjustment.over.map(\.text), inner: inner)
      let inferences = table.inferences
      if adjustment.spansKey {
        table.adjusted = KeyFamily.unsettled(inferences.count)
        notes.append(adjustment.note(families: families.levels.count))
      } else if SingleStep.methods.contains(adjustment.method) {
        let rows = zip(compared.rows, inferences).map { ($0.names, $0.weights, $1) }
        let single = try SingleStep(rows, families: families.of, adjustment: adjustment, model: model)
        table.adjusted = single.values
        notes.append(single.note)
      } else {
        table.adjusted = FamilyAdjustment.adjust(
          inferences.map { $0?.p }, families: families.of, by: adjustment.method)
        notes.append(adjustment.note(families: families.levels.count))
      }
    } else {
      notes.append("P values are not adjusted for the number of comparisons.")
    }
    var fields: [ResultValue.Field] = [.init("rows", table.result), .init("method", .text(method.name))]
    var exhibits: [Exhibit] = [
      .table(table.exhibit(caption: "Differences in \(estimates.quantity)", notes: notes))
    ]
    if !joint.isEmpty {
      let apart = inner.filter { !joint.map(\.text).contains($0) }
      let tests = try jointTests(compared, table, inner, model)
      fields.append(.init("joint", JointTest.result(tests, keys: apart)))
      exhibits.append(.table(JointTest.exhibit(tests, keys: apart, over: joint.map(\.text))))
    }
    var outcome = StepOutcome(result: .record(fields + scale.fields))
    outcome.estimates = LinearEstimates(
      model: model, quantity: "differences in \(estimates.quantity)", keys: keys,
      rows: compared.rows.map { .init(keys: $0.names + $0.levels, weights: $0.weights) })
    outcome.exhibits = exhibits
    return outcome
  }

  public func settle(_ outcomes: [StepOutcome], _ key: EachKey) -> [StepOutcome]? {
    guard let adjustment, adjustment.spansKey else { return nil }
    return KeyFamily.settle(outcomes, by: adjustment.method) { keys in
      let compared = comparisonKeys(keys.filter { $0 != between.text }).count
      return keys.dropFirst(compared).filter { name in !adjustment.over.contains { $0.text == name } }
    }
  }

  /// The compared levels, in their order.
  private func levels(_ estimates: LinearEstimates, _ position: Int) -> [String] {
    var order: [String] = []
    for row in estimates.rows where !order.contains(row.keys[position]) { order.append(row.keys[position]) }
    return order
  }

  private func jointTests(
    _ compared: ComparedRows, _ table: EstimateTable, _ inner: [String], _ model: FittedModel
  ) throws(StepFailure) -> [JointTest] {
    let families = compared.families(over: joint.map(\.text), inner: inner)
    let inferences = table.inferences
    var tests: [JointTest] = []
    for (number, levels) in families.levels.enumerated() {
      let rows = families.of.indices.filter { families.of[$0] == number && inferences[$0] != nil }
        .map { compared.rows[$0].weights }
      do throws(StatisticsError) {
        let test = try LinearHypothesis(rows) { weights in
          model.estimate(weights).map { ($0.value, $0.standardError, $0.degreesOfFreedom) }
        }
        tests.append(JointTest(levels: levels, test: test))
      } catch {
        throw StepFailure(
          Diagnostic(
            "computation", "the joint test over \(joint.map(\.text).joined(separator: ", ")) cannot be computed",
            at: joint.first?.span ?? between.span, help: "leave `joint` out, or fit a smaller model"))
      }
    }
    return tests
  }
}
