internal import CGSL

/// Intervals of coefficients from the profile likelihood.
///
/// The limits b of coefficient j are where the deviance, minimized over the other coefficients with β_j = b held,
/// exceeds the minimum by φ z². Venzon & Moolgavkar (1988), Appl Stat 37:87–94. θ of a negative binomial is held.
public struct ProfileLikelihood {
  private let fit: GeneralizedLinearModelFit
  private let position: Int
  private let others: [Int]

  /// - Parameter column: an estimable column of the design.
  public init(_ fit: GeneralizedLinearModelFit, column: Int) {
    self.fit = fit
    position = fit.estimable.firstIndex(of: column) ?? 0
    let own = position
    others = (0..<fit.rank).filter { $0 != own }
  }

  /// Both limits for a quantile z of the normal distribution; nil where the deviance never rises that far, so that the
  /// interval has no end on that side.
  ///
  /// - Throws: `notConverged` where a held value cannot be fitted.
  public func interval(quantile: Double) throws(StatisticsError) -> (low: Double?, high: Double?) {
    guard let dispersion = fit.dispersion, let estimate = fit.coefficients[fit.estimable[position]] else {
      return (nil, nil)
    }
    let error = (dispersion * fit.unscaledCovariance[position, position]).squareRoot()
    let target = dispersion * quantile * quantile
    return (
      try limit(estimate, -error * quantile, target), try limit(estimate, error * quantile, target)
    )
  }

  /// Newton on the signed root of the rise, which is nearly linear, inside a bracket.
  private func limit(_ estimate: Double, _ reach: Double, _ target: Double) throws(StatisticsError) -> Double? {
    var inside = 0.0
    var outside: Double?
    var distance = 1.0  // in units of `reach`
    for _ in 0..<60 {
      guard let point = point(estimate + distance * reach) else {
        outside = distance
        distance = (inside + distance) / 2
        continue
      }
      let rise = max(point.rise, 0)
      if abs(rise - target) <= 1e-11 * target { return estimate + distance * reach }
      if rise < target { inside = distance } else { outside = distance }
      // d√rise / d distance
      let slope = point.slope * reach / (2 * rise.squareRoot())
      var next = distance + (target.squareRoot() - rise.squareRoot()) / slope
      if !(next > inside && next < outside ?? (4 * max(distance, 1))) || slope.isNaN {
        next = outside.map { (inside + $0) / 2 } ?? (2 * max(distance, 1))
      }
      if next > 1e4 { return nil }
      if abs(next - distance) <= 1e-13 * distance { return estimate + next * reach }
      distance = next
    }
    throw .notConverged(.iterations(60))
  }

  /// How far the deviance is above its minimum with the coefficient held, and its derivative by the held value.
  private func point(_ value: Double) -> (rise: Double, slope: Double)? {
    var problem = fit.problem
    let held = (0..<problem.design.rows).map { problem.design[$0, position] }
    problem.offset = zip(problem.offset, held).map { $0 + value * $1 }
    problem.design = problem.design.columns(others)
    let start = others.map { fit.coefficients[fit.estimable[$0]] ?? 0 }
    guard let solution = try? ScoringSolution(problem, start: start) else { return nil }
    // −2 x_j'W(z − η): the score of the held coefficient.
    var score = 0.0
    for row in held.indices { score += held[row] * solution.rootWeights[row] * solution.residuals[row] }
    return (solution.deviance - fit.deviance, -2 * score)
  }
}
