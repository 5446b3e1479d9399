internal import CGSL

extension DevianceChart {
  /// The ML deviance at a residual variance of one's choice: log|V| + n log(2πs) + r²/s.
  func deviance(of solution: MixedModelSolution, variance: Double) -> Double {
    let ratio = solution.residualSquares / (variance * count)
    return solution.deviance + count * (ratio - 1 - log(ratio))
  }
}

/// A deviance with something held, on top of a solution for the random effects.
protocol ProfileChart: TwiceDifferentiable {
  func inner(of solution: Solution) -> MixedModelSolution
}

extension DevianceChart: ProfileChart {
  func inner(of solution: MixedModelSolution) -> MixedModelSolution { solution }
}

/// The ML deviance with the residual variance held.
struct FixedScaleChart: ProfileChart {
  let base: DevianceChart
  let variance: Double

  func solution(at theta: [Double]) -> MixedModelSolution? { base.solution(at: theta) }

  func inner(of solution: MixedModelSolution) -> MixedModelSolution { solution }

  func value(of solution: MixedModelSolution) -> Double { base.deviance(of: solution, variance: variance) }

  func point(of solution: MixedModelSolution) -> [Double] { solution.theta }

  func derivatives(of solution: MixedModelSolution) -> (gradient: [Double], hessian: Matrix) {
    let pieces = base.sums.derivatives(of: solution, shape: base.shape, method: base.method)
    let jacobian = base.shape.jacobian(solution.lambda)
    let gradient = pieces.gradient(variance: variance)
    return (
      jacobian.transposed.times(gradient),
      base.shape.hessian(gradient: gradient, hessian: pieces.hessian(variance: variance), jacobian: jacobian)
    )
  }
}

/// The ML deviance with one standard deviation held, in the other entries of θ and the logarithm τ of the residual
/// variance: θ_first = deviation · exp(−τ/2).
struct FixedDeviationChart: ProfileChart {
  let base: DevianceChart
  let first: Int
  let deviation: Double

  struct Solution {
    let point: [Double]
    let inner: MixedModelSolution
    let variance: Double
  }

  func solution(at point: [Double]) -> Solution? {
    guard let last = point.last else { return nil }
    let variance = exp(last)
    guard variance > 0, variance.isFinite else { return nil }
    var theta = Array(point.dropLast())
    theta.insert(deviation / variance.squareRoot(), at: first)
    guard let inner = base.solution(at: theta) else { return nil }
    return Solution(point: point, inner: inner, variance: variance)
  }

  func value(of solution: Solution) -> Double { base.deviance(of: solution.inner, variance: solution.variance) }

  func inner(of solution: Solution) -> MixedModelSolution { solution.inner }

  func point(of solution: Solution) -> [Double] { solution.point }

  func derivatives(of solution: Solution) -> (gradient: [Double], hessian: Matrix) {
    let inner = solution.inner
    let (own, rest) = FixedScaleChart(base: base, variance: solution.variance).derivatives(of: inner)
    let pieces = base.sums.derivatives(of: inner, shape: base.shape, method: base.method)
    // ∂²/∂θ∂τ = J'a/s.
    let mixed = base.shape.jacobian(inner.lambda).transposed.times(pieces.quadratics.map { $0 / solution.variance })
    let ratio = inner.residualSquares / solution.variance
    let held = inner.theta[first]
    let kept = own.indices.filter { $0 != first }
    let size = kept.count + 1
    var gradient = kept.map { own[$0] }
    gradient.append(base.count - ratio - own[first] * held / 2)
    var hessian = Matrix(rows: size, columns: size)
    for (row, from) in kept.enumerated() {
      for (column, other) in kept.enumerated() { hessian[row, column] = rest[from, other] }
      hessian[row, size - 1] = mixed[from] - rest[from, first] * held / 2
      hessian[size - 1, row] = hessian[row, size - 1]
    }
    hessian[size - 1, size - 1] =
      ratio - mixed[first] * held + rest[first, first] * held * held / 4 + own[first] * held / 4
    return (gradient, hessian)
  }
}

/// The profiled deviance with one correlation held: θ_across = ρw and θ_along = √(1 − ρ²) w for one w in their stead.
struct FixedCorrelationChart: ProfileChart {
  let base: DevianceChart
  let across: Int
  let along: Int
  let correlation: Double

  struct Solution {
    let point: [Double]
    let inner: MixedModelSolution
  }

  /// ∂θ/∂v: θ = Av.
  private func map(_ count: Int) -> Matrix {
    var map = Matrix(rows: count, columns: count - 1)
    var column = 0
    for row in 0..<count where row != across {
      map[row, column] = row == along ? max(0, 1 - correlation * correlation).squareRoot() : 1
      if row == along { map[across, column] = correlation }
      column += 1
    }
    return map
  }

  func solution(at point: [Double]) -> Solution? {
    guard let inner = base.solution(at: map(point.count + 1).times(point)) else { return nil }
    return Solution(point: point, inner: inner)
  }

  func value(of solution: Solution) -> Double { solution.inner.deviance }

  func inner(of solution: Solution) -> MixedModelSolution { solution.inner }

  func point(of solution: Solution) -> [Double] { solution.point }

  func derivatives(of solution: Solution) -> (gradient: [Double], hessian: Matrix) {
    let (gradient, hessian) = base.derivatives(of: solution.inner)
    let map = map(gradient.count)
    return (map.transposed.times(gradient), map.transposed.times(hessian).times(map))
  }
}
