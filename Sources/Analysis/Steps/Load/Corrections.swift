import NotebookSyntax
import Tables

/// Single cells that are corrected, each with its reason: checked against what stands there, and each used.
struct Correction: Sendable {
  /// Values by column that together name one row.
  let row: [(column: SourcedText, value: String)]
  let column: SourcedText
  let received: String
  let value: String
  let because: String
  /// Where it is written; in a file of corrections the place of its path.
  let span: Span
  /// `correction 3 of corrections.csv`, for a file of them.
  let place: String?

  /// What the plan digest is made of.
  var text: String {
    let row = row.map { "\($0.column.text) \(NumberText.quoted($0.value))" }.joined(separator: ", ")
    let change = [received, value, because].map(NumberText.quoted).joined(separator: ", ")
    return "row [\(row)] column \(column.text) [\(change)]"
  }

  private static let keys = ["row", "column", "received", "value", "because"]

  /// Reads the list that stands in the notebook.
  static func read(_ nodes: [YAMLNode], _ cell: inout CellDecoder) -> [Correction] {
    nodes.compactMap { node in
      guard
        let fields = cell.mapping(
          node, "corrections", help: "write `{row: {patient: P1}, column: …, received: …, value: …, because: …}`")
      else { return nil }
      for field in fields where !keys.contains(field.key.text) {
        cell.report(
          "unknown-key", "a correction has no key `\(field.key.text)`", field.key.span,
          help: Suggestion.help(for: field.key.text, among: keys))
      }
      func text(_ key: String) -> SourcedText? {
        guard let field = fields.first(where: { $0.key.text == key }) else {
          cell.report(
            "missing-key", "a correction needs `\(key)`", node.span, help: "all of \(keys.joined(separator: ", "))")
          return nil
        }
        return cell.scalar(field.value, key)
      }
      let row = fields.first { $0.key.text == "row" }?.value
      let entries = row.flatMap { cell.mapping($0, "row", help: "write `{patient: P1, week: 4}`") } ?? []
      if row == nil {
        cell.report("missing-key", "a correction needs `row`", node.span, help: "write `row: {patient: P1, week: 4}`")
      }
      let column = text("column")
      let received = text("received")
      let value = text("value")
      guard let because = text("because"), let column, let received, let value, !entries.isEmpty else { return nil }
      if because.text.isEmpty { cell.report("empty-key", "a correction needs a reason", because.span) }
      return Correction(
        row: entries.compactMap { entry in entry.value.scalar.map { (entry.key, $0.text) } }, column: column,
        received: received.text, value: value.text, because: because.text, span: node.span, place: nil)
    }
  }

  /// Reads a file of corrections: columns `column`, `received`, `value`, `because`, and those that name the row.
  static func read(
    _ bytes: [UInt8], _ file: SourcedText, isSensitive: Bool
  ) throws(StepFailure) -> [Correction] {
    func failure(_ text: String, help: String? = nil) -> StepFailure {
      StepFailure(Diagnostic("corrections", "`\(file.text)` \(text)", at: file.span, help: help))
    }
    let header: CSVReader.Header
    do throws(CSVReader.HeaderProblem) {
      header = try CSVReader.header(bytes, delimiter: UInt8(ascii: ","))
    } catch { throw StepFailure(LoadMessages.header(error, file)) }
    let own = ["column", "received", "value", "because"]
    for name in own where !header.names.containsExactly(name) {
      throw failure(
        "has no column `\(name)`", help: "it has \(own.joined(separator: ", ")), and the columns that name a row")
    }
    let declarations = header.names.map { name in
      let name = SourcedText(name, span: file.span, verbatimStart: nil)
      return ColumnDeclaration(name: name, source: name, type: .text)
    }
    let read = CSVReader.read(bytes, header: header, declarations: declarations, missing: [])
    guard read.problems.count == 0 else {
      throw StepFailure(LoadMessages.problems(read.problems, file, isSensitive: isSensitive))
    }
    let table = Table(columns: read.columns, rowCount: read.rowCount)
    return (0..<table.rowCount).map { row in
      func text(_ name: String) -> String { table[name]?.text(row) ?? "" }
      return Correction(
        row: header.names.filter { !own.containsExactly($0) }.map {
          (SourcedText($0, span: file.span, verbatimStart: nil), text($0))
        },
        column: SourcedText(text("column"), span: file.span, verbatimStart: nil), received: text("received"),
        value: text("value"), because: text("because"), span: file.span,
        place: "line \(read.lines[row]) of `\(file.text)`")
    }
  }
}

