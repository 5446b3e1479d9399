/// The minimum of a profiled deviance.
struct MixedModelOptimum {
  /// The deviance in the coordinates the search ended in.
  let chart: DevianceChart
  let solution: MixedModelSolution
  /// Λ for the random columns as given: lower triangular, its diagonal not negative.
  let lambda: Matrix
  let record: OptimizerRecord

  /// Where to look again when the first search ended at the edge: multiples of the first start.
  private static let furtherStarts = [0.2, 5]

  /// - Throws: `zeroResidualVariance` where the random effects leave nothing of the response.
  init(_ deviance: ProfiledDeviance, iterations: Int) throws(StatisticsError) {
    let search = Search(deviance: deviance, iterations: iterations)
    var found = try search.minimum(fromScale: 1)
    // An edge of the covariances (a variance of 0, a correlation of ±1) can be a minimum of its own beside a lower
    // one inside.
    if found.isAtEdge {
      for scale in Self.furtherStarts {
        // A start that leads nowhere takes nothing from what was found.
        guard let other = try? search.minimum(fromScale: scale) else { continue }
        let lower = found.solution.deviance - other.solution.deviance
        let (steps, evaluations) = (found.steps + other.steps, found.evaluations + other.evaluations)
        if other.converged, lower > 1e-6 { found = other }
        (found.steps, found.evaluations) = (steps, evaluations)
      }
    }
    let (gradient, hessian) = found.chart.derivatives(of: found.solution)
    var squares = 0.0
    for value in gradient { squares += value * value }
    chart = found.chart
    solution = found.solution
    lambda = Self.factor(found.solution.lambda, deviance.sums)
    record = OptimizerRecord(
      converged: found.converged, iterations: found.steps, evaluations: found.evaluations,
      gradientNorm: squares.squareRoot(), hessianEigenvalues: try SymmetricEigen(hessian).values)
  }
}

extension MixedModelOptimum {
  /// Λ for the random columns as given.
  static func factor(_ lambda: Matrix, _ sums: any MixedModelSums) -> Matrix {
    var factor = sums.randomBasis.inverse.times(lambda)
    for block in sums.blocks { factor.setBlock(block.columns, factor.block(block.columns).lowerFactor) }
    return factor
  }
}

/// A search for the minimum in as many charts as it takes.
private struct Search {
  let deviance: ProfiledDeviance
  let iterations: Int

  /// Where a search ended.
  struct Minimum {
    let chart: DevianceChart
    var solution: MixedModelSolution
    let converged: Bool
    var steps: Int
    var evaluations: Int

    /// Whether Λ̃ has a zero on its diagonal.
    var isAtEdge: Bool {
      zip(chart.shape.positions, solution.theta).contains { $0.row == $0.column && $1 == 0 }
    }
  }

  /// Newton steps between two changes of coordinates.
  private static let stepsPerChart = 12

  private func noise(_ solution: MixedModelSolution) -> Double { deviance.sums.noise(solution) }

  func minimum(fromScale scale: Double) throws(StatisticsError) -> Minimum {
    // What is left of the response's sum of squares after random effects fit it all is rounding.
    let floor = deviance.sums.resolution * deviance.sums.residualSquares
    let diagonal = deviance.sums.start
    let identity = Matrix.identity(diagonal.count)
    var chart = deviance.chart(identity)
    var first = identity
    for (index, value) in diagonal.enumerated() { first[index, index] = value }
    var start = chart.shape.parameters(first).map { $0 * scale }
    var steps = 0
    var evaluations = 0
    while true {
      let newton = NewtonMinimization(function: chart, noise: noise, shouldStop: { $0.residualSquares <= floor })
      let left = iterations - steps
      let outcome = try newton.minimize(
        from: start, iterations: deviance.hasCorrelation ? min(left, Self.stepsPerChart) : left)
      guard let outcome, outcome.solution.residualSquares > floor else { throw .zeroResidualVariance }
      steps += outcome.iterations
      evaluations += outcome.evaluations
      if outcome.converged || outcome.stuck || steps >= iterations {
        var minimum = Minimum(
          chart: chart, solution: outcome.solution, converged: outcome.converged, steps: steps,
          evaluations: evaluations)
        snap(&minimum)
        return minimum
      }
      // A triangle whose first variances are the small ones bends the valley; the principal axes, the largest
      // first, straighten it.
      let axes = try PrincipalAxes(outcome.solution.lambda, deviance.sums.blocks)
      chart = deviance.chart(axes.directions)
      start = chart.shape.parameters(axes.deviations)
    }
  }

  /// Zero where the estimate is zero but for rounding.
  private func snap(_ minimum: inout Minimum) {
    for (index, position) in minimum.chart.shape.positions.enumerated() {
      // The deviance is even in a diagonal entry, so near 0 it is flat; others are 0 only where a diagonal is.
      let limit = position.row == position.column ? 1e-5 : 1e-12
      var theta = minimum.solution.theta
      guard theta[index] != 0, abs(theta[index]) < limit else { continue }
      theta[index] = 0
      minimum.evaluations += 1
      let allowed = minimum.solution.deviance + noise(minimum.solution)
      if let trial = minimum.chart.solution(at: theta), trial.deviance <= allowed { minimum.solution = trial }
    }
  }
}

/// The principal axes of ΛΛ' within every block, the largest variance first; the columns themselves where they do not
/// correlate.
struct PrincipalAxes {
  /// Orthonormal, one axis per column, block diagonal.
  let directions: Matrix
  /// The standard deviations along them, as a diagonal.
  let deviations: Matrix

  init(_ lambda: Matrix, _ blocks: [RandomBlock]) throws(StatisticsError) {
    var directions = Matrix.identity(lambda.rows)
    var deviations = Matrix(rows: lambda.rows, columns: lambda.rows)
    for block in blocks {
      let (start, size) = (block.start, block.size)
      guard block.hasCorrelation else {
        for column in block.columns { deviations[column, column] = abs(lambda[column, column]) }
        continue
      }
      let own = lambda.block(block.columns)
      let eigen = try SymmetricEigen(own.times(own.transposed))
      for column in 0..<size {
        let source = size - 1 - column
        for row in 0..<size { directions[start + row, start + column] = eigen.vectors[row, source] }
        deviations[start + column, start + column] = max(0, eigen.values[source]).squareRoot()
      }
    }
    self.directions = directions
    self.deviations = deviations
  }
}

/// How the search for the optimum went. Kept for the reader; not part of any digest.
public struct OptimizerRecord: Sendable, Equatable {
  /// Whether the score equation was solved within the iterations allowed.
  public let converged: Bool
  /// Newton steps taken, over all starts.
  public let iterations: Int
  /// Evaluations of the deviance, over all starts.
  public let evaluations: Int
  /// The norm of the deviance's gradient in the search's own parameters, for random columns of unit mean square.
  public let gradientNorm: Double
  /// The eigenvalues of the deviance's Hessian in the same parameters, ascending; 0 or below means that the
  /// optimum is not unique.
  public let hessianEigenvalues: [Double]
}
