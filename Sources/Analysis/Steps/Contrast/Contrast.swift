import Digests
import NotebookSyntax
import Statistics

/// `contrast`: differences of estimated means.
public struct Contrast: Step {
  public static let kind = "contrast"
  public static let version = 1
  public static let summary =
    "Compares estimates of a `means` or `trends` step: differences between levels, adjusted over a named family."
  public static let keys: [Key] = [
    .required("from", "step", "A `means` or `trends` step."),
    .required("between", "factor", "The factor whose levels are compared, as `of` writes it."),
    .optional(
      "within", "factors",
      "The other factors; each combination of their levels is compared by itself. Default: all others."),
    .optional(
      "method", "pairwise, control or consecutive",
      "All pairs, first minus second; each level minus the first; or each level minus the one before. Default: pairwise."
    ),
    .optional(
      "adjust", "mapping of method and over",
      "`{method: holm, over: [group, visit]}`: bonferroni, holm, hochberg or bh over a family that spans these factors; levels of the others are families of their own. Default: none."
    ),
  ]
  public static let manual = """
    A difference is a combination of the model's coefficients, with its own standard error and degrees of freedom by the
    model's method: that estimates are correlated is taken into account. `p_value` stays unadjusted; `p_adjusted` and
    `family_size` stand beside it.

    Results: `rows["C", "D", "24"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high, p_adjusted,
    family_size}`: the two levels, then those of `within`.

    References: Holm (1979), Scand J Stat 6:65–70; Hochberg (1988), Biometrika 75:800–802; Benjamini & Hochberg (1995), J R
    Stat Soc B 57:289–300.

    ````markdown
    ---
    title: Comparing groups at each visit
    ---

    ```{load} labs
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      albumin: number g/L of albumin from alb
    ```

    ```{load} patients
    file: data/ucmsc24/patients.csv
    columns:
      patient: id from patient_id
      group: category [A, B, C, D]
    ```

    ```{join} visits
    left: labs
    right: patients
    match: patient
    expect: many-to-one
    ```

    ```{mmrm} course
    data: visits
    formula: albumin ~ group * factor(week) + ar1h(factor(week) | patient)
    ```

    ```{means} albumin
    model: course
    of: [group, factor(week)]
    ```

    ```{contrast} difference
    from: albumin
    between: group
    method: control
    adjust: {method: holm, over: [group, factor(week)]}
    ```

    At week 24, D minus A: {value}`difference.rows["D", "A", "24"].estimate:.1`
    ({value}`difference.rows["D", "A", "24"]:ci.1`).
    ````
    """

  private static let most = 10_000

  let source: Reference
  let between: SourcedText
  let within: [SourcedText]
  let method: String
  let adjustment: FamilyAdjustment?
  let level: Double

  public init?(_ cell: inout CellDecoder) {
    let source = cell.step("from")
    let between = cell.text("between")
    within = cell.columns("within")
    method = cell.choice("method", ["pairwise", "control", "consecutive"], default: "pairwise")
    level = cell.confidenceLevel()
    adjustment = FamilyAdjustment(&cell)
    guard let source, let between else { return nil }
    self.source = source
    self.between = between
  }

