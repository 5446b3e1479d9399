internal import CGSL

/// A design whose estimable columns are made orthonormal, and a response reduced to its least-squares residual.
///
/// Likelihoods are computed in this basis: cross-products of raw columns would lose the digits that means and
/// collinearity take up.
struct OrthonormalDesign: Sendable {
  /// Which columns can be estimated, and their triangular factor.
  let factor: ColumnFactor
  /// B, `rank × rank`: X̃ = X_kept B and β_kept = β_OLS + B β̃.
  let basis: Matrix
  /// The least-squares coefficients of the kept columns.
  let leastSquares: [Double]
  /// The least-squares residuals of the response.
  let residuals: [Double]
  /// 2 log|det R|, what REML's log-determinant lacks in the basis X̃.
  let logDeterminant: Double

  /// - Throws: `noRows`, `nonFinite`.
  init(response: [Double], design: Matrix) throws(StatisticsError) {
    factor = try ColumnFactor(response: response, design: design, tolerance: 1e-7)
    let kept = factor.kept
    let scales = kept.map { [factor] in factor.scales[$0] }
    var basis = factor.triangle.inverseOfUpper
    var logDeterminant = 0.0
    for column in kept.indices { logDeterminant -= 2 * log(abs(basis[column, column]) * scales[column]) }
    for row in kept.indices {
      for column in kept.indices { basis[row, column] *= scales[row] }
    }
    self.basis = basis
    self.logDeterminant = logDeterminant
    let scaled = factor.triangle.solveUpper(factor.rotatedResponse)
    leastSquares = zip(scaled, scales).map { [factor] in $0 * $1 / factor.responseScale }
    residuals = GroupSums.residuals(response, design, kept, leastSquares)
  }
}
