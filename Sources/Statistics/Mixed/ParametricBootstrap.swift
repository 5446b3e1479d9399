/// Percentile intervals of a fit's parameters by the parametric bootstrap.
///
/// Every replicate draws random effects and errors from the fitted model and refits it. Efron & Tibshirani (1993), An
/// Introduction to the Bootstrap, ch. 6.5 and 13; Bates et al. (2015), sec. 5.4. Percentiles are of type 7.
public struct BootstrapIntervals: Sendable {
  /// How many refits there were.
  public let replicates: Int
  /// How many refits did not converge; they are left out.
  public let failed: Int
  /// How many of the others ended with a singular covariance.
  public let singular: Int
  /// Of each parameter over the refits that count.
  public let parameters: ParameterIntervals
}

extension LinearMixedModelFit {
  /// Refits the model to responses drawn from it.
  ///
  /// - Parameters:
  ///   - fixed, terms: those of the fit.
  ///   - replicates: how many refits, at least 2.
  ///   - key: the seed. Replicate r draws from stream r of it.
  ///   - level: the intervals' coverage.
  /// - Throws: `noRows` if no refit converged; `numerical`.
  /// - Complexity: per replicate O(n(p + q)) and a search from the estimate.
  public func bootstrap(
    fixed: Matrix, terms: [RandomEffectsTerm], replicates: Int, key: [UInt64], level: Double
  ) throws(StatisticsError) -> BootstrapIntervals {
    let bootstrap = ParametricBootstrap(self, fixed: fixed, terms: terms)
    var draws: [ParametricBootstrap.Draw] = []
    var failed = 0
    for number in 0..<replicates {
      var stream = RandomStream(key: key, number: UInt64(number))
      if let draw = try? bootstrap.draw(&stream) { draws.append(draw) } else { failed += 1 }
    }
    func interval(_ values: [Double]) throws(StatisticsError) -> ParameterIntervals.Interval {
      let summary = try Summary(values)
      return .init(low: summary.quantile((1 - level) / 2), high: summary.quantile((1 + level) / 2))
    }
    var effects: [ParameterIntervals.Interval?] = fixedEffects.map { _ in nil }
    for (position, column) in estimable.enumerated() {
      effects[column] = try interval(draws.map { $0.fixed[position] })
    }
    var described: [ParameterIntervals.Term] = []
    for (index, term) in self.terms.enumerated() {
      let size = term.covariance.rows
      var deviations: [ParameterIntervals.Interval?] = []
      var correlations: [[ParameterIntervals.Interval?]] = []
      for row in 0..<size {
        deviations.append(try interval(draws.map { $0.terms[index][row, row] }))
        var own: [ParameterIntervals.Interval?] = []
        for column in 0..<row {
          let values = draws.map { $0.terms[index][row, column] }.filter { $0.isFinite }
          own.append(values.isEmpty ? nil : try interval(values))
        }
        correlations.append(own)
      }
      described.append(.init(standardDeviations: deviations, correlations: correlations))
    }
    return BootstrapIntervals(
      replicates: replicates, failed: failed, singular: draws.count { $0.isSingular },
      parameters: ParameterIntervals(
        fixedEffects: effects, sigma: try interval(draws.map(\.sigma)), terms: described))
  }
}

/// What the replicates of a bootstrap share.
struct ParametricBootstrap {
  /// The parameters of one refit.
  struct Draw {
    /// Of the estimable columns.
    let fixed: [Double]
    let sigma: Double
    /// Per term standard deviations on the diagonal and correlations below it; NaN where a variance is zero.
    let terms: [Matrix]
    let isSingular: Bool
  }

  private let fit: LinearMixedModelFit
  private let fixed: Matrix
  private let terms: [RandomEffectsTerm]
  private let random: Matrix
  /// X̃, `n × rank`.
  private let basis: Matrix
  private let factors: [Matrix]
  private let scales: [[Double]]
  private let deviance: ProfiledDeviance

