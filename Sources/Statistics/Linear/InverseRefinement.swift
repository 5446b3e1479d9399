/// (X'X)⁻¹ of columns that carry what their entries lost to rounding.
///
/// With R⁻¹ of the rounded columns and G = X'X of the whole ones, M = R⁻ᵀGR⁻¹ is nearly I, and (X'X)⁻¹ = R⁻¹M⁻¹R⁻ᵀ. G and
/// M are summed in double-double; R⁻¹ may be anything close.
enum InverseRefinement {
  private typealias Pair = (value: Double, error: Double)

  private static let mostProducts = 200_000_000

  /// - Parameters:
  ///   - inverse: R⁻¹ of the scaled kept columns, `rank × rank`.
  ///   - low: of some columns of the design, what their entries lost.
  /// - Returns: (X'X)⁻¹ of the scaled kept columns; nil where M is not close to I, or where G would take seconds.
  static func unscaledCovariance(
    _ inverse: Matrix, _ factor: ColumnFactor, design: Matrix, low: [Int: [Double]]
  ) -> Matrix? {
    let rank = factor.rank
    guard design.rows <= mostProducts / max(rank * rank, 1) else { return nil }
    let half = product(gram(factor, design, low), inverse, rank)
    // M is symmetric: R⁻ᵀ(GR⁻¹) is ((GR⁻¹)'R⁻¹)'.
    let turned = (0..<rank * rank).map { half[$0 % rank * rank + $0 / rank] }
    let middle = product(turned, inverse, rank)
    var whole = Matrix(rows: rank, columns: rank)
    for row in 0..<rank {
      for column in 0...row {
        whole[row, column] = (middle[row * rank + column].value + middle[column * rank + row].value) / 2
        whole[column, row] = whole[row, column]
        guard abs(whole[row, column] - (row == column ? 1 : 0)) < 1e-2 else { return nil }
      }
    }
    guard let root = PositiveDefinite(whole)?.lower else { return nil }
    // M = LL', so that (X'X)⁻¹ = (R⁻¹L⁻ᵀ)(R⁻¹L⁻ᵀ)'.
    let basis = inverse.times(root.transposed.inverseOfUpper)
    return basis.times(basis.transposed)
  }

  private static func product(_ left: [Pair], _ right: Matrix, _ rank: Int) -> [Pair] {
    var result = [Pair](repeating: (0, 0), count: rank * rank)
    for row in 0..<rank {
      for column in 0..<rank {
        var high = 0.0
        var lost = 0.0
        for inner in 0..<rank {
          let (entry, error) = left[row * rank + inner]
          let other = right[inner, column]
          let product = entry * other
          let sum = DoubleDouble.sum(high, product)
          high = sum.value
          lost +=
            sum.error + DoubleDouble.productError(product, DoubleDouble.split(entry), DoubleDouble.split(other))
            + error * other
        }
        let whole = DoubleDouble.sum(high, lost)
        result[row * rank + column] = (whole.value, whole.error)
      }
    }
    return result
  }

  /// X'X of the scaled kept columns, each entry with what it lost.
  private static func gram(
    _ factor: ColumnFactor, _ design: Matrix, _ low: [Int: [Double]]
  ) -> [Pair] {
    let rank = factor.rank
    let lows = factor.kept.map { low[$0] }
    var sums = [Pair](repeating: (0, 0), count: rank * rank)
    var high = [Double](repeating: 0, count: rank)
    var rest = [Double](repeating: 0, count: rank)
    for row in 0..<design.rows {
      for (position, column) in factor.kept.enumerated() {
        high[position] = design[row, column] * factor.scales[column]
        rest[position] = (lows[position]?[row] ?? 0) * factor.scales[column]
      }
      for a in 0..<rank {
        let halves = DoubleDouble.split(high[a])
        for b in 0...a {
          let product = high[a] * high[b]
          let error =
            DoubleDouble.productError(product, halves, DoubleDouble.split(high[b])) + high[a] * rest[b]
            + rest[a] * high[b]
          let sum = DoubleDouble.sum(sums[a * rank + b].value, product)
          sums[a * rank + b] = (sum.value, sums[a * rank + b].error + (sum.error + error))
        }
      }
    }
    for a in 0..<rank {
      for b in 0..<a { sums[b * rank + a] = sums[a * rank + b] }
    }
    return sums
  }
}
