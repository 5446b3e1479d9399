internal import CGSL

/// Everything that depends on Λ̃ but not on the response: the groups of the first factor solved, and the Cholesky factor
/// of what they leave.
struct CrossedFactorization: Sendable {
  let lambda: Matrix
  /// Λ₁ of the first factor's columns.
  let first: Matrix
  /// Per group B = (I + Λ₁'Z₁'Z₁Λ₁)⁻¹Λ₁', `q₁ × q₁`.
  let solver: [Double]
  /// Per group Z₁'W₁Z₁, `q₁ × q₁`.
  let inner: [Double]
  /// Per group Z₁'W₁Z₂ for the effects that occur in it, `q₁ × count`.
  let across: [Double]
  /// Z₂'W₁Z₂, a square matrix per component, its lower triangle.
  let cross: [Double]
  /// The Cholesky factors of I + Λ₂'Z₂'W₁Z₂Λ₂ in the same places.
  let cholesky: [Double]
  /// log|I + ZΓZ'|.
  let logDeterminant: Double

  /// nil where doubles cannot hold it.
  init?(_ sums: CrossedSums, lambda: Matrix) {
    let layout = sums.layout
    let q = sums.q1
    self.lambda = lambda
    var first = Matrix(rows: q, columns: q)
    for a in 0..<q {
      for b in 0..<q { first[a, b] = lambda[layout.firstColumns[a], layout.firstColumns[b]] }
    }
    self.first = first
    let reduction = GroupReduction(lambda: first, width: 0)
    var solver = [Double](repeating: 0, count: layout.firstCount * q * q)
    var inner = solver
    var across = [Double](repeating: 0, count: sums.rotated.count)
    var whitened = across
    var logarithms = 0.0
    var running = 1.0
    sums.triangles.withUnsafeBufferPointer { triangles in
      for group in 0..<layout.firstCount {
        let square = group &* q &* q
        running *= reduction.factor(triangles: triangles, at: square, rotated: triangles, at: 0)
        if running > 1e120 {
          logarithms += log(running)
          running = 1
        }
        reduction.project(triangles: triangles, at: square)
        for index in 0..<(q &* q) { inner[square + index] = reduction.s[index] }
        let start = q &* layout.localStart[group]
        let count = layout.localStart[group + 1] - layout.localStart[group]
        Self.spread(reduction, sums.rotated, start, count, &whitened, &across)
        _ = reduction.fold(byColumns: false)
        Self.solve(reduction, first, &solver, square)
      }
    }
    var cross = sums.remainder
    for group in 0..<layout.firstCount where layout.componentOfGroup[group] >= 0 {
      layout.addSquares(of: whitened, q, group, times: 1, to: &cross)
    }
    var logDeterminant = 2 * (logarithms + log(running))
    var cholesky = Self.penalised(cross, layout, lambda)
    let isSound = cholesky.withUnsafeMutableBufferPointer { cholesky in
      for component in layout.components {
        guard let matrix = cholesky.baseAddress.map({ $0 + component.offset }),
          DenseCholesky.factor(matrix, component.size)
        else { return false }
        for row in 0..<component.size { logDeterminant += 2 * log(matrix[row &* component.size &+ row]) }
      }
      return true
    }
    guard isSound, logDeterminant.isFinite else { return nil }
    self.solver = solver
    self.inner = inner
    self.across = across
    self.cross = cross
    self.cholesky = cholesky
    self.logDeterminant = logDeterminant
  }

  /// L⁻¹D and Z₁'W₁Z₂ = (L⁻¹R)'L⁻¹D of one group.
  private static func spread(
    _ reduction: borrowing GroupReduction, _ rotated: [Double], _ start: Int, _ count: Int, _ whitened: inout [Double],
    _ across: inout [Double]
  ) {
    let q = reduction.q
    for a in 0..<q {
      let inverse = 1 / reduction.pivots[a &* q &+ a]
      let row = start &+ a &* count
      for column in 0..<count {
        var sum = rotated[row + column]
        for c in 0..<a { sum -= reduction.pivots[c &* q &+ a] * whitened[start + c * count + column] }
        whitened[row + column] = sum * inverse
      }
    }
    for a in 0..<q {
      for column in 0..<count {
        var sum = 0.0
        for c in 0..<q { sum += reduction.half[c &* q &+ a] * whitened[start + c * count + column] }
        across[start + a * count + column] = sum
      }
    }
  }

  /// B = U⁻¹U'⁻¹Λ' with U'U = I + N'N in `pivots`.
  private static func solve(
    _ reduction: borrowing GroupReduction, _ lambda: Matrix, _ solver: inout [Double], _ square: Int
  ) {
    let q = reduction.q
    for column in 0..<q {
      for row in 0..<q {
        var sum = lambda[column, row]
        for before in 0..<row { sum -= reduction.pivots[before &* q &+ row] * solver[square + before * q + column] }
        solver[square + row * q + column] = sum / reduction.pivots[row &* q &+ row]
      }
      for row in stride(from: q - 1, through: 0, by: -1) {
        var sum = solver[square + row * q + column]
        for after in (row + 1)..<max(q, row + 1) {
          sum -= reduction.pivots[row &* q &+ after] * solver[square + after * q + column]
        }
        solver[square + row * q + column] = sum / reduction.pivots[row &* q &+ row]
      }
    }
  }

  /// I + Λ₂'CΛ₂, lower triangles.
  private static func penalised(_ cross: [Double], _ layout: CrossedLayout, _ lambda: Matrix) -> [Double] {
    var result = cross
    let units = layout.units
    result.withUnsafeMutableBufferPointer { result in
      for component in layout.components {
        let own = units[component.effects]
        let size = component.size
        for left in own where left.isFirst {
          let top = left.effect &- component.effects.lowerBound
          for right in own where right.isFirst && right.effect <= left.effect {
            let side = right.effect &- component.effects.lowerBound
            let corner = component.offset &+ top &* size &+ side
            if left.size == 1, right.size == 1 {
              result[corner] *= lambda[left.start, left.start] * lambda[right.start, right.start]
            } else {
              var image = Matrix(rows: left.size, columns: right.size)
              for a in 0..<left.size {
                for b in 0..<right.size {
                  // Above the diagonal the mirror image, where a block stands on it.
                  let (row, column) = top + a >= side + b ? (top + a, side + b) : (side + b, top + a)
                  image[a, b] = cross[component.offset + row * size + column]
                }
              }
              image = lambda.block(left.columns).transposed.times(image).times(lambda.block(right.columns))
              for a in 0..<left.size {
                for b in 0..<right.size where side + b <= top + a { result[corner + a * size + b] = image[a, b] }
              }
            }
          }
          for a in 0..<left.size { result[component.offset &+ (top &+ a) &* (size &+ 1)] += 1 }
        }
      }
    }
    return result
  }
}
