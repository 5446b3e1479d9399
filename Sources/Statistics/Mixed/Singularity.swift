/// A term's random-effects covariance of less than full rank, by lme4's rule: an entry on Λ's diagonal below 1e-4. Unlike
/// lme4's, the rule is applied to columns of unit mean square, so that it does not depend on the unit of a slope.
///
/// Both lists can be empty: then only a combination of coefficients has (nearly) no variance.
public struct Singularity: Sendable, Equatable {
  /// Two random columns.
  public struct Pair: Sendable, Equatable {
    /// The column to the left.
    public let first: Int
    /// The column to the right.
    public let second: Int
    /// Whether the correlation is −1 rather than 1.
    public let isNegative: Bool
  }

  /// The random columns whose coefficient does not vary between groups.
  public let zeroVariance: [Int]
  /// The pairs whose coefficients are perfectly correlated.
  public let perfectCorrelation: [Pair]

  static let tolerance = 1e-4

  /// nil if the factor is regular.
  ///
  /// - Parameters:
  ///   - factor: Λ for random columns as given, `q × q`.
  ///   - random: those columns, `n × q`.
  init?(_ factor: Matrix, random: Matrix) {
    var lambda = factor
    for column in 0..<random.columns {
      var squares = 0.0
      for row in 0..<random.rows { squares += random[row, column] * random[row, column] }
      let scale = (squares / Double(random.rows)).squareRoot()
      for other in 0...column { lambda[column, other] = factor[column, other] * scale }
    }
    let size = lambda.rows
    guard (0..<size).contains(where: { lambda[$0, $0] < Self.tolerance }) else { return nil }
    let covariance = lambda.times(lambda.transposed)
    let deviations = (0..<size).map { covariance[$0, $0].squareRoot() }
    zeroVariance = (0..<size).filter { deviations[$0] < Self.tolerance }
    var pairs: [Pair] = []
    for second in 0..<size {
      for first in 0..<second where deviations[first] > 0 && deviations[second] > 0 {
        let correlation = covariance[first, second] / deviations[first] / deviations[second]
        guard abs(correlation) > 1 - 1e-6 else { continue }
        pairs.append(Pair(first: first, second: second, isNegative: correlation < 0))
      }
    }
    perfectCorrelation = pairs
  }
}
