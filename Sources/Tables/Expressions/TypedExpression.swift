import NotebookSyntax

/// An expression whose types have been checked: names of functions are resolved, conversions of units stand where they
/// happen, and nothing in it can be wrong but values.
struct TypedExpression: Sendable {
  indirect enum Node: Sendable {
    case number(Double)
    case text(String)
    case boolean(Bool)
    /// A column or a path into a result.
    case leaf(Expression)
    case converted(TypedExpression, UnitConversion)
    case negation(TypedExpression)
    case not(TypedExpression)
    case presence(TypedExpression, isMissing: Bool)
    case isCensored(TypedExpression)
    case membership(TypedExpression, [TypedExpression], isNegated: Bool)
    case binary(BinaryOperator, TypedExpression, TypedExpression)
    /// Whole days, or it has no value.
    case shiftedDate(BinaryOperator, TypedExpression, TypedExpression)
    case function(ExpressionFunction, [TypedExpression])
    case rounded(TypedExpression, digits: Int)
    case cut(TypedExpression, breaks: [Double], levels: [String], isClosedRight: Bool)
    case uncensored(TypedExpression, Uncensoring)
    case score(ClinicalScore.Variant, [TypedExpression])
    case overRows(RowFunction)
    case cases([Case], otherwise: TypedExpression?, mustFit: Bool)
  }

  struct Case: Sendable {
    let condition: TypedExpression
    /// Nil for missing.
    let value: TypedExpression?
  }

  /// What stands for a value that is only known to lie below or above its limit.
  struct Uncensoring: Sendable {
    /// The part of the limit that a value below it counts as: 1/2 or 1.
    let below: Double
    /// Whether a value above its limit counts as the limit; it has no value otherwise.
    let allowsAbove: Bool
  }

  /// A function over the rows of a group.
  struct RowFunction: Sendable {
    let function: ExpressionFunction
    let value: TypedExpression?
    /// Of `baseline` and `change`: the row meant.
    let condition: TypedExpression?
    let skipsMissing: Bool
    /// Of `lag`: how many rows back.
    let distance: Int
    /// Of `cumulative`: `sum`, `min`, `max` or `count`.
    let operation: ExpressionFunction
  }

  let node: Node
  let type: ExpressionType
  let span: Span

  init(_ node: Node, _ type: ExpressionType, _ span: Span) {
    self.node = node
    self.type = type
    self.span = span
  }

  /// A number written in the notebook.
  var literal: Double? {
    if case .number(let value) = node { return value }
    return nil
  }
}

/// A checked expression with its type, ready to be evaluated.
public struct CheckedExpression: Sendable {
  let root: TypedExpression
  public var type: ExpressionType { root.type }
  /// The conversions of units in it, each once: `1 mg/dL of bilirubin = 17.1 umol/L`.
  public let conversions: [String]
  /// Whether each row's value depends on that row alone, so that rows can be evaluated in blocks.
  let isRowByRow: Bool
}
