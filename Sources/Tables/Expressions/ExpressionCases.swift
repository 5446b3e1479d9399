import NotebookSyntax

/// Values by cases: the first condition that holds decides.
///
/// Where a condition before it is unknown, the value is missing: what a missing value would have decided is not known.
public struct ExpressionCases: Sendable {
  public enum Value: Sendable {
    case value(Expression)
    case missing
  }

  public enum Otherwise: Sendable {
    case value(Expression)
    case missing
    /// Every row must fall under a case, those with an unknown condition included.
    case stop
  }

  public let cases: [(when: Expression, value: Value)]
  public let otherwise: Otherwise
  public let span: Span

  public init(cases: [(when: Expression, value: Value)], otherwise: Otherwise, span: Span) {
    self.cases = cases
    self.otherwise = otherwise
    self.span = span
  }

  var values: [Expression] {
    let written = cases.compactMap { if case .value(let value) = $0.value { value } else { nil } }
    if case .value(let value) = otherwise { return written + [value] }
    return written
  }

  /// Everything that is evaluated, conditions first.
  public var expressions: [Expression] { cases.map(\.when) + values }
}

extension ExpressionCases: CustomStringConvertible {
  public var description: String {
    let written = cases.map { item in
      let value = if case .value(let value) = item.value { value.description } else { "missing" }
      return "\(value) when \(item.when)"
    }
    let other =
      switch otherwise {
      case .value(let value): value.description
      case .missing: "missing"
      case .stop: "stop"
      }
    return (written + ["else \(other)"]).joined(separator: "; ")
  }
}

extension ExpressionChecker {
  /// The cases ready to be evaluated, or nil where a mistake in them has been reported.
  public mutating func check(_ cases: ExpressionCases) -> CheckedExpression? {
    conversions = []
    needsAllRows = false
    let conditions = cases.cases.map { typedCondition($0.when) }.compactMap(\.self)
    guard !cases.values.isEmpty else {
      report("no case has a value", cases.span, help: "write `is: value` for one of them")
      return nil
    }
    guard let (values, type) = alike(cases.values, cases.span, "values of the cases"),
      conditions.count == cases.cases.count
    else { return nil }
    var rest = values[...]
    let items = zip(conditions, cases.cases).map { condition, item in
      var value: TypedExpression?
      if case .value = item.value { value = rest.popFirst() }
      return TypedExpression.Case(condition: condition, value: value)
    }
    let mustFit = if case .stop = cases.otherwise { true } else { false }
    return CheckedExpression(
      root: TypedExpression(.cases(items, otherwise: rest.popFirst(), mustFit: mustFit), type, cases.span),
      conversions: conversions, isRowByRow: !needsAllRows)
  }
}

extension ExpressionEvaluator {
  func cases(
    _ items: [TypedExpression.Case], _ otherwise: TypedExpression?, _ mustFit: Bool, _ type: ExpressionType,
    _ span: Span
  ) throws(Failure) -> Vector {
    func missing() -> Vector {
      switch type {
      case .boolean: return .boolean(2)
      case .text: return .codes([Int32](repeating: -1, count: rowCount), levels: [])
      default: return .number(.nan)
      }
    }
    let truths = try items.map { item throws(Failure) in try evaluate(item.condition).truths(rowCount: rowCount) }
    if mustFit {
      let failing = (0..<rowCount).filter { row in (truths.first { $0[row] != 0 }?[row] ?? 0) != 1 }
      guard failing.isEmpty else {
        throw Failure(
          span: span, message: "no case holds", rows: failing.map { $0 + 1 },
          help: "add a case for these rows, or say `else: missing` or `else: value`")
      }
    }
    var result = try otherwise.map { value throws(Failure) in try evaluate(value) } ?? missing()
    for (item, truth) in zip(items, truths).reversed() {
      result = choose(truth, try item.value.map { value throws(Failure) in try evaluate(value) } ?? missing(), result)
    }
    return result
  }
}
