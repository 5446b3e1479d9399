/// The values of an expression in every row, or one value for all rows.
extension ExpressionEvaluator {
  public enum Vector: Sendable {
    case numbers([Double])
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
    case .numbers(let values), .censored(let values, _), .days(let values): self = .numbers(values)
    case .codes(let codes, let levels):
      if column.schema.type == .boolean {
        self = .booleans(codes.map { $0 < 0 ? 2 : UInt8($0) })
      } else {
        self = .codes(codes, levels: levels)
      }
    }
  }

  /// The values as those of a column with `rowCount` rows.
  public func values(rowCount: Int) -> ColumnValues {
    switch self {
    case .numbers(let values): return .numbers(values)
    case .number(let value): return .numbers([Double](repeating: value, count: rowCount))
    case .booleans(let values): return .codes(values.map { $0 == 2 ? -1 : Int32($0) }, levels: ["false", "true"])
    case .boolean(let value):
      return .codes([Int32](repeating: value == 2 ? -1 : Int32(value), count: rowCount), levels: ["false", "true"])
    case .codes(let codes, let levels): return .codes(codes, levels: levels)
    case .text(let text): return .codes([Int32](repeating: 0, count: rowCount), levels: [text])
    }
  }

  enum Kind { case number, logical, text }

  var kind: Kind {
    switch self {
    case .numbers, .number: return .number
    case .booleans, .boolean: return .logical
    case .codes, .text: return .text
    }
  }

  var isNumeric: Bool { kind == .number }
  var isLogical: Bool { kind == .logical }

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

  func number(_ row: Int) -> Double {
    switch self {
    case .number(let value): return value
    case .numbers(let values): return values[row]
    default: return .nan
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

  func isMissing(_ row: Int) -> Bool {
    switch kind {
    case .number: return number(row).isNaN
    case .logical: return truth(row) == 2
    case .text: return string(row) == nil
    }
  }
}
