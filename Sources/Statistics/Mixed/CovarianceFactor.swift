/// A chart of relative covariances: how parameters θ make the factor Λ̃ = KΛ(θ), and how they move Γ̃ = Λ̃Λ̃'.
///
/// Λ(θ) is block diagonal, a block per term; a block is lower triangular (diagonal without correlations), its
/// parameters in lme4's order, column by column. The matrix K, of the same blocks, translates from the columns the
/// chart speaks of to those the sums were made with.
struct CovarianceFactor: Sendable {
  /// The number of random-effects columns of all terms, `q`.
  let size: Int
  /// The row and column of every parameter in Λ; also the unique free entries of Γ̃.
  let positions: [(row: Int, column: Int)]
  /// K, `q × q`; diagonal without correlations.
  let transform: Matrix

  init(blocks: [RandomBlock], transform: Matrix) {
    size = transform.rows
    self.transform = transform
    var positions: [(row: Int, column: Int)] = []
    for block in blocks {
      for column in block.columns {
        for row in column..<block.columns.upperBound where block.isCorrelated || row == column {
          positions.append((row, column))
        }
      }
    }
    self.positions = positions
  }

  /// The parameters of a Λ.
  func parameters(_ lambda: Matrix) -> [Double] { positions.map { lambda[$0.row, $0.column] } }

  /// The symmetric matrix with given free entries.
  func symmetric(_ entries: [Double]) -> Matrix {
    var symmetric = Matrix(rows: size, columns: size)
    for (value, position) in zip(entries, positions) {
      symmetric[position.row, position.column] = value
      symmetric[position.column, position.row] = value
    }
    return symmetric
  }

  /// Λ̃ = KΛ(θ).
  func matrix(_ theta: [Double]) -> Matrix {
    var lambda = Matrix(rows: size, columns: size)
    for (value, position) in zip(theta, positions) { lambda[position.row, position.column] = value }
    return transform.times(lambda)
  }

  /// ∂γ̃/∂θ: a row per free entry of Γ̃, a column per parameter. dΓ̃ = K E Λ̃' + Λ̃ E'K'.
  func jacobian(_ lambda: Matrix) -> Matrix {
    var jacobian = Matrix(rows: positions.count, columns: positions.count)
    for (entry, gamma) in positions.enumerated() {
      for (parameter, theta) in positions.enumerated() {
        jacobian[entry, parameter] =
          transform[gamma.row, theta.row] * lambda[gamma.column, theta.column]
          + transform[gamma.column, theta.row] * lambda[gamma.row, theta.column]
      }
    }
    return jacobian
  }

  /// The Hessian in θ of a function with gradient and Hessian in γ̃ given.
  func hessian(gradient: [Double], hessian: Matrix, jacobian: Matrix) -> Matrix {
    let count = positions.count
    let halves = zip(gradient, positions).map { $1.row == $1.column ? $0 : $0 / 2 }
    let inner = transform.transposed.times(symmetric(halves)).times(transform)
    var result = jacobian.transposed.times(hessian.times(jacobian))
    for first in 0..<count {
      for second in 0..<count where positions[first].column == positions[second].column {
        result[first, second] += 2 * inner[positions[first].row, positions[second].row]
      }
    }
    return result
  }
}

extension Matrix {
  /// The identity.
  static func identity(_ size: Int) -> Matrix {
    var identity = Matrix(rows: size, columns: size)
    for index in 0..<size { identity[index, index] = 1 }
    return identity
  }

  /// The lower triangular factor of `self · self'` with a diagonal that is not negative, zero columns where the
  /// diagonal is zero, and no product formed.
  var lowerFactor: Matrix {
    var work = self
    var pivotRows: [Int] = []
    for row in 0..<rows where pivotRows.count < columns {
      let pivot = pivotRows.count
      for other in (pivot + 1)..<max(columns, pivot + 1) where work[row, other] != 0 {
        let (left, right) = (work[row, pivot], work[row, other])
        let radius = (left * left + right * right).squareRoot()
        for target in 0..<rows {
          let (a, b) = (work[target, pivot], work[target, other])
          work[target, pivot] = (left * a + right * b) / radius
          work[target, other] = (left * b - right * a) / radius
        }
        work[row, other] = 0
      }
      if work[row, pivot] != 0 { pivotRows.append(row) }
    }
    var factor = Matrix(rows: rows, columns: columns)
    for (column, pivotRow) in pivotRows.enumerated() {
      let sign = work[pivotRow, column] < 0 ? -1.0 : 1
      for row in pivotRow..<rows where work[row, column] != 0 { factor[row, pivotRow] = sign * work[row, column] }
    }
    return factor
  }
}
