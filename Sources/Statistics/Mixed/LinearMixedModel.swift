/// Linear mixed models with one or several random terms, nested or crossed.
public enum LinearMixedModel {
  /// What is maximised.
  public enum Method: Sendable, Equatable {
    /// Restricted likelihood: variances free of the fixed effects' bias.
    case reml
    /// Likelihood.
    case ml
  }

  /// Fits `response = fixed · β + Σ columns · b_group + error`, the sum over the random terms, with b ~ N(0, σ²ΛΛ') for
  /// each term and error ~ N(0, σ²).
  ///
  /// With one grouping factor the rows are reduced to sums per group once. With several the factor with the most
  /// levels is eliminated group by group, and what the others leave is solved by a dense Cholesky factorisation in each
  /// set of levels that meet (`CrossedSums`). Newton's method with the exact Hessian then solves the score
  /// equation of the profiled deviance to the round-off floor, from Λ = I for orthonormal random columns.
  /// A covariance at the edge of what is possible (a variance of 0, a correlation of ±1) is a result:
  /// `singularity` describes it. Only there two more starts look for a lower minimum, so a local minimum inside is
  /// not ruled out (seen in 3 of 24,000 simulated fits with three random columns).
  ///
  /// - Parameters:
  ///   - response: `n` numbers.
  ///   - fixed: `n × p`; columns that depend on columns to their left are left out as `LeastSquares` does.
  ///   - terms: one or more random terms.
  ///   - method: REML or ML.
  ///   - iterations: how many Newton steps to allow from a start; when they run out, `optimizer.converged` is false.
  /// - Throws: `noRows`, `nonFinite`, `tooFewRows`, `oneGroup`, `randomEffectsNotSeparable`, `zeroRandomColumn`,
  ///   `dependentRandomColumn`, for REML `absorbedRandomColumn`, `confoundedTerms`, `tooManyCrossedEffects`, `zeroResidualVariance`; what concerns one of several terms comes as
  ///   `inTerm`.
  /// - Precondition: arguments agree in the number of rows, codes lie in range, every term has a column.
  /// - Complexity: with one grouping factor O(n(p + q)²) once, then O(groups · (q³ + q²p + q²p²)) per step, whatever n
  ///   is. With several O(m³ + np) per step, m the effects beside the largest factor's.
  public static func fit(
    response: [Double], fixed: Matrix, terms: [RandomEffectsTerm], method: Method = .reml, iterations: Int = 100
  ) throws(StatisticsError) -> LinearMixedModelFit {
    let deviance = try ProfiledDeviance(response: response, fixed: fixed, terms: terms, method: method)
    let optimum = try MixedModelOptimum(deviance, iterations: iterations)
    return try LinearMixedModelFit(deviance, optimum, response: response, fixed: fixed, terms: terms)
  }
}