  /// The factors that are compared within, in the order of their levels in a row.
  private func within(_ keys: [String]) -> [String] {
    within.isEmpty ? keys.filter { $0 != between.text } : within.map(\.text)
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let keys = context.estimates(source) else { return nil }
    let names = keys.map(\.name)
    let before = context.diagnostics.count
    for factor in [between] + within + (adjustment?.over ?? []) where !names.contains(factor.text) {
      context.report(
        "unknown-factor", "`\(source.name)` has no factor `\(factor.text)`", factor.span,
        help: Suggestion.help(for: factor.text, among: names))
    }
    for factor in within where factor.text == between.text {
      context.report("choice", "`\(factor.text)` is what is compared", factor.span, help: "leave it out of `within`")
    }
    guard context.diagnostics.count == before else { return nil }
    let inner = within(names)
    if inner.count != names.count - 1 {
      let missing = names.filter { $0 != between.text && !inner.contains($0) }
      context.report(
        "choice", "estimates of `\(source.name)` differ by \(missing.joined(separator: ", ")) as well",
        within.first?.span ?? between.span,
        help: "add it to `within`, or make another `means` step that averages over it")
      return nil
    }
    if let over = adjustment?.over, !over.contains(where: { $0.text == between.text }) {
      context.report(
        "choice", "a family of comparisons spans what is compared", over.first?.span ?? between.span,
        help: "add `\(between.text)` to `over`")
      return nil
    }
    func key(_ name: String) -> Shape.Key { keys.first { $0.name == name } ?? Shape.Key(name, nil) }
    let pair = [Shape.Key(between.text, key(between.text).values), Shape.Key("with", key(between.text).values)]
    var shape = CoefficientTable.shape
    if adjustment != nil, case .record(let fields) = shape {
      shape = .record(fields + [.init("p_adjusted", .number), .init("family_size", .count)])
    }
    return Yield(shape: .record([.init("rows", .keyed(by: pair + inner.map(key), shape)), .init("method", .text)]))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let estimates = try context.estimates(source)
    guard let position = estimates.keys.firstIndex(of: between.text) else {
      throw StepFailure(Diagnostic("unknown-factor", "there is no factor `\(between.text)`", at: between.span))
    }
    let inner = within(estimates.keys)
    let places = inner.compactMap { estimates.keys.firstIndex(of: $0) }
    // Groups of rows that agree in everything but the compared factor, in order of appearance.
    var order: [[String]: Int] = [:]
    var groups: [(levels: [String], rows: [LinearEstimates.Row])] = []
    for row in estimates.rows {
      let levels = places.map { row.keys[$0] }
      if let index = order[levels] {
        groups[index].rows.append(row)
      } else {
        order[levels] = groups.count
        groups.append((levels, [row]))
      }
    }
    let count = groups.reduce(0) { $0 + pairs($1.rows.count).count }
    guard count <= Self.most else {
      throw StepFailure(
        Diagnostic(
          "limit",
          "these are \(NumberFormat.count(count)) comparisons, and \(NumberFormat.count(Self.most)) are the most",
          at: between.span, help: "use `method: control` or `consecutive`, or estimate fewer means"))
    }
    var rows: [(keys: [String], estimate: LinearEstimates.Estimate?)] = []
    var families: [Int] = []
    var familyOrder: [[String]: Int] = [:]
    let spanned = adjustment?.over.map(\.text) ?? []
    for group in groups {
      let apart = zip(inner, group.levels).filter { !spanned.contains($0.0) }.map(\.1)
      let family = familyOrder[apart] ?? familyOrder.count
      familyOrder[apart] = family
      for (first, second) in pairs(group.rows.count) {
        let weights = zip(group.rows[first].weights, group.rows[second].weights).map { $0 - $1 }
        rows.append(
          (
            [group.rows[first].keys[position], group.rows[second].keys[position]] + group.levels,
            estimates.model.estimate(weights)
          ))
        families.append(family)
      }
    }
    guard !rows.isEmpty else {
      throw StepFailure(
        Diagnostic(
          "one-level", "`\(between.text)` has one level only, so there is nothing to compare", at: between.span))
    }
    var table = EstimateTable(keys: [between.text, "with"] + inner, rows: rows, level: level)
    if let adjustment { table.adjustment = .init(method: adjustment.method, families: families) }
    var outcome = StepOutcome(
      result: .record([.init("rows", table.result), .init("method", .text(method))]))
    outcome.exhibits = [
      .table(
        table.exhibit(
          caption: "Differences in \(estimates.quantity)", notes: notes(familyOrder.count, estimates, position)))
    ]
    return outcome
  }

  /// Which of a number of levels are compared: first minus second.
  private func pairs(_ count: Int) -> [(Int, Int)] {
    switch method {
    case "control": return (1..<max(count, 1)).map { ($0, 0) }
    case "consecutive": return (1..<max(count, 1)).map { ($0, $0 - 1) }
    default: return (0..<count).flatMap { first in ((first + 1)..<max(count, first + 1)).map { (first, $0) } }
    }
  }

  private func notes(_ families: Int, _ estimates: LinearEstimates, _ position: Int) -> [String] {
    var order: [String] = []
    for row in estimates.rows where !order.contains(row.keys[position]) { order.append(row.keys[position]) }
    let what =
      switch method {
      case "control": "Each level of \(between.text) minus \(order.first ?? "the first")."
      case "consecutive":
        "Each level of \(between.text) minus the one before, in the order \(order.joined(separator: ", "))."
      default: "The first level minus the second."
      }
    var notes = ["\(what) \(estimates.model.note)"]
    if let adjustment {
      notes.append(adjustment.note(families: families))
    } else {
      notes.append("P values are not adjusted for the number of comparisons.")
    }
    return notes
  }
}
