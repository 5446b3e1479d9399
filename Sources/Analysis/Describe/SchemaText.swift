import Tables
import NotebookSyntax

/// The `columns` block that declares a schema.
public enum SchemaText {
  public static func block(_ schema: Schema) -> String {
    "columns:\n" + schema.columns.map(line).joined()
  }

  /// One declaration as YAML, quoted where it has to be.
  public static func line(name: String, type: String) -> String { "  \(name): \(type)\n" }

  private static func line(_ column: ColumnSchema) -> String {
    var type = declaration(column.type)
    if let analyte = column.analyte { type += " of \(analyte.text)" }
    var isCensored = false
    if case .censored = column.type { isCensored = true }
    guard column.label != nil || column.levelLabels != nil || isCensored else {
      return line(name: column.name, type: type)
    }
    var parts = ["type: \(NumberText.quoted(type))"]
    if isCensored { parts += ["below: censored", "above: censored"] }
    if let label = column.label { parts.append("label: \(NumberText.quoted(label))") }
    if let labels = column.levelLabels, let levels = column.type.levels {
      let pairs = zip(levels, labels).map { "\(NumberText.quoted($0)): \(NumberText.quoted($1))" }
      parts.append("labels: {\(pairs.joined(separator: ", "))}")
    }
    return "  \(column.name): {\(parts.joined(separator: ", "))}\n"
  }

  private static func declaration(_ type: ColumnType) -> String {
    if case .censored(let unit) = type { return ColumnType.number(unit).name }
    guard case .category(let levels, let isOrdered) = type else { return type.name }
    return "\(isOrdered ? "ordered" : "category") [\(levels.map(published).joined(separator: ", "))]"
  }

  /// A level as a published table holds it: one that a spreadsheet would run stands guarded in the file.
  private static func published(_ text: String) -> String {
    let code = CSVWriter.guarded(text)
    return code == text ? level(text) : "\(level(code)) = \(level(text))"
  }

  /// A level as a declaration writes it.
  public static func level(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { !" ,=[]\"#:".utf8.contains($0) }
    return isPlain ? text : NumberText.quoted(text)
  }
}
