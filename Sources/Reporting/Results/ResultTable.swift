import Analysis
import Digests
import NotebookSyntax
import Tables

/// Rows of a result as CSV, with full precision, for whoever goes on computing with them.
public struct ResultTable: Sendable {
  private static let names = ["terms", "rows", "numbers", "levels", "means", "medians"]
  /// Those that a step has one of carry the step's name alone.
  private static let plain = ["terms", "rows", "means", "medians"]

  /// The field of the result that holds the rows.
  let field: String
  /// The scalars of a row, nested names joined by dots.
  let columns: [String]

  static func all(of result: ResultValue) -> [ResultTable] {
    names.compactMap { name in
      guard let (_, entries) = rows(name, of: result), let first = entries.first else { return nil }
      return ResultTable(field: name, columns: scalars(of: first.value).map(\.0))
    }
  }

  /// The rows of a field; of a step with `each` those for all values, with the key before their own.
  private static func rows(_ field: String, of result: ResultValue) -> (keys: [String], rows: [ResultValue.Entry])? {
    if case .keyed(let keys, let entries) = result {
      var names: [String]?
      var rows: [ResultValue.Entry] = []
      for entry in entries {
        guard case .keyed(let own, let inner)? = entry.value[field] else { return nil }
        if names == nil { names = keys + own }
        rows += inner.map { .init(entry.keys + $0.keys, $0.value) }
      }
      return names.map { ($0, rows) }
    }
    guard case .keyed(let keys, let entries)? = result[field] else { return nil }
    return (keys, Array(entries))
  }

  private init(field: String, columns: [String]) {
    self.field = field
    self.columns = columns
  }

  var json: JSONValue { ["field": .string(field), "columns": .array(columns.map { .string($0) })] }

  init?(json: JSONValue) {
    guard let field = json["field"]?.string, Self.names.containsExactly(field), let columns = json["columns"]?.array
    else { return nil }
    self.init(field: field, columns: columns.compactMap(\.string))
  }

  /// Below the run's folder.
  func path(_ step: RunDocument.Step) -> String {
    let suffix = Self.plain.contains(field) ? "" : "-\(field)"
    return "tables/\(step.name)\(suffix).csv"
  }

  func file(_ step: RunDocument.Step) -> OutputFile? {
    guard let (keys, entries) = Self.rows(field, of: step.result) else { return nil }
    let rows = entries.map { entry -> [String] in
      let scalars = Self.scalars(of: entry.value)
      return entry.keys.map(CSVWriter.guarded)
        + columns.map { name in scalars.first { $0.0.isExactly(name) }?.1 ?? "" }
    }
    return OutputFile(
      path: path(step),
      bytes: Array(CSVWriter.text(header: keys + columns, rows: rows).utf8))
  }

  private static func scalars(of value: ResultValue, prefix: String = "") -> [(String, String)] {
    switch value {
    case .record(let fields):
      return fields.flatMap { scalars(of: $0.value, prefix: prefix.isEmpty ? $0.name : "\(prefix).\($0.name)") }
    case .number(let number):
      let text = number.isInfinite ? (number < 0 ? "-Infinity" : "Infinity") : ECMAScriptText.of(number)
      return [(prefix, text)]
    case .count(let count): return [(prefix, String(count))]
    case .boolean(let value): return [(prefix, value ? "true" : "false")]
    case .text(let text): return [(prefix, CSVWriter.guarded(text))]
    case .absent: return [(prefix, "")]
    case .list, .keyed: return []
    }
  }
}

extension ResultTable {
  /// The path of a cell or a row of a published result: of row 3 of `baseline-numbers`, `baseline.numbers["age", "B"]`.
  /// - Parameter row: counted from 1.
  public static func path(_ file: String, row: Int, column: String?, in document: RunDocument) -> String? {
    for step in document.steps {
      for table in step.tables {
        guard table.file(step)?.path.isExactly("tables/\(file).csv") == true,
          let (names, entries) = rows(table.field, of: step.result), row > 0, row <= entries.count
        else { continue }
        // The keys of `each` stand behind the step, before its field.
        var outer = 0
        if case .keyed(let keys, _) = step.result { outer = keys.count }
        func index(_ keys: some Sequence<String>) -> String {
          "[\(keys.map(NumberText.quoted).joined(separator: ", "))]"
        }
        let keys = entries[row - 1].keys
        let path =
          step.name + (outer > 0 ? index(keys.prefix(outer)) : "") + ".\(table.field)" + index(keys.dropFirst(outer))
        guard let column, !names.containsExactly(column) else { return path }
        return table.columns.containsExactly(column) ? "\(path).\(column)" : nil
      }
    }
    return nil
  }
}
