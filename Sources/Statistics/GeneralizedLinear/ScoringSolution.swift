/// Fisher scoring for a generalized linear model whose columns are independent.
struct ScoringSolution {
  typealias Problem = GeneralizedLinearModel.Problem

  private(set) var coefficients: [Double]
  /// x'β + offset
  private(set) var predictors: [Double]
  private(set) var means: [Link.Mean]
  private(set) var deviance: Double
  /// √W, one per row, W = w (dμ/dη)² / V.
  private(set) var rootWeights: [Double] = []
  /// w / V, one per row.
  private(set) var precisions: [Double] = []
  /// √W (y − μ) / (dμ/dη): its squares add up to Pearson's chi-square.
  private(set) var residuals: [Double] = []
  private(set) var factor: ColumnFactor
  private(set) var steps = 0
  /// The length of the last step in units of standard errors (with dispersion 1).
  private(set) var decrement = Double.infinity
  /// What rounding of predictors and means makes of `decrement`.
  private var noise = 0.0

  /// - Throws: `noRows`; `separation`, with columns of this design; `noValidMeans`; `notConverged`.
  init(_ problem: Problem, start: [Double]? = nil) throws(StatisticsError) {
    guard !problem.response.isEmpty else { throw .noRows }
    let first = try Self.start(problem, start)
    coefficients = first.coefficients
    predictors = first.predictors
    means = first.means
    deviance = first.deviance
    factor = try ColumnFactor(response: problem.response, design: problem.design, tolerance: 0)
    try iterate(problem)
  }

  private typealias State = (coefficients: [Double], predictors: [Double], means: [Link.Mean], deviance: Double)

  private static func predictors(_ problem: Problem, _ coefficients: [Double]) -> [Double] {
    zip(problem.design.times(coefficients), problem.offset).map { $0 + $1 }
  }

  /// Means and deviance at coefficients; nil outside the range of link or family.
  private static func state(_ problem: Problem, _ coefficients: [Double]) -> State? {
    let predictors = predictors(problem, coefficients)
    var means: [Link.Mean] = []
    means.reserveCapacity(predictors.count)
    var deviance = 0.0
    for (row, predictor) in predictors.enumerated() {
      guard let mean = problem.link.mean(predictor), problem.family.allows(mean) else { return nil }
      deviance += problem.weights[row] * problem.family.unitDeviance(problem.response[row], mean)
      means.append(mean)
    }
    return deviance.isFinite ? (coefficients, predictors, means, deviance) : nil
  }

  /// The first coefficients: least squares of the predictors near each outcome, or of the outcomes' mean.
  private static func start(_ problem: Problem, _ given: [Double]?) throws(StatisticsError) -> State {
    if let given, let state = state(problem, given) { return state }
    let rows = problem.response.indices
    var sum = 0.0
    var total = 0.0
    for row in rows {
      sum += problem.weights[row] * problem.response[row]
      total += problem.weights[row]
    }
    let ownMeans = rows.map { problem.family.initialMean(problem.response[$0], weight: problem.weights[$0]) }
    let commonMean = problem.family.initialMean(sum / total, weight: total)
    for means in [ownMeans, rows.map { _ in commonMean }] {
      var roots: [Double] = []
      var working: [Double] = []
      for row in rows {
        let predictor = problem.link.predictor(means[row])
        guard let mean = problem.link.mean(predictor) else { break }
        let variance = problem.family.variance(mean)
        let root = abs(mean.slope) * (problem.weights[row] / variance).squareRoot()
        roots.append(root)
        working.append(
          root
            * (predictor - problem.offset[row]
              + problem.family.residual(problem.response[row], mean) / mean.slope))
      }
      guard working.count == rows.count, working.allSatisfy(\.isFinite) else { continue }
      let factor = try ColumnFactor(response: working, design: problem.design.scalingRows(by: roots), tolerance: 0)
      guard factor.rank == problem.design.columns else { continue }
      if let state = state(problem, Self.solution(factor)) { return state }
    }
    if let state = state(problem, [Double](repeating: 0, count: problem.design.columns)) { return state }
    throw .noValidMeans
  }

