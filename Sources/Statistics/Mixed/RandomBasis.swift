/// The coordinates a mixed model's random columns are summed in: Z = Z̃K with K upper triangular, a block per term.
///
/// With correlated effects any basis of the columns describes the same models, and an orthonormal one (times √n)
/// keeps the optimiser's problem well conditioned where, say, an intercept and a year around 2000 are nearly
/// collinear. Uncorrelated effects belong to their columns, which are only scaled to a mean square of 1.
struct RandomBasis: Sendable {
  /// K, `q × q`: Λ̃ = KΛ.
  let triangle: Matrix
  /// K⁻¹: Z̃ = ZK⁻¹ and b = K⁻¹b̃.
  let inverse: Matrix

  /// - Throws: `nonFinite`, `zeroRandomColumn`, `dependentRandomColumn`.
  init(_ random: Matrix, blocks: [RandomBlock]) throws(StatisticsError) {
    let scales = try Self.rootMeanSquares(random)
    var triangle = Matrix(rows: random.columns, columns: random.columns)
    for block in blocks {
      let own = random.columns == block.size ? random : random.columns(block.columns)
      triangle.setBlock(block.columns, try Self.triangle(own, block, scales: Array(scales[block.columns])))
    }
    self.triangle = triangle
    inverse = triangle.inverseOfUpper
  }

  /// The block of one term.
  private static func triangle(
    _ random: Matrix, _ block: RandomBlock, scales: [Double]
  ) throws(StatisticsError) -> Matrix {
    let size = block.size
    var diagonal = Matrix(rows: size, columns: size)
    for column in 0..<size { diagonal[column, column] = scales[column] }
    guard block.hasCorrelation else { return diagonal }
    let full = try TallSkinnyQR.triangle(
      response: [Double](repeating: 0, count: random.rows), design: random, scales: scales.map { 1 / $0 },
      responseScale: 1)
    let count = Double(random.rows).squareRoot()
    var unit = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in row..<size { unit[row, column] = full[row, column] / count }
    }
    if let dependent = (0..<size).first(where: { abs(unit[$0, $0]) <= 1e-10 }) {
      throw .dependentRandomColumn(block.start + dependent)
    }
    return unit.times(diagonal)
  }

  private static func rootMeanSquares(_ random: Matrix) throws(StatisticsError) -> [Double] {
    var squares = [Double](repeating: 0, count: random.columns)
    var largest = [Double](repeating: 0, count: random.columns)
    for row in 0..<random.rows {
      let start = row &* random.columns
      for column in 0..<random.columns {
        let value = random.elements[start &+ column]
        guard value.isFinite else { throw .nonFinite(row: row, column: .random(column)) }
        largest[column] = max(largest[column], abs(value))
      }
    }
    if let empty = largest.firstIndex(of: 0) { throw .zeroRandomColumn(empty) }
    let units = largest.map { 1 / $0 }
    for row in 0..<random.rows {
      let start = row &* random.columns
      for column in 0..<random.columns {
        // Relative to the largest entry no square overflows.
        let value = random.elements[start &+ column] * units[column]
        squares[column] += value * value
      }
    }
    return zip(squares, largest).map { ($0 / Double(random.rows)).squareRoot() * $1 }
  }
}
