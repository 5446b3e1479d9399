import NotebookSyntax
import Tables

/// What rules did to a file, cell by cell: `tables/data-issues.csv`, and its summary in the report.
struct IssueTable {
  static let path = "tables/data-issues.csv"

  private struct Row {
    var row: Int
    var column: Int?
    var received: String
    var rule: String
  }

  private let name: String
  private let load: Load
  /// With the rows that were left out.
  private let table: Table
  private let issues: DataIssues
  private let dropped: DroppedRows
  private let declarations: [ColumnDeclaration]

  init(
    name: String, _ load: Load, _ table: Table, _ read: CSVReader.Result, _ dropped: DroppedRows,
    declarations: [ColumnDeclaration]
  ) {
    self.name = name
    self.load = load
    self.table = table
    issues = read.issues
    self.dropped = dropped
    self.declarations = declarations
  }

  private var isEmpty: Bool { issues.count == 0 && dropped.isEmpty }

  /// One row for each cell, by row of the file, then by column; nil where there is none.
  var publication: Publication? {
    guard !isEmpty else { return nil }
    var rows = (0..<issues.count).map { index -> Row in
      let issue = issues[index]
      return Row(row: issue.row, column: issue.column, received: issue.received, rule: issue.rule)
    }
    rows += dropped.dropped.map { item in
      Row(
        row: item.row + 1, column: nil, received: "",
        rule: "duplicates: \(item.rule.rawValue) (row \(item.inPlace + 1) stays)")
    }
    rows.sort { ($0.row, $0.column ?? -1) < ($1.row, $1.column ?? -1) }
    let keys = load.key.compactMap { table[$0.text] }
    // Sensitive cells are named by their place alone.
    func shown(_ text: String) -> String {
      // A negative number is no formula.
      load.isSensitive ? "" : ParameterValue.plainNumber(text) == nil ? CSVWriter.guarded(text) : text
    }
    let text = CSVWriter.text(
      header: ["load", "row", "key", "column", "received", "used", "rule"],
      rows: rows.lazy.map { row in
        let key = keys.map { $0.text(row.row - 1) ?? "" }.joined(separator: ", ")
        let used = row.column.flatMap { table.columns[$0].text(row.row - 1) } ?? ""
        return [
          name, String(row.row), shown(key), row.column.map { declarations[$0].name.text } ?? "",
          shown(row.received), shown(used), CSVWriter.guarded(row.rule),
        ]
      })
    return Publication(path: Self.path, text: text)
  }

  /// How often each rule was used, by column.
  var exhibit: TableExhibit? {
    guard !isEmpty else { return nil }
    var rows: [TableExhibit.Row] = []
    for (declaration, rules) in zip(declarations, issues.rules(columnCount: declarations.count)) {
      for (rule, count) in rules {
        rows.append(.init([.text(declaration.name.text), .text(rule), .count(count)]))
      }
    }
    for rule in Duplicates.Rule.allCases {
      let count = dropped.dropped.count { $0.rule == rule }
      guard count > 0 else { continue }
      rows.append(.init([.text("whole rows"), .text("duplicates: \(rule.rawValue)"), .count(count)]))
    }
    return TableExhibit(
      caption: "What was not read as it stands in \(load.file.text)",
      headings: [.init("Column", isNumeric: false), .init("Rule", isNumeric: false), .init("Cells")], rows: rows,
      notes: ["Each of them is listed in \(Self.path) with what was received and what is used."])
  }
}
