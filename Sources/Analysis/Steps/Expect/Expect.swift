import Digests
import NotebookSyntax
import Tables

/// `expect`: what must hold of the results, checked at every run.
public struct Expect: Step {
  public static let kind = "expect"
  public static let version = 2
  public static let isPreparation = true
  public static let summary = "States what must hold of results or rows; a broken one marks the report FAILED."
  public static let keys: [Key] = [
    .optional(
      "that", "list of conditions",
      "Conditions on results, such as `growth.observations == 490`; or `{value: path, equals: number, within: tolerance, source: text}`, or `{value: path, between: [low, high]}`."
    ),
    .optional("data", "step", "A table whose rows must satisfy `every`."),
    .optional(
      "every", "condition or list",
      "Conditions on the columns of `data` that must be true in every row; unknown is not true."),
  ]
  public static let manual = """
    A condition that does not hold does not stop the run: the report is made, marked FAILED at its top, and `run` ends
    with 1. A condition that is unknown does not hold. Computed numbers are compared with a tolerance: `==` on them is a
    mistake, because it would hold or fail with the last digit.

    ````markdown
    ---
    title: Expectations
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      day: number d
      bili: number mg/dL of bilirubin
    ```

    ```{summarize} values
    data: visits
    of: bili
    ```

    ```{expect} sanity
    that:
      - visits.n_rows == 1945
      - {value: values.overall.bili.mean, equals: 3.6, within: 0.1, source: first look}
    data: visits
    every: bili > 0
    ```
    ````
    """

  struct Published {
    let value: Expression
    let low: Double
    let high: Double
    let text: String
  }

  enum Condition {
    case holds(Expression)
    case published(Published)
    case everyRow(Expression)
  }

  let conditions: [Condition]
  let data: Reference?

  public init?(_ cell: inout CellDecoder) {
    var conditions: [Condition] = []
    if let node = cell.node("that") {
      for item in cell.list(node) {
        if let text = item.scalar {
          if let expression = cell.expression(text) { conditions.append(.holds(expression)) }
        } else if let published = Self.published(item, &cell) {
          conditions.append(.published(published))
        }
      }
    }
    data = cell.step("data")
    if let node = cell.node("every") {
      for item in cell.list(node) {
        if let expression = cell.expression(item, "every") { conditions.append(.everyRow(expression)) }
      }
      if data == nil {
        cell.report("missing-key", "`every` needs `data`", node.span, help: "name the table whose rows are meant")
      }
    }
    if conditions.isEmpty, cell.diagnostics.isEmpty {
      cell.report(
        "missing-key", "`expect` needs `that` or `every`", cell.cell.kind.span,
        help: "add `that:` with a list of conditions")
    }
    for condition in conditions {
      let paths: [Expression]
      switch condition {
      case .holds(let expression): paths = expression.paths
      case .published(let published): paths = published.value.paths
      case .everyRow: paths = []
      }
      for path in paths { cell.refer(path) }
    }
    cell.record("conditions", .array(conditions.map { .string(Self.text($0)) }), from: ["that", "every"])
    self.conditions = conditions
  }

