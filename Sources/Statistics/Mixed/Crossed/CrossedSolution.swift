import Synchronization

/// Sums that are needed again at the end of a search, found once.
final class CrossedCache: Sendable {
  private let traces = Mutex<CrossedTraces?>(nil)

  func traces(_ make: () -> CrossedTraces) -> CrossedTraces {
    traces.withLock { known in
      if let known { return known }
      let new = make()
      known = new
      return new
    }
  }
}

/// What a solution with several grouping factors keeps for its derivatives.
struct CrossedState: Sendable {
  let factorization: CrossedFactorization
  /// WX̃, column by column.
  let fixed: [[Double]]
  /// Py = W(y − X̃β̃), which are also the residuals y − X̃β̃ − Zb, and u.
  let response: Whitened
  let cache = CrossedCache()
}

extension CrossedSums {
  func solution(theta: [Double], lambda: Matrix, method: LinearMixedModel.Method) -> MixedModelSolution? {
    guard let factorization = CrossedFactorization(self, lambda: lambda) else { return nil }
    let whitened = columns.map { whiten($0, factorization) }
    let width = whitened.count
    var cross = [Double](repeating: 0, count: width * width)
    for row in 0..<width {
      for column in 0...row { cross[row * width + column] = whitened[row].product(whitened[column]) }
    }
    guard
      let plain = MixedModelSolution(
        theta: theta, lambda: lambda, cross: cross, logDeterminant: factorization.logDeterminant, rows: rows,
        design: design, method: method)
    else { return nil }
    var response = whitened[width - 1]
    for column in 0..<rank { response.subtract(whitened[column], times: plain.fixedEffects[column]) }
    return MixedModelSolution(
      theta: theta, lambda: lambda, deviance: plain.deviance, residualSquares: plain.residualSquares,
      fixedEffects: plain.fixedEffects, covariance: plain.covariance,
      crossed: CrossedState(
        factorization: factorization, fixed: whitened.prefix(rank).map(\.residuals), response: response))
  }

  /// What `solution` kept.
  func state(of solution: MixedModelSolution) -> CrossedState {
    guard let state = solution.crossed else { preconditionFailure("a solution of other sums") }
    return state
  }
}
