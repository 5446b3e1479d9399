import NotebookSyntax
import Tables

/// Expressions whose names are paths into results: `100 * (exp(slopes.rows["C"].estimate) - 1)`.
enum ResultExpression {
  /// The types of the paths in an expression; nil where a mistake has been reported.
  struct Types {
    // By bytes: a path may name a row by text in another spelling.
    private var types: [[UInt8]: ExpressionType] = [:]

    /// - Parameter known: names that are no steps.
    init?(_ expression: Expression, known: [String: ExpressionType] = [:], _ context: inout PlanContext) {
      var isSound = true
      for path in expression.paths {
        if case .name(let name) = path.node, let type = known[name] {
          types[Self.key(path)] = type
          continue
        }
        guard let shape = context.shape(of: path) else {
          isSound = false
          continue
        }
        switch shape {
        case .number: types[Self.key(path)] = .number(.init(unit: nil, isExact: false))
        case .count: types[Self.key(path)] = .number(.init(unit: nil, isExact: true))
        case .boolean: types[Self.key(path)] = .boolean
        case .text: types[Self.key(path)] = .text(levels: nil)
        default:
          context.report(
            "type", "`\(path)` is \(shape.name), which no expression can hold", path.span, help: "name one value in it")
          isSound = false
        }
      }
      guard isSound else { return nil }
    }

    subscript(path: Expression) -> ExpressionType? { types[Self.key(path)] }

    private static func key(_ path: Expression) -> [UInt8] { Array(path.description.utf8) }
  }

  /// The values of the paths in an expression, each once.
  /// - Parameter known: values of names that are no steps.
  static func values(
    _ expression: Expression, known: [(path: String, value: ResultValue)] = [], _ context: RunContext
  ) throws(StepFailure) -> [(path: String, value: ResultValue)] {
    var values: [(path: String, value: ResultValue)] = []
    for path in expression.paths where !values.contains(where: { $0.path.isExactly(path.description) }) {
      if let own = known.first(where: { $0.path.isExactly(path.description) }) {
        values.append(own)
      } else {
        values.append((path.description, try context.value(path)))
      }
    }
    return values
  }

  static func evaluate(
    _ expression: Expression, _ values: [(path: String, value: ResultValue)]
  ) throws(ExpressionEvaluator.Failure) -> ExpressionEvaluator.Vector {
    let evaluator = ExpressionEvaluator(rowCount: 1) { path in
      switch values.first(where: { $0.path.isExactly(path.description) })?.value {
      case .number(let number): return .number(number)
      case .count(let count): return .number(Double(count))
      case .boolean(let value): return .boolean(value ? 1 : 0)
      case .text(let text): return .text(text)
      default: return .number(.nan)
      }
    }
    return try evaluator.evaluate(expression)
  }
}
