/// A symmetric positive definite matrix, factored.
struct PositiveDefinite: Sendable {
  /// The lower triangle L of A = LL'.
  let lower: Matrix
  let logDeterminant: Double
  let inverse: Matrix

  /// nil where the matrix is not positive definite, or not finite.
  init?(_ matrix: Matrix) {
    guard let factor = LowerTriangle(matrix) else { return nil }
    lower = factor.matrix
    logDeterminant = factor.logDeterminant
    let half = factor.matrix.transposed.inverseOfUpper
    inverse = half.times(half.transposed)
  }
}
