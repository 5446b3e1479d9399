import Digests
import NotebookSyntax
import Tables

/// `table`: rows shown in the report and published as CSV.
public struct TableStep: Step {
  public static let kind = "table"
  public static let version = 1
  public static let isRendering = true
  public static let summary = "Shows rows of a table and publishes all of them as CSV with their schema."
  public static let keys: [Key] = [
    .required("data", "step", "The table."),
    .optional("columns", "list", "Columns in order. Default: all."),
    .optional("rows", "whole number", "How many rows the report shows. Default: 20. The CSV has all."),
  ]
  public static let manual = """
    Publishes `tables/NAME.csv`, and beside it `tables/NAME.columns.yaml`, the `columns` block that loads it again. Text
    that a spreadsheet would run as a formula is written with an apostrophe before it.

    ````markdown
    ---
    title: Publishing a table
    ---

    ```{load} patients
    file: data/ucmsc24/patients.csv
    columns:
      patient: id from patient_id
      age: number a
    ```

    ```{table} listing
    data: patients
    rows: 5
    ```
    ````
    """

  let data: Reference
  let columns: [SourcedText]
  let limit: Int

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    columns = cell.columns("columns")
    limit = cell.integer("rows", in: 0...1000, default: 20)
    guard let data else { return nil }
    self.data = data
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    let chosen = columns.compactMap { context.column($0.text, at: $0.span, of: data, schema) }
    if columns.isEmpty { context.readAll(data) }
    // Ids are shown as P1, P2, …; words and dates might name a person too.
    let naming = (columns.isEmpty ? schema.columns : chosen).filter {
      $0.isSensitive && ($0.type == .text || $0.type == .date)
    }
    if let first = naming.first {
      context.report(
        "sensitive", "`\(first.name)` of `\(data.name)` is \(first.type.name) of sensitive data, which no table shows",
        columns.first { $0.text.isExactly(first.name) }?.span ?? data.span,
        help: "name the `columns` to show; make categories of texts, and numbers of days from dates")
      return nil
    }
    return Yield(
      shape: .record([.init("n_rows", .count), .init("columns", .list(.text)), .init("file", .text)])
    ).checked(!chosen.isEmpty || columns.isEmpty)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let whole = try context.table(data)
    let chosen = columns.isEmpty ? whole.columns : columns.compactMap { whole[$0.text] }
    let table = Table(columns: chosen, rowCount: whole.rowCount)
    let file = "tables/\(context.planned.fileName).csv"
    var outcome = StepOutcome(
      result: .record([
        .init("n_rows", .count(table.rowCount)), .init("columns", .list(table.schema.names.map { .text($0) })),
        .init("file", .text(file)),
      ]))
    outcome.rowsIn = table.rowCount
    outcome.showsIndividualRows = true
    outcome.publications = [
      Publication(path: file, text: CSVWriter.text(table)),
      Publication(path: "tables/\(context.planned.fileName).columns.yaml", text: SchemaText.block(table.schema)),
    ]
    let shown = min(limit, table.rowCount)
    guard shown > 0 else { return outcome }
    let decimals = table.columns.map { column in
      column.values.numbers.map { NumberSummary($0, rows: Array(0..<shown)).decimals } ?? 0
    }
    outcome.exhibits = [
      .table(
        TableExhibit(
          caption: "Rows of \(data.name)",
          headings: table.columns.map { .init($0.schema.title, isNumeric: $0.schema.type.isNumeric) },
          rows: (0..<shown).map { row in
            .init(table.columns.enumerated().map { cell($1, row, decimals: decimals[$0]) })
          },
          notes: shown < table.rowCount
            ? ["The first \(shown) of \(NumberFormat.count(table.rowCount)) rows; all are in \(file)."] : []))
    ]
    return outcome
  }

  private func cell(_ column: Column, _ row: Int, decimals: Int) -> TableCell {
    switch column.values {
    case .numbers(let values):
      if values[row].isNaN { return .empty }
      if values[row] == values[row].rounded(), values[row].magnitude < 1e15 { return .number(values[row], decimals: 0) }
      return .number(values[row], decimals: max(1, decimals))
    case .censored, .days: return column.text(row).map { .text($0) } ?? .empty
    case .codes(let codes, let levels):
      guard codes[row] >= 0 else { return .empty }
      return .text(
        column.schema.type.levels == nil ? levels[Int(codes[row])] : column.schema.label(ofLevel: Int(codes[row])))
    }
  }
}

extension Yield {
  /// Nil where the check does not hold.
  func checked(_ holds: Bool) -> Yield? { holds ? self : nil }
}
