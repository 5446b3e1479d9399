/// What all components of S = Z'WZ share.
struct CrossedContext {
  let sums: CrossedSums
  let at: CrossedFactorization
  /// T_jΛ₂ of every group, in the places of T_j.
  let scaled: [Double]
  /// Per term Λ⁻¹, nil where that is too large to use.
  let inverses: [Matrix?]

  /// A Λ⁻¹ with a larger entry than this would multiply rounding by its square.
  private static let largestInverse = 30.0

  init(_ sums: CrossedSums, _ at: CrossedFactorization) {
    self.sums = sums
    self.at = at
    scaled = Self.scaled(sums, at)
    inverses = sums.layout.rest.map { term in
      guard let inverse = at.lambda.block(term.block.columns).inverse,
        inverse.elements.allSatisfy({ abs($0) <= Self.largestInverse })
      else { return nil }
      return inverse
    }
  }

  private static func scaled(_ sums: CrossedSums, _ at: CrossedFactorization) -> [Double] {
    let layout = sums.layout
    let units = layout.units
    var result = [Double](repeating: 0, count: at.across.count)
    for group in 0..<layout.firstCount where layout.componentOfGroup[group] >= 0 {
      let origin = layout.components[layout.componentOfGroup[group]].effects.lowerBound
      let start = layout.localStart[group]
      let count = layout.localStart[group + 1] - start
      for column in 0..<count {
        let unit = units[origin + layout.localEffects[start + column]]
        let own = origin + layout.localEffects[start + column] - unit.effect
        for a in 0..<sums.q1 {
          let from = sums.q1 * start + a * count + column - own
          var sum = 0.0
          for inner in 0..<unit.size {
            sum += at.across[from + inner] * at.lambda[unit.start + inner, unit.start + own]
          }
          result[from + own] = sum
        }
      }
    }
    return result
  }
}

extension Matrix {
  /// The inverse of a small square matrix, by elimination with pivoting; nil if a pivot is zero.
  var inverse: Matrix? {
    var work = self
    var result = Matrix.identity(rows)
    for pivot in 0..<rows {
      var best = pivot
      for row in pivot..<rows where abs(work[row, pivot]) > abs(work[best, pivot]) { best = row }
      guard work[best, pivot] != 0 else { return nil }
      for column in 0..<rows {
        (work[pivot, column], work[best, column]) = (work[best, column], work[pivot, column])
        (result[pivot, column], result[best, column]) = (result[best, column], result[pivot, column])
      }
      let factor = 1 / work[pivot, pivot]
      for column in 0..<rows {
        work[pivot, column] *= factor
        result[pivot, column] *= factor
      }
      for row in 0..<rows where row != pivot && work[row, pivot] != 0 {
        let factor = work[row, pivot]
        for column in 0..<rows {
          work[row, column] -= factor * work[pivot, column]
          result[row, column] -= factor * result[pivot, column]
        }
      }
    }
    return result
  }
}
