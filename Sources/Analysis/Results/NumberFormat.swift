internal import CPlatform

/// Numbers as reports write them. Rounding is correct (half to even on the exact binary value) and knows no locale.
public enum NumberFormat {
  /// `decimals` places, with the minus sign U+2212.
  public static func fixed(_ value: Double, _ decimals: Int) -> String {
    guard value.isFinite else { return value.isNaN ? "not a number" : value < 0 ? "−∞" : "∞" }
    // Beyond 2^53 decimals say nothing, and 1e300 would print 300 digits.
    if value.magnitude >= 1e15 { return significant(value, 6) }
    let text = plain(value, decimals)
    guard text.hasPrefix("-") else { return text }
    // −0.00 is 0.00
    return text.utf8.contains { (UInt8(ascii: "1")...UInt8(ascii: "9")).contains($0) }
      ? "−" + text.dropFirst() : String(text.dropFirst())
  }

  /// `digits` significant digits, as a decimal where it stays short, else as 1.23 × 10⁴.
  public static func significant(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return fixed(value, 0) }
    guard value != 0 else { return fixed(0, digits - 1) }
    let exponent = decimalExponent(value, digits)
    if (-5..<15).contains(exponent) {
      if exponent < digits { return fixed(value, digits - 1 - exponent) }
      let unit = (0..<(exponent - digits + 1)).reduce(1.0) { scale, _ in scale * 10 }
      return fixed((value / unit).rounded(.toNearestOrEven) * unit, 0)
    }
    let mantissa = scientific(value, digits).split(separator: "e").first.map(String.init) ?? ""
    let sign = mantissa.hasPrefix("-") ? "−" : ""
    let magnitude = mantissa.hasPrefix("-") ? String(mantissa.dropFirst()) : mantissa
    return sign + magnitude + " × 10" + superscript(exponent)
  }

  /// Whole numbers with thousands apart.
  public static func count(_ value: Int) -> String {
    let digits = String(value.magnitude)
    var text = ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digit)
    }
    return (value < 0 ? "−" : "") + text
  }

  /// A product of counts, which may be more than an integer holds.
  public static func count(_ value: Double) -> String {
    value.magnitude < 1e15 ? count(Int(value)) : significant(value, 3)
  }

  /// `1 row`, `2 rows`.
  public static func counted(_ value: Int, _ noun: String) -> String {
    "\(count(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// A level as percent, without digits that say nothing: `95`, `99.9`.
  public static func percent(_ level: Double) -> String {
    var text = significant(100 * level, 6)
    while text.hasSuffix("0") { text.removeLast() }
    return text.hasSuffix(".") ? String(text.dropLast()) : text
  }

  /// A P value as SAMPL asks: two significant digits below 0.2, never below 0.001, never 1.
  public static func pValue(_ p: Double) -> String {
    if p < 0.001 { return "< 0.001" }
    if p > 0.995 { return "> 0.99" }
    return fixed(p, p < 0.0995 ? (p < 0.00995 ? 4 : 3) : 2)
  }

  /// Decimals that show `digits` significant digits of `value`: as many as a standard error deserves.
  public static func decimals(for value: Double, digits: Int) -> Int {
    guard value.isFinite, value != 0 else { return digits - 1 }
    return min(12, max(0, digits - 1 - decimalExponent(value, digits)))
  }

  /// The exponent of the first digit once rounded to `digits`.
  private static func decimalExponent(_ value: Double, _ digits: Int) -> Int {
    let text = scientific(value, digits)
    return text.split(separator: "e").last.flatMap { Int($0.hasPrefix("+") ? String($0.dropFirst()) : String($0)) } ?? 0
  }

  private static func superscript(_ exponent: Int) -> String {
    let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return (exponent < 0 ? "⁻" : "")
      + String(String(exponent.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } })
  }

  private static func plain(_ value: Double, _ decimals: Int) -> String {
    written { colophon_format_fixed($0, $1, value, Int32(decimals)) }
  }

  private static func scientific(_ value: Double, _ digits: Int) -> String {
    written { colophon_format_scientific($0, $1, value, Int32(digits)) }
  }

  private static func written(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
      let length = min(Int(write(buffer.baseAddress, buffer.count)), buffer.count - 1)
      return String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }
}
