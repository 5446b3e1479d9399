/// Wf for a vector f of one number per row, and what the penalty adds: f'Wg = e'e + u'u.
///
/// e = f − Zb is the residual of the penalised least-squares fit without fixed effects and u = Λ⁻¹b its penalised
/// coefficients. Sums of squares of both lose no digits to a large Λ, as f'e would.
struct Whitened: Sendable {
  /// One number per row.
  var residuals: [Double]
  /// u, the groups of the first factor before all others.
  var coefficients: [Double]

  /// f'Wg of the vectors this and another come from.
  func product(_ other: Whitened) -> Double {
    Self.product(residuals, other.residuals) + Self.product(coefficients, other.coefficients)
  }

  /// How many products are summed before they join the total: short sums round less. Part of the numeric profile.
  private static let chunk = 512

  private static func product(_ left: [Double], _ right: [Double]) -> Double {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        var total = 0.0
        for start in stride(from: 0, to: left.count, by: chunk) {
          var sum = 0.0
          for index in start..<min(start &+ chunk, left.count) { sum += left[index] * right[index] }
          total += sum
        }
        return total
      }
    }
  }

  mutating func subtract(_ other: Whitened, times factor: Double) {
    for index in residuals.indices { residuals[index] -= factor * other.residuals[index] }
    for index in coefficients.indices { coefficients[index] -= factor * other.coefficients[index] }
  }
}

extension CrossedSums {
  /// The number of all random effects, those of the first factor before all others.
  var effectCount: Int { firstEffectCount + layout.effectCount }
  var firstEffectCount: Int { layout.firstCount * q1 }

  func whiten(_ vector: [Double], _ at: CrossedFactorization) -> Whitened {
    var residuals = vector
    var coefficients = [Double](repeating: 0, count: effectCount)
    var image = coefficients
    gatherFirst(residuals, into: &image)
    solveFirst(&image, at)
    for index in 0..<firstEffectCount { coefficients[index] = image[index] }
    scaleFirst(&image, at)
    expandFirst(image, times: -1, to: &residuals)
    guard layout.effectCount > 0 else { return Whitened(residuals: residuals, coefficients: coefficients) }

    gatherRest(residuals, into: &image)
    scaleRest(&image, at, transposed: true)
    image.withUnsafeMutableBufferPointer { image in
      at.cholesky.withUnsafeBufferPointer { cholesky in
        guard let image = image.baseAddress, let cholesky = cholesky.baseAddress else { return }
        for component in layout.components {
          DenseCholesky.solve(
            cholesky + component.offset, component.size, image + (firstEffectCount + component.effects.lowerBound))
        }
      }
    }
    for index in firstEffectCount..<effectCount { coefficients[index] = image[index] }
    scaleRest(&image, at, transposed: false)
    var fit = [Double](repeating: 0, count: rows)
    expandRest(image, to: &fit)
    for row in 0..<rows { residuals[row] -= fit[row] }
    for index in 0..<firstEffectCount { image[index] = 0 }
    gatherFirst(fit, into: &image)
    solveFirst(&image, at)
    for index in 0..<firstEffectCount { coefficients[index] -= image[index] }
    scaleFirst(&image, at)
    expandFirst(image, times: 1, to: &residuals)
    return Whitened(residuals: residuals, coefficients: coefficients)
  }

