/// The triangular factor of a design, its response rotated along, and which columns it could keep.
///
/// Columns are scaled by powers of two, so that scaling rounds nothing.
struct ColumnFactor: Sendable {
  /// What each design column was multiplied by.
  let scales: [Double]
  /// What the response was multiplied by.
  let responseScale: Double
  /// The columns that can be estimated, ascending.
  let kept: [Int]
  /// The columns that depend on kept columns to their left, ascending.
  let aliased: [Int]
  /// The upper triangular factor of the scaled kept columns, `rank × rank`.
  let triangle: Matrix
  /// The scaled response in the coordinates of `triangle`.
  let rotatedResponse: [Double]
  /// The triangle of all scaled columns and the scaled response, before any was left out.
  let full: Matrix

  /// Whether the triangle is that of `FusedHouseholder`.
  private let isFused: Bool

  var rank: Int { kept.count }

  /// Factors a design.
  ///
  /// - Throws: `noRows`; `nonFinite`, naming the first such row.
  init(response: [Double], design: Matrix, tolerance: Double) throws(StatisticsError) {
    precondition(response.count == design.rows, "a response has one number per row of the design")
    guard !response.isEmpty else { throw .noRows }
    if design.rows >= FusedHouseholder.fewestRows,
      let triangle = Self.unscaled(FusedHouseholder.triangle(response: response, design: design))
    {
      (scales, responseScale) = ([Double](repeating: 1, count: design.columns), 1)
      full = triangle
      isFused = true
    } else {
      (scales, responseScale) = try Self.scales(response, design)
      full = try TallSkinnyQR.triangle(
        response: response, design: design, scales: scales, responseScale: responseScale)
      isFused = false
    }
    (kept, aliased, triangle, rotatedResponse) = Self.independentColumns(of: full, tolerance: tolerance)
  }

  /// A triangle of unscaled columns, or nil where squares came near the ends of a double's range, or where a number was
  /// not finite: then the columns have to be scaled, or the first such number found.
  static func unscaled(_ triangle: Matrix) -> Matrix? {
    for column in 0..<triangle.columns {
      var square = 0.0
      for row in 0...column { square += triangle[row, column] * triangle[row, column] }
      guard square == 0 || (square > 1e-200 && square < 1e200) else { return nil }
    }
    return triangle
  }

  /// Whether coefficients straight from the triangle are good to 11 digits or more: many rows, and kept columns whose
  /// condition number, each at length 1, is below 1e4; and an outcome of which the columns leave a ten-thousandth or more.
  var isWellConditioned: Bool {
    guard isFused else { return false }
    let last = full.columns - 1
    var length = 0.0
    for row in 0...last { length += full[row, last] * full[row, last] }
    var explained = 0.0
    for value in rotatedResponse { explained += value * value }
    guard length - explained >= 1e-8 * length else { return false }
    let inverse = triangle.inverseOfUpper
    var square = 0.0
    for column in 0..<rank {
      var length = 0.0
      for row in 0...column { length += triangle[row, column] * triangle[row, column] }
      for other in 0..<rank { square += length * inverse[column, other] * inverse[column, other] }
    }
    // The first factor, of columns of length 1, is √rank.
    return square * Double(rank) < 1e8
  }

  /// Powers of two that bring the largest entry of each column into 1..<2.
  private static func scales(
    _ response: [Double], _ design: Matrix
  ) throws(StatisticsError) -> (columns: [Double], response: Double) {
    let columns = design.columns
    var largest = [Double](repeating: 0, count: columns)
    var largestResponse = 0.0
    var poison = 0.0
    for row in 0..<design.rows {
      let start = row &* columns
      for column in 0..<columns {
        let value = design.elements[start &+ column]
        largest[column] = max(largest[column], abs(value))
        // 0 · ∞ and 0 · NaN are NaN: one test after the loop finds whether there was any.
        poison += value * 0
      }
      largestResponse = max(largestResponse, abs(response[row]))
      poison += response[row] * 0
    }
    if poison != 0 { throw firstNonFinite(response, design) }
    return (largest.map(powerOfTwo), powerOfTwo(largestResponse))
  }

  static func firstNonFinite(_ response: [Double], _ design: Matrix) -> StatisticsError {
    for row in 0..<design.rows {
      if !response[row].isFinite { return .nonFinite(row: row, column: .response) }
      for column in 0..<design.columns where !design[row, column].isFinite {
        return .nonFinite(row: row, column: .design(column))
      }
    }
    return .noRows
  }

  private static func powerOfTwo(_ largest: Double) -> Double {
    // The clamp keeps the scale and its inverse normal numbers.
    largest == 0 ? 1 : Double(sign: .plus, exponent: -min(max(Int(largest.exponent), -1000), 1000), significand: 1)
  }

  /// Walks the columns of a triangle left to right as R's `lm` does and drops a column whose norm, after
  /// projection on the kept ones, is below `tolerance` times its own; the rest is made triangular again.
  static func independentColumns(
    of full: Matrix, tolerance: Double
  ) -> (kept: [Int], aliased: [Int], triangle: Matrix, rotated: [Double]) {
    var work = full
    let last = full.columns - 1
    var kept: [Int] = []
    var aliased: [Int] = []
    for column in 0..<last {
      let rank = kept.count
      var above = 0.0
      for row in 0..<rank { above += work[row, column] * work[row, column] }
      var below = 0.0
      for row in rank..<work.rows { below += work[row, column] * work[row, column] }
      let remaining = below.squareRoot()
      guard below > 0, remaining >= tolerance * (above + below).squareRoot() else {
        aliased.append(column)
        continue
      }
      let head = work[rank, column]
      let pivot = head > 0 ? -remaining : remaining
      // A column that is triangular already needs no reflection.
      if below != head * head { reflect(&work, rank, column, pivot) }
      kept.append(column)
    }
    let rank = kept.count
    var triangle = Matrix(rows: rank, columns: rank)
    for (position, column) in kept.enumerated() {
      for row in 0...position { triangle[row, position] = work[row, column] }
    }
    return (kept, aliased, triangle, (0..<rank).map { work[$0, last] })
  }

  /// The Householder reflection that moves a column's part from `first` on to `pivot` in row `first`.
  private static func reflect(_ work: inout Matrix, _ first: Int, _ column: Int, _ pivot: Double) {
    var vector = (first..<work.rows).map { work[$0, column] }
    vector[0] -= pivot
    var squares = 0.0
    for value in vector { squares += value * value }
    for target in column..<work.columns {
      var product = 0.0
      for (offset, value) in vector.enumerated() { product += value * work[first + offset, target] }
      let factor = 2 * product / squares
      for (offset, value) in vector.enumerated() { work[first + offset, target] -= factor * value }
    }
    work[first, column] = pivot
    for row in (first + 1)..<max(work.rows, first + 1) { work[row, column] = 0 }
  }
}
