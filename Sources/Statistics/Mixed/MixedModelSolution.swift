internal import CGSL

/// The fixed effects, the residual variance and the deviance at one Λ.
struct MixedModelSolution: Sendable {
  /// The parameters of the chart in use.
  let theta: [Double]
  /// Λ̃, for the random columns in the basis of the sums.
  let lambda: Matrix
  /// The profiled deviance.
  let deviance: Double
  /// r² = y'Py, the penalised residual sum of squares.
  let residualSquares: Double
  /// β̃, in the basis X̃ and about the least-squares fit.
  let fixedEffects: [Double]
  /// (X̃'WX̃)⁻¹.
  let covariance: Matrix
  /// What further steps need where there are several grouping factors.
  let crossed: CrossedState?
}

extension GroupSums {
  /// How many groups are summed before they join a total: short sums round less. Part of the numeric profile.
  static var chunkGroups: Int { 256 }

  /// Solves for the fixed effects at one Λ by one pass over the groups.
  ///
  /// - Returns: nil where the deviance cannot be computed in doubles: Λ beyond any sensible size.
  func solution(
    theta: [Double], lambda: Matrix, method: LinearMixedModel.Method
  ) -> MixedModelSolution? {
    let q = randomColumns
    let width = self.width
    let rank = self.rank
    let reduction = GroupReduction(lambda: lambda, width: width)
    var cross = [Double](repeating: 0, count: width * width)
    var chunk = cross
    var logDeterminant = 0.0
    var running = 1.0
    pieces.triangles.withUnsafeBufferPointer { triangles in
      pieces.rotated.withUnsafeBufferPointer { rotated in
        chunk.withUnsafeMutableBufferPointer { chunk in
          for group in 0..<pieces.count {
            let determinant = reduction.factor(
              triangles: triangles, at: group &* q &* q, rotated: rotated, at: group &* q &* width)
            if let weights = pieces.weights, weights[group] != 1 {
              if weights[group] > 0 { logDeterminant += weights[group] * log(determinant) }
            } else {
              running *= determinant
            }
            // One logarithm for many groups.
            if running > 1e120 {
              logDeterminant += log(running)
              running = 1
            }
            let h = reduction.whitened
            for c in 0..<q {
              let row = c &* width
              for a in 0..<width {
                let value = h[row &+ a]
                for b in 0...a { chunk[a &* width &+ b] += value * h[row &+ b] }
              }
            }
            if (group &+ 1) % Self.chunkGroups == 0 || group &+ 1 == pieces.count {
              for index in 0..<(width &* width) {
                cross[index] += chunk[index]
                chunk[index] = 0
              }
            }
          }
        }
      }
    }
    logDeterminant = 2 * (logDeterminant + log(running))
    for index in cross.indices { cross[index] += remainder[index] }

    return MixedModelSolution(
      theta: theta, lambda: lambda, cross: cross, logDeterminant: logDeterminant, rows: rows, design: design,
      method: method)
  }
}

extension MixedModelSolution {
  /// The solution that [X̃ y]'W[X̃ y] (its lower triangle) and log|I + ZΓZ'| make up; nil beyond what doubles hold.
  init?(
    theta: [Double], lambda: Matrix, cross: [Double], logDeterminant: Double, rows: Int, design: OrthonormalDesign,
    method: LinearMixedModel.Method, crossed: CrossedState? = nil
  ) {
    let rank = design.factor.rank
    let width = rank + 1
    var cross = cross
    // The Cholesky factor of [X̃ y]'W[X̃ y]; its last pivot squared is r².
    guard Self.choleskyInPlace(&cross, width) else { return nil }
    let last = rank * width
    let residualSquares = cross[last + rank] * cross[last + rank]
    var upper = Matrix(rows: rank, columns: rank)
    var logFixed = 0.0
    for row in 0..<rank {
      for column in 0...row { upper[column, row] = cross[row * width + column] }
      logFixed += 2 * log(cross[row * width + row])
    }
    let inverse = upper.inverseOfUpper
    let restricted = method == .reml
    let count = Double(restricted ? rows - rank : rows)
    var deviance = logDeterminant + count * (1 + log(2 * Double.pi * residualSquares / count))
    if restricted { deviance += logFixed + design.logDeterminant }
    guard deviance.isFinite else { return nil }
    self.init(
      theta: theta, lambda: lambda, deviance: deviance, residualSquares: residualSquares,
      fixedEffects: upper.solveUpper((0..<rank).map { cross[last + $0] }),
      covariance: inverse.times(inverse.transposed), crossed: crossed)
  }

  /// The lower Cholesky factor of a symmetric matrix; false if a pivot is not positive.
  static func choleskyInPlace(_ matrix: inout [Double], _ size: Int) -> Bool {
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row * size + column]
        for inner in 0..<column { sum -= matrix[row * size + inner] * matrix[column * size + inner] }
        if row == column {
          guard sum > 0, sum.isFinite else { return false }
          matrix[row * size + row] = sum.squareRoot()
        } else {
          matrix[row * size + column] = sum / matrix[column * size + column]
        }
      }
    }
    return true
  }
}
