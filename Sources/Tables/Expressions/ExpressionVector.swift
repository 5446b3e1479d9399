/// The values of an expression in every row, or one value for all rows.
extension ExpressionEvaluator {
  public enum Vector: Sendable {
    /// Numbers, and dates as days.
    case numbers([Double])
    /// −1: below the value, 1: above it, 0: the value itself.
    case censored([Double], marks: [Int8])
    /// 0 false, 1 true, 2 unknown
    case booleans([UInt8])
    case codes([Int32], levels: [String])
    case number(Double)
    case boolean(UInt8)
    case text(String)
  }
}

extension ExpressionEvaluator.Vector {
  public init(_ column: Column) {
    switch column.values {
    case .numbers(let values), .days(let values): self = .numbers(values)
    case .censored(let values, let marks): self = .censored(values, marks: marks)
    case .codes(let codes, let levels):
      if column.schema.type == .boolean {
        self = .booleans(VectorKernel.map(codes) { $0 < 0 ? 2 : UInt8(truncatingIfNeeded: $0) })
      } else {
        self = .codes(codes, levels: levels)
      }
    }
  }

  /// Of some of the rows.
  init(_ column: Column, rows: Range<Int>) {
    switch column.values {
    case .numbers(let values), .days(let values): self = .numbers(Array(values[rows]))
    case .censored(let values, let marks): self = .censored(Array(values[rows]), marks: Array(marks[rows]))
    case .codes(let codes, let levels):
      if column.schema.type == .boolean {
        self = .booleans(VectorKernel.map(Array(codes[rows])) { $0 < 0 ? 2 : UInt8(truncatingIfNeeded: $0) })
      } else {
        self = .codes(Array(codes[rows]), levels: levels)
      }
    }
  }

  /// The values as those of a column with `rowCount` rows.
  public func values(rowCount: Int) -> ColumnValues {
    switch self {
    case .numbers(let values): return .numbers(values)
    case .censored(let values, let marks): return .censored(values, marks: marks)
    case .number(let value): return .numbers([Double](repeating: value, count: rowCount))
    case .booleans(let values):
      return .codes(VectorKernel.map(values) { $0 == 2 ? -1 : Int32($0) }, levels: ["false", "true"])
    case .boolean(let value):
      return .codes([Int32](repeating: value == 2 ? -1 : Int32(value), count: rowCount), levels: ["false", "true"])
    case .codes(let codes, let levels): return .codes(codes, levels: levels)
    case .text(let text): return .codes([Int32](repeating: 0, count: rowCount), levels: [text])
    }
  }

  /// As a column of a type: days of dates, codes into the levels that were planned. What was computed may have met fewer
  /// levels, or in another order.
  public func values(rowCount: Int, as type: ColumnType) -> ColumnValues {
    switch type {
    case .date: return .days(numbers(rowCount: rowCount))
    case .category(let levels, _): return .codes(codes(into: levels, rowCount: rowCount), levels: levels)
    default: return values(rowCount: rowCount)
    }
  }

  enum Kind { case number, logical, text }

  var kind: Kind {
    switch self {
    case .numbers, .number, .censored: return .number
    case .booleans, .boolean: return .logical
    case .codes, .text: return .text
    }
  }

  var isConstant: Bool {
    switch self {
    case .number, .boolean, .text: return true
    default: return false
    }
  }

  /// 0 false, 1 true, 2 unknown
  public func truth(_ row: Int) -> UInt8 {
    switch self {
    case .boolean(let value): return value
    case .booleans(let values): return values[row]
    default: return 2
    }
  }

  /// The truth of each row.
  public func truths(rowCount: Int) -> [UInt8] {
    switch self {
    case .booleans(let values): return values
    case .boolean(let value): return [UInt8](repeating: value, count: rowCount)
    default: return [UInt8](repeating: 2, count: rowCount)
    }
  }

