/// Finds the fields of one record after another.
struct RecordSplitter {
  struct Field {
    var start: Int
    var end: Int
    /// Whether the field is quoted and holds doubled quotes.
    var hasEscapes: Bool
    var isEmpty: Bool { start == end }
  }

  private let delimiter: UInt8
  private(set) var position: Int
  var line = 1
  private(set) var fields: [Field] = []
  private(set) var isQuoteOpen = false
  private var hasTextAfterQuote = false
  private var unescaped: [UInt8] = []

  init(start: Int, delimiter: UInt8) {
    position = start
    self.delimiter = delimiter
  }

  /// Splits the record that begins at `position` and moves behind it.
  mutating func next(_ bytes: UnsafeBufferPointer<UInt8>) {
    fields.removeAll(keepingCapacity: true)
    isQuoteOpen = false
    hasTextAfterQuote = false
    var index = position
    let count = bytes.count
    while true {
      if index < count, bytes[index] == UInt8(ascii: "\"") {
        index = quoted(bytes, from: index + 1)
      } else {
        let start = index
        while index < count, bytes[index] != delimiter, bytes[index] != UInt8(ascii: "\n") { index &+= 1 }
        var end = index
        if end > start, index == count || bytes[index] == UInt8(ascii: "\n"), bytes[end - 1] == UInt8(ascii: "\r") {
          end -= 1
        }
        fields.append(Field(start: start, end: end, hasEscapes: false))
      }
      guard index < count, bytes[index] == delimiter else { break }
      index += 1
    }
    if index < count { line += 1 }
    position = min(index + 1, count)
  }

  /// A quoted field whose content begins at `start`; returns the offset of the delimiter or line end behind it.
  private mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    let count = bytes.count
    var hasEscapes = false
    while index < count {
      if bytes[index] == UInt8(ascii: "\"") {
        guard index + 1 < count, bytes[index + 1] == UInt8(ascii: "\"") else { break }
        hasEscapes = true
        index += 1
      } else if bytes[index] == UInt8(ascii: "\n") {
        line += 1
      }
      index += 1
    }
    if index >= count { isQuoteOpen = true }
    fields.append(Field(start: start, end: min(index, count), hasEscapes: hasEscapes))
    index = min(index + 1, count)
    if index < count, bytes[index] == UInt8(ascii: "\r"), index + 1 == count || bytes[index + 1] == UInt8(ascii: "\n") {
      index += 1
    }
    while index < count, bytes[index] != delimiter, bytes[index] != UInt8(ascii: "\n") {
      hasTextAfterQuote = true
      index += 1
    }
    return index
  }

  func fault(expected: Int) -> DataProblem.Rule? {
    if isQuoteOpen { return .quoteNotClosed }
    if hasTextAfterQuote { return .textAfterQuote }
    if fields.count != expected { return .fieldCount(found: fields.count, expected: expected) }
    return nil
  }

  /// Calls `body` with the bytes a field stands for, quotes undoubled.
  mutating func withContent<Value>(
    _ field: Field, in bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Value
  ) -> Value {
    guard field.hasEscapes else { return body(UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])) }
    unescaped.removeAll(keepingCapacity: true)
    var index = field.start
    while index < field.end {
      unescaped.append(bytes[index])
      index += bytes[index] == UInt8(ascii: "\"") ? 2 : 1
    }
    return unescaped.withUnsafeBufferPointer(body)
  }
}
