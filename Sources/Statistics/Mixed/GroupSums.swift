/// The sums of a mixed model whose terms all have one grouping factor, after one pass over the rows.
///
/// Per group Z is reduced to a triangle, and the rest of the row rotated along, so that no later step has to
/// subtract large numbers to find what is orthogonal to Z.
struct GroupSums: MixedModelSums {
  /// The number of rows.
  let rows: Int
  /// The number of group codes, with or without rows.
  let groupCount: Int
  /// The number of random columns, `q`.
  let randomColumns: Int
  let design: OrthonormalDesign
  let blocks: [RandomBlock]
  /// The basis Z̃ of the random columns the sums are in.
  let randomBasis: RandomBasis
  /// Per group the upper triangle R of Z̃ = QR, `q × q`.
  let triangles: [Double]
  /// Per group D = Q'[X̃ y], `q × (rank + 1)`.
  let rotated: [Double]
  /// What sums over the groups run over.
  let pieces: GroupPieces
  /// The cross-products of what is orthogonal to the groups' Z̃, `[X̃ y]'(I − QQ')[X̃ y]`, its lower triangle.
  let remainder: [Double]
  let residualSquares: Double

  var resolution: Double { 1e-20 }
  func roundOff(_ lambda: Matrix) -> Double { 0 }
  var start: [Double] { [Double](repeating: 1, count: randomColumns) }
  /// `rank + 1`.
  var width: Int { rank + 1 }

  init(
    design: OrthonormalDesign, fixed: Matrix, random: Matrix, blocks: [RandomBlock], groups: [Int32], groupCount: Int
  ) throws(StatisticsError) {
    self.design = design
    self.blocks = blocks
    rows = random.rows
    self.groupCount = groupCount
    randomColumns = random.columns
    let randomBasis = try RandomBasis(random, blocks: blocks)
    self.randomBasis = randomBasis

    residualSquares = DoubleDouble.sumOfSquares(design.residuals)
    (triangles, rotated, remainder) = Self.accumulate(
      residuals: design.residuals, fixed: fixed, kept: design.factor.kept, basis: design.basis, random: random,
      randomBasis: randomBasis.inverse, groups: groups, groupCount: groupCount)
    pieces = GroupPieces(
      triangles: triangles, rotated: rotated, groups: groupCount, randomColumns: random.columns,
      width: design.factor.rank + 1)
  }

  func replacing(
    residuals: [Double], fixed: Matrix, random: Matrix, terms: [RandomEffectsTerm]
  ) -> any MixedModelSums {
    GroupSums(self, residuals: residuals, fixed: fixed, random: random, groups: terms[0].groups)
  }

  private init(_ other: GroupSums, residuals: [Double], fixed: Matrix, random: Matrix, groups: [Int32]) {
    design = other.design
    blocks = other.blocks
    rows = other.rows
    groupCount = other.groupCount
    randomColumns = other.randomColumns
    randomBasis = other.randomBasis
    residualSquares = DoubleDouble.sumOfSquares(residuals)
    (triangles, rotated, remainder) = Self.accumulate(
      residuals: residuals, fixed: fixed, kept: design.factor.kept, basis: design.basis, random: random,
      randomBasis: randomBasis.inverse, groups: groups, groupCount: groupCount)
    pieces = GroupPieces(
      triangles: triangles, rotated: rotated, groups: groupCount, randomColumns: random.columns,
      width: design.factor.rank + 1)
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
}
