/// What the codes of units measure, and how large they are.
///
/// A dimension is a vector of exponents over base quantities. Besides length, mass, time, amount, temperature and current
/// there are quantities that convert into nothing else: enzyme activity in U, effects in [IU], pH, degrees Celsius and
/// Fahrenheit (which have no common zero) and months (which have no common length).
/// Sizes are UCUM's: a week is 7 days, a year the Julian 365.25 days, [lb_av] and mm[Hg] as defined there.
extension UnitCodes {
  struct Definition {
    /// Exponents by base quantity; those that are zero are left out.
    var dimension: [String: Int]
    var size: ExactFactor
  }

  private static func definition(
    _ dimension: [String: Int], _ size: Int = 1, tenTo power: Int = 0
  ) -> Definition {
    Definition(dimension: dimension, size: ExactFactor(size, tenTo: power))
  }

  private static let prefixPowers: [String: Int] = [
    "": 0, "f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "c": -2, "d": -1, "k": 3, "M": 6, "G": 9,
  ]

  /// Units without a prefix, in metres, grams, seconds, moles, kelvins and amperes.
  private static let sizes: [String: Definition] = [
    "m": definition(["m": 1]), "g": definition(["g": 1]), "s": definition(["s": 1]), "mol": definition(["mol": 1]),
    "K": definition(["K": 1]), "A": definition(["A": 1]),
    "L": definition(["m": 3], tenTo: -3), "Hz": definition(["s": -1]),
    "Pa": definition(["g": 1, "m": -1, "s": -2], tenTo: 3),
    "J": definition(["g": 1, "m": 2, "s": -2], tenTo: 3),
    "cal": definition(["g": 1, "m": 2, "s": -2], 4184),
    "W": definition(["g": 1, "m": 2, "s": -3], tenTo: 3),
    "V": definition(["g": 1, "m": 2, "s": -3, "A": -1], tenTo: 3),
    "mm[Hg]": definition(["g": 1, "m": -1, "s": -2], 133_322),
    "min": definition(["s": 1], 60), "h": definition(["s": 1], 3600), "d": definition(["s": 1], 86_400),
    "wk": definition(["s": 1], 604_800), "a": definition(["s": 1], 31_557_600),
    "[lb_av]": definition(["g": 1], 45_359_237, tenTo: -5), "[in_i]": definition(["m": 1], 254, tenTo: -4),
    "1": definition([:]), "%": definition([:], tenTo: -2),
  ]

  static func definition(of code: String) -> Definition {
    if code.hasPrefix("10*"), let power = Int(code.dropFirst(3)) { return definition([:], tenTo: power) }
    if let size = sizes[code] { return size }
    if alone.contains(code) { return definition([code: 1]) }
    let unit = String(code.dropFirst())
    guard let power = prefixPowers[String(code.prefix(1))] else { return definition([code: 1]) }
    if var size = sizes[unit] {
      size.size = size.size.times(ExactFactor(1, tenTo: power)) ?? size.size
      return size
    }
    return alone.contains(unit) ? definition([unit: 1], tenTo: power) : definition([code: 1])
  }

  /// Units that convert only within themselves.
  private static let alone: Set<String> = [
    "U", "[IU]", "kat", "eq", "osm", "mo", "[pH]", "Cel", "[degF]", "[arb'U]", "deg",
  ]
}

extension Unit {
  /// The exponents of the base quantities, and the size in their units; nil where a size leaves the range of numbers.
  private var definition: (dimension: [String: Int], size: ExactFactor)? {
    var dimension: [String: Int] = [:]
    var size = ExactFactor.one
    for (code, exponent) in codes {
      let own = UnitCodes.definition(of: code)
      for (base, power) in own.dimension { dimension[base, default: 0] += power * exponent }
      guard exponent.magnitude < 20, let product = own.size.raised(to: exponent).flatMap(size.times) else { return nil }
      size = product
    }
    return (dimension.filter { $0.value != 0 }, size)
  }

  /// How a number in this unit becomes one in `other`: nil where the two measure different things.
  ///
  /// - Parameter micromolesPerLitre: what one mg/dL of the analyte is in umol/L, where mass and substance may be
  ///   converted into each other.
  public func conversion(to other: Unit, micromolesPerLitre: Double? = nil) -> UnitConversion? {
    if self == other { return .identity }
    guard let own = definition, let others = other.definition else { return nil }
    guard let ratio = own.size.times(others.size.inverse) else { return nil }
    if own.dimension == others.dimension { return UnitConversion(ratio) }
    // 1 mg/dL is 0.01 g/L, so the factor 17.1 makes 1.71 mmol of a gram.
    guard let conventional = micromolesPerLitre.flatMap(ExactFactor.init),
      let molesPerGram = conventional.times(ExactFactor(1, tenTo: -4))
    else { return nil }
    var difference = own.dimension
    for (base, power) in others.dimension { difference[base, default: 0] -= power }
    difference = difference.filter { $0.value != 0 }
    if difference == ["g": 1, "mol": -1] { return ratio.times(molesPerGram).map(UnitConversion.init) }
    if difference == ["g": -1, "mol": 1] { return ratio.times(molesPerGram.inverse).map(UnitConversion.init) }
    return nil
  }
}

extension Unit {
  /// Whether it measures nothing, as `%` and `10*9` do.
  var isDimensionless: Bool { definition?.dimension.isEmpty ?? false }

  /// A unit by a code that is known to be one.
  fileprivate static func known(_ code: String) -> Unit { (try? Unit(code: code)) ?? .one }
}

extension UnitCodes {
  static let day = Unit.known("d")
  static let week = Unit.known("wk")
}
