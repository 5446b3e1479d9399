import NotebookSyntax

/// Finds the type of an expression and everything that is wrong with it.
public struct ExpressionChecker {
  /// The type of a name or a path; nil once it has reported why there is none.
  public typealias Resolver = (Expression, inout [Diagnostic]) -> ExpressionType?

  private let resolve: Resolver
  public private(set) var diagnostics: [Diagnostic] = []

  public init(resolve: @escaping Resolver) { self.resolve = resolve }

  private mutating func report(_ message: String, _ span: Span, help: String? = nil, code: String = "type") {
    diagnostics.append(Diagnostic(code, message, at: span, help: help))
  }

  /// The type, or nil where a mistake in it has been reported.
  public mutating func type(of expression: Expression) -> ExpressionType? {
    switch expression.node {
    case .number(_, let unit):
      guard let unit else { return .number(.init(unit: nil, isExact: true)) }
      do throws(Unit.Unknown) {
        return .number(.init(unit: try Unit(code: unit.code), isExact: true))
      } catch {
        report(
          "`\(unit.code)` is no unit that colophon knows", unit.span,
          help: error.suggestion.map { "did you mean `\($0)`?" }, code: "unknown-unit")
        return nil
      }
    case .text(let text): return .text(levels: [text])
    case .boolean: return .boolean
    case .name, .member, .index: return resolve(expression, &diagnostics)
    case .list:
      report("a list stands only after `in`", expression.span)
      return nil
    case .group(let inner): return type(of: inner)
    case .negation(let inner):
      guard let quantity = number(inner) else { return nil }
      return .number(quantity)
    case .not(let inner): return condition(inner) ? .boolean : nil
    case .presence(let inner, _): return type(of: inner) == nil ? nil : .boolean
    case .membership(let value, let elements, _): return membership(value, elements)
    case .binary(let binary, let left, let right): return self.binary(binary, left, right)
    case .call(let name, let span, let arguments): return call(name, span, arguments, expression.span)
    }
  }

  /// Whether `expression` is a condition; reports where it isn't.
  public mutating func condition(_ expression: Expression) -> Bool {
    switch type(of: expression) {
    case .boolean: return true
    case nil: return false
    case .some(let other):
      report(
        "a condition is expected here, and this is \(other.name)", expression.span,
        help: "compare it, for example `… > 0`")
      return false
    }
  }

  private mutating func number(_ expression: Expression) -> ExpressionType.Quantity? {
    switch type(of: expression) {
    case .number(let quantity): return quantity
    case nil: return nil
    case .some(let other):
      report("a number is expected here, and this is \(other.name)", expression.span)
      return nil
    }
  }

  /// The unit of both sides, reporting where they differ.
  private mutating func common(
    _ left: ExpressionType.Quantity, _ right: ExpressionType.Quantity, _ span: Span
  ) -> ExpressionType.Quantity? {
    let isExact = left.isExact && right.isExact
    guard let a = left.unit, let b = right.unit else {
      return .init(unit: left.unit ?? right.unit, isExact: isExact)
    }
    guard a == b else {
      report(
        "units differ: \(a) on one side, \(b) on the other", span,
        help: "bring both to one unit; colophon does not convert units yet", code: "unit")
      return nil
    }
    return .init(unit: a, isExact: isExact)
  }

  private mutating func binary(_ binary: BinaryOperator, _ left: Expression, _ right: Expression) -> ExpressionType? {
    if binary.isLogical {
      let isLeft = condition(left)
      return condition(right) && isLeft ? .boolean : nil
    }
    let span = left.span.union(right.span)
    if binary.isComparison {
      let leftType = type(of: left)
      guard let rightType = type(of: right), let leftType else { return nil }
      return compare(binary, leftType, rightType, left, right)
    }
    let leftNumber = number(left)
    guard let b = number(right), let a = leftNumber else { return nil }
    switch binary {
    case .add, .subtract: return common(a, b, span).map { .number($0) }
    case .multiply, .divide:
      let isExact = binary == .multiply && a.isExact && b.isExact
      if a.unit == nil, b.unit == nil { return .number(.init(unit: nil, isExact: isExact)) }
      let unit = (a.unit ?? .one).multiplied(by: b.unit ?? .one, power: binary == .multiply ? 1 : -1)
      return .number(.init(unit: unit, isExact: isExact))
    default: return power(a, b, right)
    }
  }

