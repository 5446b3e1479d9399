import NotebookSyntax

extension ExpressionChecker {
  mutating func binary(
    _ binary: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Span
  ) -> TypedExpression? {
    if binary.isLogical {
      let a = typedCondition(left)
      guard let b = typedCondition(right), let a else { return nil }
      return TypedExpression(.binary(binary, a, b), .boolean, span)
    }
    let a = typed(left)
    guard let b = typed(right), let a else { return nil }
    if binary.isComparison {
      return comparable(binary, a, b).map { TypedExpression(.binary(binary, $0.0, $0.1), .boolean, span) }
    }
    if case .date = a.type { return dates(binary, a, b, span) }
    let first = quantity(a)
    guard let y = quantity(b), let x = first else { return nil }
    switch binary {
    case .add, .subtract:
      return aligned([a, b], left.span.union(right.span)).map {
        TypedExpression(.binary(binary, $0.values[0], $0.values[1]), .number($0.quantity), span)
      }
    case .multiply: return TypedExpression(.binary(binary, a, b), .number(product(x, y)), span)
    case .divide: return quotient(a, x, b, y, span)
    default:
      return power(x, b, y).map { TypedExpression(.binary(binary, a, $0.exponent), .number($0.quantity), span) }
    }
  }

  /// Days between dates, and dates some days away.
  private mutating func dates(
    _ binary: BinaryOperator, _ a: TypedExpression, _ b: TypedExpression, _ span: Span
  ) -> TypedExpression? {
    let day = UnitCodes.day
    if case .date = b.type, binary == .subtract {
      return TypedExpression(.binary(.subtract, a, b), .number(.init(unit: day, isExact: true)), span)
    }
    guard binary == .add || binary == .subtract, case .number(let quantity) = b.type else {
      report(
        "\(a.type.name) and \(b.type.name) cannot stand on both sides of `\(binary.rawValue)`", span,
        help: "two dates are subtracted; to a date days are added: `entered + 14 d`")
      return nil
    }
    guard let converted = convert(b, quantity, to: .init(unit: day, isExact: quantity.isExact), span) else {
      return nil
    }
    return TypedExpression(.shiftedDate(binary, a, converted), .date, span)
  }

  private func product(_ a: ExpressionType.Quantity, _ b: ExpressionType.Quantity) -> ExpressionType.Quantity {
    let isExact = a.isExact && b.isExact
    if a.unit == nil, b.unit == nil { return .init(unit: nil, isExact: isExact) }
    let unit = (a.unit ?? .one).multiplied(by: b.unit ?? .one)
    // Twice a bilirubin is still one of bilirubin.
    let isScaled = (a.unit ?? .one).isOne || (b.unit ?? .one).isOne
    return .init(unit: unit, isExact: isExact, analyte: isScaled ? a.analyte ?? b.analyte : nil)
  }

  /// Weeks divided by days are a pure number: what is divided by has the unit of what is divided, where the two measure
  /// the same. Other units multiply and divide as they are written.
  private mutating func quotient(
    _ a: TypedExpression, _ x: ExpressionType.Quantity, _ b: TypedExpression, _ y: ExpressionType.Quantity, _ span: Span
  ) -> TypedExpression? {
    func result(_ divisor: TypedExpression, _ quantity: ExpressionType.Quantity) -> TypedExpression {
      TypedExpression(.binary(.divide, a, divisor), .number(quantity), span)
    }
    guard x.unit != nil || y.unit != nil else { return result(b, .init(unit: nil, isExact: false)) }
    let (above, below) = (x.unit ?? .one, y.unit ?? .one)
    if above != below, !above.isDimensionless, below.conversion(to: above) != nil,
      let divisor = convert(b, y, to: .init(unit: above, isExact: false), span)
    {
      return result(divisor, .init(unit: .one, isExact: false))
    }
    return result(
      b,
      .init(
        unit: above.multiplied(by: below, power: -1), isExact: false, analyte: below.isOne ? x.analyte : nil))
  }

  private mutating func power(
    _ base: ExpressionType.Quantity, _ exponent: TypedExpression, _ quantity: ExpressionType.Quantity
  ) -> (exponent: TypedExpression, quantity: ExpressionType.Quantity)? {
    guard let exponent = pure(exponent, quantity) else {
      report("an exponent has no unit", exponent.span, code: "unit")
      return nil
    }
    guard let unit = base.unit, !unit.isOne else { return (exponent, .init(unit: base.unit, isExact: false)) }
    guard let value = exponent.literal, quantity.unit == nil, value == value.rounded(), (1...9).contains(value) else {
      report("a number in \(unit) can only be raised to a whole power", exponent.span, code: "unit")
      return nil
    }
    return (exponent, .init(unit: unit.raised(to: Int(value)), isExact: false))
  }

  /// The value as a pure number; nil where it has a dimension.
  mutating func pure(_ value: TypedExpression, _ quantity: ExpressionType.Quantity) -> TypedExpression? {
    guard let unit = quantity.unit, !unit.isOne else { return value }
    guard unit.isDimensionless else { return nil }
    return convert(value, quantity, to: .init(unit: .one, isExact: quantity.isExact), value.span)
  }

  /// Both sides of a comparison in one unit; nil where they cannot be compared, which is reported.
  ///
  /// - Parameter keepsLeft: whether only the right side may be converted.
  mutating func comparable(
    _ binary: BinaryOperator, _ a: TypedExpression, _ b: TypedExpression, keepsLeft: Bool = false
  ) -> (TypedExpression, TypedExpression)? {
    let span = a.span.union(b.span)
    switch (a.type, b.type) {
    case (.number, .number), (.censored, .number), (.number, .censored):
      return aligned([a, b], span, target: keepsLeft ? 0 : nil).map { ($0.values[0], $0.values[1]) }
    case (.date, .date): return (a, b)
    case (.text(let x, _), .text(let y, _)):
      guard binary == .equal || binary == .unequal else {
        report("text has no order: `\(binary.rawValue)` compares numbers", span)
        return nil
      }
      if case .text(let text) = b.node, let x { return isLevel(text, of: x, b.span) ? (a, b) : nil }
      if case .text(let text) = a.node, let y { return isLevel(text, of: y, a.span) ? (a, b) : nil }
      return (a, b)
    case (.boolean, .boolean) where binary == .equal || binary == .unequal: return (a, b)
    default:
      var help: String?
      if case .date = a.type, case .text(let text) = b.node { help = "write `date(\"\(text)\")`" }
      if case .date = b.type, case .text(let text) = a.node { help = "write `date(\"\(text)\")`" }
      if case .censored = a.type, case .censored = b.type {
        help = "say first what values such as `<5` count as: `uncensor(…, half)` or `uncensor(…, limit)`"
      }
      report("\(a.type.name) and \(b.type.name) cannot be compared", span, help: help)
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
}
