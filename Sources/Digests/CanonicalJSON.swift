/// The canonical bytes of a JSON value: RFC 8785 (JSON Canonicalization Scheme).
///
/// Members are sorted by UTF-16 code units, numbers are written as ECMAScript writes them (the shortest
/// decimal that reads back to the same double), and nothing stands between the tokens.
extension JSONValue {
  public var canonicalBytes: [UInt8] {
    var sink = ByteSink()
    sink.json(self)
    return sink.finish()
  }
}

/// Canonical JSON piece by piece, so that a value of many records need not be a tree of JSON first. Whoever writes an
/// object sees to the order of its members, which `precedesAsUTF16` says.
extension ByteSink {
  public mutating func json(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .bool(let value): bool(value)
    case .integer(let value): integer(value)
    case .number(let value): number(value)
    case .string(let text): string(text)
    case .array(let elements): array(elements.count) { $0.json(elements[$1]) }
    case .object(let members):
      // What was read from canonical bytes stands in order already.
      let isSorted = zip(members, members.dropFirst()).allSatisfy { Self.precedesAsUTF16($0.key, $1.key) }
      let sorted = isSorted ? members : members.sorted { Self.precedesAsUTF16($0.key, $1.key) }
      object(sorted.count) { sink, index in
        sink.member(sorted[index].key)
        sink.json(sorted[index].value)
      }
    case .writing(let write): write(&self)
    }
  }

  public mutating func null() { append("null") }

  public mutating func bool(_ value: Bool) { append(value ? "true" : "false") }

  public mutating func integer(_ value: Int) { append(String(value)) }

  /// - Precondition: the number is finite.
  public mutating func number(_ value: Double) {
    precondition(value.isFinite, "a result holds no NaN and no infinity: see ResultValue")
    write { ECMAScriptNumber.write(value, into: &$0) }
  }

  /// - Parameter write: writes the element at an index.
  public mutating func array(_ count: Int, _ write: (inout ByteSink, Int) -> Void) {
    list("[", count, "]", write)
  }

  /// - Parameter write: writes `member`, then its value.
  public mutating func object(_ count: Int, _ write: (inout ByteSink, Int) -> Void) {
    list("{", count, "}", write)
  }

  /// The name of a member, with the colon behind it.
  public mutating func member(_ key: String) {
    string(key)
    append(UInt8(ascii: ":"))
  }

  private mutating func list(
    _ first: Unicode.Scalar, _ count: Int, _ last: Unicode.Scalar, _ write: (inout ByteSink, Int) -> Void
  ) {
    append(UInt8(ascii: first))
    for index in 0..<count {
      if index > 0 { append(UInt8(ascii: ",")) }
      write(&self, index)
    }
    append(UInt8(ascii: last))
  }

  /// The order of UTF-16 code units, read off UTF-8, which is faster to walk. The two orders are the same but for
  /// characters beyond U+FFFF (lead bytes from F0), whose surrogates sort before U+E000 to U+FFFF (EE and EF).
  public static func precedesAsUTF16(_ a: String, _ b: String) -> Bool {
    var left = a.utf8.makeIterator()
    var right = b.utf8.makeIterator()
    while true {
      guard let y = right.next() else { return false }
      guard let x = left.next() else { return true }
      if x == y { continue }
      if x >= 0xF0, y == 0xEE || y == 0xEF { return true }
      if y >= 0xF0, x == 0xEE || x == 0xEF { return false }
      return x < y
    }
  }

  public mutating func string(_ text: String) { write { Self.append(text, to: &$0) } }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var copy = text
    let isPlain = copy.withUTF8 { buffer in
      for byte in buffer where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return false }
      bytes.append(contentsOf: buffer)
      return true
    }
    if isPlain { return bytes.append(UInt8(ascii: "\"")) }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
      case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0x08: bytes += Array("\\b".utf8)
      case 0x09: bytes += Array("\\t".utf8)
      case 0x0A: bytes += Array("\\n".utf8)
      case 0x0C: bytes += Array("\\f".utf8)
      case 0x0D: bytes += Array("\\r".utf8)
      case 0..<0x20:
        let digits = Array("0123456789abcdef".utf8)
        bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
