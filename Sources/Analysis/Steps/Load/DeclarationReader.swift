import NotebookSyntax
import Tables

/// Reads a load's `columns`, each a line of text or a mapping.
enum DeclarationReader {
  private static let keys = [
    "type", "range", "from", "label", "labels", "unit_from", "missing", "flags", "decimal", "below", "above", "outside",
  ]
  /// Keys by which cells that are no plain numbers are read.
  private static let ofNumbers = ["range", "unit_from", "flags", "decimal", "below", "above", "outside"]

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
    for field in fields where ofNumbers.contains(field.key.text) && !declaration.type.isNumeric {
      cell.report(
        "type", "`\(field.key.text)` says how numbers are read, and `\(entry.key.text)` is \(declaration.type.name)",
        field.key.span)
      return nil
    }
    if let range = field("range").flatMap({ cell.scalar($0, "range") }) {
      do throws(Diagnostic) { declaration.range = try ColumnDeclarationParser.range(range) } catch {
        cell.report(error)
      }
    }
    numbers(&declaration, field, &cell)
    return declaration
  }

  private static func numbers(
    _ declaration: inout ColumnDeclaration, _ field: (String) -> YAMLNode?, _ cell: inout CellDecoder
  ) {
    func word<Rule: RawRepresentable & CaseIterable>(_ key: String, _ rule: Rule.Type) -> Rule?
    where Rule.RawValue == String {
      guard let text = field(key).flatMap({ cell.scalar($0, key) }) else { return nil }
      return cell.word(text, key, rule)
    }
    declaration.below = word("below", ColumnDeclaration.Below.self)
    declaration.above = word("above", ColumnDeclaration.Above.self)
    if let outside = word("outside", ColumnDeclaration.Outside.self) { declaration.outside = outside }
    if let node = field("flags") {
      declaration.flags = cell.list(node).compactMap { cell.scalar($0, "flags") }.compactMap { flag in
        let isPlain = !flag.text.isEmpty && !flag.text.utf8.contains { (48...57).contains($0) || $0 == 0x20 }
        if !isPlain {
          cell.report("choice", "`\(flag.text)` is no flag: flags have neither digits nor blanks", flag.span)
        }
        return isPlain ? flag.text : nil
      }
    }
    if let node = field("decimal") { declaration.decimalMarks = decimalMarks(node, &cell) }
    if let node = field("unit_from").flatMap({ cell.scalar($0, "unit_from") }) {
      if declaration.type == .integer {
        cell.report("type", "counts are not converted; declare a number", node.span)
      }
      declaration.unitSource = node
    }
  }

  /// `","` or `[".", ","]`: what stands first is usual, and each use of another is listed as a repair.
  static func decimalMarks(_ node: YAMLNode, _ cell: inout CellDecoder) -> [UInt8]? {
    let marks = cell.list(node).compactMap { cell.scalar($0, "decimal") }
    guard !marks.isEmpty, marks.count <= 2, marks.allSatisfy({ $0.text == "." || $0.text == "," }),
      marks.count == 1 || marks[0].text != marks[1].text
    else {
      cell.report(
        "choice", "`decimal` is a point, a comma or both", node.span,
        help: "write `decimal: \",\"` or `decimal: [\".\", \",\"]`")
      return nil
    }
    return marks.map { Array($0.text.utf8)[0] }
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
