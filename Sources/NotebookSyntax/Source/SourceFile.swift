/// One notebook's text and where its lines begin.
public struct SourceFile: Sendable {
  /// Relative to the project root, with `/`.
  public let path: String
  public let bytes: [UInt8]
  private let lineStarts: [Int]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    lineStarts = starts
  }

  public var lineCount: Int { lineStarts.count }

  public func text(_ span: Span) -> String {
    let start = min(max(span.start, 0), bytes.count)
    return String(decoding: bytes[start..<min(max(span.end, start), bytes.count)], as: UTF8.self)
  }

  /// Line and column of an offset, both from 1; columns count Unicode scalars.
  public func location(of offset: Int) -> (line: Int, column: Int) {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let column = text(Span(lineStarts[low], offset)).unicodeScalars.count + 1
    return (low + 1, column)
  }

  /// The span of a line (from 1) without its line end; of the nearest line where there is none of this number.
  public func line(_ number: Int) -> Span {
    let number = min(max(number, 1), lineStarts.count)
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] - 1 : bytes.count
    if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return Span(start, end)
  }

  /// The offset of a line and a column, both from 0, the column counted in Unicode scalars.
  func offset(line: Int, scalarColumn: Int) -> Int {
    guard line < lineStarts.count else { return bytes.count }
    return offset(from: lineStarts[line], scalars: scalarColumn)
  }

  /// The offset so many Unicode scalars behind another.
  func offset(from start: Int, scalars: Int) -> Int {
    var offset = start
    var remaining = scalars
    while offset < bytes.count, remaining > 0 {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
      remaining -= 1
    }
    return offset
  }
}
