/// Generalized linear models. McCullagh & Nelder (1989), Generalized Linear Models, 2nd ed.
public enum GeneralizedLinearModel {
  /// What is fitted; all lists have one number per row.
  struct Problem {
    var response: [Double]
    /// `n × p`
    var design: Matrix
    var family: Family
    var link: Link
    /// Prior weights, above zero.
    var weights: [Double]
    var offset: [Double]
    var iterations: Int
  }

  /// Fits g(μ) = design · coefficients + offset by maximum (quasi-)likelihood.
  ///
  /// Fisher scoring: each step is a least-squares problem solved by Householder QR for the *change* of the
  /// coefficients, so that the last step is as exact as the gradient. Steps that raise the deviance or leave the range
  /// of the link are halved. Columns that depend on columns to their left are aliased as in `LeastSquares`.
  ///
  /// - Parameters:
  ///   - response: proportions for a binomial, counts, or numbers above zero for `gamma`.
  ///   - design: `n × p`.
  ///   - family: for a negative binomial with this θ. See also `NegativeBinomialModel`.
  ///   - weights: prior weights, finite and above zero: trials of a proportion. All 1 where nil.
  ///   - offset: added to the predictor.
  ///   - interceptColumn: which column holds the intercept; it decides what the null deviance is.
  ///   - iterations: how many steps at most.
  /// - Throws: `noRows`, `nonFinite`; `separation` with the columns whose coefficients are infinite; `noValidMeans`;
  ///   `notConverged`.
  /// - Precondition: lengths agree, and the family allows each response.
  public static func fit(
    response: [Double], design: Matrix, family: Family, link: Link, weights: [Double]? = nil,
    offset: [Double]? = nil, interceptColumn: Int? = nil, iterations: Int = 100
  ) throws(StatisticsError) -> GeneralizedLinearModelFit {
    let rows = response.count
    precondition(design.rows == rows && (weights?.count ?? rows) == rows && (offset?.count ?? rows) == rows)
    let factor = try ColumnFactor(response: response, design: design, tolerance: 1e-7)
    let problem = Problem(
      response: response, design: design.columns(factor.kept), family: family, link: link,
      weights: weights ?? [Double](repeating: 1, count: rows), offset: offset ?? [Double](repeating: 0, count: rows),
      iterations: iterations)
    let solution: ScoringSolution
    do throws(StatisticsError) {
      solution = try ScoringSolution(problem)
    } catch {
      guard case .separation(let columns, let count, let isComplete) = error else { throw error }
      throw .separation(columns: columns.map { factor.kept[$0] }, rows: count, isComplete: isComplete)
    }
    return GeneralizedLinearModelFit(
      problem, solution,
      nullDeviance: try nullDeviance(problem, hasIntercept: interceptColumn.map { factor.kept.contains($0) } ?? false),
      columns: design.columns, kept: factor.kept, aliased: factor.aliased,
      hasIntercept: interceptColumn.map { factor.kept.contains($0) } ?? false)
  }

  /// The deviance of the model with an intercept alone, or with nothing but the offset.
  private static func nullDeviance(_ problem: Problem, hasIntercept: Bool) throws(StatisticsError) -> Double {
    var null = problem
    let rows = problem.response.count
    guard hasIntercept else {
      null.design = Matrix(rows: rows, columns: 0)
      return try ScoringSolution(null).deviance
    }
    if problem.offset.allSatisfy({ $0 == 0 }) {
      // The mean of the outcome is the estimate, whatever the link.
      var sum = 0.0
      var total = 0.0
      for (y, weight) in zip(problem.response, problem.weights) {
        sum += weight * y
        total += weight
      }
      let value = sum / total
      let mean = Link.Mean(value: value, complement: 1 - value, slope: 1)
      var deviance = 0.0
      for (y, weight) in zip(problem.response, problem.weights) {
        deviance += weight * problem.family.unitDeviance(y, mean)
      }
      return deviance
    }
    null.design = Matrix(rows: rows, columns: 1, elements: [Double](repeating: 1, count: rows))
    return try ScoringSolution(null).deviance
  }
}