  init(_ fit: LinearMixedModelFit, fixed: Matrix, terms: [RandomEffectsTerm]) {
    self.fit = fit
    self.fixed = fixed
    self.terms = terms
    let sums = fit.chart.sums
    random = Matrix(sideBySide: terms.map(\.columns))
    let kept = sums.design.factor.kept
    var basis = Matrix(rows: fixed.rows, columns: kept.count)
    for row in 0..<fixed.rows {
      for column in kept.indices {
        var sum = 0.0
        for inner in 0...column { sum += fixed[row, kept[inner]] * sums.basis[inner, column] }
        basis[row, column] = sum
      }
    }
    self.basis = basis
    deviance = ProfiledDeviance(sums: sums, method: fit.method)
    var lambda = Matrix(rows: random.columns, columns: random.columns)
    let shape = CovarianceFactor(blocks: sums.blocks, transform: .identity(random.columns))
    for (value, position) in zip(fit.theta, shape.positions) { lambda[position.row, position.column] = value }
    factors = sums.blocks.map { lambda.block($0.columns) }
    scales = terms.map { term in
      (0..<term.columns.columns).map { column in
        var squares = 0.0
        for row in 0..<term.columns.rows { squares += term.columns[row, column] * term.columns[row, column] }
        return (squares / Double(term.columns.rows)).squareRoot()
      }
    }
  }

  /// Zb + e in units of the response.
  private func response(_ stream: inout RandomStream) -> [Double] {
    var response = (0..<fixed.rows).map { _ in fit.sigma * stream.normal() }
    for (term, factor) in zip(terms, factors) {
      let q = factor.rows
      var effects = [Double](repeating: 0, count: term.groupCount * q)
      for group in 0..<term.groupCount {
        let normals = (0..<q).map { _ in fit.sigma * stream.normal() }
        for row in 0..<q {
          for column in 0...row { effects[group * q + row] += factor[row, column] * normals[column] }
        }
      }
      for row in response.indices {
        let start = Int(term.groups[row]) &* q
        for column in 0..<q {
          response[row] += term.columns.elements[row &* q &+ column] * effects[start &+ column]
        }
      }
    }
    return response
  }

  /// One refit.
  ///
  /// - Throws: `notConverged`, and what the search throws.
  func draw(_ stream: inout RandomStream) throws(StatisticsError) -> Draw {
    let sums = deviance.sums
    var residuals = response(&stream)
    let rank = sums.rank
    // The least-squares fit in the orthonormal basis.
    var scores = [Double](repeating: 0, count: rank)
    for row in residuals.indices {
      for column in 0..<rank { scores[column] += basis.elements[row &* rank &+ column] * residuals[row] }
    }
    for row in residuals.indices {
      for column in 0..<rank { residuals[row] -= basis.elements[row &* rank &+ column] * scores[column] }
    }
    let drawn = sums.replacing(residuals: residuals, fixed: fixed, random: random, terms: terms)
    let chart = DevianceChart(sums: drawn, shape: fit.chart.shape, method: fit.method)
    let newton = NewtonMinimization(
      function: chart, noise: { drawn.noise($0) }, shouldStop: { _ in false }, polishes: false)
    var (found, lambda) = (fit.solution, Matrix.identity(random.columns))
    if let outcome = try newton.minimize(from: fit.solution.theta, iterations: 12), outcome.converged {
      found = outcome.solution
      lambda = MixedModelOptimum.factor(found.lambda, drawn)
    }
    // At an edge, or nowhere, the whole search decides.
    if found.theta == fit.solution.theta || isSingular(lambda, drawn.blocks) {
      let optimum = try MixedModelOptimum(ProfiledDeviance(sums: drawn, method: fit.method), iterations: 100)
      guard optimum.record.converged else { throw .notConverged(.iterations(100)) }
      (found, lambda) = (optimum.solution, optimum.lambda)
    }
    let sigma = (found.residualSquares / chart.count).squareRoot()
    let shift = sums.basis.times(zip(scores, found.fixedEffects).map { $0 + $1 })
    return Draw(
      fixed: zip(fit.estimable, shift).map { (fit.fixedEffects[$0] ?? 0) + $1 }, sigma: sigma,
      terms: drawn.blocks.map { Self.describe(lambda.block($0.columns), sigma) },
      isSingular: isSingular(lambda, drawn.blocks))
  }

  private func isSingular(_ lambda: Matrix, _ blocks: [RandomBlock]) -> Bool {
    zip(blocks, scales).contains { block, scales in
      scales.indices.contains { lambda[block.start + $0, block.start + $0] * scales[$0] < Singularity.tolerance }
    }
  }

  private static func describe(_ factor: Matrix, _ sigma: Double) -> Matrix {
    let covariance = factor.times(factor.transposed)
    var result = Matrix(rows: factor.rows, columns: factor.rows)
    for row in 0..<factor.rows {
      result[row, row] = sigma * covariance[row, row].squareRoot()
      for column in 0..<row {
        let product = covariance[row, row].squareRoot() * covariance[column, column].squareRoot()
        result[row, column] = product > 0 ? min(max(covariance[row, column] / product, -1), 1) : .nan
      }
    }
    return result
  }
}
