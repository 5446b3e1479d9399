/// −2 log-likelihood of a linear mixed model as a function of θ alone: fixed effects and residual variance are at
/// their best for that θ.
///
/// θ holds the entries of the relative covariance factors Λ, term by term as they are given, each lower triangle column
/// by column (only the diagonal without correlations), so that the random effects have covariance σ²ΛΛ'. Bates, Mächler, Bolker & Walker (2015),
/// J. Stat. Softw. 67(1), eqs. 34 and 41. With one grouping factor it is evaluated from sums per group, so the cost of
/// an evaluation does not depend on the number of rows.
public struct ProfiledDeviance: Sendable {
  let sums: any MixedModelSums
  let method: LinearMixedModel.Method
  /// θ for the random columns as given.
  private let chart: DevianceChart

  /// Reads the rows once.
  ///
  /// Arguments, errors and preconditions are those of `LinearMixedModel.fit`.
  public init(
    response: [Double], fixed: Matrix, terms: [RandomEffectsTerm], method: LinearMixedModel.Method
  ) throws(StatisticsError) {
    precondition(!terms.isEmpty, "a mixed model has a random term")
    for term in terms {
      precondition(
        term.columns.rows == response.count && term.groups.count == response.count, "arguments disagree in rows")
      precondition(term.columns.columns > 0, "a random term has a column")
    }
    let design = try OrthonormalDesign(response: response, design: fixed)
    let occupied = try RandomTermChecks.occupiedGroups(terms)
    let random = Matrix(sideBySide: terms.map(\.columns))
    let blocks = RandomBlock.blocks(terms)
    if terms.count > 1 {
      try RandomTermChecks.separable(terms, occupied: occupied)
      try RandomTermChecks.distinct(terms)
    }
    let sums: any MixedModelSums
    do throws(StatisticsError) {
      if terms.allSatisfy({ $0.groups == terms[0].groups && $0.groupCount == terms[0].groupCount }) {
        sums = try GroupSums(
          design: design, fixed: fixed, random: random, blocks: blocks, groups: terms[0].groups,
          groupCount: terms[0].groupCount)
      } else {
        sums = try CrossedSums(design: design, fixed: fixed, terms: terms, random: random, blocks: blocks)
      }
    } catch {
      throw RandomTermChecks.located(error, blocks)
    }
    let shape = CovarianceFactor(blocks: blocks, transform: sums.randomBasis.triangle)
    let parameters = sums.rank + shape.positions.count + 1
    guard sums.rows >= parameters else { throw .tooFewRows(rows: sums.rows, parameters: parameters) }
    if terms.count == 1 { try RandomTermChecks.separable(terms, occupied: occupied) }
    try RandomTermChecks.independent(terms)
    if method == .reml { try RandomTermChecks.identifiable(terms, occupied: occupied, design, fixed) }
    var largest = 0.0
    for value in response { largest = max(largest, abs(value)) }
    let exact = Double(sums.rows).squareRoot() * 16 * largest.ulp
    guard sums.residualSquares.squareRoot() > exact else { throw .zeroResidualVariance }
    self.sums = sums
    self.method = method
    chart = DevianceChart(sums: sums, shape: shape, method: method)
  }

  /// The deviance of sums that are known to be sound.
  init(sums: any MixedModelSums, method: LinearMixedModel.Method) {
    self.sums = sums
    self.method = method
    chart = DevianceChart(
      sums: sums, shape: CovarianceFactor(blocks: sums.blocks, transform: sums.randomBasis.triangle), method: method)
  }

  /// The number of entries of θ.
  public var parameterCount: Int { chart.shape.positions.count }

  /// The deviance at a θ; infinite where doubles cannot represent it.
  ///
  /// - Precondition: `theta.count == parameterCount`.
  public func callAsFunction(_ theta: [Double]) -> Double {
    precondition(theta.count == parameterCount, "one value per parameter")
    return chart.solution(at: theta)?.deviance ?? .infinity
  }

  /// The deviance with its exact gradient and Hessian in θ; nil where doubles cannot represent it.
  ///
  /// - Precondition: `theta.count == parameterCount`.
  public func derivatives(at theta: [Double]) -> (deviance: Double, gradient: [Double], hessian: Matrix)? {
    precondition(theta.count == parameterCount, "one value per parameter")
    guard let solution = chart.solution(at: theta) else { return nil }
    let (gradient, hessian) = chart.derivatives(of: solution)
    return (solution.deviance, gradient, hessian)
  }

  /// The deviance in coordinates of one's choice: Λ̃ = KΛ(θ).
  func chart(_ transform: Matrix) -> DevianceChart {
    DevianceChart(
      sums: sums,
      shape: CovarianceFactor(blocks: sums.blocks, transform: transform),
      method: method)
  }

  /// Whether any term has a correlation.
  var hasCorrelation: Bool { sums.blocks.contains(where: \.hasCorrelation) }
}

/// The profiled deviance as a function of the parameters of one chart.
struct DevianceChart: TwiceDifferentiable, Sendable {
  let sums: any MixedModelSums
  let shape: CovarianceFactor
  let method: LinearMixedModel.Method

  /// The divisor of the residual variance.
  var count: Double { Double(method == .reml ? sums.rows - sums.rank : sums.rows) }

  func solution(at theta: [Double]) -> MixedModelSolution? {
    sums.solution(theta: theta, lambda: shape.matrix(theta), method: method)
  }

  func derivatives(of solution: MixedModelSolution) -> (gradient: [Double], hessian: Matrix) {
    let pieces = sums.derivatives(of: solution, shape: shape, method: method)
    let jacobian = shape.jacobian(solution.lambda)
    let gradient = pieces.gradient(variance: solution.residualSquares / count)
    let hessian = pieces.profiledHessian(residualSquares: solution.residualSquares, count: count)
    return (
      jacobian.transposed.times(gradient),
      shape.hessian(gradient: gradient, hessian: hessian, jacobian: jacobian)
    )
  }

  func value(of solution: MixedModelSolution) -> Double { solution.deviance }
  func point(of solution: MixedModelSolution) -> [Double] { solution.theta }
}
