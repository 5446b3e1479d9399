import NotebookSyntax

/// The type of an expression.
public enum ExpressionType: Sendable {
  case number(Quantity)
  case boolean
  /// With the levels it may take where they are known.
  case text(levels: [String]?)

  public struct Quantity: Sendable {
    /// Nil for a bare number, which takes the unit of the other side.
    public var unit: Unit?
    /// Counts, whole numbers and literals: what `==` may compare without a tolerance.
    public var isExact: Bool

    public init(unit: Unit?, isExact: Bool) {
      self.unit = unit
      self.isExact = isExact
    }
  }

  public init(_ column: ColumnSchema) {
    switch column.type {
    case .number(let unit): self = .number(Quantity(unit: unit, isExact: false))
    case .integer: self = .number(Quantity(unit: .one, isExact: true))
    case .boolean: self = .boolean
    case .category(let levels, _): self = .text(levels: levels)
    case .censored, .date, .id, .text: self = .text(levels: nil)
    }
  }

  var name: String {
    switch self {
    case .number(let quantity): return quantity.unit.map { $0.isOne ? "a number" : "a number in \($0)" } ?? "a number"
    case .boolean: return "true or false"
    case .text: return "text"
    }
  }
}

/// The functions of expressions.
public enum ExpressionFunction: String, CaseIterable, Sendable {
  case log, log2, log10, exp, sqrt, abs, round, min, max
  case conditional = "if"

  public static var names: [String] { allCases.map(\.rawValue) }

  var argumentCounts: ClosedRange<Int> {
    switch self {
    case .min, .max: return 2...8
    case .conditional: return 3...3
    default: return 1...1
    }
  }
}
