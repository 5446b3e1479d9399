import NotebookSyntax
import Tables

/// Reads a load's `columns`, each a line of text or a mapping.
enum DeclarationReader {
  private static let keys = ["type", "from", "label", "labels", "missing"]

  static func read(_ cell: inout CellDecoder) -> [ColumnDeclaration] {
    guard let node = cell.node("columns"),
      let entries = cell.mapping(node, "columns", help: "write one line for each column: `tbil: number umol/L`")
    else { return [] }
    return entries.compactMap { entry in
      if entry.value.isEmpty {
        cell.report(
          "empty-key", "the type of `\(entry.key.text)` is missing", entry.key.span,
          help: "for example `number mg/dL`, `id`, `category [A, B]`")
        return nil
      }
      if let text = entry.value.scalar { return parse(entry.key, text, &cell) }
      return mapping(entry, &cell)
    }
  }

  private static func parse(_ name: SourcedText, _ text: SourcedText, _ cell: inout CellDecoder) -> ColumnDeclaration? {
    do throws(Diagnostic) {
      return try ColumnDeclarationParser.parse(name: name, text)
    } catch {
      cell.report(error)
      return nil
    }
  }

  private static func mapping(_ entry: YAMLEntry, _ cell: inout CellDecoder) -> ColumnDeclaration? {
    guard let fields = cell.mapping(entry.value, entry.key.text) else { return nil }
    for field in fields where !keys.contains(field.key.text) {
      cell.report(
        "unknown-key", "a column has no key `\(field.key.text)`", field.key.span,
        help: Suggestion.help(for: field.key.text, among: keys))
    }
    func field(_ name: String) -> YAMLNode? { fields.first { $0.key.text == name }?.value }
    guard let type = field("type").flatMap({ cell.scalar($0, "type") }) else {
      if field("type") == nil {
        cell.report("missing-key", "column `\(entry.key.text)` needs a `type`", entry.key.span)
      }
      return nil
    }
    guard var declaration = parse(entry.key, type, &cell) else { return nil }
    if let source = field("from").flatMap({ cell.scalar($0, "from") }) { declaration.source = source }
    declaration.label = field("label").flatMap { cell.scalar($0, "label")?.text }
    if let tokens = field("missing") {
      declaration.missing = cell.list(tokens).compactMap { cell.scalar($0, "missing")?.text }
    }
    if let labels = field("labels") { declaration.levelLabels = levelLabels(labels, declaration, &cell) }
    return declaration
  }

  private static func levelLabels(
    _ node: YAMLNode, _ declaration: ColumnDeclaration, _ cell: inout CellDecoder
  ) -> [String]? {
    guard let levels = declaration.type.levels else {
      cell.report("type", "only categories have labels of levels", node.span)
      return nil
    }
    guard let entries = cell.mapping(node, "labels", help: "write `{A: More than 4 weeks, B: Less}`") else {
      return nil
    }
    var labels = levels
    for entry in entries {
      guard let index = levels.firstIndex(ofExactly: entry.key.text) else {
        cell.report(
          "unknown-level", "`\(entry.key.text)` is no level of `\(declaration.name.text)`", entry.key.span,
          help: Suggestion.help(for: entry.key.text, among: levels))
        continue
      }
      if let text = cell.scalar(entry.value, entry.key.text)?.text { labels[index] = text }
    }
    return labels
  }
}
