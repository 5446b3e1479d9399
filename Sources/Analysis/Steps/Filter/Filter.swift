import Digests
import NotebookSyntax
import Tables

/// `filter`: rows kept or dropped, each for a stated reason.
public struct Filter: Step {
  public static let kind = "filter"
  public static let version = 2
  public static let isPreparation = true
  public static let summary = "Keeps or drops rows, each rule with its reason and its count."
  public static let keys: [Key] = [
    .required("data", "step", "The table to filter."),
    .optional(
      "keep", "list of {where, because}",
      "Rows for which a condition holds stay. Both `keep` and `drop` act in the order they are written."),
    .optional(
      "drop", "list of {where, because}, or {by: column, because: {level: text}}",
      "Rows for which a condition holds go. `by` drops every row that has a reason in a column, one count for each reason."
    ),
  ]
  public static let manual = """
    Both act only on *true*. A condition that is unknown because a value is missing keeps no row and drops none; such
    rows are counted apart, as `unknown`.

    Results: `kept`, `dropped["because …"].n`, `unknown["because …"].n`.

    ````markdown
    ---
    title: Keeping rows
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL of bilirubin
    ```

    ```{filter} early
    data: visits
    keep:
      - where: day <= 730 d
        because: First two years
      - where: bili is present
        because: Bilirubin measured
    ```

    {value}`early.kept` rows remain; {value}`early.dropped["First two years"].n` were later.
    ````
    """

  struct Rule {
    let isKept: Bool
    let condition: Expression
    let reason: String
  }

  enum Action {
    case rule(Rule)
    /// Drops rows by the level of a column: level and reason.
    case levels(column: SourcedText, [(level: SourcedText, reason: String)])
  }

