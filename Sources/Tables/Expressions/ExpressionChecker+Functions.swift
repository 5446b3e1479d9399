import NotebookSyntax

extension ExpressionChecker {
  /// `convert(day, a)`
  mutating func convert(_ arguments: Arguments) -> TypedExpression? {
    guard let value = typed(arguments.values[0]) else { return nil }
    guard case .unit(let code) = arguments.values[1].node else {
      report("`convert` takes a value and a unit", arguments.span, help: "write for example `convert(day, a)`")
      return nil
    }
    guard let unit = unit(code), let quantity = quantity(value) else { return nil }
    guard quantity.unit != nil else {
      report("a bare number has no unit to convert from", arguments.values[0].span, help: "write the unit behind it")
      return nil
    }
    let target = ExpressionType.Quantity(unit: unit, isExact: false, analyte: quantity.analyte)
    return convert(value, quantity, to: target, arguments.span, isOrder: true).map {
      TypedExpression($0.node, .number(target), arguments.span)
    }
  }

  /// `uncensor(alt, half)`
  mutating func uncensor(_ arguments: Arguments) -> TypedExpression? {
    guard let value = typed(arguments.values[0]) else { return nil }
    guard case .censored(let quantity) = value.type else {
      report(
        "`uncensor` takes a column with values such as `<5`, and this is \(value.type.name)", arguments.values[0].span,
        help: "declare the column with `below: censored`", code: "censored")
      return nil
    }
    guard let below = word(arguments.values[1], ["half", "limit"], "`uncensor` lets a value below its limit count as")
    else { return nil }
    var allowsAbove = below == "limit"
    if let above = arguments.labelled["above"] {
      guard word(above, ["limit"], "a value above its limit counts as") != nil else { return nil }
      allowsAbove = true
    }
    return TypedExpression(
      .uncensored(value, .init(below: below == "half" ? 0.5 : 1, allowsAbove: allowsAbove)), .number(quantity),
      arguments.span)
  }

  mutating func word(_ expression: Expression, _ words: [String], _ what: String) -> String? {
    let listed = words.map { "`\($0)`" }.joined(separator: " or ")
    guard case .word(let word) = expression.node else {
      report("\(what) \(listed)", expression.span)
      return nil
    }
    guard words.contains(word) else {
      report("\(what) \(listed), not `\(word)`", expression.span, help: Suggestion.help(for: word, among: words))
      return nil
    }
    return word
  }

  mutating func dates(_ function: ExpressionFunction, _ arguments: Arguments) -> TypedExpression? {
    if function == .date {
      guard case .text(let text) = arguments.values[0].ungrouped.node, let day = CalendarDay.days(text) else {
        report(
          "`date` takes a day in double quotes", arguments.values[0].span, help: "write it as `date(\"2020-01-31\")`")
        return nil
      }
      return TypedExpression(.number(Double(day)), .date, arguments.span)
    }
    var values: [TypedExpression] = []
    for argument in arguments.values {
      guard let value = typed(argument) else { return nil }
      guard case .date = value.type else {
        report("a date is expected here, and this is \(value.type.name)", argument.span)
        return nil
      }
      values.append(value)
    }
    if function == .year { return TypedExpression(.function(.year, values), .count, arguments.span) }
    return TypedExpression(
      .function(.weeksBetween, values), .number(.init(unit: UnitCodes.week, isExact: false)), arguments.span)
  }

  /// `cut(age, [40, 60], ["young", "middle", "old"])`: intervals that are closed on the left.
  mutating func cut(_ arguments: Arguments) -> TypedExpression? {
    guard let (value, _) = number(arguments.values[0]) else { return nil }
    guard case .list(let written) = arguments.values[1].node, !written.isEmpty else {
      report(
        "`cut` takes a value and a list of cut points", arguments.span,
        help: "write for example `cut(age, [40, 60], [\"young\", \"middle\", \"old\"])`")
      return nil
    }
    var breaks: [Double] = []
    for element in written {
      guard let point = number(element)?.0 else { return nil }
      guard let aligned = aligned([value, point], element.span, target: 0) else { return nil }
      guard let number = aligned.values[1].literal else {
        report("a cut point is a number", element.span)
        return nil
      }
      if let last = breaks.last, number <= last {
        report("cut points ascend, and \(element) does not follow the one before", element.span)
        return nil
      }
      breaks.append(number)
    }
    var isClosedRight = false
    if let closed = arguments.labelled["closed"] {
      guard let side = word(closed, ["left", "right"], "an interval of `cut` is closed on the") else { return nil }
      isClosedRight = side == "right"
    }
    let labels = arguments.labelled["labels"] ?? (arguments.values.count > 2 ? arguments.values[2] : nil)
    guard let levels = levels(labels, written, isClosedRight, arguments.span) else { return nil }
    return TypedExpression(
      .cut(value, breaks: breaks, levels: levels, isClosedRight: isClosedRight),
      .text(levels: levels, isOrdered: true), arguments.span)
  }

