import NotebookSyntax
import Tables

/// Conditions over results: checked against shapes, judged against values.
enum ConditionCheck {
  static func check(_ expression: Expression, _ context: inout PlanContext) {
    // By bytes: a path may name a row by text in another spelling.
    var types: [[UInt8]: ExpressionType] = [:]
    var isSound = true
    for path in expression.paths {
      guard let shape = context.shape(of: path) else {
        isSound = false
        continue
      }
      switch shape {
      case .number: types[key(path)] = .number(.init(unit: nil, isExact: false))
      case .count: types[key(path)] = .number(.init(unit: nil, isExact: true))
      case .boolean: types[key(path)] = .boolean
      case .text: types[key(path)] = .text(levels: nil)
      default:
        context.report(
          "type", "`\(path)` is \(shape.name), which no condition can compare", path.span, help: "name one value in it")
        isSound = false
      }
    }
    guard isSound else { return }
    var checker = ExpressionChecker { path, _ in types[key(path)] }
    let isCondition = checker.condition(expression)
    for diagnostic in checker.diagnostics { context.report(diagnostic) }
    if isCondition { refuseExactComparison(expression, types, &context) }
  }

  /// `==` on a computed real would hold or fail with its last digit.
  private static func refuseExactComparison(
    _ expression: Expression, _ types: [[UInt8]: ExpressionType], _ context: inout PlanContext
  ) {
    switch expression.node {
    case .group(let inner), .not(let inner): refuseExactComparison(inner, types, &context)
    case .binary(let binary, let left, let right) where binary.isLogical:
      refuseExactComparison(left, types, &context)
      refuseExactComparison(right, types, &context)
    case .binary(let binary, let left, let right) where binary == .equal || binary == .unequal:
      for side in [left, right] {
        var checker = ExpressionChecker { path, _ in types[key(path)] }
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

  private static func key(_ path: Expression) -> [UInt8] { Array(path.description.utf8) }

  static func judge(_ expression: Expression, _ context: RunContext) throws(StepFailure) -> (Bool, String) {
    var values: [(path: String, value: ResultValue)] = []
    for path in expression.paths where !values.contains(where: { $0.path.isExactly(path.description) }) {
      values.append((path.description, try context.value(path)))
    }
    let evaluator = ExpressionEvaluator(rowCount: 1) { path in
      switch values.first(where: { $0.path.isExactly(path.description) })?.value {
      case .number(let number): return .number(number)
      case .count(let count): return .number(Double(count))
      case .boolean(let value): return .boolean(value ? 1 : 0)
      case .text(let text): return .text(text)
      default: return .number(.nan)
      }
    }
    let observed = values.map { values.count == 1 ? text($0.value) : "\($0.path) = \(text($0.value))" }.joined(
      separator: ", ")
    do throws(ExpressionEvaluator.Failure) {
      return (try evaluator.evaluate(expression).truth(0) == 1, observed)
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
