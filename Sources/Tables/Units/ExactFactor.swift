import NotebookSyntax

/// A positive rational number times a power of ten, exact: what conversions of units are made of.
struct ExactFactor: Hashable, Sendable {
  private(set) var numerator: Int
  private(set) var denominator: Int
  private(set) var powerOfTen: Int

  static let one = ExactFactor(1)

  init(_ numerator: Int, tenTo powerOfTen: Int = 0) {
    self.init(numerator, 1, powerOfTen)
  }

  private init(_ numerator: Int, _ denominator: Int, _ powerOfTen: Int) {
    var (a, b) = (numerator, denominator)
    while b != 0 { (a, b) = (b, a % b) }
    self.numerator = numerator / a
    self.denominator = denominator / a
    self.powerOfTen = powerOfTen
    while self.numerator.isMultiple(of: 10) {
      (self.numerator, self.powerOfTen) = (self.numerator / 10, self.powerOfTen + 1)
    }
    while self.denominator.isMultiple(of: 10) {
      (self.denominator, self.powerOfTen) = (self.denominator / 10, self.powerOfTen - 1)
    }
  }

  /// The shortest decimal that reads back to `value`, taken literally: 17.1 is 171/10. Nil for what is no positive number.
  init?(_ value: Double) {
    guard value > 0, value.isFinite else { return nil }
    let parts = value.description.split(separator: "e")
    let decimal = parts[0].split(separator: ".")
    guard let exponent = parts.count > 1 ? Int(parts[1]) : 0, let whole = decimal.first else { return nil }
    let fraction = decimal.count > 1 ? String(decimal[1]) : ""
    guard let digits = Int(whole + fraction), digits > 0 else { return nil }
    self.init(digits, 1, exponent - fraction.utf8.count)
  }

  /// Nil where it leaves the range of whole numbers.
  func times(_ other: ExactFactor) -> ExactFactor? {
    let (above, overflow) = numerator.multipliedReportingOverflow(by: other.numerator)
    let (below, underflow) = denominator.multipliedReportingOverflow(by: other.denominator)
    return overflow || underflow ? nil : ExactFactor(above, below, powerOfTen + other.powerOfTen)
  }

  var inverse: ExactFactor { ExactFactor(denominator, numerator, -powerOfTen) }

  func raised(to power: Int) -> ExactFactor? {
    var result: ExactFactor? = .one
    let base = power < 0 ? inverse : self
    for _ in 0..<power.magnitude { result = result?.times(base) }
    return result
  }
}

/// How a number in one unit becomes a number in another.
public struct UnitConversion: Hashable, Sendable {
  /// What to multiply by and what to divide by. Up to 2⁵³ they are exact, so a value such as 1.3 is rounded twice at most.
  public let multiplier: Double
  public let divisor: Double

  static let identity = UnitConversion(multiplier: 1, divisor: 1)

  private init(multiplier: Double, divisor: Double) {
    self.multiplier = multiplier
    self.divisor = divisor
  }

  init(_ factor: ExactFactor) {
    func scaled(_ value: Int, _ power: Int) -> Double {
      // Powers of ten are exact up to 10²².
      (0..<max(0, power)).reduce(Double(value)) { product, _ in product * 10 }
    }
    self.init(
      multiplier: scaled(factor.numerator, factor.powerOfTen), divisor: scaled(factor.denominator, -factor.powerOfTen))
  }

  public var isIdentity: Bool { multiplier == divisor }

  /// One multiplication and one division, each left out where it changes nothing.
  public func callAsFunction(_ value: Double) -> Double {
    if divisor == 1 { return multiplier == 1 ? value : value * multiplier }
    return multiplier == 1 ? value / divisor : value * multiplier / divisor
  }

  /// As `callAsFunction` for a value that was written as a decimal: the product of the decimals, rounded once, so that 6.13
  /// mg/dL of bilirubin are 104.823 umol/L and nothing behind it.
  func decimal(_ value: Double) -> Double {
    guard let factor = ExactFactor(multiplier), let divisor = ExactFactor(divisor),
      let product = ExactFactor(value.magnitude)?.times(factor)?.times(divisor.inverse)
    else { return self(value) }
    let exact = UnitConversion(product)
    // Beyond 2⁵³ numerator or denominator is rounded itself.
    guard exact.multiplier <= 0x1p53, exact.divisor <= 0x1p53 else { return self(value) }
    return value < 0 ? -exact.factor : exact.factor
  }

  /// The factor as a reader expects it: 17.1.
  public var factor: Double { multiplier / divisor }
}
