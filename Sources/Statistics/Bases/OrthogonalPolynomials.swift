/// Polynomials that are orthonormal over given points, as R's `poly` makes them: the columns have length 1, are
/// orthogonal to each other and to a constant, and their leading coefficients are positive.
///
/// By the recurrence of Kennedy & Gentle (1980), Statistical Computing, 343–344, with each new column made orthogonal to
/// all before it once more. The recurrence is what is stored, so that the same polynomials have values elsewhere.
public struct OrthogonalPolynomials: Sendable {
  /// The highest power.
  public let degree: Int
  /// Of the points: u = (x − centre) · scale.
  private let centre: Double
  private let scale: Double
  /// P₀ = 1, P₁ = (u − a₁), Pₖ₊₁ = (u − aₖ₊₁) Pₖ − (nₖ / nₖ₋₁) Pₖ₋₁.
  private let shifts: [Double]
  /// nₖ, the sums of Pₖ² over the points.
  private let squares: [Double]

  /// - Returns: nil where the points have too few different values: more than `degree` are needed.
  /// - Precondition: the points are finite, `degree` is at least 1.
  public init?(_ points: [Double], degree: Int) {
    precondition(degree >= 1, "a polynomial has a degree of 1 or more")
    guard let low = points.min(), let high = points.max(), Set(points).count > degree else { return nil }
    var sum = 0.0
    for point in points { sum += point / Double(points.count) }
    let reach = max(high - sum, sum - low)
    guard reach > 0, reach.isFinite else { return nil }
    centre = sum
    // A power of two rounds nothing.
    scale = Double(sign: .plus, exponent: -min(max(Int(reach.exponent), -1000), 1000), significand: 1)
    let scaled = points.map { [centre, scale] in ($0 - centre) * scale }
    var columns = [[Double](repeating: 1, count: points.count)]
    var shifts: [Double] = []
    var squares = [Double(points.count)]
    for power in 1...degree {
      let last = columns[power - 1]
      var shift = 0.0
      for (value, point) in zip(last, scaled) { shift += value * value * point }
      shift /= squares[power - 1]
      shifts.append(shift)
      var next = scaled.indices.map { (scaled[$0] - shift) * last[$0] }
      if power > 1 {
        let ratio = squares[power - 1] / squares[power - 2]
        for row in next.indices { next[row] -= ratio * columns[power - 2][row] }
      }
      for (column, square) in zip(columns, squares) {
        var product = 0.0
        for (a, b) in zip(next, column) { product += a * b }
        for row in next.indices { next[row] -= product / square * column[row] }
      }
      let square = DoubleDouble.sumOfSquares(next)
      guard square > 0 else { return nil }
      squares.append(square)
      columns.append(next)
    }
    self.degree = degree
    self.shifts = shifts
    self.squares = squares
  }

  /// The values of the polynomials of degree 1, 2, … at a point, which may lie outside the points.
  public func values(at point: Double) -> [Double] {
    let scaled = (point - centre) * scale
    var before = 1.0
    var last = scaled - shifts[0]
    var values = [last / squares[1].squareRoot()]
    for power in 1..<max(degree, 1) {
      let next = (scaled - shifts[power]) * last - squares[power] / squares[power - 1] * before
      before = last
      last = next
      values.append(next / squares[power + 1].squareRoot())
    }
    return values
  }
}
