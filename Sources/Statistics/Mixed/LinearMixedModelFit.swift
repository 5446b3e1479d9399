internal import CGSL

/// A fitted linear mixed model. Units are those of the columns given.
public struct LinearMixedModelFit: Sendable {
  /// REML or ML.
  public let method: LinearMixedModel.Method
  /// One estimate per fixed column; nil where the column is aliased.
  public let fixedEffects: [Double?]
  /// One standard error per fixed column; nil where aliased.
  public let standardErrors: [Double?]
  /// Satterthwaite's degrees of freedom per fixed column; nil where aliased.
  public let degreesOfFreedom: [Double?]
  /// The fixed columns that were estimated, ascending.
  public let estimable: [Int]
  /// The fixed columns that depend on columns to their left, ascending.
  public let aliased: [Int]
  /// σ²(X'V⁻¹X)⁻¹ of the estimable columns.
  public let fixedCovariance: Matrix
  /// The entries of the relative covariance factors Λ, term by term as given, each lower triangle column by column (only
  /// the diagonal without correlations); their diagonals are not negative.
  public let theta: [Double]
  /// The residual standard deviation.
  public let sigma: Double
  /// The random terms, in the order given.
  public let terms: [RandomEffectsEstimate]
  /// The log-likelihood; for REML the restricted one, without a log|X'X| term, as lme4 has it.
  public let logLikelihood: Double
  /// Fixed effects, entries of θ, and σ.
  public let parameterCount: Int
  /// Fixed and random effects together, one per row.
  public var fitted: [Double] { response.indices.map { response[$0] - residuals[$0] } }
  /// Fixed effects alone, one per row.
  public var fittedFixedOnly: [Double] {
    let residuals = fixedResiduals()
    return response.indices.map { response[$0] - residuals[$0] }
  }
  /// Response minus `fitted`, one per row.
  public let residuals: [Double]
  /// How the search went.
  public let optimizer: OptimizerRecord

  private let response: [Double]
  /// Response minus fixed effects, for who asks: beside the residuals it would be a third column as long as the data.
  private let fixedResiduals: @Sendable () -> [Double]
  private let degreesOfFreedomOfContrast: Satterthwaite
  /// The deviance and its minimum, for what is computed on request.
  let chart: DevianceChart
  let solution: MixedModelSolution

  /// −2 log-likelihood (the REML criterion for REML).
  public var deviance: Double { -2 * logLikelihood }

  /// Akaike's criterion with all parameters counted, as lme4 has it.
  public var aic: Double { deviance + 2 * Double(parameterCount) }

  /// Schwarz's criterion with the number of rows, as lme4 has it also for REML.
  public var bic: Double { deviance + log(Double(response.count)) * Double(parameterCount) }

  /// Whether any term's covariance is degenerate.
  public var isSingular: Bool { terms.contains { $0.singularity != nil } }

  /// The standard error of a contrast.
  ///
  /// - Parameter contrast: one weight per estimable column, in the order of `estimable`.
  public func standardError(contrast: [Double]) -> Double {
    precondition(contrast.count == estimable.count, "one weight per estimable column")
    return fixedCovariance.form(contrast, contrast).squareRoot()
  }

  /// Satterthwaite's degrees of freedom of a contrast.
  ///
  /// - Parameter contrast: one weight per estimable column, in the order of `estimable`.
  /// - Returns: degrees of freedom; NaN for a contrast of zeros.
  public func satterthwaite(contrast: [Double]) -> Double {
    precondition(contrast.count == estimable.count, "one weight per estimable column")
    return degreesOfFreedomOfContrast(contrast)
  }

  init(
    _ deviance: ProfiledDeviance, _ optimum: MixedModelOptimum, response: [Double], fixed: Matrix,
    terms: [RandomEffectsTerm]
  ) throws(StatisticsError) {
    let sums = deviance.sums
    let solution = optimum.solution
    let variance = solution.residualSquares / optimum.chart.count
    let sigma = variance.squareRoot()
    let kept = sums.design.factor.kept

    let shift = sums.basis.times(solution.fixedEffects)
    var covariance = sums.basis.times(solution.covariance).times(sums.basis.transposed)
    for index in covariance.elements.indices { covariance.elements[index] *= variance }
    let satterthwaite = try Satterthwaite(optimum.chart, solution)
    var estimates = [Double?](repeating: nil, count: fixed.columns)
    var errors = estimates
    var degrees = estimates
    for (position, column) in kept.enumerated() {
      estimates[column] = sums.design.leastSquares[position] + shift[position]
      errors[column] = covariance[position, position].squareRoot()
      var contrast = [Double](repeating: 0, count: kept.count)
      contrast[position] = 1
      degrees[column] = satterthwaite(contrast)
    }

    let lambda = optimum.lambda
    let theta = optimum.chart.shape.parameters(lambda)
    let modes = sums.modes(of: solution, sigma: sigma)

    // About the least-squares fit, so that a large mean costs the residuals no digits.
    let leastSquares = sums.design.residuals
    let fixedResiduals = { @Sendable in GroupSums.residuals(leastSquares, fixed, kept, shift) }
    var residuals = fixedResiduals()
    for (term, modes) in zip(terms, modes) {
      let q = term.columns.columns
      for row in response.indices {
        let start = row &* q
        let effects = Int(term.groups[row]) &* q
        for column in 0..<q {
          residuals[row] -= term.columns.elements[start &+ column] * modes.effects.elements[effects &+ column]
        }
      }
    }

    method = deviance.method
    fixedEffects = estimates
    standardErrors = errors
    degreesOfFreedom = degrees
    estimable = kept
    aliased = sums.design.factor.aliased
    fixedCovariance = covariance
    self.theta = theta
    self.sigma = sigma
    self.terms = terms.indices.map { index in
      let own = lambda.block(sums.blocks[index].columns)
      var covariance = own.times(own.transposed)
      for index in covariance.elements.indices { covariance.elements[index] *= variance }
      return RandomEffectsEstimate(
        covariance: covariance, effects: modes[index].effects,
        conditionalStandardDeviations: modes[index].standardDeviations,
        singularity: Singularity(own, random: terms[index].columns))
    }
    logLikelihood = -solution.deviance / 2
    parameterCount = kept.count + theta.count + 1
    self.response = response
    self.fixedResiduals = fixedResiduals
    self.residuals = residuals
    optimizer = optimum.record
    degreesOfFreedomOfContrast = satterthwaite
    chart = optimum.chart
    self.solution = solution
  }
}
