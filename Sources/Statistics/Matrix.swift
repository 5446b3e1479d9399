/// A dense matrix, stored row by row.
///
/// A plain value: two integers and an array. GSL borrows it as a view and never owns it.
public struct Matrix: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  /// `rows × columns` numbers, the first row first.
  public var elements: [Double]

  /// A matrix of given elements, row by row.
  ///
  /// - Precondition: `elements.count == rows * columns`.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(rows >= 0 && columns >= 0 && elements.count == rows * columns, "shape and elements disagree")
    self.rows = rows
    self.columns = columns
    self.elements = elements
  }

  /// A matrix of zeros.
  public init(rows: Int, columns: Int) {
    self.init(rows: rows, columns: columns, elements: Array(repeating: 0, count: rows * columns))
  }

  /// The element at a row and a column, both counted from 0.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }
}

extension Matrix {
  /// `self · other`, summed in the order of the inner index.
  func times(_ other: Matrix) -> Matrix {
    precondition(columns == other.rows, "inner dimensions disagree")
    let width = other.columns
    var product = [Double](repeating: 0, count: rows * width)
    // Row by row of `other`, so that the innermost loop runs along both; every sum still has the order it says.
    product.withUnsafeMutableBufferPointer { product in
      elements.withUnsafeBufferPointer { left in
        other.elements.withUnsafeBufferPointer { right in
          for row in 0..<rows {
            let target = row &* width
            for inner in 0..<columns {
              let factor = left[row &* columns &+ inner]
              let source = inner &* width
              for column in 0..<width { product[target &+ column] += factor * right[source &+ column] }
            }
          }
        }
      }
    }
    return Matrix(rows: rows, columns: width, elements: product)
  }

  /// Each row multiplied by a number of its own.
  func scalingRows(by factors: [Double]) -> Matrix {
    precondition(factors.count == rows, "one factor per row")
    var result = self
    for row in 0..<rows {
      let start = row &* columns
      for column in 0..<columns { result.elements[start &+ column] *= factors[row] }
    }
    return result
  }

  /// The matrix with rows and columns exchanged.
  var transposed: Matrix {
    var result = Matrix(rows: columns, columns: rows)
    for row in 0..<rows {
      for column in 0..<columns { result[column, row] = self[row, column] }
    }
    return result
  }

  /// `self · vector`.
  func times(_ vector: [Double]) -> [Double] {
    precondition(columns == vector.count, "matrix and vector disagree")
    return (0..<rows).map { row in
      var sum = 0.0
      for column in 0..<columns { sum += self[row, column] * vector[column] }
      return sum
    }
  }

  /// `left' · self · right`.
  func form(_ left: [Double], _ right: [Double]) -> Double {
    var sum = 0.0
    let image = times(right)
    for row in 0..<rows { sum += left[row] * image[row] }
    return sum
  }

  /// `self += other · factor`.
  mutating func add(_ other: Matrix, times factor: Double) {
    precondition(rows == other.rows && columns == other.columns, "shapes disagree")
    for index in elements.indices { elements[index] += factor * other.elements[index] }
  }

  /// The inverse of an upper triangular matrix with a diagonal free of zeros.
  var inverseOfUpper: Matrix {
    var inverse = Matrix(rows: rows, columns: columns)
    for column in 0..<columns {
      inverse[column, column] = 1 / self[column, column]
      for row in stride(from: column - 1, through: 0, by: -1) {
        var sum = 0.0
        for inner in (row + 1)...column { sum += self[row, inner] * inverse[inner, column] }
        inverse[row, column] = -sum / self[row, row]
      }
    }
    return inverse
  }

  /// Solves `self · x = right` for an upper triangular matrix.
  func solveUpper(_ right: [Double]) -> [Double] {
    var solution = right
    for row in stride(from: rows - 1, through: 0, by: -1) {
      var rest = right[row]
      for column in (row + 1)..<max(columns, row + 1) { rest -= self[row, column] * solution[column] }
      solution[row] = rest / self[row, row]
    }
    return solution
  }

  /// Solves `self' · x = right` for an upper triangular matrix.
  func solveUpperTransposed(_ right: [Double]) -> [Double] {
    var solution = right
    for row in 0..<rows {
      var rest = right[row]
      for inner in 0..<row { rest -= self[inner, row] * solution[inner] }
      solution[row] = rest / self[row, row]
    }
    return solution
  }
}