  /// Z'f.
  func gather(_ vector: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: effectCount)
    gatherFirst(vector, into: &result)
    gatherRest(vector, into: &result)
    return result
  }

  /// Zv.
  func expand(_ effects: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: rows)
    expandFirst(effects, times: 1, to: &result)
    expandRest(effects, to: &result)
    return result
  }

  private func gatherFirst(_ vector: [Double], into effects: inout [Double]) {
    let q = q1
    let width = random.columns
    effects.withUnsafeMutableBufferPointer { effects in
      random.elements.withUnsafeBufferPointer { z in
        layout.firstGroups.withUnsafeBufferPointer { groups in
          for (a, column) in layout.firstColumns.enumerated() {
            for row in 0..<rows { effects[Int(groups[row]) &* q &+ a] += z[row &* width &+ column] * vector[row] }
          }
        }
      }
    }
  }

  private func expandFirst(_ effects: [Double], times sign: Double, to vector: inout [Double]) {
    let q = q1
    let width = random.columns
    vector.withUnsafeMutableBufferPointer { vector in
      random.elements.withUnsafeBufferPointer { z in
        layout.firstGroups.withUnsafeBufferPointer { groups in
          effects.withUnsafeBufferPointer { effects in
            for row in 0..<rows {
              var sum = 0.0
              for (a, column) in layout.firstColumns.enumerated() {
                sum += z[row &* width &+ column] * effects[Int(groups[row]) &* q &+ a]
              }
              vector[row] += sign * sum
            }
          }
        }
      }
    }
  }

  private func gatherRest(_ vector: [Double], into effects: inout [Double]) {
    let width = random.columns
    let offset = firstEffectCount
    let terms = layout.rest.count
    effects.withUnsafeMutableBufferPointer { effects in
      random.elements.withUnsafeBufferPointer { z in
        layout.rowEffects.withUnsafeBufferPointer { starts in
          for (index, term) in layout.rest.enumerated() {
            for column in 0..<term.block.size {
              let from = term.block.start &+ column
              for row in 0..<rows {
                effects[offset &+ Int(starts[row &* terms &+ index]) &+ column] +=
                  z[row &* width &+ from] * vector[row]
              }
            }
          }
        }
      }
    }
  }

  private func expandRest(_ effects: [Double], to vector: inout [Double]) {
    let width = random.columns
    let offset = firstEffectCount
    let terms = layout.rest.count
    vector.withUnsafeMutableBufferPointer { vector in
      random.elements.withUnsafeBufferPointer { z in
        layout.rowEffects.withUnsafeBufferPointer { starts in
          effects.withUnsafeBufferPointer { effects in
            for (index, term) in layout.rest.enumerated() {
              for column in 0..<term.block.size {
                let from = term.block.start &+ column
                for row in 0..<rows {
                  vector[row] +=
                    z[row &* width &+ from] * effects[offset &+ Int(starts[row &* terms &+ index]) &+ column]
                }
              }
            }
          }
        }
      }
    }
  }

  /// Z₁'f to u₁ = B Z₁'f.
  private func solveFirst(_ effects: inout [Double], _ at: CrossedFactorization) {
    apply(to: &effects) { at.solver[$0 &* $3 &* $3 &+ $1 &* $3 &+ $2] }
  }

  /// u₁ to b₁ = Λ₁u₁.
  private func scaleFirst(_ effects: inout [Double], _ at: CrossedFactorization) {
    apply(to: &effects) { at.first.elements[$1 &* $3 &+ $2] }
  }

  @inline(__always)
  private func apply(to effects: inout [Double], _ entry: (_ group: Int, _ row: Int, _ column: Int, _ q: Int) -> Double)
  {
    let q = q1
    var image = [Double](repeating: 0, count: q)
    for group in 0..<layout.firstCount {
      for row in 0..<q {
        var sum = 0.0
        for column in 0..<q { sum += entry(group, row, column, q) * effects[group &* q &+ column] }
        image[row] = sum
      }
      for row in 0..<q { effects[group &* q &+ row] = image[row] }
    }
  }

  /// Λ₂ or its transpose.
  private func scaleRest(_ effects: inout [Double], _ at: CrossedFactorization, transposed: Bool) {
    let lambda = transposed ? at.lambda.transposed : at.lambda
    for term in layout.rest {
      let block = term.block
      var image = [Double](repeating: 0, count: block.size)
      for start in term.effectStart {
        let from = firstEffectCount + start
        for row in 0..<block.size {
          var sum = 0.0
          for column in 0..<block.size {
            sum += lambda[block.start + row, block.start + column] * effects[from + column]
          }
          image[row] = sum
        }
        for row in 0..<block.size { effects[from + row] = image[row] }
      }
    }
  }
}
