import Statistics
import Testing

@Suite struct SummaryTests {
  @Test func momentsAndOrder() throws {
    let summary = try Summary([4, 1, 3, 2, 10])
    #expect(summary.count == 5)
    #expect(summary.mean == 4)
    #expect(summary.standardDeviation == 12.5.squareRoot())
    #expect(summary.minimum == 1)
    #expect(summary.maximum == 10)
    #expect(summary.median == 3)
  }

  // R: quantile(c(4, 1, 3, 2, 10, 7), p, type = 7).
  @Test(arguments: [(0.0, 1.0), (0.25, 2.25), (0.5, 3.5), (0.9, 8.5), (1.0, 10.0)])
  func quantileType7(probability: Double, expected: Double) throws {
    #expect(abs(try Summary([4, 1, 3, 2, 10, 7]).quantile(probability) - expected) < 1e-15 * 10)
  }

  @Test func oneNumber() throws {
    let summary = try Summary([7])
    #expect(summary.standardDeviation == nil)
    #expect(summary.quantile(0.3) == 7)
  }

  @Test func errors() {
    #expect(throws: StatisticsError.noRows) { try Summary([]) }
    #expect(throws: StatisticsError.nonFinite(row: 1, column: .response)) { try Summary([1, .nan]) }
  }
}
