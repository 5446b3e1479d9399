/// The Cholesky factor of a dense symmetric matrix, in blocks that fit the cache. Every sum has a fixed order.
///
/// Golub & Van Loan (2013), Matrix Computations, ch. 4.2.9; the inverse as LAPACK's `potri` has it.
enum DenseCholesky {
  /// Columns that are factored together.
  private static let block = 32

  /// Factors the lower triangle in place; false if a pivot is not positive. What stands above the diagonal is lost.
  static func factor(_ a: UnsafeMutablePointer<Double>, _ size: Int) -> Bool {
    let panel = UnsafeMutablePointer<SIMD4<Double>>.allocate(capacity: block)
    defer { panel.deallocate() }
    for start in stride(from: 0, to: size, by: block) {
      let end = min(start + block, size)
      let width = end - start
      for row in start..<size {
        let own = a + row &* size
        for column in start..<min(row + 1, end) {
          let other = a + column &* size
          var sum = own[column]
          for inner in start..<column { sum -= own[inner] * other[inner] }
          if row == column {
            guard sum > 0, sum.isFinite else { return false }
            own[row] = sum.squareRoot()
          } else {
            own[column] = sum / other[column]
          }
        }
      }
      // The rest less the product of what was just found, four columns at a time.
      for column in stride(from: end, to: size, by: 4) {
        let count = min(4, size - column)
        for inner in 0..<width {
          var values = SIMD4<Double>.zero
          for lane in 0..<count { values[lane] = a[(column &+ lane) &* size &+ start &+ inner] }
          panel[inner] = values
        }
        subtract(a + start, size, panel, width, from: a + column, size, rows: column..<size, columns: count)
      }
    }
    return true
  }

  /// Solves LL'x = right in place.
  static func solve(_ l: UnsafePointer<Double>, _ size: Int, _ x: UnsafeMutablePointer<Double>) {
    for row in 0..<size {
      let own = l + row &* size
      var sum = x[row]
      for inner in 0..<row { sum -= own[inner] * x[inner] }
      x[row] = sum / own[row]
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      let own = l + row &* size
      let value = x[row] / own[row]
      x[row] = value
      for inner in 0..<row { x[inner] -= own[inner] * value }
    }
  }

  /// Sets `inverse` to (LL')⁻¹, all of it; `work` is as large and is overwritten.
  static func invert(
    _ l: UnsafePointer<Double>, _ size: Int, into inverse: UnsafeMutablePointer<Double>,
    work: UnsafeMutablePointer<Double>
  ) {
    invertTriangle(l, size, into: work)
    // X'X with X = L⁻¹: X' stands above the diagonal of `work`.
    let panel = UnsafeMutablePointer<SIMD4<Double>>.allocate(capacity: max(size, 1))
    defer { panel.deallocate() }
    for index in 0..<(size &* size) { inverse[index] = 0 }
    for column in stride(from: 0, to: size, by: 4) {
      let count = min(4, size - column)
      for inner in column..<size {
        var values = SIMD4<Double>.zero
        // X is zero above its diagonal, where `work` holds X'.
        for lane in 0..<count where column + lane <= inner { values[lane] = work[inner &* size &+ column &+ lane] }
        panel[inner] = values
      }
      for row in stride(from: column, to: size, by: block) {
        let rows = row..<min(row + block, size)
        // Row r of X' begins at its diagonal; what stands before it in `work` is X, and the first sums leave it out.
        let head = rows.upperBound
        for index in rows {
          var sum = SIMD4<Double>.zero
          let own = work + index &* size
          for inner in index..<head { sum += panel[inner] * own[inner] }
          for lane in 0..<count { inverse[index &* size &+ column &+ lane] = -sum[lane] }
        }
        if head < size {
          subtract(
            work + head, size, panel + head, size - head, from: inverse + column, size, rows: rows, columns: count)
        }
      }
    }
    for row in 0..<size {
      for column in 0...row {
        let value = -inverse[row &* size &+ column]
        inverse[row &* size &+ column] = value
        inverse[column &* size &+ row] = value
      }
    }
  }

