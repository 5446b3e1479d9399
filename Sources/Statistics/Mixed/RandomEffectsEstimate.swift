/// What a fit says of one random term.
public struct RandomEffectsEstimate: Sendable {
  /// The covariance σ²ΛΛ' of a group's random effects, `q × q`.
  public let covariance: Matrix
  /// The conditional modes b of the random effects, a row per group code, a column per random column.
  public let effects: Matrix
  /// The conditional standard deviations of `effects` given θ and σ, in the same shape.
  public let conditionalStandardDeviations: Matrix
  /// What is degenerate about the covariance; nil if nothing is.
  public let singularity: Singularity?

  /// The standard deviation of each random column's coefficient.
  public var standardDeviations: [Double] { (0..<covariance.rows).map { covariance[$0, $0].squareRoot() } }

  /// The correlation of two random coefficients; nil if either has no variance.
  public func correlation(_ first: Int, _ second: Int) -> Double? {
    let product = covariance[first, first].squareRoot() * covariance[second, second].squareRoot()
    guard product > 0 else { return nil }
    return first == second ? 1 : min(max(covariance[first, second] / product, -1), 1)
  }
}
