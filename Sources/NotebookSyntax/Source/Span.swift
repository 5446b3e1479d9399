/// A range of byte offsets into one source file.
public struct Span: Hashable, Sendable {
  public var start: Int
  public var end: Int

  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = max(start, end)
  }

  public func union(_ other: Span) -> Span { Span(min(start, other.start), max(end, other.end)) }
}

/// Text of a notebook together with the place it came from, so that a parser working on the text can name
/// the place of each part of it.
public struct SourcedText: Sendable {
  public let text: String
  /// The whole scalar, quotes included.
  public let span: Span
  /// Offset of the first byte of `text` where the text stands in the source as written; nil where quoting or
  /// folding changed it, in which case every part answers with the whole span.
  private let verbatimStart: Int?

  public init(_ text: String, span: Span, verbatimStart: Int?) {
    self.text = text
    self.span = span
    self.verbatimStart = verbatimStart
  }

  public func span(_ range: Range<Int>) -> Span {
    guard let start = verbatimStart else { return span }
    return Span(start + range.lowerBound, start + range.upperBound)
  }

  /// A part of this text, by byte offsets, with the places of its own.
  public func part(_ range: Range<Int>) -> SourcedText {
    let bytes = Array(text.utf8)[range]
    return SourcedText(
      String(decoding: bytes, as: UTF8.self), span: span(range),
      verbatimStart: verbatimStart.map { $0 + range.lowerBound })
  }

  /// The text without the blanks at its ends.
  public var trimmed: SourcedText {
    let bytes = Array(text.utf8)
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0A }
    guard let first = bytes.firstIndex(where: { !isBlank($0) }),
      let last = bytes.lastIndex(where: { !isBlank($0) })
    else { return part(0..<0) }
    return part(first..<last + 1)
  }
}
