import Statistics
import Testing

/// Worked by hand from the formulas of Austin (2009) and Yang & Dalton (2012).
@Suite("Standardized differences of groups")
struct BaselineDifferenceTests {
  /// Means 3 and 6, variances 2.5 and 10: −3 / √6.25.
  @Test func ofMeans() throws {
    let value = try #require(BaselineDifference.ofMeans([1, 2, 3, 4, 5], [2, 4, 6, 8, 10]))
    #expect(abs(value + 1.2) < 1e-15)
  }

  /// 30% against 50%: 0.2 / √0.23. The order of levels and groups changes nothing.
  @Test func ofTwoShares() throws {
    let value = try #require(BaselineDifference.ofShares([30, 70], [50, 50]))
    #expect(abs(value - 0.417_028_828_114_149_54) < 1e-15)
    for other in [
      BaselineDifference.ofShares([70, 30], [50, 50]), BaselineDifference.ofShares([50, 50], [30, 70]),
      BaselineDifference.ofShares([30, 0, 70], [50, 0, 50]),
    ] {
      #expect(abs(try #require(other) - value) < 1e-15)
    }
  }

  /// (20, 50, 30)% against (40, 40, 20)%: S = (0.2, −0.13; −0.13, 0.245), det 0.0321, so √(0.0066 / 0.0321).
  @Test func ofThreeShares() throws {
    let expected = 0.453_439_606_381_615_1
    let groups = [[20, 50, 30], [40, 40, 20]]
    for order in [[0, 1, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]] {
      let value = BaselineDifference.ofShares(order.map { groups[0][$0] }, order.map { groups[1][$0] })
      // Another level left out solves another system of equations: a few units in the last place.
      #expect(abs(try #require(value) - expected) < 1e-14)
    }
  }

  @Test func isAbsentWhereNothingVaries() {
    #expect(BaselineDifference.ofMeans([1], [2, 3]) == nil)
    #expect(BaselineDifference.ofMeans([1, 1], [2, 2]) == nil)
    #expect(BaselineDifference.ofMeans([], []) == nil)
    #expect(BaselineDifference.ofShares([0, 0], [1, 2]) == nil)
    // All of one group in one level and all of the other in another: no spread to measure by.
    #expect(BaselineDifference.ofShares([5, 0], [0, 5]) == nil)
    #expect(BaselineDifference.ofShares([5, 0], [3, 0]) == 0)
  }
}
