import NotebookSyntax

extension ExpressionChecker {
  /// The arguments of one call, sorted out by the function's own list.
  struct Arguments {
    let name: String
    var values: [Expression] = []
    var labelled: [String: Expression] = [:]
    let span: Span
  }

  mutating func call(
    _ name: String, _ nameSpan: Span, _ arguments: [Expression.Argument], _ whole: Span
  ) -> TypedExpression? {
    if let score = ClinicalScore.named(name) { return self.score(score, arguments, whole) }
    guard let function = ExpressionFunction(rawValue: name) else {
      report(
        "there is no function `\(name)`", nameSpan,
        help: Suggestion.help(for: name, among: ExpressionFunction.names + ClinicalScore.all.map(\.name)),
        code: "unknown-function")
      return nil
    }
    guard let sorted = self.arguments(arguments, name, function.labels, whole) else { return nil }
    guard function.argumentCounts.contains(sorted.values.count) else {
      let expected = function.argumentCounts
      let count = expected.count == 1 ? "\(expected.lowerBound)" : "\(expected.lowerBound) to \(expected.upperBound)"
      report("`\(name)` takes \(count) values, and \(sorted.values.count) are given", whole)
      return nil
    }
    if function.isOverRows || (function == .min || function == .max) && sorted.values.count == 1 {
      return overRows(function, sorted)
    }
    if let unused = sorted.labelled["missing"] {
      report("`missing =` belongs to functions over the rows of a group", unused.span)
      return nil
    }
    switch function {
    case .conditional: return conditional(sorted.values, whole)
    case .coalesce:
      return alike(sorted.values, whole, "values of `coalesce`").map {
        TypedExpression(.function(.coalesce, $0.values), $0.type, whole)
      }
    case .min, .max: return extreme(function, sorted.values, whole)
    case .cut: return cut(sorted)
    case .convert: return convert(sorted)
    case .uncensor: return uncensor(sorted)
    case .date, .year, .weeksBetween: return dates(function, sorted)
    default: return numeric(function, sorted)
    }
  }

  mutating func arguments(
    _ arguments: [Expression.Argument], _ name: String, _ labels: [String], _ span: Span
  ) -> Arguments? {
    var sorted = Arguments(name: name, span: span)
    for argument in arguments {
      guard let label = argument.name else {
        sorted.values.append(argument.value)
        continue
      }
      guard labels.contains(label) else {
        report(
          "`\(name)` has no argument named `\(label)`", argument.value.span,
          help: labels.isEmpty ? nil : Suggestion.help(for: label, among: labels))
        return nil
      }
      guard sorted.labelled[label] == nil else {
        report("`\(label)` is given twice", argument.value.span)
        return nil
      }
      sorted.labelled[label] = argument.value
    }
    return sorted
  }

  private mutating func numeric(_ function: ExpressionFunction, _ arguments: Arguments) -> TypedExpression? {
    guard let (value, quantity) = number(arguments.values[0]) else { return nil }
    func result(_ unit: Unit?, isExact: Bool = false, analyte: Analyte? = nil) -> TypedExpression {
      TypedExpression(
        .function(function, [value]), .number(.init(unit: unit, isExact: isExact, analyte: analyte)), arguments.span)
    }
    switch function {
    // The number in its declared unit is taken: ln(mg/dL) is what clinical papers mean.
    case .log, .log2, .log10, .sqrt: return result(quantity.unit == nil ? nil : .one)
    case .exp:
      guard let pure = pure(value, quantity) else {
        report(
          "`exp` takes a number without a unit, and this is in \(quantity.unit ?? .one)", arguments.values[0].span,
          code: "unit")
        return nil
      }
      return TypedExpression(
        .function(.exp, [pure]), .number(.init(unit: quantity.unit.map { _ in .one }, isExact: false)), arguments.span)
    case .round:
      guard arguments.values.count > 1 else { return result(quantity.unit, isExact: true, analyte: quantity.analyte) }
      guard let digits = wholeNumber(arguments.values[1], 0...10, "the digits of `round` are") else { return nil }
      return TypedExpression(
        .rounded(value, digits: digits),
        .number(.init(unit: quantity.unit, isExact: digits == 0, analyte: quantity.analyte)), arguments.span)
    case .floor, .ceil: return result(quantity.unit, isExact: true, analyte: quantity.analyte)
    default: return result(quantity.unit, isExact: quantity.isExact, analyte: quantity.analyte)
    }
  }

  /// A whole number written in the notebook.
  mutating func wholeNumber(_ expression: Expression, _ range: ClosedRange<Int>, _ what: String) -> Int? {
    if case .number(let value, nil) = expression.ungrouped.node, value == value.rounded(),
      (Double(range.lowerBound)...Double(range.upperBound)).contains(value)
    {
      return Int(value)
    }
    report("\(what) a whole number from \(range.lowerBound) to \(range.upperBound)", expression.span)
    return nil
  }

  private mutating func conditional(_ values: [Expression], _ span: Span) -> TypedExpression? {
    let condition = typedCondition(values[0])
    guard let outcomes = alike(Array(values[1...]), span, "outcomes of `if`"), let condition else { return nil }
    return TypedExpression(.function(.conditional, [condition] + outcomes.values), outcomes.type, span)
  }

  /// Values of one type, brought to one unit.
  mutating func alike(
    _ expressions: [Expression], _ span: Span, _ what: String
  ) -> (values: [TypedExpression], type: ExpressionType)? {
    // All are checked, so that every mistake is reported.
    let values = expressions.map { typed($0) }.compactMap(\.self)
    guard values.count == expressions.count, let first = values.first else { return nil }
    for value in values {
      switch (first.type, value.type) {
      case (.number, .number), (.boolean, .boolean), (.date, .date), (.text, .text): continue
      case (.censored, _), (_, .censored):
        _ = quantity({ if case .censored = first.type { first } else { value } }())
        return nil
      default:
        report("the \(what) have one type, and these are \(first.type.name) and \(value.type.name)", span)
        return nil
      }
    }
    switch first.type {
    case .number: return aligned(values, span).map { ($0.values, .number($0.quantity)) }
    case .text: return (values, Self.union(values))
    default: return (values, first.type)
    }
  }

  /// The levels of all, in order; ordered where all are ordered alike.
  private static func union(_ values: [TypedExpression]) -> ExpressionType {
    var all: [String] = []
    var first: [String]?
    var isOrdered = true
    for value in values {
      guard case .text(let levels, let ordered) = value.type, let levels else { return .text(levels: nil) }
      let isLiteral = if case .text = value.node { true } else { false }
      if !isLiteral {
        if !ordered || (first ?? levels) != levels { isOrdered = false }
        first = first ?? levels
      }
      all += levels.filter { level in !all.containsExactly(level) }
    }
    return .text(levels: all, isOrdered: isOrdered && first.map { $0.count == all.count } ?? false)
  }

  private mutating func extreme(_ function: ExpressionFunction, _ values: [Expression], _ span: Span)
    -> TypedExpression?
  {
    guard let (alike, type) = alike(values, span, "values of `\(function.rawValue)`") else { return nil }
    switch type {
    case .number, .date: return TypedExpression(.function(function, alike), type, span)
    default:
      report("a number is expected here, and this is \(type.name)", alike[0].span)
      return nil
    }
  }
}
