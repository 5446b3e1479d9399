import Digests
import NotebookSyntax
import Tables

/// `summarize`: statistics of columns, overall and by group.
public struct Summarize: Step {
  public static let kind = "summarize"
  public static let version = 1
  public static let summary = "Counts, means, quantiles of columns, overall and by group."
  public static let keys: [Key] = [
    .required("data", "step", "The table to summarize."),
    .required(
      "of", "column or list", "Numeric columns get all statistics; other columns get `n`, `missing` and `distinct`."),
    .optional(
      "by", "column or list", "Groups; rows in which a group is missing belong to none and are counted in the note."),
    .optional(
      "statistics", "list",
      "What the table shows of: n, missing, mean, sd, median, q1, q3, min, max. All are in the results."),
  ]
  public static let manual = """
    Quantiles are R's type 7. Results: `overall.bili.mean`, `rows["placebo"].bili.sd`; for columns that are no numbers
    `overall.patient.distinct`.

    ````markdown
    ---
    title: Summaries
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      trt: category [0 = placebo, 1 = D-penicillamine]
      bili: number mg/dL of bilirubin
    ```

    ```{summarize} values
    data: visits
    of: [patient, bili]
    by: trt
    ```

    {value}`values.overall.patient.distinct` patients, mean bilirubin {value}`values.rows["placebo"].bili.mean:.2` mg/dL on placebo.
    ````
    """

  let data: Reference
  let of: [SourcedText]
  let by: [SourcedText]
  let statistics: [String]

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    of = cell.columns("of")
    by = cell.columns("by")
    var shown = NumberSummary.statistics.filter { !["q1", "q3", "missing"].contains($0) }
    if let node = cell.node("statistics") {
      shown = cell.list(node).compactMap { item in
        guard let text = cell.scalar(item, "statistics") else { return nil }
        guard NumberSummary.statistics.contains(text.text) else {
          cell.report(
            "choice", "there is no statistic `\(text.text)`", text.span,
            help: Suggestion.help(for: text.text, among: NumberSummary.statistics))
          return nil
        }
        return text.text
      }
    }
    cell.record("statistics", .array(shown.map { .string($0) }))
    statistics = shown
    guard let data, !of.isEmpty else { return nil }
    self.data = data
  }

  private static let otherShape = Shape.record([
    .init("n", .count), .init("missing", .count), .init("distinct", .count),
  ])

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    if let taken = of.first(where: { $0.text == "n" }) {
      context.report(
        "column-clash", "a summary's `n` counts its rows, so a column named `n` cannot be summarized", taken.span,
        help: "rename the column where it is loaded")
    }
    let columns = of.compactMap { context.column($0.text, at: $0.span, of: data, schema) }
    let groups = by.compactMap { name -> ColumnSchema? in
      guard let column = context.column(name.text, at: name.span, of: data, schema) else { return nil }
      context.refuseSensitiveDate(column, at: name.span)
      return column
    }
    let variables = Shape.record(
      [.init("n", .count)] + columns.map { .init($0.name, $0.type.isNumeric ? NumberSummary.shape : Self.otherShape) })
    var fields: [Shape.Field] = [.init("overall", variables)]
    if !groups.isEmpty {
      fields.append(.init("rows", .keyed(by: groups.map { .init($0.name, $0.type.levels) }, variables)))
    }
    return Yield(shape: .record(fields))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let names = by.map(\.text)
    let grouping = Grouping(table, by: names, keepsEmpty: true)
    let overall = Array(0..<table.rowCount)
    var fields: [ResultValue.Field] = [.init("overall", record(table, overall))]
    if !by.isEmpty {
      fields.append(
        .init("rows", .keyed(by: names, zip(grouping.keys, grouping.rows).map { .init($0, record(table, $1)) })))
    }
    var outcome = StepOutcome(result: .record(fields))
    outcome.rowsIn = table.rowCount
    outcome.showsIndividualRows = names.contains { table[$0]?.schema.type == .id }
    let groups = by.isEmpty ? [(["All"], overall)] : Array(zip(grouping.keys, grouping.rows))
    outcome.exhibits = [.table(exhibit(table, groups, ungrouped: by.isEmpty ? 0 : grouping.ungrouped.count))]
    return outcome
  }

  private func record(_ table: Table, _ rows: [Int]) -> ResultValue {
    .record(
      [.init("n", .count(rows.count))]
        + of.compactMap { name in
          table[name.text].map { column in
            guard let numbers = column.values.numbers else { return .init(name.text, other(column, rows)) }
            return .init(name.text, NumberSummary(numbers, rows: rows).result)
          }
        })
  }

  private func other(_ column: Column, _ rows: [Int]) -> ResultValue {
    let codes = Grouping.codes(column).codes
    let present = rows.map { codes[$0] }.filter { $0 >= 0 }
    return .record([
      .init("n", .count(present.count)), .init("missing", .count(rows.count - present.count)),
      .init("distinct", .count(Set(present).count)),
    ])
  }

  private func exhibit(_ table: Table, _ groups: [([String], [Int])], ungrouped: Int) -> TableExhibit {
    var rows: [TableExhibit.Row] = []
    for name in of {
      guard let column = table[name.text] else { continue }
      // All groups of a variable with the same decimals, so that they can be compared at a glance.
      let decimals =
        groups.compactMap { group in column.values.numbers.map { NumberSummary($0, rows: group.1).decimals } }.max()
        ?? 1
      for (index, group) in groups.enumerated() {
        let head = TableCell.text(index == 0 ? column.schema.title : "")
        let labels = group.0.enumerated().map { TableCell.text(label($1, of: by.isEmpty ? nil : by[$0].text, table)) }
        if let numbers = column.values.numbers {
          let summary = NumberSummary(numbers, rows: group.1)
          rows.append(.init([head] + labels + statistics.map { summary.cell($0, decimals: decimals) }))
        } else {
          let record = other(column, group.1)
          let distinct = record["distinct"]?.double.map { "\(NumberFormat.count(Int($0))) distinct" } ?? ""
          let cells = statistics.map { statistic -> TableCell in
            switch statistic {
            case "n", "missing": return record[statistic]?.double.map { .count(Int($0)) } ?? .empty
            case statistics.first(where: { $0 != "n" && $0 != "missing" }): return .text(distinct)
            default: return .empty
            }
          }
          rows.append(.init([head] + labels + cells))
        }
      }
    }
    let titles = [
      "n": "n", "missing": "Missing", "mean": "Mean", "sd": "SD", "median": "Median", "q1": "Q1", "q3": "Q3",
      "min": "Min", "max": "Max",
    ]
    let groupTitles = by.isEmpty ? ["Group"] : by.map { table[$0.text]?.schema.label ?? $0.text }
    return TableExhibit(
      caption: "Summary of \(data.name)",
      headings: [.init("Variable", isNumeric: false)] + groupTitles.map { .init($0, isNumeric: false) }
        + statistics.map { .init(titles[$0] ?? $0) },
      rows: rows,
      notes: ungrouped > 0 ? ["\(NumberFormat.counted(ungrouped, "row")) in no group, because it is missing."] : [])
  }

  private func label(_ level: String, of name: String?, _ table: Table) -> String {
    guard let name, let schema = table[name]?.schema, let index = schema.type.levels?.firstIndex(ofExactly: level)
    else {
      return level
    }
    return schema.label(ofLevel: index)
  }
}
