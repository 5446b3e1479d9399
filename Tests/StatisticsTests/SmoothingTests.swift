import Statistics
import Testing

@Suite struct SmoothingTests {
  struct Line: Sendable {
    let x, y: [Double]
    let places, values: [Double]
  }

  // R 4.2.2: lowess(x, y, f = 2/3, iter = 0, delta = 0), printed with 16 digits; invented numbers. R's code and this one
  // add the same terms in another order, so they agree to a few units in the last place.
  static let lines = [
    Line(
      x: [1, 2, 2.5, 3, 4, 4.5, 6, 7, 8, 9.5, 10, 12],
      y: [2.1, 1.8, 3, 2.2, 4.1, 3.9, 5.5, 4.8, 6.1, 5.9, 7.2, 6.5],
      places: [1, 2, 2.5, 3, 4, 4.5, 6, 7, 8, 9.5, 10, 12],
      values: [
        1.682828752075316, 2.304303991393385, 2.625287437321982, 2.953197337911109, 3.693327414022539,
        4.009663065752321, 4.898822016251031, 5.358597646807801, 5.804468204360598, 6.237790529730308,
        6.363642189189892, 6.865422126349119,
      ]),
    // Visits: many values at one x.
    Line(
      x: [0, 0, 0, 1, 1, 2, 4, 4, 8, 8, 12, 24], y: [3, 4, 5, 2, 6, 1, 7, 3, 2, 8, 4, 5],
      places: [0, 1, 2, 4, 8, 12, 24],
      values: [
        4.2549197918206518, 3.1411818359502250, 0.9999999999999999, 4.7941114536580249, 4.7608812246001868,
        4.2314491222462900, 4.8908947914793224,
      ]),
  ]

  @Test(arguments: lines) func localRegressionIsLowess(_ line: Line) throws {
    let smooth = try #require(LocalRegression.smooth(x: line.x, y: line.y, span: 2.0 / 3, at: 100))
    #expect(smooth.map(\.x) == line.places)
    for (own, expected) in zip(smooth.map(\.y), line.values) { #expect(abs(own - expected) < 1e-13) }
  }

  @Test func fewPlacesAreAmongTheMany() throws {
    let line = Self.lines[0]
    let all = try #require(LocalRegression.smooth(x: line.x, y: line.y, span: 2.0 / 3, at: 100))
    let few = try #require(LocalRegression.smooth(x: line.x, y: line.y, span: 2.0 / 3, at: 4))
    #expect(few.count == 4)
    for point in few { #expect(all.contains { $0.x == point.x && $0.y == point.y }) }
  }

  @Test func pointsOfOnePlaceHaveNoLine() {
    #expect(LocalRegression.smooth(x: [2, 2, 2], y: [1, 2, 3], span: 0.5, at: 10) == nil)
    #expect(LocalRegression.smooth(x: [], y: [], span: 0.5, at: 10) == nil)
  }

  // Ranks of tables of the sign test: the greatest k with P(X < k) ≤ 0.025, X ~ Bin(n, 1/2), by R's qbinom(0.025, n, 0.5).
  // Five values have none at 95%: 2 · 2⁻⁵ > 0.05.
  @Test(
    arguments: [
      (5, nil), (6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (25, 8), (50, 18), (100, 40), (2000, 956),
    ] as [(Int, Int?)])
  func ranksOfMedians(count: Int, rank: Int?) {
    #expect(MedianInterval.rank(count: count, level: 0.95) == rank)
  }

  @Test func medianInterval() throws {
    let interval = try #require(MedianInterval.interval([9, 1, 8, 2, 7, 3, 6, 4, 5, 10], level: 0.95))
    #expect(interval.low == 2)
    #expect(interval.high == 9)
    #expect(MedianInterval.interval([], level: 0.95) == nil)
    #expect(MedianInterval.interval([1], level: 0.95) == nil)
  }
}
