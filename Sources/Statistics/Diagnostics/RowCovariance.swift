/// The covariance V of the rows of a model, up to blocks: rows of different blocks are independent.
public struct RowCovariance: Sendable {
  public enum Form: Sendable {
    /// Independent rows, a variance each.
    case independent([Double])
    /// Visits of subjects, with a covariance Σ of visits.
    case visits(Matrix, subjects: [Int32], visits: [Int32])
    /// σ²I + Σ ZGZ', with a covariance G of a level's effects for each random term.
    case random(variance: Double, terms: [RandomEffectsTerm], covariances: [Matrix])
  }

  public let form: Form
  /// The block of each row, numbered by their first rows.
  public let blockOfRow: [Int]
  /// The rows of each block, ascending.
  public let blocks: [[Int]]

  public init(_ form: Form) {
    self.form = form
    switch form {
    case .independent(let variances): blockOfRow = Array(variances.indices)
    case .visits(_, let subjects, _): blockOfRow = Self.numbered([subjects])
    case .random(_, let terms, _): blockOfRow = Self.numbered(terms.map(\.groups))
    }
    var blocks = [[Int]](repeating: [], count: (blockOfRow.max() ?? -1) + 1)
    for (row, block) in blockOfRow.enumerated() { blocks[block].append(row) }
    self.blocks = blocks
  }

  /// Rows that share a code of any of the codings stand in one block.
  private static func numbered(_ codings: [[Int32]]) -> [Int] {
    let count = codings.first?.count ?? 0
    var sets = DisjointSets(count)
    for codes in codings {
      var first = [Int](repeating: -1, count: Int(codes.max() ?? -1) + 1)
      for (row, code) in codes.enumerated() {
        if first[Int(code)] < 0 { first[Int(code)] = row } else { sets.join(first[Int(code)], row) }
      }
    }
    return sets.numbering().set
  }

  /// V among some rows.
  func matrix(_ rows: [Int]) -> Matrix {
    var result = Matrix(rows: rows.count, columns: rows.count)
    switch form {
    case .independent(let variances):
      for (place, row) in rows.enumerated() { result[place, place] = variances[row] }
    case .visits(let covariance, let subjects, let visits):
      for (a, first) in rows.enumerated() {
        for (b, second) in rows.enumerated() where subjects[first] == subjects[second] {
          result[a, b] = covariance[Int(visits[first]), Int(visits[second])]
        }
      }
    case .random(let variance, let terms, let covariances):
      for place in rows.indices { result[place, place] = variance }
      for (term, covariance) in zip(terms, covariances) {
        for (a, first) in rows.enumerated() {
          let image = covariance.times(term.row(first))
          for (b, second) in rows.enumerated() where term.groups[first] == term.groups[second] {
            var sum = 0.0
            for (value, other) in zip(image, term.row(second)) { sum += value * other }
            result[a, b] += sum
          }
        }
      }
    }
    return result
  }

  /// L⁻¹ of the rows of `columns` at `rows`, with LL' = V among them; nil where V is not positive definite.
  func whitened(_ rows: [Int], _ columns: [Matrix]) -> [Matrix]? {
    if case .independent(let variances) = form {
      return columns.map { $0.rows(rows).scalingRows(by: rows.map { 1 / variances[$0].squareRoot() }) }
    }
    guard let factor = LowerTriangle(matrix(rows)) else { return nil }
    return columns.map { factor.solve($0.rows(rows)) }
  }

  /// Residuals about the fixed effects, each block multiplied by L⁻¹: independent with variance 1 where the model is right.
  /// Within a block in the order of rows, or of visits.
  ///
  /// - Returns: one per row; nil in a block of more than `largest` rows.
  public func scaled(_ residuals: [Double], largest: Int) -> [Double?] {
    var result = [Double?](repeating: nil, count: residuals.count)
    let column = Matrix(rows: residuals.count, columns: 1, elements: residuals)
    for block in blocks where block.count <= largest {
      var rows = block
      if case .visits(_, _, let visits) = form { rows.sort { visits[$0] < visits[$1] } }
      guard let white = whitened(rows, [column])?[0] else { continue }
      for (place, row) in rows.enumerated() { result[row] = white[place, 0] }
    }
    return result
  }
}

extension RandomEffectsTerm {
  /// The random columns at a row.
  func row(_ row: Int) -> ArraySlice<Double> {
    columns.elements[(row * columns.columns)..<((row + 1) * columns.columns)]
  }
}

extension Matrix {
  func times(_ vector: ArraySlice<Double>) -> [Double] { times(Array(vector)) }

  /// Some of the rows, in that order.
  func rows(_ rows: [Int]) -> Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(rows.count * columns)
    for row in rows { elements += self.elements[(row * columns)..<((row + 1) * columns)] }
    return Matrix(rows: rows.count, columns: columns, elements: elements)
  }

  /// Some of the columns, in that order.
  public func picking(columns wanted: [Int]) -> Matrix {
    if wanted.count == columns { return self }
    var elements: [Double] = []
    elements.reserveCapacity(rows * wanted.count)
    for row in 0..<rows { for column in wanted { elements.append(self[row, column]) } }
    return Matrix(rows: rows, columns: wanted.count, elements: elements)
  }
}
