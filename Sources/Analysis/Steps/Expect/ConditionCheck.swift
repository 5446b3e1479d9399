import NotebookSyntax
import Tables

/// Conditions over results: checked against shapes, judged against values.
enum ConditionCheck {
  static func check(_ expression: Expression, _ context: inout PlanContext) {
    guard let types = ResultExpression.Types(expression, &context) else { return }
    var checker = ExpressionChecker { path, _ in types[path] }
    let isCondition = checker.condition(expression)
    for diagnostic in checker.diagnostics { context.report(diagnostic) }
    if isCondition { refuseExactComparison(expression, types, &context) }
  }

  /// `==` on a computed real would hold or fail with its last digit.
  private static func refuseExactComparison(
    _ expression: Expression, _ types: ResultExpression.Types, _ context: inout PlanContext
  ) {
    switch expression.node {
    case .group(let inner), .not(let inner): refuseExactComparison(inner, types, &context)
    case .binary(let binary, let left, let right) where binary.isLogical:
      refuseExactComparison(left, types, &context)
      refuseExactComparison(right, types, &context)
    case .binary(let binary, let left, let right) where binary == .equal || binary == .unequal:
      for side in [left, right] {
        var checker = ExpressionChecker { path, _ in types[path] }
        if case .number(let quantity) = checker.type(of: side), !quantity.isExact {
          let other = side.span == left.span ? right : left
          context.report(
            "exact-comparison", "`\(side)` is a computed number, and `\(binary.rawValue)` compares to the last digit",
            expression.span,
            help: "write `{value: \(side), equals: \(other), within: 0.001}`")
          return
        }
      }
    default: break
    }
  }

  static func judge(_ expression: Expression, _ context: RunContext) throws(StepFailure) -> (Bool, String) {
    let values = try ResultExpression.values(expression, context)
    let observed = values.map { values.count == 1 ? text($0.value) : "\($0.path) = \(text($0.value))" }.joined(
      separator: ", ")
    do throws(ExpressionEvaluator.Failure) {
      return (try ResultExpression.evaluate(expression, values).truth(0) == 1, observed)
    } catch {
      return (false, "\(observed): \(error.message)")
    }
  }

  static func text(_ value: ResultValue) -> String {
    switch value {
    case .number(let number): return NumberFormat.significant(number, 6)
    case .count(let count): return NumberFormat.count(count)
    case .boolean(let value): return value ? "true" : "false"
    case .text(let text): return text
    case .absent(let reason): return "not estimable (\(reason))"
    default: return ""
    }
  }
}
