import Statistics

/// Kenward and Roger's method as the papers write it, with V of `n × n` and φ = (σ², entries of the covariance).
struct DenseKenwardRoger {
  private(set) var adjusted: Matrix
  private let phi: Matrix
  private var slopes: [Matrix] = []
  private var weights: Matrix

  init(fixed: Matrix, terms: [RandomEffectsTerm], sigma: Double, covariances: [Matrix]) {
    let count = fixed.rows
    func pattern(_ term: RandomEffectsTerm, _ entry: (Int, Int) -> Double) -> Matrix {
      let (random, groups) = (term.columns, term.groups)
      var result = Matrix(rows: count, columns: count)
      for row in 0..<count {
        for column in 0..<count where groups[row] == groups[column] {
          for a in 0..<random.columns {
            for b in 0..<random.columns {
              result[row, column] += random[row, a] * entry(a, b) * random[column, b]
            }
          }
        }
      }
      return result
    }
    var unit = Matrix(rows: count, columns: count)
    for index in 0..<count { unit[index, index] = 1 }
    var parts = [unit]
    var total = Matrix(rows: count, columns: count)
    for (term, covariance) in zip(terms, covariances) {
      for row in 0..<term.columns.columns {
        for column in 0...row where term.isCorrelated || row == column {
          parts.append(pattern(term) { ($0 == row && $1 == column) || ($0 == column && $1 == row) ? 1 : 0 })
        }
      }
      let part = pattern(term) { covariance[$0, $1] }
      for index in total.elements.indices { total.elements[index] += part.elements[index] }
    }
    for index in 0..<count { total[index, index] += sigma * sigma }
    let inverse = total.inverted
    let transposed = fixed.flipped
    let phi = (transposed * inverse * fixed).inverted
    // V⁻¹Vᵢ; the papers' P_i lacks its minus sign here, which occurs twice everywhere.
    let moved = parts.map { inverse * $0 }
    let p = moved.map { transposed * $0 * inverse * fixed }
    var information = Matrix(rows: parts.count, columns: parts.count)
    var q: [[Matrix]] = []
    for i in parts.indices {
      q.append(parts.indices.map { transposed * moved[i] * moved[$0] * inverse * fixed })
      for j in parts.indices {
        information[i, j] =
          (moved[i].traceOfProduct(moved[j]) - 2 * phi.traceOfProduct(q[i][j])
            + (phi * p[i]).traceOfProduct(phi * p[j])) / 2
      }
    }
    weights = information.inverted
    adjusted = phi
    for i in parts.indices {
      for j in parts.indices {
        let left = phi * q[i][j] * phi
        let right = phi * p[i] * phi * p[j] * phi
        for index in adjusted.elements.indices {
          adjusted.elements[index] += 2 * weights[i, j] * (left.elements[index] - right.elements[index])
        }
      }
    }
    slopes = p.map { phi * $0 * phi }
    self.phi = phi
  }

  /// pbkrtest's `Lb_ddf` for one contrast, step by step.
  func degreesOfFreedom(_ contrast: [Double]) -> Double {
    let l = Matrix(rows: contrast.count, columns: 1, elements: contrast)
    func form(_ matrix: Matrix) -> Double { (l.flipped * matrix * l)[0, 0] }
    var a = 0.0
    for i in slopes.indices {
      for j in slopes.indices { a += weights[i, j] * form(slopes[i]) * form(slopes[j]) / form(phi) / form(phi) }
    }
    let (b, g) = ((a + 6 * a) / 2, (2 * a - 5 * a) / (3 * a))
    let divisor = 3 + 2 * (1 - g)
    let (c1, c2, c3) = (g / divisor, (1 - g) / divisor, (3 - g) / divisor)
    let ratio = (1 - a) / (1 - c2 * b)
    let rho = ratio * ratio * (1 + c1 * b) / (1 - c3 * b)
    return 4 + 3 / (rho - 1)
  }
}

extension Matrix {
  static func * (left: Matrix, right: Matrix) -> Matrix {
    var result = Matrix(rows: left.rows, columns: right.columns)
    for row in 0..<left.rows {
      for inner in 0..<left.columns {
        for column in 0..<right.columns { result[row, column] += left[row, inner] * right[inner, column] }
      }
    }
    return result
  }

  var flipped: Matrix { Matrix(columns: (0..<rows).map(row)) }

  func traceOfProduct(_ other: Matrix) -> Double {
    var sum = 0.0
    for row in 0..<rows {
      for column in 0..<columns { sum += self[row, column] * other[column, row] }
    }
    return sum
  }

  /// By Gauss and Jordan, without pivots: for positive definite matrices.
  var inverted: Matrix {
    var work = self
    for pivot in 0..<rows {
      let value = work[pivot, pivot]
      work[pivot, pivot] = 1
      for column in 0..<columns { work[pivot, column] /= value }
      for row in 0..<rows where row != pivot {
        let factor = work[row, pivot]
        work[row, pivot] = 0
        for column in 0..<columns { work[row, column] -= factor * work[pivot, column] }
      }
    }
    return work
  }
}
