internal import CGSL

extension LinearMixedModelFit {
  /// Intervals by the profile likelihood: where the ML deviance, all other parameters at their best, is the chi-square
  /// quantile of one degree of freedom above its minimum.
  ///
  /// A REML fit is profiled by ML, as lme4 does it: restricted likelihoods of different fixed effects do not compare. A
  /// standard deviation of 0 and correlations of ±1 end an interval that does not reach the quantile before.
  /// Bates et al. (2015), J. Stat. Softw. 67(1), sec. 5.1. An interval is nil where the profile could not be followed.
  ///
  /// - Parameters:
  ///   - response, fixed, terms: those of the fit.
  ///   - level: the intervals' coverage.
  /// - Throws: what the ML fit throws.
  public func profile(
    response: [Double], fixed: Matrix, terms: [RandomEffectsTerm], level: Double
  ) throws(StatisticsError) -> ParameterIntervals {
    let profile = try LikelihoodProfile(chart.sums, level: level)
    var effects = [ParameterIntervals.Interval?](repeating: nil, count: fixed.columns)
    for column in estimable {
      effects[column] = try? profile.fixedEffect(
        column, among: estimable, response: response, fixed: fixed, terms: terms)
    }
    var described: [ParameterIntervals.Term] = []
    for block in chart.sums.blocks {
      let deviations = block.columns.map { try? profile.deviation(of: $0) }
      let correlations = block.columns.map { row in
        (block.start..<row).map { block.isCorrelated ? try? profile.correlation(of: row, with: $0) : nil }
      }
      described.append(.init(standardDeviations: deviations, correlations: correlations))
    }
    return ParameterIntervals(fixedEffects: effects, sigma: try? profile.residualDeviation(), terms: described)
  }
}

/// The ML deviance followed along one parameter at a time.
struct LikelihoodProfile {
  private let sums: any MixedModelSums
  private let deviance: ProfiledDeviance
  private let best: MixedModelOptimum
  private let sigma: Double
  /// The root of the deviance's rise at an end of an interval.
  private let rise: Double

  init(_ sums: any MixedModelSums, level: Double) throws(StatisticsError) {
    self.sums = sums
    deviance = ProfiledDeviance(sums: sums, method: .ml)
    best = try MixedModelOptimum(deviance, iterations: 100)
    guard best.record.converged else { throw .notConverged(.iterations(100)) }
    sigma = (best.solution.residualSquares / Double(sums.rows)).squareRoot()
    rise = Distributions.normalQuantile(0.5 + level / 2)
  }

  /// The least value of a function near a start, which moves there.
  private func least<F: ProfileChart>(_ function: F, from start: inout [Double]) throws(StatisticsError)
    -> Double
  {
    let newton = NewtonMinimization(
      function: function, noise: { [sums] in sums.noise(function.inner(of: $0)) }, shouldStop: { _ in false })
    guard let outcome = try newton.minimize(from: start, iterations: 100), outcome.converged else {
      throw .notConverged(.iterations(100))
    }
    start = function.point(of: outcome.solution)
    return function.value(of: outcome.solution)
  }

  /// A chart of Λ for the columns as given, some of one block's columns first; and where it has its minimum.
  private func chart(first columns: [Int]) -> (chart: DevianceChart, theta: [Double]) {
    let size = best.lambda.rows
    var order = Array(0..<size)
    if let block = sums.blocks.first(where: { $0.columns.contains(columns[0]) }) {
      order.replaceSubrange(block.columns, with: columns + block.columns.filter { !columns.contains($0) })
    }
    var turn = Matrix(rows: size, columns: size)
    for (column, row) in order.enumerated() { turn[row, column] = 1 }
    let chart = deviance.chart(sums.randomBasis.triangle.times(turn))
    var lambda = turn.transposed.times(best.lambda)
    for block in sums.blocks { lambda.setBlock(block.columns, lambda.block(block.columns).lowerFactor) }
    return (chart, chart.shape.parameters(lambda))
  }

  func residualDeviation() throws(StatisticsError) -> ParameterIntervals.Interval {
    let (chart, theta) = chart(first: [0])
    let step = sigma / (2 * Double(sums.rows)).squareRoot()
    return try interval(sigma, step: step, within: 0...Double.infinity, start: theta) {
      (value, point) throws(StatisticsError) in
      guard value > 0 else { return .infinity }
      return try self.least(FixedScaleChart(base: chart, variance: value * value), from: &point)
    }
  }

  func deviation(of column: Int) throws(StatisticsError) -> ParameterIntervals.Interval {
    let (chart, theta) = chart(first: [column])
    guard let block = sums.blocks.first(where: { $0.columns.contains(column) }),
      let first = chart.shape.positions.firstIndex(where: { $0 == (block.start, block.start) })
    else { throw .notConverged(.stuck) }
    let estimate = sigma * theta[first]
    var start = theta
    start.remove(at: first)
    start.append(2 * log(sigma))
    let step = max(estimate, 0.1 * sigma) / 4
    return try interval(estimate, step: step, within: 0...Double.infinity, start: start) {
      (value, point) throws(StatisticsError) in
      try self.least(FixedDeviationChart(base: chart, first: first, deviation: value), from: &point)
    }
  }