  private static func published(_ node: YAMLNode, _ cell: inout CellDecoder) -> Published? {
    let names = ["value", "equals", "between", "within", "source"]
    guard let entries = cell.mapping(node, "that") else { return nil }
    for entry in entries where !names.contains(entry.key.text) {
      cell.report(
        "unknown-key", "an expected value has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: names))
    }
    func field(_ name: String) -> YAMLNode? { entries.first { $0.key.text == name }?.value }
    func number(_ node: YAMLNode?, _ name: String) -> Double? {
      guard let node, let text = cell.text(node, name) else { return nil }
      guard let value = ParameterValue.plainNumber(text.text) else {
        cell.report("type", "`\(name)` is a number, and this is `\(text.text)`", text.span)
        return nil
      }
      return value
    }
    let source = field("source").flatMap { cell.text($0, "source")?.text }
    guard let value = field("value").flatMap({ cell.expression($0, "value") }) else {
      if field("value") == nil { cell.report("missing-key", "an expected value needs `value`", node.span) }
      return nil
    }
    if field("between") != nil, let equals = field("equals") ?? field("within") {
      cell.report("choice", "an expected value has `equals` and `within`, or `between`, not both", equals.span)
      return nil
    }
    let suffix = source.map { " (\($0))" } ?? ""
    if let between = field("between") {
      let ends = cell.list(between).compactMap { number($0, "between") }
      guard ends.count == 2, ends[0] <= ends[1] else {
        cell.report("type", "`between` is a list of a low and a high number", between.span)
        return nil
      }
      let range = "\(NumberText.shortest(ends[0])) and \(NumberText.shortest(ends[1]))"
      return Published(value: value, low: ends[0], high: ends[1], text: "\(value) between \(range)\(suffix)")
    }
    guard let equals = number(field("equals"), "equals"), let within = number(field("within"), "within") else {
      if field("equals") == nil || field("within") == nil {
        cell.report("missing-key", "an expected value needs `equals` and `within`, or `between`", node.span)
      }
      return nil
    }
    guard within >= 0 else {
      cell.report("type", "`within` is zero or more", node.span)
      return nil
    }
    let text = "\(value) = \(NumberText.shortest(equals)) within \(NumberText.shortest(within))\(suffix)"
    return Published(value: value, low: equals - within, high: equals + within, text: text)
  }

  static func text(_ condition: Condition) -> String {
    switch condition {
    case .holds(let expression): return expression.description
    case .published(let published): return published.text
    case .everyRow(let expression): return "every row: \(expression)"
    }
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    let schema = data.flatMap { context.schema($0) }
    for condition in conditions {
      switch condition {
      case .holds(let expression): ConditionCheck.check(expression, &context)
      case .published(let published):
        guard let shape = context.shape(of: published.value) else { continue }
        switch shape {
        case .number, .count: break
        default:
          context.report(
            "type", "`\(published.value)` is \(shape.name), and an expected value is a number", published.value.span)
        }
      case .everyRow(let expression):
        if let data, let schema { _ = context.isCondition(expression, over: data, schema) }
      }
    }
    return Yield(
      shape: .record([
        .init("passed", .boolean), .init("failed", .count),
        .init(
          "conditions",
          .keyed(
            by: [.init("condition", conditions.map(Self.text))],
            .record([.init("holds", .boolean), .init("observed", .text)]))),
      ]))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    var verdicts: [(text: String, holds: Bool, observed: String)] = []
    for condition in conditions {
      let (holds, observed) = try judge(condition, context)
      verdicts.append((Self.text(condition), holds, observed))
    }
    let failed = verdicts.filter { !$0.holds }
    var outcome = StepOutcome(
      result: .record([
        .init("passed", .boolean(failed.isEmpty)), .init("failed", .count(failed.count)),
        .init(
          "conditions",
          .keyed(
            by: ["condition"],
            verdicts.map {
              .init([$0.text], .record([.init("holds", .boolean($0.holds)), .init("observed", .text($0.observed))]))
            })),
      ]))
    outcome.failures = failed.map { "\($0.text) (observed: \($0.observed))" }
    outcome.exhibits = [
      .table(
        TableExhibit(
          caption: "Expectations",
          headings: [
            .init("Condition", isNumeric: false), .init("Observed", isNumeric: false),
            .init("Verdict", isNumeric: false),
          ],
          rows: verdicts.map { .init([.text($0.text), .text($0.observed), .text($0.holds ? "holds" : "FAILED")]) }))
    ]
    return outcome
  }

  private func judge(_ condition: Condition, _ context: RunContext) throws(StepFailure) -> (Bool, String) {
    switch condition {
    case .holds(let expression): return try ConditionCheck.judge(expression, context)
    case .published(let published):
      let value = try context.value(published.value)
      guard let number = value.double else { return (false, ConditionCheck.text(value)) }
      return (number >= published.low && number <= published.high, ConditionCheck.text(value))
    case .everyRow(let expression):
      guard let data else { return (false, "") }
      let table = try context.table(data)
      do throws(ExpressionEvaluator.Failure) {
        let truth = try ExpressionEvaluator(table).evaluate(expression)
        let broken = (0..<table.rowCount).filter { truth.truth($0) != 1 }
        if broken.isEmpty { return (true, "true in all \(NumberFormat.count(table.rowCount)) rows") }
        let rows = broken.prefix(20).map { String($0 + 1) }.joined(separator: ", ")
        return (false, "not true in \(NumberFormat.count(broken.count)) rows: \(rows)\(broken.count > 20 ? ", …" : "")")
      } catch {
        throw StepFailure(error, in: expression, rowsOf: data.name)
      }
    }
  }
}
