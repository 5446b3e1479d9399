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
