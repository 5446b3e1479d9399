/// What leaving out all rows of a group does to the fixed effects, with the covariance V of the rows held as it was
/// estimated: exact given V, one step of the fit that would estimate V anew.
///
/// With A = X'V⁻¹X = LL' and u = X'V⁻¹r of the group, β̂ − β̂₍g₎ = (A − A_g)⁻¹u_g, and Cook's distance is
/// (β̂ − β̂₍g₎)'A(β̂ − β̂₍g₎) / p. A group's part of A is the whole less that of the rows that stay, so it may correlate with
/// these. Cook (1977), Technometrics 19:15–18; Christensen, Pearson & Johnson (1992), Technometrics 34:38–45.
public struct GroupDeletion: Sendable {
  public struct Group: Sendable {
    public let rows: Int
    /// β̂ − β̂₍g₎, one per column; nil where the rows that stay don't determine the fixed effects.
    public let change: [Double]?
    /// Cook's distance.
    public let distance: Double?
  }

  public let groups: [Group]
  /// √diag A⁻¹, one per column: given V.
  public let standardErrors: [Double]

  /// A block that a group has only a part of costs its rows to the cube for each group.
  private static let mostShared = 400
  private static let mostAlone = 2000

  public enum Refusal: Error, Sendable {
    case tooManyDependentRows(Int, most: Int)
    /// V, or A, is not positive definite.
    case numerical
  }

  /// - Parameters:
  ///   - residuals: response minus fixed effects, one per row.
  ///   - design: `n × p`, the estimable columns.
  ///   - codes: the group of each row, in `0..<count`.
  public init(
    residuals: [Double], design: Matrix, covariance: RowCovariance, groups codes: [Int32], count: Int
  ) throws(Refusal) {
    let rank = design.columns
    let column = Matrix(rows: residuals.count, columns: 1, elements: residuals)
    func part(_ rows: [Int]) throws(Refusal) -> (square: Matrix, score: [Double]) {
      guard !rows.isEmpty else { return (Matrix(rows: rank, columns: rank), [Double](repeating: 0, count: rank)) }
      guard let white = covariance.whitened(rows, [design, column]) else { throw .numerical }
      return (white[0].transposed.times(white[0]), white[0].transposed.times(white[1].elements))
    }
    var total = Matrix(rows: rank, columns: rank)
    var parts = [Matrix](repeating: total, count: count)
    var scores = [[Double]](repeating: [Double](repeating: 0, count: rank), count: count)
    var sizes = [Int](repeating: 0, count: count)
    for code in codes { sizes[Int(code)] += 1 }
    for block in covariance.blocks {
      let members = Set(block.map { codes[$0] }).sorted()
      let most = members.count == 1 ? Self.mostAlone : Self.mostShared
      guard block.count <= most else { throw .tooManyDependentRows(block.count, most: most) }
      let whole = try part(block)
      total.add(whole.square, times: 1)
      for member in members {
        let rest = members.count == 1 ? try part([]) : try part(block.filter { codes[$0] != member })
        parts[Int(member)].add(whole.square, times: 1)
        parts[Int(member)].add(rest.square, times: -1)
        for index in 0..<rank { scores[Int(member)][index] += whole.score[index] - rest.score[index] }
      }
    }
    // About unit diagonals: columns may be of very different sizes.
    let scales = (0..<rank).map { 1 / total[$0, $0].squareRoot() }
    func scaled(_ matrix: Matrix) -> Matrix {
      var result = matrix
      for row in 0..<rank { for column in 0..<rank { result[row, column] *= scales[row] * scales[column] } }
      return result
    }
    guard let factor = LowerTriangle(scaled(total), floor: 1e-13) else { throw .numerical }
    standardErrors = (0..<rank).map { column in
      var unit = Matrix(rows: rank, columns: 1)
      unit[column, 0] = 1
      var squares = 0.0
      for value in factor.solve(unit).elements { squares += value * value }
      return squares.squareRoot() * scales[column]
    }
    groups = (0..<count).map { group in
      // I − L⁻¹A_gL'⁻¹, which is singular where the other rows leave a combination open.
      let half = factor.solve(scaled(parts[group])).transposed
      var left = factor.solve(half)
      for row in 0..<rank { for column in 0..<rank { left[row, column] = (row == column ? 1 : 0) - left[row, column] } }
      let score = factor.solve(
        Matrix(rows: rank, columns: 1, elements: zip(scores[group], scales).map { $0 * $1 }))
      guard (0..<rank).allSatisfy({ left[$0, $0] > 1e-9 }), let rest = LowerTriangle(left, floor: 1e-9) else {
        return Group(rows: sizes[group], change: nil, distance: nil)
      }
      let step = rest.solveTransposed(rest.solve(score).elements)
      var squares = 0.0
      for value in step { squares += value * value }
      let change = zip(factor.solveTransposed(step), scales).map { $0 * $1 }
      return Group(rows: sizes[group], change: change, distance: squares / Double(rank))
    }
  }
}
