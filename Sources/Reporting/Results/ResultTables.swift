import Analysis
import Tables

/// The rows of results as CSV, with full precision, for whoever goes on computing with them.
enum ResultTables {
  private static let names = ["terms", "rows", "numbers", "levels", "means"]

  static func files(_ step: StepResult) -> [OutputFile] {
    names.compactMap { name in
      guard case .keyed(let keys, let entries)? = step.outcome.result[name], let first = entries.first else {
        return nil
      }
      let header = keys + columns(of: first.value).map(\.0)
      let rows = entries.map { entry in entry.keys.map(CSVWriter.guarded) + columns(of: entry.value).map(\.1) }
      let suffix = name == "terms" || name == "rows" || name == "means" ? "" : "-\(name)"
      let text = CSVWriter.text(header: header, rows: rows)
      return OutputFile(path: "tables/\(step.planned.name)\(suffix).csv", bytes: Array(text.utf8))
    }
  }

  /// The scalars of a record, nested names joined by dots.
  private static func columns(of value: ResultValue, prefix: String = "") -> [(String, String)] {
    switch value {
    case .record(let fields):
      return fields.flatMap { columns(of: $0.value, prefix: prefix.isEmpty ? $0.name : "\(prefix).\($0.name)") }
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
