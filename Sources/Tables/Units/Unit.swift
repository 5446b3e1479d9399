import NotebookSyntax

/// A unit of measure: a product of UCUM unit codes with whole exponents, such as `umol/L`.
///
/// Two units are equal where they are written with the same codes; `conversion(to:)` tells how units of one dimension
/// become each other. UCUM: https://ucum.org/ucum
public struct Unit: Hashable, Sendable, CustomStringConvertible {
  /// Codes with their exponents, sorted by code, no exponent zero.
  private var factors: [Factor]

  private struct Factor: Hashable, Sendable {
    var code: String
    var exponent: Int
  }

  /// The unit of a pure number, UCUM's `1`.
  public static let one = Unit(factors: [])

  private init(factors: [Factor]) {
    self.factors = factors.filter { $0.exponent != 0 }.sorted { $0.code.utf8.lexicographicallyPrecedes($1.code.utf8) }
  }

  public var isOne: Bool { factors.isEmpty }

  /// The codes in order, each with its exponent.
  var codes: [(code: String, exponent: Int)] { factors.map { ($0.code, $0.exponent) } }

  public struct Unknown: Error, Sendable {
    public let code: String
    public let suggestion: String?
  }

  /// Reads a UCUM code made of known units, metric prefixes, `.`, `/` and whole exponents.
  public init(code: String) throws(Unknown) {
    var factors: [String: Int] = [:]
    var sign = 1
    var part: [UInt8] = []
    var isPartExpected = true
    func unknown() -> Unknown { Unknown(code: code, suggestion: UnitCodes.suggestion(for: code)) }
    func close(_ part: [UInt8], _ sign: Int) throws(Unknown) {
      guard let (name, exponent) = UnitCodes.split(String(decoding: part, as: UTF8.self)) else { throw unknown() }
      if name != "1" { factors[name, default: 0] += sign * exponent }
    }
    for byte in code.utf8 {
      if byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") {
        if isPartExpected, !(byte == UInt8(ascii: "/") && factors.isEmpty && part.isEmpty) { throw unknown() }
        if !part.isEmpty { try close(part, sign) }
        part = []
        isPartExpected = true
        sign = byte == UInt8(ascii: "/") ? -1 : 1
      } else {
        part.append(byte)
        isPartExpected = false
      }
    }
    guard !isPartExpected else { throw unknown() }
    try close(part, sign)
    self.init(factors: factors.map { Factor(code: $0.key, exponent: $0.value) })
  }

  public var description: String {
    func text(_ factor: Factor) -> String {
      let power = factor.exponent.magnitude
      return factor.code + (power == 1 ? "" : String(power))
    }
    let above = factors.filter { $0.exponent > 0 }.map(text).joined(separator: ".")
    let below = factors.filter { $0.exponent < 0 }.map { "/" + text($0) }.joined()
    return above.isEmpty ? (below.isEmpty ? "1" : "1" + below) : above + below
  }

  /// As a reader expects it in a table's head: `years`, `µmol/L`, `10⁹/L`.
  public var display: String {
    if factors.count == 1, factors[0].exponent == 1, let word = UnitCodes.words[factors[0].code] { return word }
    var text = ""
    for part in description.split(separator: "/", omittingEmptySubsequences: false) {
      let isMicro = part.hasPrefix("u") && part != "u"
      let shown = isMicro ? "µ" + part.dropFirst() : part == "10*9" ? "10⁹" : part == "10*12" ? "10¹²" : String(part)
      text += (text.isEmpty ? "" : "/") + shown.filter { $0 != "[" && $0 != "]" }
    }
    return text
  }

  public func multiplied(by other: Unit, power: Int = 1) -> Unit {
    var sum: [String: Int] = [:]
    for factor in factors { sum[factor.code, default: 0] += factor.exponent }
    for factor in other.factors { sum[factor.code, default: 0] += Self.product(factor.exponent, power) }
    return Unit(factors: sum.map { Factor(code: $0.key, exponent: $0.value) })
  }

  /// Exponents that no quantity has stay where they are instead of overflowing.
  private static func product(_ exponent: Int, _ power: Int) -> Int {
    let (product, overflows) = exponent.multipliedReportingOverflow(by: power)
    return overflows ? 999 : max(-999, min(999, product))
  }

  public func raised(to power: Int) -> Unit {
    Unit(factors: factors.map { Factor(code: $0.code, exponent: Self.product($0.exponent, power)) })
  }
}
