/// Everything the likelihood of a model for repeated measures needs from the rows, after a few passes over them.
///
/// Subjects with the same visits present form a pattern, and those of a pattern are reduced to few: after that a fit
/// depends on the number of patterns, and hardly on that of subjects.
struct VisitPatterns: Sendable {
  struct Pattern: Sendable {
    /// The visits present, ascending.
    let visits: [Int]
    let subjects: Int
    /// The number of subjects, or of what stands for them (`SubjectReduction`).
    let pieces: Int
    /// Where its rows are in `blocks`: per piece and visit one.
    let start: Int
    /// Cross-products of residuals that no piece holds, `visits × visits`; empty if there are none.
    let rest: [Double]
  }

  /// The rows of all pieces; its residuals are theirs.
  let design: OrthonormalDesign
  let rows: Int
  let subjects: Int
  let visits: Int
  let patterns: [Pattern]
  /// Rows of [X̃ e], e the residuals of least squares, each padded to `stride` numbers.
  let blocks: [Double]
  /// The sum of the squares of e.
  let residualSquares: Double

  /// The number of estimable columns, and the response.
  var width: Int { design.factor.rank + 1 }
  var stride: Int { CrossProducts.padded(width) }
  /// `visits`, padded.
  var visitStride: Int { CrossProducts.padded(visits) }

  /// - Parameters:
  ///   - subjects: a code of a subject per row; all of `0..<subjectCount` have rows.
  ///   - visit: the number of a visit per row.
  /// - Throws: `noRows`, `nonFinite`, `repeatedVisit`, `tooFewRows`.
  init(
    response: [Double], fixed: Matrix, subjects: [Int32], subjectCount: Int, visit: [Int32], visitCount: Int,
    parameterCount: Int
  ) throws(StatisticsError) {
    precondition(subjects.count == response.count && visit.count == response.count, "arguments disagree in rows")
    guard !response.isEmpty else { throw .noRows }
    try Self.requireFinite(response, fixed)
    let (order, places) = try Self.patterns(subjects, subjectCount, visit, visitCount)

    let columns = fixed.columns
    var reductions: [SubjectReduction] = []
    var start = places.startIndex
    var total = 0
    for (visits, count) in order {
      let end = start + count * visits.count
      let reduction = SubjectReduction(
        response: response, fixed: fixed, places: places[start..<end], visits: visits.count)
      reductions.append(reduction)
      total += reduction.pieces * visits.count
      start = end
    }
    var outcome = [Double](repeating: 0, count: total)
    var matrix = Matrix(rows: total, columns: columns)
    var row = 0
    for reduction in reductions {
      var source = 0
      while source < reduction.rows.count {
        for column in 0..<columns { matrix.elements[row &* columns &+ column] = reduction.rows[source &+ column] }
        outcome[row] = reduction.rows[source + columns]
        source += columns + 1
        row += 1
      }
    }
    let design = try OrthonormalDesign(response: outcome, design: matrix)
    let rank = design.factor.rank
    guard response.count > rank + parameterCount else {
      throw .tooFewRows(rows: response.count, parameters: rank + parameterCount)
    }

    var squares = DoubleDouble.sumOfSquares(design.residuals)
    var patterns: [Pattern] = []
    start = 0
    for ((visits, count), reduction) in zip(order, reductions) {
      patterns.append(
        Pattern(visits: visits, subjects: count, pieces: reduction.pieces, start: start, rest: reduction.rest))
      start += reduction.pieces * visits.count * CrossProducts.padded(rank + 1)
      if !reduction.rest.isEmpty {
        for index in visits.indices { squares += reduction.rest[index * visits.count + index] }
      }
    }
    blocks = Self.rotated(design, matrix)
    residualSquares = squares
    self.design = design
    self.rows = response.count
    self.subjects = subjectCount
    visits = visitCount
    self.patterns = patterns
  }

