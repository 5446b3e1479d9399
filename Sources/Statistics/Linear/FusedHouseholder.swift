/// Householder QR of a tall matrix of many rows, written for speed: blocks of rows held by column, each block reduced
/// into the triangle so far.
///
/// As `TallSkinnyQR` the sequential form of Demmel et al. (2012), but a reflection touches one row of the triangle only,
/// and the pass that applies it also takes the products that the next one needs. Columns are not scaled: whoever calls
/// looks at the triangle, whose columns have the lengths of the matrix's own, for overflow and for what is not finite.
enum FusedHouseholder {
  /// From how many rows on `ColumnFactor` uses it; `SubjectReduction` does for any number. With `blockRows` part of the
  /// numeric profile: changing it changes last digits.
  static let fewestRows = 16_384
  /// Rows of a block; twenty columns of it fit into a processor's first cache.
  private static let blockRows = 128

  private typealias Lanes = SIMD4<Double>

  /// The upper triangle, `(p + 1) × (p + 1)`, of `[design response]`.
  static func triangle(response: [Double], design: Matrix) -> Matrix {
    let columns = design.columns
    let width = columns + 1
    let vectors = blockRows / Lanes.scalarCount
    var triangle = [Double](repeating: 0, count: width * width)
    var block = [Lanes](repeating: .zero, count: width * vectors)
    var products = [Double](repeating: 0, count: width)
    triangle.withUnsafeMutableBufferPointer { triangle in
      block.withUnsafeMutableBufferPointer { block in
        products.withUnsafeMutableBufferPointer { products in
          var start = 0
          while start < design.rows {
            let rows = min(blockRows, design.rows - start)
            fill(block, response, design, start, rows)
            reduce(triangle, block, products, width, vectors)
            start += rows
          }
        }
      }
    }
    return Matrix(rows: width, columns: width, elements: triangle)
  }

  /// Copies rows into the block, column by column; a last block is filled up with zeros, which change nothing.
  private static func fill(
    _ block: UnsafeMutableBufferPointer<Lanes>, _ response: [Double], _ design: Matrix, _ start: Int, _ rows: Int
  ) {
    let columns = design.columns
    guard let base = block.baseAddress else { return }
    let numbers = UnsafeMutableRawPointer(base).assumingMemoryBound(to: Double.self)
    if rows < blockRows {
      for index in 0..<(columns + 1) * blockRows { numbers[index] = 0 }
    }
    design.elements.withUnsafeBufferPointer { elements in
      for row in 0..<rows {
        let source = (start &+ row) &* columns
        for column in 0..<columns { numbers[column &* blockRows &+ row] = elements[source &+ column] }
      }
    }
    response.withUnsafeBufferPointer { response in
      for row in 0..<rows { numbers[columns &* blockRows &+ row] = response[start &+ row] }
    }
  }

  @inline(__always)
  private static func total(_ lanes: Lanes) -> Double { (lanes[0] + lanes[2]) + (lanes[1] + lanes[3]) }

  private static func reduce(
    _ triangle: UnsafeMutableBufferPointer<Double>, _ block: UnsafeMutableBufferPointer<Lanes>,
    _ products: UnsafeMutableBufferPointer<Double>, _ width: Int, _ vectors: Int
  ) {
    // products[k] = column j · column k of the block
    for other in 0..<width {
      var sum = Lanes.zero
      for index in 0..<vectors { sum += block[index] * block[other &* vectors &+ index] }
      products[other] = total(sum)
    }
    for column in 0..<width {
      let own = column &* vectors
      let square = products[column]
      let head = triangle[column &* width &+ column]
      let length = (head * head + square).squareRoot()
      let pivot = head > 0 ? -length : length
      let first = head - pivot
      let divisor = first * first + square
      let factor = divisor > 0 ? 2 / divisor : 0
      if factor > 0 { triangle[column &* width &+ column] = pivot }
      let next = column &+ 1
      guard next < width else { return }
      let nextStart = next &* vectors
      let nextShare = share(triangle, products, column, next, width, first, factor)
      var nextSquare = Lanes.zero
      for index in 0..<vectors {
        let value = block[nextStart &+ index] - nextShare * block[own &+ index]
        block[nextStart &+ index] = value
        nextSquare += value * value
      }
      var other = next &+ 1
      while other &+ 1 < width {
        let a = other &* vectors
        let b = a &+ vectors
        let shareA = share(triangle, products, column, other, width, first, factor)
        let shareB = share(triangle, products, column, other &+ 1, width, first, factor)
        var sumA = Lanes.zero
        var sumB = Lanes.zero
        for index in 0..<vectors {
          let reflected = block[own &+ index]
          let following = block[nextStart &+ index]
          let valueA = block[a &+ index] - shareA * reflected
          let valueB = block[b &+ index] - shareB * reflected
          block[a &+ index] = valueA
          block[b &+ index] = valueB
          sumA += valueA * following
          sumB += valueB * following
        }
        products[other] = total(sumA)
        products[other &+ 1] = total(sumB)
        other &+= 2
      }
      if other < width {
        let a = other &* vectors
        let shareA = share(triangle, products, column, other, width, first, factor)
        var sum = Lanes.zero
        for index in 0..<vectors {
          let value = block[a &+ index] - shareA * block[own &+ index]
          block[a &+ index] = value
          sum += value * block[nextStart &+ index]
        }
        products[other] = total(sum)
      }
      products[next] = total(nextSquare)
    }
  }

  /// What a reflection takes of a column, and its entry in the triangle moved along.
  @inline(__always)
  private static func share(
    _ triangle: UnsafeMutableBufferPointer<Double>, _ products: UnsafeMutableBufferPointer<Double>, _ column: Int,
    _ other: Int, _ width: Int, _ first: Double, _ factor: Double
  ) -> Double {
    let place = column &* width &+ other
    let share = factor * (first * triangle[place] + products[other])
    triangle[place] -= share * first
    return share
  }
}
