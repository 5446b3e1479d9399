import Statistics
import Testing

/// Worked by hand for five P values; R's p.adjust gives the same.
@Suite struct MultipleTestingTests {
  static let values = [0.01, 0.04, 0.03, 0.005, 0.5]

  @Test(arguments: [
    ("bonferroni", [0.05, 0.2, 0.15, 0.025, 1]), ("holm", [0.04, 0.09, 0.09, 0.025, 0.5]),
    ("hochberg", [0.04, 0.08, 0.08, 0.025, 0.5]), ("bh", [0.025, 0.05, 0.05, 0.025, 0.5]),
  ])
  func adjusted(method: String, expected: [Double]) {
    let got = MultipleTesting.adjust(Self.values, by: method)
    for (value, truth) in zip(got, expected) { #expect(abs(value - truth) < 1e-15) }
    #expect(MultipleTesting.adjust([], by: method) == [])
    #expect(MultipleTesting.adjust([0.2], by: method) == [0.2])
  }
}
