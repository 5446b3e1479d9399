/// Decimal text to the nearest double.
enum DecimalReader {
  private static let powers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]

  /// The value of `-12.5e-3`-like text, correctly rounded; nil for anything else (`nan`, `inf`, `0x1p3`, `+5`).
  ///
  /// Up to 2⁵³ and 10²² both factors are exact, so one division or multiplication rounds once (Clinger 1990).
  static func value(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    short(text) ?? general(text)
  }

  /// As most numbers are: up to 18 characters without an exponent. Nil for all others.
  @inline(__always)
  static func short(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    let count = text.count
    guard count &- 1 < 18, count > 0 else { return nil }
    let isNegative = text[0] == UInt8(ascii: "-")
    var index = isNegative ? 1 : 0
    var mantissa: UInt64 = 0
    let first = index
    while index < count, text[index] &- 48 < 10 {
      mantissa = mantissa &* 10 &+ UInt64(text[index] &- 48)
      index &+= 1
    }
    var digits = index &- first
    var decimals = 0
    if index < count, text[index] == UInt8(ascii: ".") {
      index &+= 1
      let point = index
      while index < count, text[index] &- 48 < 10 {
        mantissa = mantissa &* 10 &+ UInt64(text[index] &- 48)
        index &+= 1
      }
      decimals = index &- point
      digits &+= decimals
    }
    guard index == count, digits > 0, mantissa <= 1 << 53 else { return nil }
    let magnitude = decimals == 0 ? Double(mantissa) : Double(mantissa) / powers[decimals]
    return isNegative && mantissa != 0 ? -magnitude : magnitude
  }

  private static func general(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    var index = 0
    let count = text.count
    var isNegative = false
    if count > 0, text[0] == UInt8(ascii: "-") {
      isNegative = true
      index = 1
    }
    var mantissa: UInt64 = 0
    var digits = 0
    var exponent = 0
    var isExact = true
    var seenPoint = false
    while index < count {
      let byte = text[index]
      if byte &- 48 < 10 {
        if mantissa < 900_719_925_474_099 {
          mantissa = mantissa &* 10 &+ UInt64(byte &- 48)
          if seenPoint { exponent -= 1 }
        } else {
          isExact = false
        }
        digits += 1
      } else if byte == UInt8(ascii: "."), !seenPoint {
        seenPoint = true
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    if index < count, text[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      var isDown = false
      if index < count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
        isDown = text[index] == UInt8(ascii: "-")
        index += 1
      }
      var power = 0
      let start = index
      while index < count, text[index] &- 48 < 10, power < 100_000 {
        power = power * 10 + Int(text[index] &- 48)
        index += 1
      }
      guard index > start else { return nil }
      exponent += isDown ? -power : power
    }
    guard index == count else { return nil }
    if mantissa == 0, isExact { return 0 }
    var magnitude: Double
    if isExact, exponent.magnitude <= 22 {
      magnitude = exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
    } else {
      guard let slow = Double(String(decoding: text, as: UTF8.self)), slow.isFinite else { return nil }
      magnitude = slow.magnitude
    }
    return isNegative ? -magnitude : magnitude
  }
}