  let data: Reference
  let actions: [Action]

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let ordered = ["keep", "drop"].sorted { cell.position(of: $0) < cell.position(of: $1) }
    var actions: [Action] = []
    for key in ordered {
      guard let node = cell.node(key) else { continue }
      if key == "drop", case .mapping(let entries) = node.content, entries.contains(where: { $0.key.text == "by" }) {
        if let action = Self.levels(entries, node, &cell) { actions.append(action) }
        continue
      }
      for item in cell.list(node) {
        if let rule = Self.rule(item, isKept: key == "keep", &cell) { actions.append(.rule(rule)) }
      }
    }
    if actions.isEmpty, cell.position(of: "keep") == .max, cell.position(of: "drop") == .max {
      cell.report(
        "missing-key", "`filter` needs `keep` or `drop`", cell.cell.kind.span,
        help: "add `keep:` with a list of `where` and `because`")
    }
    cell.record("actions", .array(actions.map(Self.canonical)), from: ["keep", "drop"])
    guard let data, !actions.isEmpty else { return nil }
    self.data = data
    self.actions = actions
    for (index, reason) in reasons.enumerated() where reasons[..<index].contains(reason) {
      cell.report(
        "repeated-name", "two rules give the reason `\(reason)`", cell.cell.kind.span,
        help: "reasons name the counts, so each is said once")
    }
  }

  private static func rule(_ node: YAMLNode, isKept: Bool, _ cell: inout CellDecoder) -> Rule? {
    let form = "write `- where: condition` and, under it, `because: reason`"
    guard let entries = cell.mapping(node, isKept ? "keep" : "drop", help: form) else { return nil }
    for entry in entries where !["where", "because"].contains(entry.key.text) {
      cell.report(
        "unknown-key", "a rule has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: ["where", "because"]))
    }
    guard let condition = entries.first(where: { $0.key.text == "where" }),
      let because = entries.first(where: { $0.key.text == "because" })
    else {
      cell.report("missing-key", "a rule needs `where` and `because`", node.span, help: form)
      return nil
    }
    let reason = cell.scalar(because.value, "because")
    guard let expression = cell.expression(condition.value, "where"), let reason else { return nil }
    return Rule(isKept: isKept, condition: expression, reason: reason.text)
  }

  private static func levels(_ entries: [YAMLEntry], _ node: YAMLNode, _ cell: inout CellDecoder) -> Action? {
    for entry in entries where !["by", "because"].contains(entry.key.text) {
      cell.report(
        "unknown-key", "`drop` by a column has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: ["by", "because"]))
    }
    guard let by = entries.first(where: { $0.key.text == "by" }).flatMap({ cell.text($0.value, "by") }),
      let because = entries.first(where: { $0.key.text == "because" })
    else {
      cell.report("missing-key", "`drop` by a column needs `by` and `because`", node.span)
      return nil
    }
    guard let reasons = cell.mapping(because.value, "because", help: "write `{no_hbv: No hepatitis B}`") else {
      return nil
    }
    return .levels(
      column: by,
      reasons.compactMap { entry in cell.scalar(entry.value, "because").map { (entry.key, $0.text) } })
  }

  private static func canonical(_ action: Action) -> JSONValue {
    switch action {
    case .rule(let rule):
      return .array([.string(rule.isKept ? "keep" : "drop"), .string(rule.condition.description), .string(rule.reason)])
    case .levels(let column, let reasons):
      return .array(
        [.string("drop by"), .string(column.text)]
          + reasons.map { .array([.string($0.level.text), .string($0.reason)]) })
    }
  }

  var reasons: [String] {
    actions.flatMap { action -> [String] in
      switch action {
      case .rule(let rule): return [rule.reason]
      case .levels(_, let reasons): return reasons.map(\.reason)
      }
    }
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    context.readAll(data)
    for action in actions {
      switch action {
      case .rule(let rule): _ = context.isCondition(rule.condition, over: data, schema)
      case .levels(let name, let reasons):
        guard let column = context.column(name.text, at: name.span, of: data, schema) else { continue }
        guard let levels = column.type.levels else {
          context.report(
            "type", "`\(name.text)` is \(column.type.name), and reasons are levels of a category", name.span,
            help: "declare it as `category [\(reasons.map(\.level.text).joined(separator: ", "))]`")
          continue
        }
        for (level, _) in reasons where !levels.containsExactly(level.text) {
          context.report(
            "unknown-level", "`\(level.text)` is no level of `\(name.text)`", level.span,
            help: Suggestion.help(for: level.text, among: levels))
        }
        for level in levels where !reasons.contains(where: { $0.level.text.isExactly(level) }) {
          context.report(
            "missing-key", "level `\(level)` of `\(name.text)` has no reason", name.span,
            help: "add `\(level): …` under `because`")
        }
      }
    }
    let counts = Shape.keyed(by: [.init("because", reasons)], .record([.init("n", .count)]))
    return .table(schema, [.init("kept", .count), .init("dropped", counts), .init("unknown", counts)])
  }

  private struct Count {
    let reason: String
    let before: Int
    let dropped: Int
    let after: Int
    let unknown: Int
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    var selection = RowSelection(rowCount: table.rowCount)
    var counts: [Count] = []
    var conversions: [String] = []
    for action in actions {
      switch action {
      case .rule(let rule):
        let truths = try truths(rule.condition, table, &conversions)
        let before = selection.count
        let unknown = selection.apply(truths, isKept: rule.isKept)
        // What `keep` loses to missing values is counted as unknown, not as dropped by the rule.
        let dropped = before - selection.count - (rule.isKept ? unknown : 0)
        counts.append(
          Count(reason: rule.reason, before: before, dropped: dropped, after: selection.count, unknown: unknown))
      case .levels(let name, let reasons):
        guard case .codes(let codes, let levels)? = table[name.text]?.values else { continue }
        for (level, reason) in reasons {
          let before = selection.count
          if let code = levels.firstIndex(where: { $0.isExactly(level.text) }) { selection.drop(codes, Int32(code)) }
          counts.append(
            Count(
              reason: reason, before: before, dropped: before - selection.count, after: selection.count, unknown: 0))
        }
      }
    }
    func keyed(_ value: (Count) -> Int) -> ResultValue {
      .keyed(by: ["because"], counts.map { .init([$0.reason], .record([.init("n", .count(value($0)))])) })
    }
    var outcome = StepOutcome.table(
      table.rows(selection.rows), from: table.rowCount,
      [.init("kept", .count(selection.count)), .init("dropped", keyed(\.dropped)), .init("unknown", keyed(\.unknown))])
    outcome.exhibits = [.table(exhibit(counts, conversions))]
    return outcome
  }

  private func exhibit(_ counts: [Count], _ conversions: [String]) -> TableExhibit {
    let hasUnknown = counts.contains { $0.unknown > 0 }
    var notes: [String] = []
    if hasUnknown {
      notes.append(
        "Unknown: a value that the rule needs is missing; such rows are not kept by `keep` and not dropped by `drop`.")
    }
    if !conversions.isEmpty { notes.append("Units converted: \(conversions.joined(separator: "; ")).") }
    return TableExhibit(
      caption: "Rows of \(data.name) kept and dropped",
      headings: [.init("Rule", isNumeric: false), .init("Rows before"), .init("Dropped")]
        + (hasUnknown ? [.init("Unknown")] : [])
        + [.init("Rows after")],
      rows: counts.map { count in
        .init(
          [.text(count.reason), .count(count.before), .count(count.dropped)]
            + (hasUnknown ? [.count(count.unknown)] : [])
            + [.count(count.after)])
      }, notes: notes)
  }

  private func truths(
    _ expression: Expression, _ table: Table, _ conversions: inout [String]
  ) throws(StepFailure) -> [UInt8] {
    let evaluator = ExpressionEvaluator(table)
    guard let checked = evaluator.checked(expression) else {
      preconditionFailure("a condition is checked when it is planned")
    }
    conversions += checked.conversions.filter { !conversions.contains($0) }
    do throws(ExpressionEvaluator.Failure) {
      return try evaluator.evaluate(checked).truths(rowCount: table.rowCount)
    } catch {
      throw StepFailure(error, in: expression, rowsOf: data.name)
    }
  }
}
