import Foundation
import Statistics
import Testing

/// Against mpmath at 40 digits.
@Suite struct DistributionsTests {
  struct Value: Sendable {
    let arguments: [Double]
    let expected: Double
    init(_ arguments: Double..., is expected: Double) {
      self.arguments = arguments
      self.expected = expected
    }
  }

  @Test(arguments: [
    Value(2.5, 7.3, is: 0.039650234665600471608), Value(0.01, 3, is: 0.99264911141285198141),
    Value(1.96, 1e6, is: 0.049996067585269790686), Value(40, 5, is: 1.8411962171772954355e-7),
    Value(8.5, 303.18441035656, is: 8.7280039625986355564e-16), Value(3.1, 31, is: 0.0040977878131968195337),
    Value(0.5, 0.7, is: 0.73040168668233002478), Value(12, 100.25, is: 4.2294927756708009192e-21),
    Value(36.8, 17, is: 1.1915336021573235803e-17), Value(5, 1e9, is: 5.7330324039516284309e-7),
  ])
  func studentTail(value: Value) {
    let (t, df) = (value.arguments[0], value.arguments[1])
    let got = Distributions.studentTwoSided(t, degreesOfFreedom: df)
    // exp of a logarithm of size 45 keeps 14 digits.
    #expect(worstError([got], [value.expected]) < 2e-13)
    #expect(Distributions.studentTwoSided(-t, degreesOfFreedom: df) == got)
  }

  @Test(arguments: [
    Value(0.975, 7.3, is: 2.3450667365477030519), Value(0.975, 303.18441035656, is: 1.9678192980786922834),
    Value(0.975, 1, is: 12.706204736174693314), Value(0.95, 0.6, is: 21.361863223117421438),
    Value(0.9995, 17, is: 3.9651262721190822423), Value(0.975, 31.4, is: 2.0384609298762679376),
    Value(0.6, 12.5, is: 0.25880287736925083328), Value(0.975, 1e6, is: 1.9599663568141066553),
    Value(0.9999999990686774, 4.2, is: 193.41958990716314451),
  ])
  func studentQuantile(value: Value) {
    let (probability, df) = (value.arguments[0], value.arguments[1])
    // 1 − p is exact above ½, so the quantile's own rounding is all there is.
    #expect(
      worstError([Distributions.studentQuantile(probability, degreesOfFreedom: df)], [value.expected]) < 1e-13)
  }

  @Test func studentQuantileOfTheLowerHalf() {
    #expect(Distributions.studentQuantile(0.5, degreesOfFreedom: 3) == 0)
    let lower = Distributions.studentQuantile(0.25, degreesOfFreedom: 8.5)
    #expect(lower == -Distributions.studentQuantile(0.75, degreesOfFreedom: 8.5))
    // Far out and with few degrees of freedom it still ends.
    for df in [0.05, 0.3, 1, 2.5, 30, 1e4, 1e12, .infinity] {
      for probability in [1e-300, 1e-20, 1e-5, 0.4999999] {
        let t = Distributions.studentQuantile(probability, degreesOfFreedom: df)
        guard t.isFinite, t > -1e150 else { continue }
        let back = Distributions.studentTwoSided(t, degreesOfFreedom: df) / 2
        #expect(worstError([back], [probability]) < 1e-11, "\(df) \(probability) \(t)")
      }
    }
  }

  @Test(arguments: [
    Value(3.2, 4, 27, is: 0.028357603853484756317), Value(40.5253474923667, 4, 27, is: 4.869141931596763142e-11),
    Value(1.1, 2.5, 163.5, is: 0.34456713023138774679), Value(0.3, 10, 10, is: 0.96455284122538841925),
    Value(2162.43954511489, 10, 71, is: 5.1434584383514945731e-84),
    Value(1.02, 500, 700, is: 0.40370455438651541421),
  ])
  func fisherTail(value: Value) {
    let got = Distributions.fisherUpper(
      value.arguments[0], numerator: value.arguments[1], denominator: value.arguments[2])
    // Logarithms of size 200 and more: 13 digits.
    #expect(worstError([got], [value.expected]) < 5e-13)
  }

  @Test(arguments: [
    Value(3.84, 1, is: 0.050043521248705103189), Value(20.5, 7.5, is: 0.0063382074312000527536),
    Value(0.1, 3, is: 0.99183742373187647779), Value(300, 100, is: 7.4121008573228767906e-22),
  ])
  func chiSquareTail(value: Value) {
    let got = Distributions.chiSquareUpper(value.arguments[0], degreesOfFreedom: value.arguments[1])
    #expect(worstError([got], [value.expected]) < 1e-12)
  }

  @Test(arguments: [
    Value(0.975, is: 1.9599639845400538556), Value(0.1, is: -1.2815515655446004353),
    Value(1e-10, is: -6.3613409024040561991),
  ])
  func normalQuantile(value: Value) {
    // AS 241 claims 16 digits.
    #expect(worstError([Distributions.normalQuantile(value.arguments[0])], [value.expected]) < 2e-15)
  }

  @Test func edges() {
    #expect(Distributions.studentTwoSided(0, degreesOfFreedom: 4) == 1)
    #expect(Distributions.studentTwoSided(.infinity, degreesOfFreedom: 4) == 0)
    #expect(Distributions.studentTwoSided(.nan, degreesOfFreedom: 4).isNaN)
    #expect(Distributions.fisherUpper(0, numerator: 2, denominator: 3) == 1)
    #expect(Distributions.fisherUpper(.infinity, numerator: 2, denominator: 3) == 0)
    #expect(Distributions.chiSquareUpper(-1, degreesOfFreedom: 3) == 1)
  }

  /// R's `ppoints(5)` and `ppoints(11)`, and their quantiles.
  @Test func normalScores() {
    let few = Distributions.normalScores(count: 5)
    #expect(few.map(\.probability) == [0.625 / 5.25, 1.625 / 5.25, 0.5, 3.625 / 5.25, 4.625 / 5.25])
    #expect(few[2].quantile == 0)
    #expect(few[4].quantile == Distributions.normalQuantile(4.625 / 5.25))
    let many = Distributions.normalScores(count: 11)
    #expect(many.map(\.probability) == (0..<11).map { (Double($0) + 0.5) / 11 })
    #expect(Distributions.normalScores(count: 0).isEmpty)
  }
}