  private mutating func power(
    _ base: ExpressionType.Quantity, _ exponent: ExpressionType.Quantity, _ right: Expression
  ) -> ExpressionType? {
    if let unit = exponent.unit, !unit.isOne {
      report("an exponent has no unit", right.span, code: "unit")
      return nil
    }
    guard let unit = base.unit, !unit.isOne else { return .number(.init(unit: base.unit, isExact: false)) }
    guard case .number(let value, nil) = right.ungrouped.node, value == value.rounded(), (1...9).contains(value) else {
      report("a number in \(unit) can only be raised to a whole power", right.span, code: "unit")
      return nil
    }
    return .number(.init(unit: unit.raised(to: Int(value)), isExact: false))
  }

  private mutating func compare(
    _ binary: BinaryOperator, _ left: ExpressionType, _ right: ExpressionType, _ a: Expression, _ b: Expression
  ) -> ExpressionType? {
    let span = a.span.union(b.span)
    switch (left, right) {
    case (.number(let x), .number(let y)): return common(x, y, span) == nil ? nil : .boolean
    case (.text(let x), .text(let y)):
      guard binary == .equal || binary == .unequal else {
        report("text has no order: `\(binary.rawValue)` compares numbers", span)
        return nil
      }
      if case .text(let text) = b.ungrouped.node, let x { return isLevel(text, of: x, b.span) ? .boolean : nil }
      if case .text(let text) = a.ungrouped.node, let y { return isLevel(text, of: y, a.span) ? .boolean : nil }
      return .boolean
    case (.boolean, .boolean) where binary == .equal || binary == .unequal: return .boolean
    default:
      report("\(left.name) and \(right.name) cannot be compared", span)
      return nil
    }
  }

  private mutating func isLevel(_ text: String, of levels: [String], _ span: Span) -> Bool {
    if levels.containsExactly(text) { return true }
    report(
      "`\(text)` is no level of this column", span, help: Suggestion.help(for: text, among: levels),
      code: "unknown-level")
    return false
  }

  private mutating func membership(_ value: Expression, _ elements: [Expression]) -> ExpressionType? {
    guard let valueType = type(of: value) else { return nil }
    var isGood = true
    for element in elements {
      guard let elementType = type(of: element) else {
        isGood = false
        continue
      }
      if compare(.equal, valueType, elementType, value, element) == nil { isGood = false }
    }
    return isGood ? .boolean : nil
  }

  private mutating func call(
    _ name: String, _ span: Span, _ arguments: [Expression.Argument], _ whole: Span
  ) -> ExpressionType? {
    guard let function = ExpressionFunction(rawValue: name) else {
      report(
        "there is no function `\(name)`", span, help: Suggestion.help(for: name, among: ExpressionFunction.names),
        code: "unknown-function")
      return nil
    }
    if let named = arguments.first(where: { $0.name != nil }) {
      report("`\(name)` has no argument named `\(named.name ?? "")`", named.value.span)
      return nil
    }
    guard function.argumentCounts.contains(arguments.count) else {
      let expected = function.argumentCounts
      let count = expected.count == 1 ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)"
      report("`\(name)` takes \(count) values, and \(arguments.count) are given", whole)
      return nil
    }
    if function == .conditional { return conditional(arguments.map(\.value), whole) }
    let quantities = arguments.map { number($0.value) }
    var first: ExpressionType.Quantity?
    for quantity in quantities {
      guard let quantity else { return nil }
      if let so = first {
        guard let both = common(so, quantity, whole) else { return nil }
        first = both
      } else {
        first = quantity
      }
    }
    guard let quantity = first else { return nil }
    switch function {
    // The number in its declared unit is taken: ln(mg/dL) is what clinical papers mean.
    case .log, .log2, .log10, .sqrt: return .number(.init(unit: quantity.unit == nil ? nil : .one, isExact: false))
    case .exp:
      if let unit = quantity.unit, !unit.isOne {
        report("`exp` takes a number without a unit, and this is in \(unit)", arguments[0].value.span, code: "unit")
        return nil
      }
      return .number(.init(unit: quantity.unit, isExact: false))
    case .round: return .number(.init(unit: quantity.unit, isExact: true))
    default: return .number(quantity)
    }
  }

  private mutating func conditional(_ values: [Expression], _ span: Span) -> ExpressionType? {
    let isCondition = condition(values[0])
    let thenType = type(of: values[1])
    guard let otherType = type(of: values[2]), let thenType, isCondition else { return nil }
    switch (thenType, otherType) {
    case (.number(let a), .number(let b)): return common(a, b, span).map { .number($0) }
    case (.boolean, .boolean): return .boolean
    case (.text(let a), .text(let b)):
      guard let a, let b else { return .text(levels: nil) }
      return .text(levels: a + b.filter { level in !a.containsExactly(level) })
    default:
      report("both outcomes of `if` have one type, and these are \(thenType.name) and \(otherType.name)", span)
      return nil
    }
  }
}
