internal import CGSL

/// The lower triangle L of a symmetric positive definite matrix A = LL' (Cholesky).
struct LowerTriangle: Sendable {
  let matrix: Matrix
  /// The squares of L's diagonal.
  let pivots: [Double]

  /// Nil where a pivot is less than `floor` of what stood in its place, or not finite: what rounding leaves of a pivot
  /// that is really zero is no pivot.
  init?(_ symmetric: Matrix, floor: Double = 1e-14) {
    let size = symmetric.rows
    var lower = symmetric.elements
    var pivots = [Double](repeating: 0, count: size)
    let isPositive = lower.withUnsafeMutableBufferPointer { lower in
      for row in 0..<size {
        let own = row &* size
        let diagonal = lower[own &+ row]
        for column in 0...row {
          let other = column &* size
          var sum = lower[own &+ column]
          for inner in 0..<column { sum -= lower[own &+ inner] * lower[other &+ inner] }
          if row > column {
            lower[own &+ column] = sum / lower[other &+ column]
          } else {
            guard sum.isFinite, sum > floor * diagonal else { return false }
            pivots[row] = sum
            lower[own &+ row] = sum.squareRoot()
          }
        }
        for column in (row &+ 1)..<max(size, row &+ 1) { lower[own &+ column] = 0 }
      }
      return true
    }
    guard isPositive else { return nil }
    matrix = Matrix(rows: size, columns: size, elements: lower)
    self.pivots = pivots
  }

  /// log det A.
  var logDeterminant: Double {
    var sum = 0.0
    for pivot in pivots { sum += log(pivot) }
    return sum
  }

  /// L⁻¹ right, column by column.
  func solve(_ right: Matrix) -> Matrix {
    var result = right
    for row in 0..<matrix.rows {
      for inner in 0..<row {
        let factor = matrix[row, inner]
        guard factor != 0 else { continue }
        for column in 0..<right.columns { result[row, column] -= factor * result[inner, column] }
      }
      for column in 0..<right.columns { result[row, column] /= matrix[row, row] }
    }
    return result
  }

  /// L'⁻¹ right.
  func solveTransposed(_ right: [Double]) -> [Double] {
    var result = right
    for row in stride(from: matrix.rows - 1, through: 0, by: -1) {
      for inner in (row + 1)..<max(matrix.rows, row + 1) { result[row] -= matrix[inner, row] * result[inner] }
      result[row] /= matrix[row, row]
    }
    return result
  }
}
