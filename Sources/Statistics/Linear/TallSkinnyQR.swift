internal import CGSL

/// Householder QR of a tall matrix, a fixed number of rows at a time.
///
/// Each chunk is stacked under the triangle so far and reduced by `gsl_linalg_QR_decomp`, so memory does not grow
/// with the rows and every run adds in the same order. Demmel, Grigori, Hoemmen & Langou (2012), SIAM J. Sci.
/// Comput. 34, A206 (the sequential form, as stable as Householder QR of the whole).
enum TallSkinnyQR {
  /// How many rows are reduced at a time. Part of the numeric profile: changing it changes last digits.
  static let chunkRows = 256

  /// The upper triangle, `(p + 1) × (p + 1)`, of the scaled `[design response]`.
  static func triangle(
    response: [Double], design: Matrix, scales: [Double], responseScale: Double
  ) throws(StatisticsError) -> Matrix {
    let columns = design.columns
    let width = columns + 1
    var stack = [Double](repeating: 0, count: (width + chunkRows) * width)
    var tau = [Double](repeating: 0, count: width)
    var start = 0
    while start < design.rows {
      let rows = min(chunkRows, design.rows - start)
      for row in 0..<rows {
        let source = (start &+ row) &* columns
        let target = (width &+ row) &* width
        for column in 0..<columns {
          stack[target &+ column] = design.elements[source &+ column] * scales[column]
        }
        stack[target &+ columns] = response[start &+ row] * responseScale
      }
      try reduce(&stack, &tau, rows: width + rows, columns: width)
      // GSL leaves the Householder vectors below the diagonal.
      for row in 1..<max(width, 1) {
        for column in 0..<row { stack[row &* width &+ column] = 0 }
      }
      start += rows
    }
    return Matrix(rows: width, columns: width, elements: Array(stack[0..<(width * width)]))
  }

  private static func reduce(
    _ stack: inout [Double], _ tau: inout [Double], rows: Int, columns: Int
  ) throws(StatisticsError) {
    try stack.withUnsafeMutableBufferPointer { (stack) throws(StatisticsError) in
      try tau.withUnsafeMutableBufferPointer { (tau) throws(StatisticsError) in
        var matrix = gsl_matrix_view_array(stack.baseAddress, rows, columns)
        var vector = gsl_vector_view_array(tau.baseAddress, columns)
        try GSL.check { gsl_linalg_QR_decomp(&matrix.matrix, &vector.vector) }
      }
    }
  }
}
