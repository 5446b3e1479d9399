/// A random term: columns whose coefficients vary between the levels of one grouping factor.
public struct RandomEffectsTerm: Sendable, Equatable {
  /// `n × q`, a column of ones for an intercept.
  public let columns: Matrix
  /// `n` codes in `0..<groupCount`; rows of a group need not stand together.
  public let groups: [Int32]
  /// The number of codes; codes without rows are allowed.
  public let groupCount: Int
  /// Whether the coefficients of a group may correlate.
  public let isCorrelated: Bool

  public init(columns: Matrix, groups: [Int32], groupCount: Int, isCorrelated: Bool = true) {
    self.columns = columns
    self.groups = groups
    self.groupCount = groupCount
    self.isCorrelated = isCorrelated
  }

  /// Whether both terms' factors put the same rows together, whatever the codes.
  func sharesPartition(with other: RandomEffectsTerm) -> Bool {
    if groups == other.groups { return true }
    var there = [Int32](repeating: -1, count: groupCount)
    var back = [Int32](repeating: -1, count: other.groupCount)
    for (own, foreign) in zip(groups, other.groups) {
      if there[Int(own)] < 0, back[Int(foreign)] < 0 {
        there[Int(own)] = foreign
        back[Int(foreign)] = own
      }
      guard there[Int(own)] == foreign, back[Int(foreign)] == own else { return false }
    }
    return true
  }

  /// Whether a column of this term is a multiple of one of the other's, to rounding.
  func sharesColumn(with other: RandomEffectsTerm) -> Bool {
    for first in 0..<columns.columns {
      for second in 0..<other.columns.columns {
        // Relative to the entry largest in the first column.
        var pivot = 0
        for row in 0..<columns.rows where abs(columns[row, first]) > abs(columns[pivot, first]) { pivot = row }
        let ratio = other.columns[pivot, second] / columns[pivot, first]
        guard ratio != 0, ratio.isFinite else { continue }
        let limit = 1e-12 * abs(other.columns[pivot, second])
        if (0..<columns.rows).allSatisfy({ abs(other.columns[$0, second] - ratio * columns[$0, first]) <= limit }) {
          return true
        }
      }
    }
    return false
  }
}

/// Where a term's columns stand among those of all terms, and whether they may correlate.
struct RandomBlock: Sendable, Equatable {
  let start: Int
  let size: Int
  let isCorrelated: Bool

  var columns: Range<Int> { start..<(start + size) }
  /// Whether there is a correlation to speak of.
  var hasCorrelation: Bool { isCorrelated && size > 1 }

  static func blocks(_ terms: [RandomEffectsTerm]) -> [RandomBlock] {
    var start = 0
    return terms.map { term in
      defer { start += term.columns.columns }
      return RandomBlock(start: start, size: term.columns.columns, isCorrelated: term.isCorrelated)
    }
  }
}

extension Matrix {
  /// The square block of some rows and the same columns.
  func block(_ range: Range<Int>) -> Matrix {
    var block = Matrix(rows: range.count, columns: range.count)
    for row in range {
      for column in range { block[row - range.lowerBound, column - range.lowerBound] = self[row, column] }
    }
    return block
  }

  /// Puts a square block where `block` takes it from.
  mutating func setBlock(_ range: Range<Int>, _ block: Matrix) {
    for row in range {
      for column in range { self[row, column] = block[row - range.lowerBound, column - range.lowerBound] }
    }
  }

  /// Some of the columns.
  func columns(_ range: Range<Int>) -> Matrix {
    var elements: [Double] = []
    elements.reserveCapacity(rows * range.count)
    for row in 0..<rows {
      elements += self.elements[(row * columns + range.lowerBound)..<(row * columns + range.upperBound)]
    }
    return Matrix(rows: rows, columns: range.count, elements: elements)
  }

  /// Matrices of as many rows side by side.
  init(sideBySide parts: [Matrix]) {
    let rows = parts.first?.rows ?? 0
    let width = parts.reduce(0) { $0 + $1.columns }
    var elements = [Double](repeating: 0, count: rows * width)
    var start = 0
    for part in parts {
      for row in 0..<rows {
        for column in 0..<part.columns {
          elements[row &* width &+ start &+ column] = part.elements[row &* part.columns &+ column]
        }
      }
      start += part.columns
    }
    self.init(rows: rows, columns: width, elements: elements)
  }
}
