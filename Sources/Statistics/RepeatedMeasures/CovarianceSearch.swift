/// The search for the parameters of Σ: Newton's method with cheap steps, and careful ones where these do not lead on.
///
/// A cheap step solves with the Cholesky factor of the Hessian, in which the part whose sums are costly is that of an
/// earlier point: the smaller the more subjects there are, it bends no score equation and slows only the approach. Where
/// that matrix is not positive definite the step is one of Fisher's scoring. What it cannot finish, `NewtonMinimization`
/// does from where it came to.
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

  /// Below this g'H⁻¹g a minimum counts as found, as in `NewtonMinimization`.
  private static let tolerance = 1e-9

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
    while taken < iterations, !found {
      let expansion = expand(solution, &traces, isNear: decrement < 1)
      guard let step = step(solution, expansion) else { break }
      decrement = step.decrement
      if decrement <= Self.tolerance, !step.isScoring {
        found = true
        polish(&solution, step, &traces, &evaluations)
        break
      }
      guard let next = descend(solution, expansion.gradient, step.direction, &evaluations) else { break }
      solution = next
      taken += 1
    }
    if found || taken == iterations {
      let expansion = LikelihoodExpansion(deviance, solution, .observed, keepsForms: true)
      if !found || SymmetricSolver(expansion.hessian) != nil {
        return Outcome(
          solution: solution, expansion: expansion, iterations: taken, evaluations: evaluations, converged: found,
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

  private func step(_ solution: RepeatedMeasuresDeviance.Solution, _ expansion: LikelihoodExpansion) -> Step? {
    var solver = SymmetricSolver(expansion.hessian)
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
    let length = norm(step)
    let limit = 2 * (1 + norm(solution.point))
    var factor = length > limit ? limit / length : 1
    var slope = 0.0
    for (own, other) in zip(gradient, step) { slope += own * other }
    for _ in 0..<20 {
      evaluations += 1
      if let next = deviance.solution(at: zip(solution.point, step).map { $0 + factor * $1 }),
        next.deviance <= solution.deviance + 1e-4 * factor * slope + noise(solution)
      {
        return next
      }
      factor /= 2
    }
    return nil
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
      guard let following = self.step(next, expand(next, &traces, isNear: true)), following.decrement < step.decrement
      else { return }
      solution = next
      // No further digit is to be had once a step stops paying.
      if following.decrement > step.decrement / 16 { return }
      step = following
    }
  }

  private func norm(_ vector: [Double]) -> Double {
    var sum = 0.0
    for value in vector { sum += value * value }
    return sum.squareRoot()
  }
}

/// Solves with a symmetric positive definite matrix, scaled to a unit diagonal.
private struct SymmetricSolver {
  private let size: Int
  private let scales: [Double]
  private var lower: [Double]

  /// nil where the matrix is not positive definite.
  init?(_ matrix: Matrix) {
    size = matrix.rows
    var scales = [Double](repeating: 0, count: size)
    for index in 0..<size {
      let pivot = matrix[index, index]
      guard pivot > 0, pivot.isFinite else { return nil }
      scales[index] = 1 / pivot.squareRoot()
    }
    var lower = matrix.elements
    let size = size
    let isPositive = lower.withUnsafeMutableBufferPointer { lower in
      for row in 0..<size {
        let own = row &* size
        for column in 0...row {
          let other = column &* size
          var sum = lower[own &+ column] * scales[row] * scales[column]
          for inner in 0..<column { sum -= lower[own &+ inner] * lower[other &+ inner] }
          if row > column {
            lower[own &+ column] = sum / lower[other &+ column]
          } else {
            guard sum > 1e-10 else { return false }
            lower[own &+ row] = sum.squareRoot()
          }
        }
      }
      return true
    }
    guard isPositive else { return nil }
    self.scales = scales
    self.lower = lower
  }

  func solve(_ right: [Double]) -> [Double] {
    var result = zip(right, scales).map { $0 * $1 }
    for row in 0..<size {
      for inner in 0..<row { result[row] -= lower[row &* size &+ inner] * result[inner] }
      result[row] /= lower[row &* size &+ row]
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      for inner in (row + 1)..<max(size, row + 1) { result[row] -= lower[inner &* size &+ row] * result[inner] }
      result[row] /= lower[row &* size &+ row]
    }
    return zip(result, scales).map { $0 * $1 }
  }
}