  func number(_ row: Int) -> Double {
    switch self {
    case .number(let value): return value
    case .numbers(let values), .censored(let values, _): return values[row]
    default: return .nan
    }
  }

  /// The numbers of all rows.
  func numbers(rowCount: Int) -> [Double] {
    switch self {
    case .numbers(let values), .censored(let values, _): return values
    case .number(let value): return [Double](repeating: value, count: rowCount)
    default: return [Double](repeating: .nan, count: rowCount)
    }
  }

  func string(_ row: Int) -> String? {
    switch self {
    case .text(let text): return text
    case .codes(let codes, let levels): return codes[row] < 0 ? nil : levels[Int(codes[row])]
    default: return nil
    }
  }

  var levels: [String] {
    switch self {
    case .text(let text): return [text]
    case .codes(_, let levels): return levels
    default: return []
    }
  }

  /// Codes into other levels; −1 for a level that is not among them.
  func codes(into levels: [String], rowCount: Int) -> [Int32] {
    switch self {
    case .text(let text):
      return [Int32](repeating: Int32(levels.firstIndex { $0.isExactly(text) } ?? -1), count: rowCount)
    case .codes(let codes, let own):
      if own.elementsEqual(levels, by: { $0.isExactly($1) }) { return codes }
      let index = Self.index(levels)
      let map = own.map { index[Array($0.utf8)] ?? -1 }
      return VectorKernel.map(codes) { $0 < 0 ? -1 : map[Int($0)] }
    default: return [Int32](repeating: -1, count: rowCount)
    }
  }

  /// Levels by their bytes: texts in another Unicode spelling are others.
  static func index(_ levels: [String]) -> [[UInt8]: Int32] {
    Dictionary(levels.enumerated().map { (Array($1.utf8), Int32($0)) }) { first, _ in first }
  }

  /// The levels of both, each once.
  func levels(with other: Self) -> [String] {
    let index = Self.index(levels)
    return levels + other.levels.filter { index[Array($0.utf8)] == nil }
  }

  /// Whether each row is missing: 1 or 0.
  func missing(rowCount: Int) -> [UInt8] {
    switch self {
    case .numbers(let values), .censored(let values, _): return VectorKernel.map(values) { $0.isNaN ? 1 : 0 }
    case .booleans(let values): return VectorKernel.map(values) { $0 == 2 ? 1 : 0 }
    case .codes(let codes, _): return VectorKernel.map(codes) { $0 < 0 ? 1 : 0 }
    case .number(let value): return [UInt8](repeating: value.isNaN ? 1 : 0, count: rowCount)
    case .boolean(let value): return [UInt8](repeating: value == 2 ? 1 : 0, count: rowCount)
    case .text: return [UInt8](repeating: 0, count: rowCount)
    }
  }

  /// The values at other rows; −1 for a row that isn't there: missing.
  func picked(_ rows: [Int32]) -> Self {
    switch self {
    case .numbers(let values):
      return .numbers(values.withUnsafeBufferPointer { v in VectorKernel.map(rows) { $0 < 0 ? .nan : v[Int($0)] } })
    case .censored(let values, let marks):
      return .censored(
        VectorKernel.map(rows) { $0 < 0 ? .nan : values[Int($0)] },
        marks: VectorKernel.map(rows) { $0 < 0 ? 0 : marks[Int($0)] })
    case .booleans(let values): return .booleans(VectorKernel.map(rows) { $0 < 0 ? 2 : values[Int($0)] })
    case .codes(let codes, let levels):
      return .codes(VectorKernel.map(rows) { $0 < 0 ? -1 : codes[Int($0)] }, levels: levels)
    case .number(let value): return .numbers(VectorKernel.map(rows) { $0 < 0 ? .nan : value })
    case .boolean(let value): return .booleans(VectorKernel.map(rows) { $0 < 0 ? 2 : value })
    case .text(let text): return .codes(VectorKernel.map(rows) { $0 < 0 ? -1 : 0 }, levels: [text])
    }
  }
}