extension Correction {
  /// The cells that corrections mean, by row of the file from 1.
  /// - Throws: what is wrong with them, all at once.
  static func resolve(
    _ corrections: [Correction], in source: LoadedText, header: CSVReader.Header, declarations: [ColumnDeclaration],
    missing: [String], dropsExact: Bool
  ) throws(StepFailure) -> [Int: [CellCorrection]] {
    guard !corrections.isEmpty else { return [:] }
    var diagnostics: [Diagnostic] = []
    let names = Set(corrections.flatMap { $0.row.map(\.column.text) })
    let keys = declarations.filter { names.contains($0.name.text) }
    let read = CSVReader.read(
      source.bytes, header: header, declarations: keys, missing: missing, keepsRecords: dropsExact)
    let table = Table(columns: read.columns, rowCount: read.rowCount)
    let twins = dropsExact ? DuplicateRecords.first(source.bytes, read.records) : []
    let places = table.columns.map(RowPlaces.init)
    var found: [Int: [CellCorrection]] = [:]
    for correction in corrections {
      func report(_ text: String, help: String? = nil) {
        let place = correction.place.map { "\($0): " } ?? ""
        diagnostics.append(Diagnostic("corrections", place + text, at: correction.span, help: help))
      }
      guard let column = declarations.firstIndex(where: { $0.name.text.isExactly(correction.column.text) }) else {
        report(
          "`\(correction.column.text)` is no declared column",
          help: Suggestion.help(for: correction.column.text, among: declarations.map(\.name.text)))
        continue
      }
      if correction.because.isEmpty { report("a correction needs a reason") }
      if let unknown = correction.row.first(where: { table[$0.column.text] == nil }) {
        report("`\(unknown.column.text)` is no declared column, and names no row")
        continue
      }
      let wanted = correction.row.compactMap { part in
        places.first { $0.name.isExactly(part.column.text) }?.rows(part.value)
      }
      var rows = wanted.isEmpty ? Array(0..<table.rowCount) : RowPlaces.common(wanted)
      // A row that stands twice, byte for byte, is corrected as one.
      if dropsExact, rows.count > 1, rows.dropFirst().allSatisfy({ twins[$0] == rows[0] }) {
        rows = [rows[0]] + rows.dropFirst()
      } else if rows.count > 1 {
        report(
          "its row is not the only one: rows \(rows.prefix(5).map { String($0 + 1) }.joined(separator: ", "))",
          help: "name more columns in `row`")
        continue
      }
      if rows.isEmpty { report("no row is the one that it names") }
      let cell = CellCorrection(
        column: column, received: correction.received, value: correction.value, because: correction.because)
      for row in rows {
        if found[row + 1, default: []].contains(where: { $0.column == column }) {
          report("the same cell is corrected twice")
        } else {
          found[row + 1, default: []].append(cell)
        }
      }
    }
    guard diagnostics.isEmpty else { throw StepFailure(diagnostics) }
    return found
  }

  /// The rows of each value as the column has it: `4` and `4.0` are one number, texts are compared as they stand.
  private struct RowPlaces {
    let name: String
    private var numbers: [Double: [Int]]?
    private var texts: [[UInt8]: [Int]] = [:]

    init(_ column: Column) {
      name = column.schema.name
      switch column.values {
      case .numbers(let values):
        numbers = [:]
        for (row, value) in values.enumerated() where !value.isNaN { numbers?[value, default: []].append(row) }
      case .codes(let codes, let levels):
        var rows = [[Int]](repeating: [], count: levels.count)
        for (row, code) in codes.enumerated() where code >= 0 { rows[Int(code)].append(row) }
        for (level, rows) in zip(levels, rows) { texts[Array(level.utf8), default: []] += rows }
      case .censored, .days:
        for row in 0..<column.values.count {
          if let text = column.text(row) { texts[Array(text.utf8), default: []].append(row) }
        }
      }
    }

    /// Ascending.
    func rows(_ text: String) -> [Int] {
      guard let numbers else { return texts[Array(text.utf8)] ?? [] }
      return ParameterValue.plainNumber(text).flatMap { numbers[$0] } ?? []
    }

    /// The rows that all lists have, ascending.
    static func common(_ lists: [[Int]]) -> [Int] {
      let lists = lists.sorted { $0.count < $1.count }
      guard var rows = lists.first else { return [] }
      for list in lists.dropFirst() where !rows.isEmpty { rows = rows.filter { contains(list, $0) } }
      return rows
    }

    private static func contains(_ list: [Int], _ row: Int) -> Bool {
      var (low, high) = (0, list.count)
      while low < high {
        let middle = (low + high) / 2
        if list[middle] < row { low = middle + 1 } else { high = middle }
      }
      return low < list.count && list[low] == row
    }
  }
}
