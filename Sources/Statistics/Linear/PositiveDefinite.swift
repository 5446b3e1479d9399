internal import CGSL

/// A symmetric positive definite matrix, factored.
struct PositiveDefinite: Sendable {
  /// The lower triangle L of A = LL'.
  let lower: Matrix
  let logDeterminant: Double
  let inverse: Matrix

  /// nil where the matrix is not positive definite, or not finite.
  init?(_ matrix: Matrix) {
    let size = matrix.rows
    var lower = Matrix(rows: size, columns: size)
    var logDeterminant = 0.0
    for column in 0..<size {
      for row in column..<size {
        var sum = matrix[row, column]
        for inner in 0..<column { sum -= lower[row, inner] * lower[column, inner] }
        if row == column {
          // What rounding leaves of a pivot that is really zero is no pivot.
          guard sum > 1e-14 * matrix[row, row], sum.isFinite else { return nil }
          lower[row, row] = sum.squareRoot()
          logDeterminant += log(sum)
        } else {
          lower[row, column] = sum / lower[column, column]
        }
      }
    }
    let half = lower.transposed.inverseOfUpper
    self.lower = lower
    self.logDeterminant = logDeterminant
    inverse = half.times(half.transposed)
  }
}