  private mutating func levels(
    _ labels: Expression?, _ breaks: [Expression], _ isClosedRight: Bool, _ span: Span
  ) -> [String]? {
    guard let labels else {
      let points = breaks.map(\.description)
      let inner = zip(points, points.dropFirst()).map { low, high in
        isClosedRight ? "> \(low) to ≤ \(high)" : "\(low) to < \(high)"
      }
      return [isClosedRight ? "≤ \(points[0])" : "< \(points[0])"] + inner
        + [isClosedRight ? "> \(points[points.count - 1])" : "≥ \(points[points.count - 1])"]
    }
    guard case .list(let elements) = labels.node else {
      report("the labels of `cut` are a list of texts", labels.span)
      return nil
    }
    var levels: [String] = []
    for element in elements {
      guard case .text(let text) = element.ungrouped.node else {
        report("a label is text in double quotes", element.span)
        return nil
      }
      if levels.containsExactly(text) {
        report("the label `\(text)` stands twice", element.span)
        return nil
      }
      levels.append(text)
    }
    guard levels.count == breaks.count + 1 else {
      report(
        "\(breaks.count) cut points make \(breaks.count + 1) intervals, and there are \(levels.count) labels", span)
      return nil
    }
    return levels
  }

  /// Functions over the rows of a group.
  mutating func overRows(_ function: ExpressionFunction, _ arguments: Arguments) -> TypedExpression? {
    let name = function.rawValue
    guard case .groups(let isOrdered) = scope, isOrdered || !function.needsOrder else {
      let keys = function.needsOrder ? "`by: patient` and `order: week`" : "`by: patient`"
      report(
        "`\(name)` looks at all rows of a group, and this is evaluated row by row", arguments.span,
        help: "use it in a `derive` with \(keys)"
          + (function == .min || function == .max ? ", or give two values to compare in one row" : ""), code: "group")
      return nil
    }
    needsAllRows = true
    var value: TypedExpression?
    if let written = arguments.values.first {
      guard let found = typed(written) else { return nil }
      value = found
    }
    var skipsMissing = false
    if let missing = arguments.labelled["missing"] {
      guard word(missing, ["skip"], "`missing =` says") != nil else { return nil }
      skipsMissing = true
    }
    var condition: TypedExpression?
    if function == .baseline || function == .change {
      let label = function == .baseline ? "at" : "from"
      guard let written = arguments.labelled[label] else {
        report(
          "`\(name)` needs `\(label) =`, a condition that one row of each group fulfils", arguments.span,
          help: "write for example `\(name)(tbil, \(label) = week == 0)`")
        return nil
      }
      guard let found = typedCondition(written) else { return nil }
      condition = found
    }
    var distance = 1
    if function == .lag, arguments.values.count > 1 {
      guard let steps = wholeNumber(arguments.values[1], 1...1000, "the rows of `lag` are") else { return nil }
      distance = steps
    }
    var operation = function
    if function == .cumulative {
      guard let word = word(arguments.values[1], ["sum", "min", "max", "count"], "`cumulative` does"),
        let found = ExpressionFunction(rawValue: word)
      else { return nil }
      operation = found
    }
    guard let type = type(function, operation, value, arguments.span) else { return nil }
    return TypedExpression(
      .overRows(
        .init(
          function: function, value: value, condition: condition, skipsMissing: skipsMissing, distance: distance,
          operation: operation)), type, arguments.span)
  }

  private mutating func type(
    _ function: ExpressionFunction, _ operation: ExpressionFunction, _ value: TypedExpression?, _ span: Span
  ) -> ExpressionType? {
    guard let value else { return .count }
    switch operation {
    case .count:
      guard case .boolean = value.type else {
        report(
          "`count` counts the rows where a condition holds, and this is \(value.type.name)", value.span,
          help: "write `count()` for all rows, or `count(… is present)`")
        return nil
      }
      return .count
    case .min, .max:
      if case .date = value.type { return .date }
      return quantity(value).map { .number($0) }
    case .mean, .sd, .median:
      return quantity(value).map { .number(.init(unit: $0.unit, isExact: false, analyte: $0.analyte)) }
    case .sum: return quantity(value).map { .number($0) }
    case .change:
      if case .date = value.type { return .number(.init(unit: UnitCodes.day, isExact: true)) }
      return quantity(value).map { .number($0) }
    default:
      if case .censored = value.type { return quantity(value).map { .number($0) } }
      return value.type
    }
  }
}
