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
    case .integer(let value): bytes += Array(ECMAScriptNumber.text(Double(value)).utf8)
    case .number(let value):
      precondition(value.isFinite, "a result holds no NaN and no infinity: see ResultValue")
      bytes += Array(ECMAScriptNumber.text(value).utf8)
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
      let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
      for (index, member) in sorted.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(member.key, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.write(into: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
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
  /// The shortest decimal that reads back to `value`, which must be finite.
  public static func text(_ value: Double) -> String {
    if value == 0 { return "0" }
    // Swift prints the same shortest digits, laid out differently: take the digits, lay them out anew.
    let (digits, exponent) = shortestDigits(value.magnitude)
    let count = digits.count
    let sign = value < 0 ? "-" : ""
    let pointAt = exponent
    switch pointAt {
    case count...21:
      return sign + digits + String(repeating: "0", count: pointAt - count)
    case 1...21:
      return sign + digits.prefix(pointAt) + "." + digits.dropFirst(pointAt)
    case -5...0:
      return sign + "0." + String(repeating: "0", count: -pointAt) + digits
    default:
      let power = pointAt - 1
      let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
      return sign + mantissa + "e" + (power < 0 ? "-" : "+") + String(power.magnitude)
    }
  }

  /// The significant digits d₁d₂…, without trailing zeros, and n such that the value is 0.d₁d₂… × 10ⁿ.
  private static func shortestDigits(_ magnitude: Double) -> (digits: String, exponent: Int) {
    var digits: [UInt8] = []
    var exponent = 0
    var seenPoint = false
    var rest = Substring(magnitude.description)
    if let mark = rest.firstIndex(of: "e") {
      exponent = Int(rest[rest.index(after: mark)...]) ?? 0
      rest = rest[..<mark]
    }
    for byte in rest.utf8 {
      if byte == UInt8(ascii: ".") {
        seenPoint = true
      } else {
        if byte == UInt8(ascii: "0") && digits.isEmpty {
          if seenPoint { exponent -= 1 }
          continue
        }
        digits.append(byte)
        if !seenPoint { exponent += 1 }
      }
    }
    while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    return (String(decoding: digits, as: UTF8.self), exponent)
  }
}
