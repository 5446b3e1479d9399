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
