/// The search for the parameters of Σ: Newton's method with cheap steps, and careful ones where these do not lead on.
///
/// A cheap step solves with the Cholesky factor of the Hessian, in which the part whose sums are costly is that of an
/// earlier point: the smaller the more subjects there are, it bends no score equation and slows only the approach. Where
/// that matrix is not positive definite, nor the exact one, the step is one of Fisher's scoring. What it cannot finish,
/// `NewtonMinimization` does from where it came to: scoring goes to a saddle as readily as to a minimum.
struct CovarianceSearch {
  let deviance: RepeatedMeasuresDeviance

  struct Outcome {
    var solution: RepeatedMeasuresDeviance.Solution
    /// With the exact Hessian.
    var expansion: LikelihoodExpansion
    var iterations: Int
    var evaluations: Int
    var converged: Bool
    var stuck: Bool
  }

  private struct Step {
    let direction: [Double]
    /// g'H⁻¹g.
    let decrement: Double
    /// Whether H was that of scoring.
    let isScoring: Bool
  }

  /// What cheap steps have not found by then, careful ones look for.
  private static let mostCheap = 30

  private func noise(_ solution: RepeatedMeasuresDeviance.Solution) -> Double {
    1e-13 * (Double(deviance.sums.rows) + abs(solution.deviance))
  }

  /// - Returns: nil if the function cannot be evaluated at the start.
  func run(from start: [Double], iterations: Int) throws(StatisticsError) -> Outcome? {
    guard var solution = deviance.solution(at: start) else { return nil }
    var (taken, evaluations) = (0, 1)
    var traces: Matrix?
    var decrement = Double.infinity
    var found = false
    while taken < min(iterations, Self.mostCheap) {
      let expansion = expand(solution, &traces, isNear: decrement < 1)
      guard let step = step(solution, expansion, &traces) else { break }
      decrement = step.decrement
      if decrement <= RepeatedMeasuresDeviance.foundDecrement {
        // With scoring's matrix it is a saddle, or the likelihood is flat.
        found = !step.isScoring
        if found { polish(&solution, step, &traces, &evaluations) }
        break
      }
      guard let next = descend(solution, expansion.gradient, step.direction, &evaluations) else { break }
      solution = next
      taken += 1
    }
    if found {
      let expansion = LikelihoodExpansion(deviance, solution, .observed, keepsForms: true)
      if SymmetricSolver(expansion.hessian) != nil {
        return Outcome(
          solution: solution, expansion: expansion, iterations: taken, evaluations: evaluations, converged: true,
          stuck: false)
      }
    }
    let newton = NewtonMinimization(function: deviance, noise: noise, shouldStop: { _ in false })
    guard let careful = try newton.minimize(from: solution.point, iterations: iterations - taken) else { return nil }
    return Outcome(
      solution: careful.solution,
      expansion: LikelihoodExpansion(deviance, careful.solution, .observed, keepsForms: true),
      iterations: taken + careful.iterations, evaluations: evaluations + careful.evaluations,
      converged: careful.converged, stuck: careful.stuck)
  }

  /// The Hessian, exact the first time that it matters and from then on with the traces of that point.
  private func expand(
    _ solution: RepeatedMeasuresDeviance.Solution, _ traces: inout Matrix?, isNear: Bool
  ) -> LikelihoodExpansion {
    guard isNear, traces == nil else {
      return LikelihoodExpansion(deviance, solution, .observedApart(traces: traces))
    }
    let expansion = LikelihoodExpansion(deviance, solution, .observed)
    traces = expansion.traces
    return expansion
  }

  /// A step by the Hessian, where that is not positive definite by the exact one, and else by that of scoring.
  private func step(
    _ solution: RepeatedMeasuresDeviance.Solution, _ expansion: LikelihoodExpansion, _ traces: inout Matrix?
  ) -> Step? {
    var solver = SymmetricSolver(expansion.hessian)
    if solver == nil, traces != nil {
      let exact = LikelihoodExpansion(deviance, solution, .observed)
      traces = exact.traces
      solver = SymmetricSolver(exact.hessian)
    }
    let isScoring = solver == nil
    if isScoring { solver = SymmetricSolver(LikelihoodExpansion(deviance, solution, .scoring).hessian) }
    guard let solver else { return nil }
    let direction = solver.solve(expansion.gradient).map { -$0 }
    var decrement = 0.0
    for (own, other) in zip(direction, expansion.gradient) { decrement -= own * other }
    guard decrement.isFinite else { return nil }
    return Step(direction: direction, decrement: decrement, isScoring: isScoring)
  }

  /// A point lower than this one along the step; nil if there is none.
  private func descend(
    _ solution: RepeatedMeasuresDeviance.Solution, _ gradient: [Double], _ step: [Double], _ evaluations: inout Int
  ) -> RepeatedMeasuresDeviance.Solution? {
    deviance.descend(
      from: solution, gradient: gradient, along: step, noise: noise(solution), halvings: 20, evaluations: &evaluations)
  }

  /// Full steps while they still bring the gradient down.
  private func polish(
    _ solution: inout RepeatedMeasuresDeviance.Solution, _ first: Step, _ traces: inout Matrix?,
    _ evaluations: inout Int
  ) {
    var step = first
    for _ in 0..<6 where step.decrement > 0 {
      evaluations += 1
      guard let next = deviance.solution(at: zip(solution.point, step.direction).map { $0 + $1 }),
        next.deviance <= solution.deviance + noise(solution)
      else { return }
      guard let following = self.step(next, expand(next, &traces, isNear: true), &traces),
        following.decrement < step.decrement
      else { return }
      solution = next
      // No further digit is to be had once a step stops paying.
      if following.decrement > step.decrement / 16 { return }
      step = following
    }
  }
}

/// Solves with a symmetric positive definite matrix, scaled to a unit diagonal.
private struct SymmetricSolver {
  private let scales: [Double]
  private let factor: LowerTriangle

  /// nil where the matrix is not positive definite.
  init?(_ matrix: Matrix) {
    let size = matrix.rows
    var scales = [Double](repeating: 0, count: size)
    for index in 0..<size {
      let pivot = matrix[index, index]
      guard pivot > 0, pivot.isFinite else { return nil }
      scales[index] = 1 / pivot.squareRoot()
    }
    var scaled = matrix
    for row in 0..<size {
      for column in 0...row { scaled[row, column] = matrix[row, column] * scales[row] * scales[column] }
    }
    guard let factor = LowerTriangle(scaled, floor: 1e-10) else { return nil }
    self.scales = scales
    self.factor = factor
  }

  func solve(_ right: [Double]) -> [Double] {
    let scaled = Matrix(rows: right.count, columns: 1, elements: zip(right, scales).map { $0 * $1 })
    return zip(factor.solveTransposed(factor.solve(scaled).elements), scales).map { $0 * $1 }
  }
}