  /// - Throws: `nonFinite`, naming the first such row.
  private static func requireFinite(_ response: [Double], _ fixed: Matrix) throws(StatisticsError) {
    // 0 · ∞ and 0 · NaN are NaN: one test finds whether there was any.
    var poison = SIMD4<Double>.zero
    fixed.elements.withUnsafeBufferPointer { elements in
      var index = 0
      while index &+ 4 <= elements.count {
        poison +=
          SIMD4(elements[index], elements[index &+ 1], elements[index &+ 2], elements[index &+ 3]) * SIMD4(repeating: 0)
        index &+= 4
      }
      while index < elements.count {
        poison[0] += elements[index] * 0
        index &+= 1
      }
    }
    for value in response { poison[0] += value * 0 }
    if poison != .zero { throw ColumnFactor.firstNonFinite(response, fixed) }
  }

  /// The patterns in the order of their first subjects, and the rows of each pattern's subjects, one after the other.
  private static func patterns(
    _ subjects: [Int32], _ subjectCount: Int, _ visit: [Int32], _ visitCount: Int
  ) throws(StatisticsError) -> (order: [(visits: [Int], subjects: Int)], places: [Int32]) {
    var rowOf = [Int32](repeating: -1, count: subjectCount * visitCount)
    for row in subjects.indices {
      let place = Int(subjects[row]) &* visitCount &+ Int(visit[row])
      if rowOf[place] >= 0 { throw .repeatedVisit(first: Int(rowOf[place]), second: row) }
      rowOf[place] = Int32(row)
    }
    // A tree of the visits seen so far, of which a pattern is a node.
    var children = [Int32](repeating: -1, count: visitCount)
    var patternOf: [Int32] = [-1]
    var ofSubject = [Int32](repeating: 0, count: subjectCount)
    var order: [(visits: [Int], subjects: Int)] = []
    for subject in 0..<subjectCount {
      var node = 0
      for visit in 0..<visitCount where rowOf[subject &* visitCount &+ visit] >= 0 {
        let edge = node &* visitCount &+ visit
        if children[edge] < 0 {
          children[edge] = Int32(patternOf.count)
          patternOf.append(-1)
          children.append(contentsOf: repeatElement(-1, count: visitCount))
        }
        node = Int(children[edge])
      }
      if patternOf[node] < 0 {
        patternOf[node] = Int32(order.count)
        order.append(((0..<visitCount).filter { rowOf[subject * visitCount + $0] >= 0 }, 0))
      }
      ofSubject[subject] = patternOf[node]
      order[Int(patternOf[node])].subjects += 1
    }
    var next: [Int] = []
    var end = 0
    for pattern in order {
      next.append(end)
      end += pattern.subjects * pattern.visits.count
    }
    var places = [Int32](repeating: 0, count: end)
    for subject in 0..<subjectCount {
      let pattern = Int(ofSubject[subject])
      for visit in 0..<visitCount where rowOf[subject &* visitCount &+ visit] >= 0 {
        places[next[pattern]] = rowOf[subject &* visitCount &+ visit]
        next[pattern] += 1
      }
    }
    return (order, places)
  }

  /// [X̃ e] by padded rows.
  private static func rotated(_ design: OrthonormalDesign, _ fixed: Matrix) -> [Double] {
    let kept = design.factor.kept
    let rank = kept.count
    let stride = CrossProducts.padded(rank + 1)
    // B with rows for all columns, those of aliased columns zero, and one more column: e is added behind.
    var basis = [Double](repeating: 0, count: fixed.columns * stride)
    for (position, column) in kept.enumerated() {
      for index in position..<rank { basis[column * stride + index] = design.basis[position, index] }
    }
    var result = [Double](repeating: 0, count: fixed.rows * stride)
    result.withUnsafeMutableBufferPointer { result in
      fixed.elements.withUnsafeBufferPointer { fixedElements in
        basis.withUnsafeBufferPointer { basis in
          guard let target = result.baseAddress, let left = fixedElements.baseAddress, let right = basis.baseAddress
          else { return }
          CrossProducts.product(
            left, leftStride: fixed.columns, rows: fixed.rows, inner: fixed.columns, right, rightStride: stride,
            width: stride, to: target, resultStride: stride)
        }
      }
      for row in 0..<fixed.rows { result[row &* stride &+ rank] = design.residuals[row] }
    }
    return result
  }
}
