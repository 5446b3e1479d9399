import NotebookSyntax

/// The type of an expression.
public enum ExpressionType: Sendable {
  case number(Quantity)
  /// Numbers some of which are only known to lie below or above a limit: `<5`.
  case censored(Quantity)
  case boolean
  /// Days; their differences are numbers in `d`.
  case date
  /// With the levels it may take where they are known.
  case text(levels: [String]?, isOrdered: Bool = false)

  public struct Quantity: Sendable {
    /// Nil for a bare number, which takes the unit of the other side.
    public var unit: Unit?
    /// Counts, whole numbers and literals: what `==` may compare without a tolerance.
    public var isExact: Bool
    /// What is measured, where that is declared.
    public var analyte: Analyte?

    public init(unit: Unit?, isExact: Bool, analyte: Analyte? = nil) {
      self.unit = unit
      self.isExact = isExact
      self.analyte = analyte
    }
  }

  public init(_ column: ColumnSchema) {
    switch column.type {
    case .number(let unit): self = .number(Quantity(unit: unit, isExact: false, analyte: column.analyte))
    case .censored(let unit): self = .censored(Quantity(unit: unit, isExact: false, analyte: column.analyte))
    case .integer: self = .number(Quantity(unit: .one, isExact: true))
    case .boolean: self = .boolean
    case .date: self = .date
    case .category(let levels, let isOrdered): self = .text(levels: levels, isOrdered: isOrdered)
    case .id, .text: self = .text(levels: nil)
    }
  }

  var name: String {
    switch self {
    case .number(let quantity): return quantity.unit.map { $0.isOne ? "a number" : "a number in \($0)" } ?? "a number"
    case .censored(let quantity):
      return "a censored number" + (quantity.unit.map { $0.isOne ? "" : " in \($0)" } ?? "")
    case .boolean: return "true or false"
    case .date: return "a date"
    case .text: return "text"
    }
  }

  static let count = ExpressionType.number(Quantity(unit: .one, isExact: true))
}
