/// Sums of squares of groups of columns from the triangle of a fit: the rows are not read again.
extension LeastSquaresFit {
  /// What columns explain once others are in the model.
  public struct Explained: Sendable, Equatable {
    /// How many of the columns could be estimated beside the others.
    public let degreesOfFreedom: Int
    /// In squared units of the response.
    public let sumOfSquares: Double
  }

  /// The reduction of the residual sum of squares by `columns` after `others`.
  ///
  /// - Parameters:
  ///   - columns: columns of the design.
  ///   - others: columns that are in the model before them.
  public func explained(by columns: [Int], after others: [Int]) -> Explained {
    let last = triangle.columns - 1
    let order = others + columns + [last]
    var permuted = Matrix(rows: triangle.rows, columns: order.count)
    for row in 0..<triangle.rows {
      for (position, column) in order.enumerated() { permuted[row, position] = triangle[row, column] }
    }
    let found = ColumnFactor.independentColumns(of: permuted, tolerance: tolerance)
    var sum = 0.0
    var count = 0
    for (position, column) in found.kept.enumerated() where column >= others.count {
      let part = found.rotated[position] / responseScale
      sum += part * part
      count += 1
    }
    return Explained(degreesOfFreedom: count, sumOfSquares: sum)
  }
}
