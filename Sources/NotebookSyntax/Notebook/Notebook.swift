/// A parsed notebook: what it says of itself, and its prose and cells in the order they are written.
public struct Notebook: Sendable {
  public let source: SourceFile
  public let frontMatter: FrontMatter
  public let blocks: [Block]

  public enum Block: Sendable {
    case prose(Prose)
    case cell(Cell)
  }

  public var cells: [Cell] {
    blocks.compactMap { if case .cell(let cell) = $0 { cell } else { nil } }
  }

  public var prose: [Prose] {
    blocks.compactMap { if case .prose(let prose) = $0 { prose } else { nil } }
  }
}

/// One analysis step as written: ```` ```{kind} name ````, a YAML body, ```` ``` ````.
public struct Cell: Sendable {
  public let kind: SourcedText
  /// As written, or made from the kind and its place where no name is written: `filter_2`.
  public let name: SourcedText
  public let body: YAMLNode
  /// The whole cell, fences included.
  public let span: Span

  public init(kind: SourcedText, name: SourcedText, body: YAMLNode, span: Span) {
    self.kind = kind
    self.name = name
    self.body = body
    self.span = span
  }
}

/// A top-level block of Markdown between cells.
public struct Prose: Sendable {
  public let block: MarkdownBlock
  public let span: Span
  /// The `{value}` references in it, in order.
  public let values: [ValueReference]
  /// The sources, places and formulas in it, in order.
  public let citations: [Citation]
  public let references: [CrossReference]
  public let formulas: [Mathematics]
}

/// A result named in prose: ``{value}`growth.terms["week"].estimate:.3` ``.
public struct ValueReference: Sendable {
  public let path: Expression
  public let format: ValueFormat?
  /// The whole reference, from `{` to the closing backtick.
  public let span: Span
  public let formatSpan: Span
}

/// How a value is written in prose.
public enum ValueFormat: Sendable, Equatable {
  /// `:.3` three decimals
  case decimals(Int)
  /// `:3g` three significant digits
  case significant(Int)
  /// `:%1` percent with one decimal
  case percent(Int)
  /// `:p` the whole relation, `p = 0.032`
  case pValue
  /// `:ci.3` an interval, `95% CI −0.05 to 0.01`
  case interval(Int)
  /// `:exp.2` exponentiated first
  case exponentiated(Int)
  /// `:int` rounded to a whole number
  case integer

  static let forms = ":.3 (decimals), :3g (significant digits), :%1 (percent), :p, :ci.3, :exp.2, :int"

  init?(_ text: String) {
    func digits(_ text: some StringProtocol) -> Int? { text.utf8.count <= 2 ? UInt8(text).map(Int.init) : nil }
    let most = 15
    if text == "p" {
      self = .pValue
    } else if text == "int" {
      self = .integer
    } else if text.hasPrefix("ci."), let count = digits(text.dropFirst(3)), count <= most {
      self = .interval(count)
    } else if text.hasPrefix("exp."), let count = digits(text.dropFirst(4)), count <= most {
      self = .exponentiated(count)
    } else if text.hasPrefix("."), let count = digits(text.dropFirst()), count <= most {
      self = .decimals(count)
    } else if text.hasPrefix("%"), let count = digits(text.dropFirst()), count <= most {
      self = .percent(count)
    } else if text.hasSuffix("g"), let count = digits(text.dropLast()), (1...most).contains(count) {
      self = .significant(count)
    } else {
      return nil
    }
  }
}
