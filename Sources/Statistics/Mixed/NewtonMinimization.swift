/// A function that knows its value, gradient and Hessian.
protocol TwiceDifferentiable {
  /// What evaluating at a point yields, and derivatives start from.
  associatedtype Solution
  /// nil where the function cannot be evaluated.
  func solution(at point: [Double]) -> Solution?
  func value(of solution: Solution) -> Double
  func point(of solution: Solution) -> [Double]
  func derivatives(of solution: Solution) -> (gradient: [Double], hessian: Matrix)
}

/// Newton's method, ending on the score equation at the round-off floor.
///
/// Where the Hessian is not positive definite its eigenvalues are taken by magnitude, so that the step still goes
/// downhill; steps are limited in length and halved until the function decreases (Nocedal & Wright 2006, ch. 3.4).
/// Convergence is judged by the Newton decrement g'H⁻¹g, which has no units.
struct NewtonMinimization<Function: TwiceDifferentiable> {
  let function: Function
  /// A change of the function's value near a solution below this is rounding.
  let noise: (Function.Solution) -> Double
  /// Looked at before every step; true ends the search where it is.
  let shouldStop: (Function.Solution) -> Bool
  /// Whether steps are taken on to the round-off floor once the minimum counts as found.
  var polishes = true

  /// Where a search ended.
  struct Outcome {
    var solution: Function.Solution
    var gradient: [Double]
    var eigen: SymmetricEigen
    var iterations = 0
    var evaluations = 1
    var converged = false
    /// No lower point was found along the step.
    var stuck = false
  }

  /// Searches from a start.
  ///
  /// - Returns: nil if the function cannot be evaluated at the start.
  /// - Throws: `numerical` if a Hessian is not finite.
  func minimize(from start: [Double], iterations: Int) throws(StatisticsError) -> Outcome? {
    guard let first = function.solution(at: start) else { return nil }
    var outcome = try expand(first)
    while outcome.iterations < iterations {
      if shouldStop(outcome.solution) { return outcome }
      if decrement(outcome) <= Function.foundDecrement {
        if let lower = escapeFromSaddle(outcome) {
          try move(&outcome, to: lower)
          continue
        }
        outcome.converged = true
        if polishes { try polish(&outcome) }
        return outcome
      }
      guard let next = descend(&outcome) else {
        outcome.stuck = true
        return outcome
      }
      try move(&outcome, to: next)
    }
    return outcome
  }

  private func expand(_ solution: Function.Solution) throws(StatisticsError) -> Outcome {
    let (gradient, hessian) = function.derivatives(of: solution)
    return Outcome(solution: solution, gradient: gradient, eigen: try SymmetricEigen(hessian))
  }

  private func move(_ outcome: inout Outcome, to solution: Function.Solution) throws(StatisticsError) {
    let next = try expand(solution)
    outcome.solution = next.solution
    outcome.gradient = next.gradient
    outcome.eigen = next.eigen
    outcome.iterations += 1
  }

  /// The gradient's part along each eigenvector, and the curvature a step divides it by.
  private func components(_ outcome: Outcome) -> [(slope: Double, curvature: Double)] {
    let values = outcome.eigen.values
    let largest = values.reduce(0) { max($0, abs($1)) }
    return values.indices.map { index in
      var slope = 0.0
      for row in values.indices { slope += outcome.eigen.vectors[row, index] * outcome.gradient[row] }
      return (slope, max(abs(values[index]), 1e-10 * largest, Double.leastNormalMagnitude))
    }
  }

  private func decrement(_ outcome: Outcome) -> Double {
    var sum = 0.0
    for part in components(outcome) { sum += part.slope * part.slope / part.curvature }
    return sum
  }

  private func newtonStep(_ outcome: Outcome) -> [Double] {
    var step = [Double](repeating: 0, count: outcome.gradient.count)
    for (index, part) in components(outcome).enumerated() {
      for row in step.indices { step[row] -= outcome.eigen.vectors[row, index] * part.slope / part.curvature }
    }
    return step
  }

  /// A point lower than this one along the Newton step; nil if there is none.
  private func descend(_ outcome: inout Outcome) -> Function.Solution? {
    function.descend(
      from: outcome.solution, gradient: outcome.gradient, along: newtonStep(outcome), noise: noise(outcome.solution),
      halvings: 40, evaluations: &outcome.evaluations)
  }

  /// A stationary point with negative curvature is no minimum: a step to either side of it leads down.
  private func escapeFromSaddle(_ outcome: Outcome) -> Function.Solution? {
    let values = outcome.eigen.values
    guard let lowest = values.first, let highest = values.last, lowest < -1e-6 * max(abs(highest), -lowest) else {
      return nil
    }
    let point = function.point(of: outcome.solution)
    let value = function.value(of: outcome.solution)
    for length in [0.5, -0.5, 0.1, -0.1, 0.01, -0.01] {
      let trial = point.indices.map { point[$0] + length * outcome.eigen.vectors[$0, 0] }
      if let solution = function.solution(at: trial), function.value(of: solution) < value - noise(outcome.solution) {
        return solution
      }
    }
    return nil
  }

  /// Full Newton steps while they still bring the gradient down.
  private func polish(_ outcome: inout Outcome) throws(StatisticsError) {
    var current = decrement(outcome)
    for _ in 0..<4 where current > 0 {
      let point = function.point(of: outcome.solution)
      let trial = zip(point, newtonStep(outcome)).map { $0 + $1 }
      outcome.evaluations += 1
      let value = function.value(of: outcome.solution)
      guard let solution = function.solution(at: trial),
        function.value(of: solution) <= value + noise(outcome.solution)
      else { return }
      var next = outcome
      try move(&next, to: solution)
      let after = decrement(next)
      guard after < current else { return }
      outcome = next
      // No further digit is to be had once a step stops paying.
      if after > current / 16 { return }
      current = after
    }
  }
}
