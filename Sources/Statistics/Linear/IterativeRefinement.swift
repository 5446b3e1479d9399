/// Least-squares coefficients carried to full working precision.
///
/// Corrected semi-normal equations with the residual and its products in double-double: each step shrinks the
/// error by about cond(X)·ε, so two steps mend even NIST's Filip, whose condition number is 1e10 when scaled.
/// Björck (1987), Linear Algebra Appl. 88/89, 31–48.
struct IterativeRefinement {
  /// Coefficients of the scaled kept columns, in units of the scaled response.
  private(set) var coefficients: [Double]
  /// What `coefficients` lost to rounding.
  private var corrections: [Double]
  /// The response minus the fit, in the response's own units.
  private(set) var residuals: [Double]

  /// Solves and refines.
  ///
  /// - Parameter low: of some columns, what their entries lost to rounding: the fit is that of the sums.
  init(_ factor: ColumnFactor, response: [Double], design: Matrix, low: [Int: [Double]] = [:]) {
    coefficients = factor.triangle.solveUpper(factor.rotatedResponse)
    corrections = Array(repeating: 0, count: factor.rank)
    residuals = Array(repeating: 0, count: response.count)
    let scales = factor.kept.map { factor.scales[$0] }
    if low.isEmpty, factor.isWellConditioned {
      residuals = response
      if factor.responseScale != 1 { for row in residuals.indices { residuals[row] *= factor.responseScale } }
      follow(coefficients, factor, scales, design)
      if factor.responseScale != 1 { for row in residuals.indices { residuals[row] /= factor.responseScale } }
      return
    }
    let limit = 5
    let lows = factor.kept.enumerated().compactMap { position, column in
      low[column].map { (position: position, values: $0) }
    }
    for pass in 1...limit {
      let gradient = residualPass(factor, scales, response, design, lows)
      guard factor.rank > 0 else { break }
      let step = factor.triangle.solveUpper(factor.triangle.solveUpperTransposed(gradient))
      var largest = 0.0
      for column in 0..<factor.rank {
        let sum = DoubleDouble.sum(coefficients[column], step[column])
        let change = abs(step[column]) / abs(sum.value)
        largest = max(largest, change.isNaN ? 0 : change)
        let both = DoubleDouble.sum(sum.value, corrections[column] + sum.error)
        coefficients[column] = both.value
        corrections[column] = both.error
      }
      // The next step would be smaller by the same factor again: below the last bit, and so small that the
      // residuals can follow in plain doubles.
      if largest < 1e-9 || pass == limit {
        follow(step, factor, scales, design)
        break
      }
    }
    if factor.responseScale != 1 {
      for row in residuals.indices { residuals[row] /= factor.responseScale }
    }
  }

  /// Sets the residuals at the current coefficients and returns X'r, both accumulated in double-double.
  private mutating func residualPass(
    _ factor: ColumnFactor, _ scales: [Double], _ response: [Double], _ design: Matrix,
    _ lows: [(position: Int, values: [Double])]
  ) -> [Double] {
    let kept = factor.kept
    let rank = factor.rank
    let columns = design.columns
    let halves = coefficients.map(DoubleDouble.split)
    var scaled = [Double](repeating: 0, count: rank)
    var high = [Double](repeating: 0, count: rank)
    var low = [Double](repeating: 0, count: rank)
    for row in 0..<design.rows {
      let start = row &* columns
      var residual = response[row] * factor.responseScale
      var lost = 0.0
      for column in 0..<rank {
        let x = design.elements[start &+ kept[column]] * scales[column]
        scaled[column] = x
        let product = x * coefficients[column]
        let error = DoubleDouble.productError(product, DoubleDouble.split(x), halves[column])
        let sum = DoubleDouble.sum(residual, -product)
        residual = sum.value
        lost += sum.error - (error + x * corrections[column])
      }
      for (position, values) in lows { lost -= values[row] * scales[position] * coefficients[position] }
      let whole = DoubleDouble.sum(residual, lost)
      residuals[row] = whole.value
      let residualHalves = DoubleDouble.split(whole.value)
      for column in 0..<rank {
        let x = scaled[column]
        let product = x * whole.value
        let error = DoubleDouble.productError(product, DoubleDouble.split(x), residualHalves)
        let sum = DoubleDouble.sum(high[column], product)
        high[column] = sum.value
        low[column] += sum.error + (error + x * whole.error)
      }
      for (position, values) in lows { low[position] += values[row] * scales[position] * whole.value }
    }
    return (0..<rank).map { high[$0] + low[$0] }
  }

  private mutating func follow(_ step: [Double], _ factor: ColumnFactor, _ scales: [Double], _ design: Matrix) {
    let kept = factor.kept
    // Scales are powers of two: the products are the same in either order.
    let scaled = zip(scales, step).map { $0 * $1 }
    let columns = design.columns
    design.elements.withUnsafeBufferPointer { elements in
      for row in residuals.indices {
        let start = row &* columns
        var change = 0.0
        for column in 0..<scaled.count { change += elements[start &+ kept[column]] * scaled[column] }
        residuals[row] -= change
      }
    }
  }
}
