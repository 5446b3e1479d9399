/// Writes tables as RFC 4180 CSV with LF line ends, numbers as the shortest decimal that reads back the same.
public enum CSVWriter {
  public static func text(header: [String], rows: some Sequence<[String]>) -> String {
    var text = header.map(field).joined(separator: ",") + "\n"
    for row in rows { text += row.map(field).joined(separator: ",") + "\n" }
    return text
  }

  public static func text(_ table: Table) -> String {
    text(
      header: table.schema.names,
      rows: (0..<table.rowCount).lazy.map { row in
        table.columns.map { column in
          let text = column.text(row) ?? ""
          // What a formula may begin with is no danger in a number, a date or a limit.
          guard case .codes = column.values else { return text }
          return guarded(text)
        }
      })
  }

  /// What a formula may begin with; the wide forms count in some languages' spreadsheets.
  private static let formulas = "=+-@\t\r\n\u{FF1D}\u{FF0B}\u{FF0D}\u{FF20}".unicodeScalars

  /// Text that a spreadsheet would run as a formula is written with an apostrophe before it, and so is text that looks as
  /// if it had been: what is written can be read back.
  public static func guarded(_ text: String) -> String { isRisky(text) ? "'" + text : text }

  /// What `guarded` was given.
  public static func unguarded(_ text: String) -> String {
    text.utf8.first == UInt8(ascii: "'") && isRisky(text) ? String(text.unicodeScalars.dropFirst()) : text
  }

  private static func isRisky(_ text: String) -> Bool {
    text.unicodeScalars.first { $0 != "'" }.map(formulas.contains) ?? false
  }

  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 })
    else { return text }
    return "\"" + text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
