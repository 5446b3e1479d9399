// NIST's NumAcc1 to NumAcc4. Made by certify.py.

extension CertifiedSet {
  /// Digits of a standard deviation below 12 are what rounding the decimals to doubles leaves of it.
  static let numericalAccuracy: [CertifiedSet] = [
    univariate(
      "NumAcc1", origin: "NIST StRD, by its published formula", [10_000_001, 10_000_003, 10_000_002],
      [
        .init(.mean, "10000002.0", digits: 12),
        .init(.standardDeviation, "1.0", digits: 12),
      ]),
    univariate(
      "NumAcc2", origin: "NIST StRD, by its published formula", alternating(12),
      [
        .init(.mean, "1.2", digits: 12),
        .init(.standardDeviation, "0.1", digits: 12),
      ]),
    univariate(
      "NumAcc3", origin: "NIST StRD, by its published formula", alternating(10_000_002),
      [
        .init(.mean, "1000000.2", digits: 12),
        .init(.standardDeviation, "0.1", digits: 9.4),
      ]),
    univariate(
      "NumAcc4", origin: "NIST StRD, by its published formula", alternating(100_000_002),
      [
        .init(.mean, "10000000.2", digits: 12),
        .init(.standardDeviation, "0.1", digits: 8.2),
      ]),
  ]

  /// A number and 500 pairs of its neighbours, all given in tenths.
  private static func alternating(_ tenths: Int) -> [Double] {
    [Double(tenths) / 10] + (0..<500).flatMap { _ in [Double(tenths - 1) / 10, Double(tenths + 1) / 10] }
  }
}
