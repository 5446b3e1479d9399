/// Prose as a tree: GitHub Flavored Markdown, without anything that a report could not show safely.
public indirect enum MarkdownBlock: Sendable {
  /// `name`: of a title that ends with `{#sec-name}`.
  case heading(level: Int, [MarkdownInline], name: String?)
  case paragraph([MarkdownInline])
  case list(items: [[MarkdownBlock]], start: Int?, isTight: Bool)
  case quote([MarkdownBlock])
  case code(String, language: String)
  /// Raw HTML, which reports show as the text it is.
  case html(String)
  case rule
  case table(alignments: [Alignment], header: [[MarkdownInline]], rows: [[[MarkdownInline]]])
  case footnote(label: String, [MarkdownBlock])
  /// A quotation that begins with `[!NOTE]` or another of GitHub's five words.
  case admonition(Admonition, [MarkdownBlock])
  /// A term, and lines behind it that begin with `: `.
  case definition(term: [MarkdownInline], meanings: [[MarkdownInline]])

  public enum Alignment: Sendable { case none, left, center, right }
  public enum Admonition: String, Sendable, CaseIterable { case note, tip, important, warning, caution }
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
  /// The n-th citation, reference to a figure, table or section, and formula of its top-level block.
  case citation(Int)
  case crossReference(Int)
  case mathematics(Int)
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
      case .footnoteReference, .value, .citation, .crossReference, .mathematics: return ""
      }
    }.joined()
  }
}
