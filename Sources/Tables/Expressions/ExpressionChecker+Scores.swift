import NotebookSyntax

extension ExpressionChecker {
  /// A clinical score: all arguments are named, each is brought to the unit of the formula.
  mutating func score(
    _ score: ClinicalScore, _ arguments: [Expression.Argument], _ span: Span
  ) -> TypedExpression? {
    if let unnamed = arguments.first(where: { $0.name == nil }) {
      report(
        "the arguments of `\(score.name)` are named", unnamed.value.span,
        help: "write `\(Self.form(score.variants[0], of: score))`")
      return nil
    }
    var labels = ["variant"]
    for argument in score.variants.flatMap(\.arguments) where !labels.contains(argument.name) {
      labels.append(argument.name)
    }
    guard let sorted = self.arguments(arguments, score.name, labels, span), let variant = variant(score, sorted) else {
      return nil
    }
    var values: [TypedExpression] = []
    var isSound = true
    for argument in variant.arguments {
      guard let written = sorted.labelled[argument.name] else {
        report(
          "`\(score.name)` needs `\(argument.name) =`", span, help: "write `\(Self.form(variant, of: score))`")
        isSound = false
        continue
      }
      if let value = self.argument(argument, written, of: score) { values.append(value) } else { isSound = false }
    }
    for label in labels.dropFirst() where !variant.arguments.contains(where: { $0.name == label }) {
      guard let extra = sorted.labelled[label] else { continue }
      report("the variant `\(variant.name)` of `\(score.name)` does not use `\(label)`", extra.span)
      isSound = false
    }
    guard isSound else { return nil }
    let type: ExpressionType
    switch variant.value {
    case .number(let isWhole): type = .number(.init(unit: .one, isExact: isWhole))
    case .levels(let levels): type = .text(levels: levels, isOrdered: true)
    }
    return TypedExpression(.score(variant, values), type, span)
  }

  private mutating func variant(_ score: ClinicalScore, _ arguments: Arguments) -> ClinicalScore.Variant? {
    let names = score.variants.map(\.name)
    guard let written = arguments.labelled["variant"] else {
      if names.count == 1 { return score.variants[0] }
      report(
        "`\(score.name)` has several variants, and `variant =` says which is meant", arguments.span,
        help: "one of " + score.variants.map { "`\($0.name)` (\($0.documentation))" }.joined(separator: ", "))
      return nil
    }
    guard let name = word(written, names, "the variant of `\(score.name)` is") else { return nil }
    return score.variants.first { $0.name == name }
  }

  private mutating func argument(
    _ argument: ClinicalScore.Argument, _ written: Expression, of score: ClinicalScore
  ) -> TypedExpression? {
    switch argument.kind {
    case .condition: return typedCondition(written)
    case .levels(let allowed):
      guard let value = typed(written) else { return nil }
      let names = allowed.map(\.level)
      guard case .text(let levels, _) = value.type, let levels else {
        report(
          "`\(argument.name)` is a category, and this is \(value.type.name)", written.span,
          help: "its levels are \(names.map { "`\($0)`" }.joined(separator: ", "))")
        return nil
      }
      if let other = levels.first(where: { !names.containsExactly($0) }) {
        report(
          "`\(other)` is no level of `\(argument.name)`", written.span,
          help: Suggestion.help(for: other, among: names), code: "unknown-level")
        return nil
      }
      return value
    case .number(let code, let analyte):
      guard let (value, quantity) = number(written), let unit = try? Unit(code: code) else { return nil }
      if let analyte, let own = quantity.analyte, own.name != analyte {
        report(
          "`\(argument.name)` of `\(score.name)` is of \(analyte), and this is of \(own.name)", written.span,
          code: "unit")
        return nil
      }
      let target = ExpressionType.Quantity(
        unit: unit, isExact: false, analyte: analyte.map { Analyte($0) })
      return convert(value, quantity, to: target, written.span)
    }
  }

  private static func form(_ variant: ClinicalScore.Variant, of score: ClinicalScore) -> String {
    let arguments = variant.arguments.map { "\($0.name) = …" }
    let choice = score.variants.count > 1 ? ["variant = \(variant.name)"] : []
    return "\(score.name)(\((arguments + choice).joined(separator: ", ")))"
  }
}
