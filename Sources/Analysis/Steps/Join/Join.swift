import NotebookSyntax
import Digests
import Tables

/// `join`: the columns of a second table beside those of a first.
public struct Join: Step {
  public static let kind = "join"
  public static let version = 1
  public static let isPreparation = true
  public static let summary = "Puts the columns of one table beside those of another, row by matching row."
  public static let keys: [Key] = [
    .required("left", "step", "The table whose rows are kept, in their order."),
    .required("right", "step", "The table that is looked up."),
    .required("match", "column, list or {left: right}", "Columns that must be equal."),
    .required(
      "expect", "one-to-one or many-to-one",
      "How many rows of the left may find the same row of the right; a second matching row on the right always stops the run."
    ),
    .optional("unmatched", "error, keep or drop", "What to do with a left row that finds nothing. Default: error."),
    .optional("take", "list", "Columns taken from the right. Default: all but the matched ones."),
  ]
  public static let manual = """
    A column name that both tables have is an error; `take` picks. `keep` leaves the right's columns missing.

    ````markdown
    ---
    title: Joining two tables
    ---

    ```{load} visits
    file: data/ucmsc24/labs_clean.csv
    key: [patient, week]
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      tbil: number umol/L of bilirubin, 0 ... 1500
    ```

    ```{load} patients
    file: data/ucmsc24/patients.csv
    key: patient
    columns:
      patient: id from patient_id
      group: category [A, B, C, D]
    ```

    ```{join} labs
    left: visits
    right: patients
    match: patient
    expect: many-to-one
    ```
    ````
    """

  let left: Reference
  let right: Reference
  let match: [(left: SourcedText, right: SourcedText)]
  let isOneToOne: Bool
  let unmatched: String
  let take: [SourcedText]

  public init?(_ cell: inout CellDecoder) {
    let left = cell.step("left")
    let right = cell.step("right")
    var match: [(left: SourcedText, right: SourcedText)] = []
    if let node = cell.node("match") {
      if case .mapping(let entries) = node.content {
        for entry in entries { if let name = cell.text(entry.value, "match") { match.append((entry.key, name)) } }
      } else {
        match = cell.list(node).compactMap { cell.text($0, "match") }.map { ($0, $0) }
      }
    }
    cell.record("match", .array(match.map { .array([.string($0.left.text), .string($0.right.text)]) }))
    isOneToOne = cell.choice("expect", ["one-to-one", "many-to-one"], default: "many-to-one") == "one-to-one"
    unmatched = cell.choice("unmatched", ["error", "keep", "drop"], default: "error")
    take = cell.columns("take")
    guard let left, let right, !match.isEmpty else { return nil }
    self.left = left
    self.right = right
    self.match = match
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    let leftSchema = context.schema(left)
    guard let rightSchema = context.schema(right), let leftSchema else { return nil }
    context.readAll(left)
    context.readAll(right)
    for pair in match {
      let a = context.column(pair.left.text, at: pair.left.span, of: left, leftSchema)
      guard let b = context.column(pair.right.text, at: pair.right.span, of: right, rightSchema), let a else {
        continue
      }
      if a.type.isNumeric != b.type.isNumeric || a.type.unit != b.type.unit {
        context.report(
          "type", "`\(a.name)` is \(a.type.name) on the left and \(b.type.name) on the right", pair.right.span,
          help: "declare both alike where they are loaded")
      }
    }
    for name in take { _ = context.column(name.text, at: name.span, of: right, rightSchema) }
    let added = taken(rightSchema)
    let clashing = added.map(\.name).filter { leftSchema[$0] != nil }
    if !clashing.isEmpty {
      let names = clashing.map { "`\($0)`" }.joined(separator: ", ")
      context.report(
        "column-clash", "both tables have \(clashing.count == 1 ? "a column" : "columns") \(names)", right.span,
        help: "rename one where it is loaded, or pick columns of the right with `take: […]`")
    }
    return .table(
      Schema(leftSchema.columns + added),
      [.init("matched", .count), .init("unmatched_left", .count), .init("unmatched_right", .count)])
  }