  func correlation(of row: Int, with column: Int) throws(StatisticsError) -> ParameterIntervals.Interval {
    let (chart, theta) = chart(first: [column, row])
    guard let block = sums.blocks.first(where: { $0.columns.contains(row) }),
      let across = chart.shape.positions.firstIndex(where: { $0 == (block.start + 1, block.start) }),
      let along = chart.shape.positions.firstIndex(where: { $0 == (block.start + 1, block.start + 1) })
    else { throw .notConverged(.stuck) }
    let length = (theta[across] * theta[across] + theta[along] * theta[along]).squareRoot()
    // Of a coefficient that does not vary there is no correlation.
    guard length > 0, let own = chart.shape.positions.firstIndex(where: { $0 == (block.start, block.start) }),
      theta[own] > 0
    else { throw .notConverged(.flat) }
    var start = theta
    start[along] = length
    start.remove(at: across)
    return try interval(theta[across] / length, step: 0.1, within: -1...1, start: start) {
      (value, point) throws(StatisticsError) in
      let ray = FixedCorrelationChart(base: chart, across: across, along: along, correlation: value)
      return try self.least(ray, from: &point)
    }
  }

  func fixedEffect(
    _ column: Int, among estimable: [Int], response: [Double], fixed: Matrix, terms: [RandomEffectsTerm]
  ) throws(StatisticsError) -> ParameterIntervals.Interval {
    let others = estimable.filter { $0 != column }
    var elements: [Double] = []
    for row in 0..<fixed.rows { elements += others.map { fixed[row, $0] } }
    let rest = Matrix(rows: fixed.rows, columns: others.count, elements: elements)
    let base = try ProfiledDeviance(response: response, fixed: rest, terms: terms, method: .ml)
    let moved = try OrthonormalDesign(response: (0..<fixed.rows).map { fixed[$0, column] }, design: rest).residuals
    let random = Matrix(sideBySide: terms.map(\.columns))
    let position = estimable.firstIndex(of: column) ?? 0
    let shift = sums.basis.times(best.solution.fixedEffects)
    let estimate = sums.design.leastSquares[position] + shift[position]
    var image = 0.0
    for inner in 0..<sums.rank {
      for other in 0..<sums.rank {
        image += sums.basis[position, inner] * best.solution.covariance[inner, other] * sums.basis[position, other]
      }
    }
    let (chart, theta) = chart(first: [0])
    return try interval(
      estimate, step: sigma * image.squareRoot(), within: -Double.infinity...Double.infinity, start: theta
    ) { (value, point) throws(StatisticsError) in
      let residuals = zip(base.sums.design.residuals, moved).map { $0 - value * $1 }
      let sums = base.sums.replacing(residuals: residuals, fixed: rest, random: random, terms: terms)
      return try self.least(DevianceChart(sums: sums, shape: chart.shape, method: .ml), from: &point)
    }
  }

  /// Both ends for a parameter.
  ///
  /// - Parameter profile: the least deviance at a value of the parameter, from a start that it moves on.
  private func interval(
    _ estimate: Double, step: Double, within bounds: ClosedRange<Double>, start: [Double],
    _ profile: (Double, inout [Double]) throws(StatisticsError) -> Double
  ) throws(StatisticsError) -> ParameterIntervals.Interval {
    ParameterIntervals.Interval(
      low: try end(estimate, step: -step, bound: bounds.lowerBound, start: start, profile),
      high: try end(estimate, step: step, bound: bounds.upperBound, start: start, profile))
  }

  /// Where the root of the rise, nearly a straight line, reaches its limit: secants kept inside a bracket (Illinois).
  private func end(
    _ estimate: Double, step: Double, bound: Double, start: [Double],
    _ profile: (Double, inout [Double]) throws(StatisticsError) -> Double
  ) throws(StatisticsError) -> Double {
    var point = start
    func excess(_ value: Double) throws(StatisticsError) -> Double {
      let above = try profile(value, &point) - best.solution.deviance
      return max(above, 0).squareRoot() - rise
    }
    guard estimate != bound else { return bound }
    var (near, nearExcess) = (estimate, -rise)
    var far = estimate + rise * step
    var farExcess = 0.0
    for attempt in 0... {
      guard attempt < 60, far.isFinite || bound.isFinite else { throw .notConverged(.stuck) }
      let isBeyond = step < 0 ? far <= bound : far >= bound
      if isBeyond { far = bound }
      farExcess = try excess(far)
      if farExcess >= 0 { break }
      if isBeyond { return bound }
      // On along the line from the estimate, a little further than it says.
      let factor = min(max(1.1 * rise / max(farExcess + rise, 1e-3 * rise), 1.1), 4)
      (near, nearExcess, far) = (far, farExcess, estimate + factor * (far - estimate))
    }
    var lastSide = 0
    for _ in 0..<100 {
      // A limit that is infinite in the deviance (σ = 0) is halved away.
      let middle =
        farExcess.isFinite ? near - nearExcess * (far - near) / (farExcess - nearExcess) : (near + far) / 2
      guard abs(far - near) > 1e-11 * (abs(far) + abs(near)), middle != near, middle != far else { return middle }
      let value = try excess(middle)
      if abs(value) < 1e-11 { return middle }
      if value < 0 {
        (near, nearExcess) = (middle, value)
        if lastSide < 0, farExcess.isFinite { farExcess /= 2 }
        lastSide = -1
      } else {
        (far, farExcess) = (middle, value)
        if lastSide > 0 { nearExcess /= 2 }
        lastSide = 1
      }
    }
    throw .notConverged(.stuck)
  }
}
