import Foundation
import Statistics
import Testing

/// Polynomials and splines against R's `poly` and `ns` over the weights of `mtcars`, and at points beside them.
@Suite struct BasisTests {
  private func rows(_ json: JSON) throws -> [[Double]] {
    try json.list.map { $0.list.isEmpty ? [try $0.number()] : try $0.numbers() }
  }

  /// Entries are of size 1 or less over the points, so that their rounding is absolute; R's QR leaves some units.
  private func compare(_ got: [[Double]], _ want: [[Double]], _ tolerance: Double) {
    #expect(got.count == want.count)
    for (a, b) in zip(got, want) { #expect(worstError(a, b, floors: b.map { _ in 1 }) < tolerance) }
  }

  @Test(arguments: 1...4) func polynomialsAsR(degree: Int) throws {
    let expected = try ReferenceFolder.kept.expected("regression_r")
    let x = try ReferenceFolder.kept.table("mtcars").numbers("wt")
    let basis = try #require(OrthogonalPolynomials(x, degree: degree))
    compare(x.map { basis.values(at: $0) }, try rows(expected["poly\(degree)"]), 2e-14)
    if degree == 4 {
      compare(try expected["new"].numbers().map { basis.values(at: $0) }, try rows(expected["poly4_new"]), 1e-12)
    }
  }

  @Test(arguments: 1...5) func splinesAsR(freedom: Int) throws {
    let expected = try ReferenceFolder.kept.expected("regression_r")
    let x = try ReferenceFolder.kept.table("mtcars").numbers("wt")
    let basis = try #require(NaturalSpline(x, degreesOfFreedom: freedom))
    compare(x.map { basis.values(at: $0) }, try rows(expected["ns\(freedom)"]), 1e-14)
    compare(
      try expected["new"].numbers().map { basis.values(at: $0) }, try rows(expected["ns\(freedom)_new"]), 1e-13)
  }

  @Test(arguments: [UInt64(31), 32]) func columnsAreOrthonormal(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    // A year number's size, and a high degree: what powers themselves could not hold.
    let x = (0..<500).map { _ in 2020 + 3 * generator.uniform() }
    let basis = try #require(OrthogonalPolynomials(x, degree: 12))
    let columns = x.map { basis.values(at: $0) }
    for a in 0..<12 {
      var sum = 0.0
      for row in columns { sum += row[a] }
      #expect(abs(sum) < 1e-12)
      for b in 0...a {
        var product = 0.0
        for row in columns { product += row[a] * row[b] }
        #expect(abs(product - (a == b ? 1 : 0)) < 1e-12)
      }
    }
  }

  @Test func splinesAreLinearBeyondTheirPoints() throws {
    let basis = try #require(NaturalSpline([0, 1, 2, 4, 7, 11, 12], degreesOfFreedom: 3))
    for start in [12.0, 20, -5] {
      let three = [start, start + 1, start + 2].map { basis.values(at: $0) }
      for column in 0..<3 {
        // Second differences of a straight line are its rounding.
        #expect(abs(three[2][column] - 2 * three[1][column] + three[0][column]) < 1e-12 || start < 0 && start + 2 > 0)
      }
    }
  }

  @Test func tooFewValues() {
    #expect(OrthogonalPolynomials([1, 2, 2, 1], degree: 2) == nil)
    #expect(OrthogonalPolynomials([1, 1], degree: 1) == nil)
    #expect(NaturalSpline([1, 1, 1, 1, 2], degreesOfFreedom: 3) == nil)
    #expect(NaturalSpline([3, 3], degreesOfFreedom: 1) == nil)
  }
}