  /// The least-squares solution of a factor, one per kept column.
  private static func solution(_ factor: ColumnFactor) -> [Double] {
    let scaled = factor.triangle.solveUpper(factor.rotatedResponse)
    return zip(scaled, factor.kept).map { $0 * factor.scales[$1] / factor.responseScale }
  }

  private mutating func linearize(_ problem: Problem) throws(StatisticsError) {
    rootWeights = []
    precisions = []
    residuals = []
    var rounding = 0.0
    for (row, mean) in means.enumerated() {
      let variance = problem.family.variance(mean)
      // A mean that has run into its limit says nothing any more.
      guard variance > 1e-280, mean.slope != 0, variance.isFinite else {
        rootWeights.append(0)
        precisions.append(1)
        residuals.append(0)
        continue
      }
      let root = (problem.weights[row] / variance).squareRoot()
      precisions.append(problem.weights[row] / variance)
      rootWeights.append(abs(mean.slope) * root)
      let weight = rootWeights[row] * predictors[row]
      rounding += weight * weight
      rounding += problem.family.isProportion ? problem.weights[row] : root * root * mean.value * mean.value
      residuals.append((mean.slope < 0 ? -root : root) * problem.family.residual(problem.response[row], mean))
    }
    noise = 16 * Double.ulpOfOne * rounding.squareRoot()
    factor = try ColumnFactor(
      response: residuals, design: problem.design.scalingRows(by: rootWeights), tolerance: 1e-14)
  }

  private mutating func iterate(_ problem: Problem) throws(StatisticsError) {
    let width = problem.design.columns
    // Where the dispersion is estimated, standard errors are in its units.
    let freedom = Double(max(problem.response.count - width, 1))
    func scale(_ deviance: Double) -> Double {
      problem.family.estimatesDispersion ? (deviance / freedom).squareRoot() : 1
    }
    while true {
      try linearize(problem)
      guard width > 0 else {
        decrement = 0
        return
      }
      var step = [Double](repeating: 0, count: width)
      for (value, column) in zip(Self.solution(factor), factor.kept) { step[column] = value }
      let change = problem.design.times(step)
      let largest = change.reduce(0) { max($0, abs($1)) }
      var length = 0.0
      for value in factor.rotatedResponse { length += value * value }
      let previous = decrement
      decrement = length.squareRoot() / factor.responseScale
      if steps >= 3, largest > 1e-3, let separation = Separation(problem, means: means, direction: step, change) {
        throw separation.error
      }
      let unit = max(scale(deviance), 1e-150)
      let reach = predictors.reduce(1) { max($0, abs($1)) }
      // In a separated direction steps stay long while weights, and with them the decrement, vanish.
      let isSettled = factor.rank == width && largest <= 1e-4 * reach
      // Where the gradient is all rounding, the decrement does not fall any more; an exact fit has nothing else.
      let isFloor = decrement <= noise || decrement <= 1e-8 * unit && decrement >= previous / 2
      if isSettled, decrement <= 1e-12 * unit || isFloor { return }
      guard steps < problem.iterations else {
        throw .notConverged(factor.rank < width ? .flat : .iterations(problem.iterations))
      }
      guard let next = shortened(problem, step) else {
        if isSettled, decrement <= max(1e-8 * unit, noise) { return }
        throw .notConverged(.stuck)
      }
      (coefficients, predictors, means, deviance) = next
      steps += 1
    }
  }

  /// The state after a step, halved until the deviance does not rise; nil where no part of it helps.
  private func shortened(_ problem: Problem, _ step: [Double]) -> State? {
    // What deviances of as many rows lose to rounding.
    let slack = 1e-11 * (deviance + 1e-3)
    var part = 1.0
    for _ in 0..<40 {
      let candidate = zip(coefficients, step).map { $0 + part * $1 }
      if let state = Self.state(problem, candidate), state.deviance <= deviance + slack { return state }
      part /= 2
    }
    return nil
  }
}
