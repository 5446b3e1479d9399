import NotebookSyntax

/// The combinations of a model's coefficients that are its estimated means.
struct ReferenceGrid {
  private static var most: Int { Limit.gridRows.value }

  let rows: [LinearEstimates.Row]
  /// What was averaged and held, for the reader.
  let notes: [String]

  /// - Throws: where a column cannot be computed from the values of `at`, or the grid is too large.
  init(
    _ model: FittedModel, of factors: [String], at values: [String: Double], isProportional: Bool, span: Span
  ) throws(StepFailure) {
    /// Of a number one value, of a basis one per column.
    var numbers: [String: [Double]] = [:]
    var levels: [String: [String]] = [:]
    for name in model.variables.keys.sorted() {
      switch model.variables[name] {
      case .number(let expression)?: numbers[name] = [try model.value(of: expression, at: values, span: span)]
      case .basis(let expression, let basis)?:
        numbers[name] = basis.values(at: try model.value(of: expression, at: values, span: span))
      case .factor(let own, _)?: levels[name] = own
      case nil: break
      }
    }
    let others = levels.keys.sorted().filter { !factors.contains($0) }
    let size = factors.reduce(1.0) { $0 * Double(levels[$1]?.count ?? 0) }
    guard size <= Double(Self.most) else {
      throw StepFailure(
        Diagnostic(
          "limit",
          "these factors have \(NumberFormat.count(size)) combinations, and \(NumberFormat.count(Self.most)) means are the most",
          at: span, help: Limit.gridRows.help("name fewer factors in `of`")))
    }
    var cells: [[Int]] = [[]]
    for factor in factors { cells = cells.flatMap { cell in (levels[factor] ?? []).indices.map { cell + [$0] } } }
    let averaged = Self.combinations(model, others, isProportional: isProportional)
    rows = cells.map { cell in
      var chosen: [String: Int] = [:]
      for (factor, level) in zip(factors, cell) { chosen[factor] = level }
      let weights = model.codings.map { coding in
        var sum = 0.0
        for (other, share) in averaged {
          var product = share
          for part in coding {
            switch part.part {
            case .number: product *= numbers[part.variable]?[0] ?? .nan
            case .basis(let column): product *= numbers[part.variable]?[column] ?? .nan
            case .indicator, .sum:
              if let own = chosen[part.variable] ?? other[part.variable] {
                product *= part.value(level: own) ?? .nan
              } else if case .indicator = part.part {
                // All levels alike: a column holds a factor once, so the mean of the product is the product of means.
                product /= Double(levels[part.variable]?.count ?? 1)
              } else {
                // Sum contrasts add up to zero over the levels.
                product = 0
              }
            }
          }
          sum += product
        }
        return sum
      }
      return .init(keys: zip(factors, cell).map { levels[$0]?[$1] ?? "" }, weights: weights)
    }
    var notes: [String] = []
    if !others.isEmpty {
      notes.append(
        "Averaged over \(others.joined(separator: ", ")), \(isProportional ? "levels weighted by their rows" : "all levels alike")."
      )
    }
    let held = model.means.keys.sorted().map { name in
      "\(name) = \(NumberFormat.significant(values[name] ?? model.means[name] ?? .nan, 4))\(values[name] == nil ? " (mean)" : "")"
    }
    if !held.isEmpty { notes.append("At \(held.joined(separator: ", ")).") }
    self.notes = notes
  }

  /// What the other factors are averaged over: a level of each, and the share it has. Levels that count alike need no
  /// combinations.
  private static func combinations(
    _ model: FittedModel, _ others: [String], isProportional: Bool
  ) -> [(levels: [String: Int], share: Double)] {
    guard isProportional, !others.isEmpty else { return [([:], 1)] }
    var codes: [[Int32]] = []
    for other in others { if case .factor(_, let own)? = model.variables[other] { codes.append(own) } }
    let count = codes.first?.count ?? 0
    var order: [[Int32]: Int] = [:]
    var found: [(key: [Int32], count: Int)] = []
    for row in 0..<count {
      let key = codes.map { $0[row] }
      if let index = order[key] {
        found[index].count += 1
      } else {
        order[key] = found.count
        found.append((key, 1))
      }
    }
    return found.map { item in
      var chosen: [String: Int] = [:]
      for (other, code) in zip(others, item.key) { chosen[other] = Int(code) }
      return (chosen, Double(item.count) / Double(count))
    }
  }
}
