import Tables
import Testing

@Suite("Units")
struct UnitTests {
  @Test(arguments: [
    ("umol/L", "umol/L"), ("mg/dL", "mg/dL"), ("10*9/L", "10*9/L"), ("kg/m2", "kg/m2"), ("wk", "wk"), ("1", "1"),
    ("[IU]/mL", "[IU]/mL"),
    ("mmol/l", "mmol/L"), ("mm[Hg]", "mm[Hg]"), ("1/d", "1/d"), ("/d", "1/d"), ("%", "%"), ("m.kg", "kg.m"),
    ("m/m", "1"),
  ])
  func codesAreRead(_ code: String, _ text: String) throws {
    #expect(try Unit(code: code).description == text)
  }

  @Test(arguments: [
    ("weeks", "wk"), ("years", "a"), ("IU/L", "[IU]/L"), ("µmol/L", "umol/L"), ("mgdL", "mg/dL"), ("umol//L", "umol/L"),
    ("zzzzzzzz", nil),
  ])
  func unknownCodesAreRefusedWithASuggestion(_ code: String, _ suggestion: String?) {
    do throws(Unit.Unknown) {
      _ = try Unit(code: code)
      Issue.record("\(code) is no unit")
    } catch {
      #expect(error.suggestion == suggestion)
    }
  }

  @Test(
    arguments: [
      // UCUM's definitions; a year is the Julian year.
      ("wk", "d", 1, 7), ("d", "wk", 7, 1), ("a", "d", 4, 1461), ("d", "a", 730.5, 2), ("wk", "h", 2, 336),
      ("min", "s", 1.5, 90),
      ("mg/dL", "g/L", 100, 1), ("g/dL", "g/L", 3.5, 35), ("umol/L", "mmol/L", 1234, 1.234),
      ("mmol/L", "nmol/mL", 2, 2000),
      ("[lb_av]", "kg", 100, 45.359237), ("[in_i]", "cm", 10, 25.4), ("kg/m2", "g/cm2", 30, 3),
      ("U/L", "mU/mL", 40, 40),
      ("[IU]/mL", "k[IU]/L", 5, 5), ("10*9/L", "10*3/uL", 150, 150), ("10*9/L", "1/uL", 150, 150_000),
      ("%", "1", 5, 0.05),
      ("mm[Hg]", "kPa", 120, 15.99864), ("cal", "J", 1, 4.184), ("mg/d", "g/wk", 1000, 7), ("mL/min", "L/d", 1, 1.44),
    ] as [(String, String, Double, Double)])
  func unitsOfOneDimensionConvertExactly(_ from: String, _ to: String, _ value: Double, _ expected: Double) throws {
    let conversion = try Unit(code: from).conversion(to: Unit(code: to))
    // Not one bit off: factors are rational numbers, and these products and quotients have a nearest double.
    #expect(conversion.map { $0(value) } == expected)
  }

  @Test(arguments: [
    ("U/L", "[IU]/L"), ("U", "kat"), ("Cel", "[degF]"), ("Cel", "K"), ("[pH]", "mol/L"), ("mo", "d"), ("a", "mo"),
    ("wk", "g"),
    ("mg/dL", "umol/L"), ("eq/L", "mol/L"), ("deg", "1"), ("1", "wk"), ("m", "m2"),
  ])
  func unitsOfDifferentDimensionDoNotConvert(_ from: String, _ to: String) throws {
    #expect(try Unit(code: from).conversion(to: Unit(code: to)) == nil)
    #expect(try Unit(code: to).conversion(to: Unit(code: from)) == nil)
  }

  @Test(
    arguments: [
      // The conventional factors of bilirubin and creatinine.
      ("mg/dL", "umol/L", 17.1, 3, 51.3), ("umol/L", "mg/dL", 17.1, 34.2, 2), ("g/L", "mmol/L", 17.1, 1, 1.71),
      ("mg/dL", "mmol/L", 17.1, 10, 0.171), ("mg/dL", "umol/L", 88.4, 1.3, 114.92),
      ("umol/L", "mg/dL", 88.4, 170, 1.9230769230769231),
      ("mg/dL", "umol/L", 17.104, 1, 17.104),
    ] as [(String, String, Double, Double, Double)])
  func theAnalytesFactorGoesBetweenMassAndSubstance(
    _ from: String, _ to: String, _ factor: Double, _ value: Double, _ expected: Double
  ) throws {
    let conversion = try Unit(code: from).conversion(to: Unit(code: to), micromolesPerLitre: factor)
    #expect(conversion.map { $0(value) } == expected)
    #expect(try Unit(code: "wk").conversion(to: Unit(code: "umol"), micromolesPerLitre: factor) == nil)
  }

  @Test func hugeExponentsDoNotConvert() throws {
    #expect(try Unit(code: "wk99").conversion(to: Unit(code: "d99")) == nil)
  }

  @Test func algebra() throws {
    let day = try Unit(code: "d")
    let perYear = try Unit(code: "d/a")
    #expect(day.multiplied(by: perYear, power: -1) == (try Unit(code: "a")))
    #expect(day.multiplied(by: day, power: -1) == .one)
    #expect(try Unit(code: "m").raised(to: 2) == Unit(code: "m2"))
  }

  @Test func displayIsForReaders() throws {
    #expect(try Unit(code: "a").display == "years")
    #expect(try Unit(code: "umol/L").display == "µmol/L")
    #expect(try Unit(code: "10*9/L").display == "10⁹/L")
    #expect(try Unit(code: "[IU]/mL").display == "IU/mL")
  }
}
