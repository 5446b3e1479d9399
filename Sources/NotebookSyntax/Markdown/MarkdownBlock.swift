/// Prose as a tree: GitHub Flavored Markdown, without anything that a report could not show safely.
public indirect enum MarkdownBlock: Sendable {
  case heading(level: Int, [MarkdownInline])
  case paragraph([MarkdownInline])
  case list(items: [[MarkdownBlock]], start: Int?, isTight: Bool)
  case quote([MarkdownBlock])
  case code(String, language: String)
  /// Raw HTML, which reports show as the text it is.
  case html(String)
  case rule
  case table(alignments: [Alignment], header: [[MarkdownInline]], rows: [[[MarkdownInline]]])
  case footnote(label: String, [MarkdownBlock])

  public enum Alignment: Sendable { case none, left, center, right }
}

public indirect enum MarkdownInline: Sendable {
  case text(String)
  case code(String)
  case softBreak, lineBreak
  case emphasis([MarkdownInline])
  case strong([MarkdownInline])
  case strikethrough([MarkdownInline])
  case link(address: String, [MarkdownInline])
  case image(address: String, [MarkdownInline])
  case html(String)
  case footnoteReference(String)
  /// The n-th `{value}` of its top-level block.
  case value(Int)
}

extension [MarkdownInline] {
  /// The text without its markup, values left out.
  public var plainText: String {
    map { inline in
      switch inline {
      case .text(let text), .code(let text), .html(let text): return text
      case .softBreak, .lineBreak: return " "
      case .emphasis(let inner), .strong(let inner), .strikethrough(let inner), .link(_, let inner),
        .image(_, let inner):
        return inner.plainText
      case .footnoteReference, .value: return ""
      }
    }.joined()
  }
}
