internal import CGSL

/// A fitted model for repeated measures. Units are those of the columns given.
public struct RepeatedMeasuresFit: Sendable {
  public let method: LinearMixedModel.Method
  public let structure: CovarianceStructure
  public let inference: RepeatedMeasuresModel.Inference
  /// One estimate per fixed column; nil where the column is aliased.
  public let fixedEffects: [Double?]
  /// One standard error per fixed column, adjusted where the method adjusts; nil where aliased.
  public let standardErrors: [Double?]
  /// One per fixed column; nil where aliased.
  public let degreesOfFreedom: [Double?]
  /// The fixed columns that were estimated, ascending.
  public let estimable: [Int]
  public let aliased: [Int]
  /// The covariance of the estimable columns' effects, adjusted where the method adjusts.
  public let fixedCovariance: Matrix
  /// Σ, `visits × visits`.
  public let covariance: Matrix
  /// The log-likelihood; for REML the restricted one, without a log|X'X| term.
  public let logLikelihood: Double
  public let covarianceParameters: Int
  public let subjects: Int
  public let fitted: [Double]
  public let residuals: [Double]
  public let optimizer: OptimizerRecord

  /// Parameters that the criteria count: those of Σ alone for REML, fixed effects as well for ML, as SAS counts them.
  public var countedParameters: Int { covarianceParameters + (method == .ml ? estimable.count : 0) }
  public var deviance: Double { -2 * logLikelihood }
  public var aic: Double { deviance + 2 * Double(countedParameters) }
  /// Schwarz's criterion with the number of subjects, as SAS and mmrm have it.
  public var bic: Double { deviance + log(Double(subjects)) * Double(countedParameters) }

  private let uncertainty: FixedEffectUncertainty

  /// The standard error and degrees of freedom of a contrast.
  ///
  /// - Parameter weights: one weight per estimable column, in the order of `estimable`.
  /// - Returns: 0 and NaN for a contrast of zeros.
  public func contrast(_ weights: [Double]) -> (standardError: Double, degreesOfFreedom: Double) {
    precondition(weights.count == estimable.count, "one weight per estimable column")
    return (fixedCovariance.form(weights, weights).squareRoot(), uncertainty.degreesOfFreedom(weights))
  }

  init(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution,
    _ expansion: LikelihoodExpansion, _ directions: [(eigenvalue: Double, vector: [Double])], _ record: OptimizerRecord,
    inference: RepeatedMeasuresModel.Inference, response: [Double], fixed: Matrix, subjects codes: [Int32]
  ) throws(StatisticsError) {
    let design = deviance.sums.design
    let kept = design.factor.kept
    let uncertainty = try FixedEffectUncertainty(
      deviance, solution, expansion, directions, inference, fixed: fixed, subjects: codes)
    let shift = design.basis.times(solution.effects)
    var estimates = [Double?](repeating: nil, count: fixed.columns)
    var errors = estimates
    var degrees = estimates
    for (position, column) in kept.enumerated() {
      var weights = [Double](repeating: 0, count: kept.count)
      weights[position] = 1
      estimates[column] = design.leastSquares[position] + shift[position]
      errors[column] = uncertainty.covariance[position, position].squareRoot()
      degrees[column] = uncertainty.degreesOfFreedom(weights)
    }
    let residuals = GroupSums.residuals(response, fixed, kept, kept.map { estimates[$0] ?? 0 })
    method = deviance.method
    structure = deviance.structure
    self.inference = inference
    fixedEffects = estimates
    standardErrors = errors
    degreesOfFreedom = degrees
    estimable = kept
    aliased = design.factor.aliased
    fixedCovariance = uncertainty.covariance
    covariance = solution.covariance
    logLikelihood = -solution.deviance / 2
    covarianceParameters = solution.point.count
    subjects = deviance.sums.subjects
    self.residuals = residuals
    fitted = response.indices.map { response[$0] - residuals[$0] }
    optimizer = record
    self.uncertainty = uncertainty
  }
}