  /// `left · right`, in the blocks of the factorisation.
  static func product(_ left: Matrix, _ right: Matrix) -> Matrix {
    var result = Matrix(rows: left.rows, columns: right.columns)
    let (rows, inner, width) = (left.rows, left.columns, right.columns)
    let panel = UnsafeMutablePointer<SIMD4<Double>>.allocate(capacity: max(inner, 1))
    defer { panel.deallocate() }
    result.elements.withUnsafeMutableBufferPointer { target in
      left.elements.withUnsafeBufferPointer { left in
        guard let target = target.baseAddress, let left = left.baseAddress else { return }
        for column in stride(from: 0, to: width, by: 4) {
          let count = min(4, width - column)
          for row in 0..<inner {
            var values = SIMD4<Double>.zero
            for lane in 0..<count { values[lane] = -right.elements[row &* width &+ column &+ lane] }
            panel[row] = values
          }
          subtract(
            left, inner, panel, inner, from: target + column, width, rows: 0..<rows, columns: count)
        }
      }
    }
    return result
  }

  /// Sets `x` to L⁻¹ on and below the diagonal and its transpose above.
  private static func invertTriangle(_ l: UnsafePointer<Double>, _ size: Int, into x: UnsafeMutablePointer<Double>) {
    let panel = UnsafeMutablePointer<SIMD4<Double>>.allocate(capacity: max(size, 1))
    defer { panel.deallocate() }
    for index in 0..<(size &* size) { x[index] = 0 }
    for start in stride(from: 0, to: size, by: block) {
      let rows = start..<min(start + block, size)
      for column in stride(from: 0, to: start, by: 4) {
        // `start` is a multiple of four, so that no panel crosses the diagonal block.
        for inner in column..<start {
          panel[inner] = UnsafeRawPointer(x + (inner &* size &+ column)).loadUnaligned(as: SIMD4<Double>.self)
        }
        subtract(l + column, size, panel + column, start - column, from: x + column, size, rows: rows, columns: 4)
      }
      for row in rows {
        let own = x + row &* size
        own[row] = 1
        for inner in start..<row {
          let factor = l[row &* size &+ inner]
          let other = x + inner &* size
          for column in 0...inner { own[column] -= factor * other[column] }
        }
        let pivot = 1 / l[row &* size &+ row]
        for column in 0...row { own[column] *= pivot }
      }
    }
    for row in 0..<size {
      for column in 0..<row { x[column &* size &+ row] = x[row &* size &+ column] }
    }
  }

  /// target[row, lanes] −= Σ_inner a[row, inner] panel[inner] for some rows, four at a time.
  @inline(__always)
  private static func subtract(
    _ a: UnsafePointer<Double>, _ stride: Int, _ panel: UnsafePointer<SIMD4<Double>>, _ count: Int,
    from target: UnsafeMutablePointer<Double>, _ targetStride: Int, rows: Range<Int>, columns: Int
  ) {
    var row = rows.lowerBound
    while row + 4 <= rows.upperBound {
      let first = a + row &* stride
      let (second, third, fourth) = (first + stride, first + 2 &* stride, first + 3 &* stride)
      var (s0, s1, s2, s3) = (SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero, SIMD4<Double>.zero)
      for inner in 0..<count {
        let values = panel[inner]
        s0 += values * first[inner]
        s1 += values * second[inner]
        s2 += values * third[inner]
        s3 += values * fourth[inner]
      }
      let to = target + row &* targetStride
      if columns == 4 {
        store(s0, to)
        store(s1, to + targetStride)
        store(s2, to + 2 &* targetStride)
        store(s3, to + 3 &* targetStride)
      } else {
        for lane in 0..<columns {
          to[lane] -= s0[lane]
          to[targetStride &+ lane] -= s1[lane]
          to[2 &* targetStride &+ lane] -= s2[lane]
          to[3 &* targetStride &+ lane] -= s3[lane]
        }
      }
      row += 4
    }
    while row < rows.upperBound {
      let own = a + row &* stride
      var sum = SIMD4<Double>.zero
      for inner in 0..<count { sum += panel[inner] * own[inner] }
      for lane in 0..<columns { target[row &* targetStride &+ lane] -= sum[lane] }
      row += 1
    }
  }

  @inline(__always)
  private static func store(_ sum: SIMD4<Double>, _ to: UnsafeMutablePointer<Double>) {
    let raw = UnsafeMutableRawPointer(to)
    raw.storeBytes(of: raw.loadUnaligned(as: SIMD4<Double>.self) - sum, as: SIMD4<Double>.self)
  }
}