  private func taken(_ schema: Schema) -> [ColumnSchema] {
    guard take.isEmpty else { return take.compactMap { schema[$0.text] } }
    return schema.columns.filter { column in !match.contains { $0.right.text == column.name } }
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let leftTable = try context.table(left)
    let rightTable = try context.table(right)
    let rightKeys = keys(rightTable, match.map(\.right.text))
    let leftKeys = keys(leftTable, match.map(\.left.text))
    var found: [[[UInt8]]: Int] = [:]
    for (row, key) in rightKeys.enumerated() {
      guard let key else { continue }
      if let first = found[key] {
        throw failure(
          "`\(right.name)` has two rows for \(rightTable.schema.isSensitive ? "one key" : "`\(Self.text(key))`"): \(first + 1) and \(row + 1)",
          right.span)
      }
      found[key] = row
    }
    var rows: [Int] = []
    var partners: [Int] = []
    var used: [Int: Int] = [:]
    var lonely: [Int] = []
    for (row, key) in leftKeys.enumerated() {
      let partner = key.flatMap { found[$0] }
      if partner == nil { lonely.append(row) }
      if partner == nil, unmatched == "drop" { continue }
      if let partner, let first = used.updateValue(row, forKey: partner), isOneToOne {
        throw failure(
          "rows \(first + 1) and \(row + 1) of `\(left.name)` match one row of `\(right.name)`", left.span,
          help: "expect `many-to-one` if that is meant")
      }
      rows.append(row)
      partners.append(partner ?? -1)
    }
    if unmatched == "error", let first = lonely.first {
      let isSensitive = leftTable.schema.isSensitive
      let key = leftKeys[first].map { isSensitive ? "not shown" : Self.text($0) } ?? "a missing value"
      throw failure(
        "\(lonely.count) \(lonely.count == 1 ? "row" : "rows") of `\(left.name)` find no row in `\(right.name)`; the first is row \(first + 1) (`\(key)`)",
        left.span, help: "say what to do with them: `unmatched: keep` or `unmatched: drop`")
    }
    let added = taken(rightTable.schema).compactMap { schema in
      rightTable[schema.name].map { Column(schema: schema, values: $0.values.picked(orMissing: partners)) }
    }
    let kept = leftTable.rows(rows)
    var table = Table(columns: kept.columns + added, rowCount: rows.count, origins: kept.origins)
    if let origins = rightTable.origins { table.origins = kept.origins?.beside(origins.picked(partners)) }
    let unusedRight = rightTable.rowCount - used.count
    var outcome = StepOutcome.table(
      table, from: leftTable.rowCount,
      [
        .init("matched", .count(leftTable.rowCount - lonely.count)), .init("unmatched_left", .count(lonely.count)),
        .init("unmatched_right", .count(unusedRight)),
      ])
    outcome.exhibits = [
      .statement(
        "\(NumberFormat.count(leftTable.rowCount)) rows of \(left.name) matched with \(NumberFormat.count(rightTable.rowCount)) of \(right.name): "
          + "\(NumberFormat.count(lonely.count)) without a match on the left\(lonely.isEmpty ? "" : unmatched == "drop" ? " (dropped)" : " (kept)"), "
          + "\(NumberFormat.count(unusedRight)) unused on the right.")
    ]
    return outcome
  }

  private func failure(_ message: String, _ span: Span, help: String? = nil) -> StepFailure {
    StepFailure(Diagnostic("join", message, at: span, help: help))
  }

  private static func text(_ key: [[UInt8]]) -> String {
    key.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
  }

  /// The key of each row; nil where a part of it is missing. As bytes, because two spellings of `é` are two names.
  private func keys(_ table: Table, _ names: [String]) -> [[[UInt8]]?] {
    let columns = names.compactMap { table[$0] }
    return (0..<table.rowCount).map { row in
      var key: [[UInt8]] = []
      for column in columns {
        guard let text = column.text(row) else { return nil }
        key.append(Array(text.utf8))
      }
      return key
    }
  }
}
