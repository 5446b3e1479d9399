/// The canonical bytes of a JSON value: RFC 8785 (JSON Canonicalization Scheme).
///
/// Members are sorted by UTF-16 code units, numbers are written as ECMAScript writes them (the shortest
/// decimal that reads back to the same double), and nothing stands between the tokens.
extension JSONValue {
  public var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return bytes
  }

  private func write(into bytes: inout [UInt8]) {
    switch self {
    case .null: bytes += Array("null".utf8)
    case .bool(let value): bytes += Array((value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .number(let value):
      precondition(value.isFinite, "a result holds no NaN and no infinity: see ResultValue")
      ECMAScriptNumber.write(value, into: &bytes)
    case .string(let text): Self.write(text, into: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      // What was read from canonical bytes stands in order already.
      let isSorted = zip(members, members.dropFirst()).allSatisfy { Self.precedesAsUTF16($0.key, $1.key) }
      let sorted = isSorted ? members : members.sorted { Self.precedesAsUTF16($0.key, $1.key) }
      for (index, member) in sorted.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.key, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// The order of UTF-16 code units, read off UTF-8, which is faster to walk. The two orders are the same but for
  /// characters beyond U+FFFF (lead bytes from F0), whose surrogates sort before U+E000 to U+FFFF (EE and EF).
  private static func precedesAsUTF16(_ a: String, _ b: String) -> Bool {
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

  private static func write(_ text: String, into bytes: inout [UInt8]) {
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

/// Number::toString of ECMA-262, which RFC 8785 prescribes.
public enum ECMAScriptNumber {
  private static let zero = UInt8(ascii: "0")

  /// The shortest decimal that reads back to `value`, which must be finite.
  public static func text(_ value: Double) -> String {
    var bytes: [UInt8] = []
    write(value, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  static func write(_ value: Double, into bytes: inout [UInt8]) {
    if value == 0 { return bytes.append(zero) }
    if let whole = Int(exactly: value), whole.magnitude < 1 << 53 {
      bytes.append(contentsOf: String(whole).utf8)
      return
    }
    if value < 0 { bytes.append(UInt8(ascii: "-")) }
    // Swift prints the same shortest digits, laid out differently: take the digits, lay them out anew.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 32) { digits in
      let (count, pointAt) = shortestDigits(value.magnitude, into: digits)
      layOut(UnsafeBufferPointer(rebasing: digits[..<count]), pointAt: pointAt, into: &bytes)
    }
  }

  private static func layOut(_ digits: UnsafeBufferPointer<UInt8>, pointAt: Int, into bytes: inout [UInt8]) {
    let count = digits.count
    switch pointAt {
    case count...21:
      bytes.append(contentsOf: digits)
      bytes.append(contentsOf: repeatElement(zero, count: pointAt - count))
    case 1...21:
      bytes.append(contentsOf: digits[..<pointAt])
      bytes.append(UInt8(ascii: "."))
      bytes.append(contentsOf: digits[pointAt...])
    case -5...0:
      bytes.append(contentsOf: "0.".utf8)
      bytes.append(contentsOf: repeatElement(zero, count: -pointAt))
      bytes.append(contentsOf: digits)
    default:
      bytes.append(digits[0])
      if count > 1 {
        bytes.append(UInt8(ascii: "."))
        bytes.append(contentsOf: digits[1...])
      }
      bytes.append(contentsOf: pointAt > 0 ? "e+".utf8 : "e-".utf8)
      bytes.append(contentsOf: String((pointAt - 1).magnitude).utf8)
    }
  }

  /// The significant digits d₁d₂…, without trailing zeros, and n such that the value is 0.d₁d₂… × 10ⁿ.
  private static func shortestDigits(
    _ magnitude: Double, into digits: UnsafeMutableBufferPointer<UInt8>
  ) -> (count: Int, exponent: Int) {
    var count = 0
    var pointAt = 0
    var power = 0
    var isNegativePower = false
    var seenPoint = false
    var inExponent = false
    for byte in magnitude.description.utf8 {
      switch byte {
      case UInt8(ascii: "."): seenPoint = true
      case UInt8(ascii: "e"): inExponent = true
      case UInt8(ascii: "-"): isNegativePower = true
      case UInt8(ascii: "+"): break
      default:
        if inExponent {
          power = power * 10 + Int(byte - zero)
        } else if byte == zero, count == 0 {
          if seenPoint { pointAt -= 1 }
        } else {
          digits[count] = byte
          count += 1
          if !seenPoint { pointAt += 1 }
        }
      }
    }
    while count > 1, digits[count - 1] == zero { count -= 1 }
    return (count, pointAt + (isNegativePower ? -power : power))
  }
}
