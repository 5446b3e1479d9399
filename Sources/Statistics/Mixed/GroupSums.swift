internal import CGSL

/// Everything a linear mixed model's likelihood needs from the rows, after one pass over them.
///
/// Per group Z is reduced to a triangle, and the rest of the row rotated along, so that no later step has to
/// subtract large numbers to find what is orthogonal to Z. The fixed columns enter as X̃ = XB, orthonormal by the QR
/// of X, and the response as its least-squares residual: cross-products of raw columns would lose the digits that
/// means and collinearity take up.
struct GroupSums: Sendable {
  /// The number of rows.
  let rows: Int
  /// The number of group codes, with or without rows.
  let groupCount: Int
  /// The number of groups that have rows.
  let occupiedGroups: Int
  /// The number of random columns, `q`.
  let randomColumns: Int
  /// Which fixed columns can be estimated, and their triangular factor.
  let factor: ColumnFactor
  /// B, `rank × rank`: X̃ = X_kept B and β_kept = β_OLS + B β̃.
  let basis: Matrix
  /// The least-squares coefficients of the kept columns.
  let leastSquares: [Double]
  /// The least-squares residuals of the response.
  let residuals: [Double]
  /// 2 log|det R|, what REML's log-determinant lacks in the basis X̃.
  let logDeterminant: Double
  /// The basis Z̃ of the random columns the sums are in.
  let randomBasis: RandomBasis
  /// Per group the upper triangle R of Z̃ = QR, `q × q`.
  let triangles: [Double]
  /// Per group D = Q'[X̃ y], `q × (rank + 1)`.
  let rotated: [Double]
  /// The cross-products of what is orthogonal to the groups' Z̃, `[X̃ y]'(I − QQ')[X̃ y]`, its lower triangle.
  let remainder: [Double]
  /// The sum of squares of `residuals`.
  let residualSquares: Double

  /// The number of estimable fixed columns.
  var rank: Int { factor.rank }
  /// `rank + 1`.
  var width: Int { factor.rank + 1 }

  init(
    response: [Double], fixed: Matrix, random: Matrix, groups: [Int32], groupCount: Int,
    correlated: Bool
  ) throws(StatisticsError) {
    precondition(random.rows == response.count && groups.count == response.count, "arguments disagree in rows")
    precondition(random.columns > 0, "a mixed model has a random column")
    let design = try OrthonormalDesign(response: response, design: fixed)
    factor = design.factor
    basis = design.basis
    logDeterminant = design.logDeterminant
    leastSquares = design.leastSquares
    residuals = design.residuals
    rows = response.count
    self.groupCount = groupCount
    randomColumns = random.columns
    occupiedGroups = try Self.occupied(groups, groupCount)
    let randomBasis = try RandomBasis(random, correlated: correlated)
    self.randomBasis = randomBasis

    residualSquares = DoubleDouble.sumOfSquares(residuals)
    (triangles, rotated, remainder) = Self.accumulate(
      residuals: residuals, fixed: fixed, kept: factor.kept, basis: design.basis, random: random,
      randomBasis: randomBasis.inverse, groups: groups, groupCount: groupCount)
  }

  /// `response − design[kept] · coefficients`.
  static func residuals(
    _ response: [Double], _ design: Matrix, _ kept: [Int], _ coefficients: [Double]
  ) -> [Double] {
    var result = response
    for row in 0..<design.rows {
      let start = row &* design.columns
      var fit = 0.0
      for position in 0..<kept.count { fit += design.elements[start &+ kept[position]] * coefficients[position] }
      result[row] -= fit
    }
    return result
  }

  private static func occupied(_ groups: [Int32], _ groupCount: Int) throws(StatisticsError) -> Int {
    var seen = [Bool](repeating: false, count: groupCount)
    var occupied = 0
    for code in groups {
      precondition(code >= 0 && Int(code) < groupCount, "a group code lies in 0..<groupCount")
      if !seen[Int(code)] { occupied += 1 }
      seen[Int(code)] = true
    }
    if occupied == 1, let code = groups.first { throw .oneGroup(code: code) }
    return occupied
  }
}
