internal import CGSL

/// What a generalized linear model found.
public struct GeneralizedLinearModelFit: Sendable {
  /// One per design column, on the scale of the link; nil where the column is aliased.
  public let coefficients: [Double?]
  /// The columns that were estimated, ascending: the rows and columns of the covariances.
  public let estimable: [Int]
  /// The columns that depend on columns to their left, ascending.
  public let aliased: [Int]
  /// (X'WX)⁻¹ of the estimable columns.
  public let unscaledCovariance: Matrix
  public let family: Family
  public let link: Link
  /// Twice the log-likelihood that the model lacks to one with as many parameters as rows.
  public let deviance: Double
  /// The deviance of the intercept alone.
  public let nullDeviance: Double
  /// Rows minus rank.
  public let degreesOfFreedom: Int
  /// Whether an intercept was among the estimated columns.
  public let hasIntercept: Bool
  /// The sum of squared Pearson residuals.
  public let pearson: Double
  /// μ, one per row.
  public let fitted: [Double]
  /// x'β + offset, one per row.
  public let predictors: [Double]
  /// Signed square roots of the rows' deviances.
  public let devianceResiduals: [Double]
  /// The fit as leverages and robust covariances read it; its residuals are Pearson's.
  public let working: WorkingLeastSquares
  /// At the maximum; nil for quasi-likelihoods, and where it is not finite.
  public let logLikelihood: Double?
  /// A negative binomial's θ with its standard error, where it was estimated.
  public internal(set) var theta: (estimate: Double, standardError: Double)?
  /// How many steps scoring took.
  public let steps: Int
  /// The length of the last step in units of standard errors.
  public let decrement: Double
  let problem: GeneralizedLinearModel.Problem

  init(
    _ problem: GeneralizedLinearModel.Problem, _ solution: ScoringSolution, nullDeviance: Double, columns: Int,
    kept: [Int], aliased: [Int], hasIntercept: Bool
  ) {
    var coefficients = [Double?](repeating: nil, count: columns)
    for (position, column) in kept.enumerated() { coefficients[column] = solution.coefficients[position] }
    self.coefficients = coefficients
    estimable = kept
    self.aliased = aliased
    self.problem = problem
    family = problem.family
    link = problem.link
    deviance = solution.deviance
    self.nullDeviance = nullDeviance
    self.hasIntercept = hasIntercept
    degreesOfFreedom = problem.response.count - kept.count
    fitted = solution.means.map(\.value)
    predictors = solution.predictors
    steps = solution.steps
    decrement = solution.decrement
    working = WorkingLeastSquares(
      solution.factor, design: problem.design, rootWeights: solution.rootWeights, precisions: solution.precisions,
      residuals: solution.residuals)
    unscaledCovariance = working.basis.times(working.basis.transposed)
    pearson = DoubleDouble.sumOfSquares(solution.residuals)
    var total = 0.0
    for weight in problem.weights { total += weight }
    var logLikelihood: Double? = 0
    var residuals: [Double] = []
    for (row, mean) in solution.means.enumerated() {
      let y = problem.response[row]
      let weight = problem.weights[row]
      let part = problem.family.logLikelihood(y, mean, weight: weight, dispersion: solution.deviance / total)
      if let sum = logLikelihood { logLikelihood = part.map { sum + $0 } }
      let size = (weight * problem.family.unitDeviance(y, mean)).squareRoot()
      residuals.append(problem.family.residual(y, mean) < 0 ? -size : size)
    }
    // A gamma of an exact fit has an infinite shape.
    self.logLikelihood = logLikelihood.flatMap { $0.isFinite ? $0 : nil }
    devianceResiduals = residuals
  }

  /// The last step of scoring as weighted least squares: residuals of its response, and their variances but for the
  /// dispersion; one per row.
  public var workingResponse: (residuals: [Double], variances: [Double]) {
    let roots = working.rootWeights ?? [Double](repeating: 1, count: working.residuals.count)
    return (zip(working.residuals, roots).map { $0 / $1 }, roots.map { 1 / ($0 * $0) })
  }

  /// The number of estimated columns.
  public var rank: Int { estimable.count }

  /// Pearson's chi-square over the degrees of freedom where the family estimates it, else 1; nil without degrees of
  /// freedom.
  public var dispersion: Double? {
    guard family.estimatesDispersion else { return 1 }
    return degreesOfFreedom > 0 ? pearson / Double(degreesOfFreedom) : nil
  }

  /// Of the t distribution that coefficients are compared with: infinite, the normal distribution, where the dispersion
  /// is known.
  public var inferenceDegreesOfFreedom: Double {
    family.estimatesDispersion ? Double(degreesOfFreedom) : .infinity
  }

  /// The standard error of a combination of the estimable columns; nil without a dispersion.
  public func standardError(contrast: [Double]) -> Double? {
    dispersion.map { ($0 * unscaledCovariance.form(contrast, contrast)).squareRoot() }
  }

  /// One per design column; nil where aliased or without a dispersion.
  public var standardErrors: [Double?] {
    var errors = [Double?](repeating: nil, count: coefficients.count)
    guard let dispersion else { return errors }
    for (position, column) in estimable.enumerated() {
      errors[column] = (dispersion * unscaledCovariance[position, position]).squareRoot()
    }
    return errors
  }

  /// Parameters that Akaike's and Schwarz's criteria count: Gamma's shape and an estimated θ among them.
  public var parameters: Int { rank + (family == .gamma || theta != nil ? 1 : 0) }

  /// nil without a likelihood.
  public var aic: Double? { logLikelihood.map { -2 * $0 + 2 * Double(parameters) } }

  /// nil without a likelihood.
  public var bic: Double? {
    logLikelihood.map { -2 * $0 + log(Double(fitted.count)) * Double(parameters) }
  }

  /// The deviance of the model with some of the design's columns only; θ is kept.
  ///
  /// - Returns: the deviance and how many of the columns could be estimated.
  /// - Throws: as `GeneralizedLinearModel.fit`.
  public func deviance(of columns: [Int]) throws(StatisticsError) -> (deviance: Double, rank: Int) {
    let positions = columns.compactMap { estimable.firstIndex(of: $0) }
    guard !positions.isEmpty else {
      var smaller = problem
      smaller.design = Matrix(rows: problem.response.count, columns: 0)
      return (try ScoringSolution(smaller).deviance, 0)
    }
    let factor = try ColumnFactor(
      response: problem.response, design: problem.design.columns(positions), tolerance: 1e-7)
    var smaller = problem
    smaller.design = problem.design.columns(factor.kept.map { positions[$0] })
    return (try ScoringSolution(smaller).deviance, factor.rank)
  }
}

extension Matrix {
  /// Some of the columns.
  func columns(_ chosen: [Int]) -> Matrix {
    if chosen.count == columns, chosen == Array(0..<columns) { return self }
    var result = Matrix(rows: rows, columns: chosen.count)
    for row in 0..<rows {
      for (position, column) in chosen.enumerated() {
        result.elements[row &* chosen.count &+ position] = elements[row &* columns &+ column]
      }
    }
    return result
  }
}
