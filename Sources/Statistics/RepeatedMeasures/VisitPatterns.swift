/// Everything the likelihood of a model for repeated measures needs from the rows, after one pass over them.
///
/// Subjects with the same visits present form a pattern. Per pattern and pair of its visits a ≤ b the sum over its
/// subjects of z_a z_b' + z_b z_a' is kept (of z_a z_a' for a = b), with z = (x̃, y): after that a fit no longer
/// depends on the number of subjects.
struct VisitPatterns: Sendable {
  struct Pattern: Sendable {
    /// The visits present, ascending.
    let visits: [Int]
    var subjects = 0
    /// For each pair of visits, in the order (0,0), (1,0), (1,1), (2,0) …, the lower triangle of its sum.
    var sums: [Double]
  }

  let design: OrthonormalDesign
  let rows: Int
  let subjects: Int
  let visits: Int
  let patterns: [Pattern]

  /// The number of estimable columns, and the response.
  var width: Int { design.factor.rank + 1 }
  /// The size of a lower triangle of `width`.
  var triangle: Int { width * (width + 1) / 2 }

  /// - Parameters:
  ///   - subjects: a code of a subject per row; all of `0..<subjectCount` have rows.
  ///   - visit: the number of a visit per row.
  /// - Throws: `noRows`, `nonFinite`, `repeatedVisit`, `tooFewRows`.
  init(
    response: [Double], fixed: Matrix, subjects: [Int32], subjectCount: Int, visit: [Int32], visitCount: Int,
    parameterCount: Int
  ) throws(StatisticsError) {
    precondition(subjects.count == response.count && visit.count == response.count, "arguments disagree in rows")
    let design = try OrthonormalDesign(response: response, design: fixed)
    let rank = design.factor.rank
    guard response.count > rank + parameterCount else {
      throw .tooFewRows(rows: response.count, parameters: rank + parameterCount)
    }
    var rowOf = [Int](repeating: -1, count: subjectCount * visitCount)
    for row in response.indices {
      let place = Int(subjects[row]) * visitCount + Int(visit[row])
      if rowOf[place] >= 0 { throw .repeatedVisit(first: rowOf[place], second: row) }
      rowOf[place] = row
    }
    let width = rank + 1
    let z = Self.rotated(design, fixed)
    var order: [[Int]: Int] = [:]
    var patterns: [Pattern] = []
    for subject in 0..<subjectCount {
      let present = (0..<visitCount).filter { rowOf[subject * visitCount + $0] >= 0 }
      let index =
        order[present]
        ?? {
          let pairs = present.count * (present.count + 1) / 2
          patterns.append(
            Pattern(visits: present, sums: [Double](repeating: 0, count: pairs * width * (width + 1) / 2)))
          order[present] = patterns.count - 1
          return patterns.count - 1
        }()
      patterns[index].subjects += 1
      Self.add(present.map { rowOf[subject * visitCount + $0] }, of: z, width: width, to: &patterns[index].sums)
    }
    self.design = design
    self.rows = response.count
    self.subjects = subjectCount
    visits = visitCount
    self.patterns = patterns
  }

  /// [X̃ y] by rows.
  private static func rotated(_ design: OrthonormalDesign, _ fixed: Matrix) -> [Double] {
    let kept = design.factor.kept
    let width = kept.count + 1
    var z = [Double](repeating: 0, count: fixed.rows * width)
    for row in 0..<fixed.rows {
      for column in kept.indices {
        var sum = 0.0
        for inner in 0...column {
          sum += fixed.elements[row &* fixed.columns &+ kept[inner]] * design.basis[inner, column]
        }
        z[row &* width &+ column] = sum
      }
      z[row &* width &+ width &- 1] = design.residuals[row]
    }
    return z
  }

  private static func add(_ rows: [Int], of z: [Double], width: Int, to sums: inout [Double]) {
    var target = 0
    for a in rows.indices {
      for b in 0...a {
        let left = rows[a] &* width
        let right = rows[b] &* width
        for i in 0..<width {
          let own = z[left &+ i]
          let other = z[right &+ i]
          for j in 0...i {
            sums[target] += a == b ? own * z[left &+ j] : own * z[right &+ j] + other * z[left &+ j]
            target &+= 1
          }
        }
      }
    }
  }

  /// Σ W_ab z_a z_b' over all subjects, a lower triangle; `weights` are symmetric, one matrix per pattern.
  func form(_ weights: [Matrix]) -> [Double] {
    var result = [Double](repeating: 0, count: triangle)
    for (pattern, weight) in zip(patterns, weights) { add(pattern, weight, to: &result) }
    return result
  }

  func add(_ pattern: Pattern, _ weight: Matrix, to result: inout [Double]) {
    let size = triangle
    result.withUnsafeMutableBufferPointer { result in
      pattern.sums.withUnsafeBufferPointer { sums in
        var start = 0
        for a in 0..<weight.rows {
          for b in 0...a {
            let factor = weight.elements[a &* weight.columns &+ b]
            for index in 0..<size { result[index] += factor * sums[start &+ index] }
            start &+= size
          }
        }
      }
    }
  }

  /// G with Σ W_ab G_ab = tr(K · form(W)) of one pattern for any W; `packed` is K's lower triangle, off-diagonals
  /// doubled.
  func traces(_ pattern: Pattern, _ packed: [Double]) -> Matrix {
    let count = pattern.visits.count
    var result = Matrix(rows: count, columns: count)
    var start = 0
    for a in 0..<count {
      for b in 0...a {
        var sum = 0.0
        for index in packed.indices { sum += packed[index] * pattern.sums[start &+ index] }
        start &+= packed.count
        result[a, b] = a == b ? sum : sum / 2
        result[b, a] = result[a, b]
      }
    }
    return result
  }
}
