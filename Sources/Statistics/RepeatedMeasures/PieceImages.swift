/// M[X̃C, r] of pieces, one row for each of all visits, zero where a visit is absent.
struct PieceImages {
  /// Per visit the pieces' rows one after the other, `capacity` of them.
  private(set) var all: [Double]
  private let sums: VisitPatterns
  private let rotation: [Double]
  private let apart: Int
  private var rotated: [Double]
  private var columns: [Double]

  /// - Parameter rotation: of `PatternPass`.
  init(_ sums: VisitPatterns, _ rotation: [Double], capacity: Int) {
    self.sums = sums
    self.rotation = rotation
    apart = capacity * sums.stride
    all = [Double](repeating: 0, count: sums.visits * apart)
    let most = sums.patterns.reduce(0) { max($0, $1.pieces * $1.visits.count) }
    rotated = [Double](repeating: 0, count: most * sums.stride)
    columns = [Double](repeating: 0, count: sums.visits * sums.visits)
  }

  /// Computes the images of a pattern's pieces, whose first is piece `first` here.
  mutating func compute(_ pattern: VisitPatterns.Pattern, _ inverses: [Double], _ start: Int, at first: Int) {
    let (visits, stride, visitStride, apart) = (sums.visits, sums.stride, sums.visitStride, apart)
    let count = pattern.visits.count
    let width = sums.width
    // M's columns of the visits present.
    for row in 0..<visits {
      for (index, visit) in pattern.visits.enumerated() {
        columns[row &* count &+ index] = inverses[start &+ row &* visitStride &+ visit]
      }
    }
    sums.blocks.withUnsafeBufferPointer { blocks in
      rotation.withUnsafeBufferPointer { rotation in
        rotated.withUnsafeMutableBufferPointer { rotated in
          columns.withUnsafeBufferPointer { columns in
            all.withUnsafeMutableBufferPointer { all in
              guard let blocks = blocks.baseAddress, let rotation = rotation.baseAddress,
                let rotated = rotated.baseAddress, let columns = columns.baseAddress, let all = all.baseAddress
              else { return }
              CrossProducts.product(
                blocks + pattern.start, leftStride: stride, rows: pattern.pieces &* count, inner: width, rotation,
                rightStride: stride, width: stride, isUpper: true, to: rotated, resultStride: stride)
              for piece in 0..<pattern.pieces {
                CrossProducts.product(
                  columns, leftStride: count, rows: visits, inner: count, rotated + piece &* count &* stride,
                  rightStride: stride, width: stride, to: all + (first &+ piece) &* stride, resultStride: apart)
              }
            }
          }
        }
      }
    }
  }

  /// Sums over a pattern's pieces and some columns of the products of two visits' rows: `visits × visitStride`.
  func pairSums(_ pattern: VisitPatterns.Pattern, at first: Int, columns: Range<Int>, to result: inout [Double]) {
    let (stride, visitStride) = (sums.stride, sums.visitStride)
    let last = sums.width - 1
    for index in result.indices { result[index] = 0 }
    all.withUnsafeBufferPointer { all in
      guard let all = all.baseAddress else { return }
      for (index, a) in pattern.visits.enumerated() {
        for b in pattern.visits[0...index] {
          let (left, right) = (all + (a &* apart &+ first &* stride), all + (b &* apart &+ first &* stride))
          var sum = 0.0
          // What is left of the columns is all, or the last.
          if columns.lowerBound == 0 { sum = CrossProducts.dot(left, right, count: pattern.pieces &* stride) }
          if columns.lowerBound != 0 || columns.upperBound == last {
            var residual = 0.0
            for piece in 0..<pattern.pieces {
              residual += left[piece &* stride &+ last] * right[piece &* stride &+ last]
            }
            sum = columns.lowerBound == 0 ? sum - residual : residual
          }
          result[a &* visitStride &+ b] = sum
          result[b &* visitStride &+ a] = sum
        }
      }
    }
  }

  /// Adds M S M, with S the residuals' products that no piece holds.
  func addRest(_ pattern: VisitPatterns.Pattern, _ inverses: [Double], _ start: Int, to result: inout [Double]) {
    guard !pattern.rest.isEmpty else { return }
    let visitStride = sums.visitStride
    let count = pattern.visits.count
    var half = [Double](repeating: 0, count: count * count)
    for (row, a) in pattern.visits.enumerated() {
      for column in 0..<count {
        var sum = 0.0
        for (inner, b) in pattern.visits.enumerated() {
          sum += inverses[start &+ a &* visitStride &+ b] * pattern.rest[inner &* count &+ column]
        }
        half[row &* count &+ column] = sum
      }
    }
    for (row, a) in pattern.visits.enumerated() {
      for b in pattern.visits[0...row] {
        var sum = 0.0
        for (inner, c) in pattern.visits.enumerated() {
          sum += half[row &* count &+ inner] * inverses[start &+ c &* visitStride &+ b]
        }
        result[a &* visitStride &+ b] += sum
        if a != b { result[b &* visitStride &+ a] += sum }
      }
    }
  }
}
