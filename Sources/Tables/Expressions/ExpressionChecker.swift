import NotebookSyntax

/// Finds the type of an expression and everything that is wrong with it.
public struct ExpressionChecker {
  /// The type of a name or a path; nil once it has reported why there is none.
  public typealias Resolver = (Expression, inout [Diagnostic]) -> ExpressionType?

  /// What functions over rows may look at.
  public enum Scope: Sendable {
    /// One row, or none.
    case row
    case groups(isOrdered: Bool)
  }

  private let resolve: Resolver
  let scope: Scope
  public internal(set) var diagnostics: [Diagnostic] = []
  var conversions: [String] = []
  /// Whether something was met that is better evaluated for all rows at once: a function over the rows of a group, or text
  /// of which every row may have its own.
  var needsAllRows = false

  public init(scope: Scope = .row, resolve: @escaping Resolver) {
    self.scope = scope
    self.resolve = resolve
  }

  mutating func report(_ message: String, _ span: Span, help: String? = nil, code: String = "type") {
    diagnostics.append(Diagnostic(code, message, at: span, help: help))
  }

  /// The type, or nil where a mistake in it has been reported.
  public mutating func type(of expression: Expression) -> ExpressionType? { typed(expression)?.type }

  /// Whether `expression` is a condition; reports where it isn't.
  public mutating func condition(_ expression: Expression) -> Bool { typedCondition(expression) != nil }

  /// The expression ready to be evaluated, or nil where a mistake in it has been reported.
  public mutating func check(_ expression: Expression) -> CheckedExpression? {
    conversions = []
    needsAllRows = false
    return typed(expression).map {
      CheckedExpression(root: $0, conversions: conversions, isRowByRow: !needsAllRows)
    }
  }

  mutating func typed(_ expression: Expression) -> TypedExpression? {
    let span = expression.span
    switch expression.node {
    case .number(let value, let code):
      guard let code else { return TypedExpression(.number(value), .number(.init(unit: nil, isExact: true)), span) }
      return unit(code).map { TypedExpression(.number(value), .number(.init(unit: $0, isExact: true)), span) }
    case .text(let text): return TypedExpression(.text(text), .text(levels: [text]), span)
    case .boolean(let value): return TypedExpression(.boolean(value), .boolean, span)
    case .name, .member, .index:
      guard let type = resolve(expression, &diagnostics) else { return nil }
      if case .text(nil, _) = type { needsAllRows = true }
      return TypedExpression(.leaf(expression), type, span)
    case .list:
      report("a list stands only after `in`", span)
      return nil
    case .unit, .word:
      report("`\(expression)` is no value", span)
      return nil
    case .group(let inner): return typed(inner)
    case .negation(let inner):
      guard let (value, quantity) = number(inner) else { return nil }
      if let literal = value.literal { return TypedExpression(.number(-literal), .number(quantity), span) }
      return TypedExpression(.negation(value), .number(quantity), span)
    case .not(let inner): return typedCondition(inner).map { TypedExpression(.not($0), .boolean, span) }
    case .presence(let inner, let isMissing):
      return typed(inner).map { TypedExpression(.presence($0, isMissing: isMissing), .boolean, span) }
    case .censored(let inner): return censored(inner, span)
    case .membership(let value, let elements, let isNegated): return membership(value, elements, isNegated, span)
    case .binary(let binary, let left, let right): return self.binary(binary, left, right, span)
    case .call(let name, let nameSpan, let arguments): return call(name, nameSpan, arguments, span)
    }
  }

  mutating func unit(_ code: Expression.UnitCode) -> Unit? {
    do throws(Unit.Unknown) {
      return try Unit(code: code.code)
    } catch {
      report(
        "`\(code.code)` is no unit that colophon knows", code.span,
        help: error.suggestion.map { "did you mean `\($0)`?" }, code: "unknown-unit")
      return nil
    }
  }

  mutating func typedCondition(_ expression: Expression) -> TypedExpression? {
    guard let value = typed(expression) else { return nil }
    if case .boolean = value.type { return value }
    report(
      "a condition is expected here, and this is \(value.type.name)", expression.span,
      help: "compare it, for example `… > 0`")
    return nil
  }

  mutating func number(_ expression: Expression) -> (TypedExpression, ExpressionType.Quantity)? {
    guard let value = typed(expression) else { return nil }
    return quantity(value).map { (value, $0) }
  }

  /// The quantity of something that must be a plain number.
  mutating func quantity(_ value: TypedExpression) -> ExpressionType.Quantity? {
    switch value.type {
    case .number(let quantity): return quantity
    case .censored:
      report(
        "a plain number is expected here, and these may be values such as `<5`", value.span,
        help: "say what they count as: `uncensor(…, half)` or `uncensor(…, limit)`", code: "censored")
      return nil
    default:
      report("a number is expected here, and this is \(value.type.name)", value.span)
      return nil
    }
  }

  private mutating func censored(_ inner: Expression, _ span: Span) -> TypedExpression? {
    guard let value = typed(inner) else { return nil }
    guard case .censored = value.type else {
      report(
        "`is censored` asks about numbers that may be `<5`, and this is \(value.type.name)", inner.span,
        help: "declare the column with `below: censored`", code: "censored")
      return nil
    }
    return TypedExpression(.isCensored(value), .boolean, span)
  }

  private mutating func membership(
    _ value: Expression, _ elements: [Expression], _ isNegated: Bool, _ span: Span
  ) -> TypedExpression? {
    guard let typedValue = typed(value) else { return nil }
    var isGood = true
    var members: [TypedExpression] = []
    for element in elements {
      // The value keeps its unit, so each element is brought to it.
      guard let typedElement = typed(element), let pair = comparable(.equal, typedValue, typedElement, keepsLeft: true)
      else {
        isGood = false
        continue
      }
      members.append(pair.1)
    }
    return isGood ? TypedExpression(.membership(typedValue, members, isNegated: isNegated), .boolean, span) : nil
  }
}
