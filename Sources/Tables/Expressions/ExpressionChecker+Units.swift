import NotebookSyntax

extension ExpressionChecker {
  /// Numbers brought to one unit, reported where they measure different things.
  ///
  /// The unit is that of the first value that is no literal, else of the first that has one: `tbil > 3 mg/dL` converts
  /// the literal once and leaves the column as it is.
  ///
  /// - Parameter target: the value whose unit is kept in any case.
  mutating func aligned(
    _ values: [TypedExpression], _ span: Span, target: Int? = nil
  ) -> (values: [TypedExpression], quantity: ExpressionType.Quantity)? {
    let quantities = values.map { value -> ExpressionType.Quantity in
      switch value.type {
      case .number(let quantity), .censored(let quantity): return quantity
      default: return .init(unit: nil, isExact: false)
      }
    }
    let isExact = quantities.allSatisfy(\.isExact)
    let withUnit = values.indices.filter { quantities[$0].unit != nil }
    guard let main = target ?? withUnit.first(where: { values[$0].literal == nil }) ?? withUnit.first,
      quantities[main].unit != nil
    else {
      // Bare numbers all, or a bare number that takes the unit of what it is compared with.
      return (values, .init(unit: withUnit.first.flatMap { quantities[$0].unit }, isExact: isExact))
    }
    var common = quantities[main]
    common.isExact = isExact
    var analyte = common.analyte
    for index in withUnit where values[index].literal == nil {
      // A value of one thing and a value of another are a value of neither.
      if quantities[index].analyte?.name != common.analyte?.name { analyte = nil }
    }
    var converted = values
    for index in withUnit where index != main {
      guard let value = convert(values[index], quantities[index], to: common, span) else { return nil }
      converted[index] = value
    }
    common.analyte = analyte
    return (converted, common)
  }

  /// A value in another unit, reported where the two measure different things. Equal units cost nothing.
  ///
  /// - Parameter isOrder: whether the notebook asks for this conversion by name.
  mutating func convert(
    _ value: TypedExpression, _ quantity: ExpressionType.Quantity, to target: ExpressionType.Quantity, _ span: Span,
    isOrder: Bool = false
  ) -> TypedExpression? {
    guard let from = quantity.unit, let unit = target.unit, from != unit else { return value }
    // A column's own factor is the one that counts.
    let analytes = [quantity.analyte, target.analyte].compactMap(\.self)
    let differ = analytes.count == 2 && analytes[0].name != analytes[1].name
    let analyte = differ ? nil : analytes.first
    guard let conversion = from.conversion(to: unit, micromolesPerLitre: analyte?.micromolesPerLitre) else {
      let message =
        isOrder ? "\(from) does not convert to \(unit)" : "units differ: \(unit) on one side, \(from) on the other"
      report(message, span, help: Self.help(from, unit, analytes), code: "unit")
      return nil
    }
    var type = ExpressionType.number(.init(unit: unit, isExact: quantity.isExact, analyte: analyte))
    if case .censored = value.type { type = .censored(.init(unit: unit, isExact: false, analyte: analyte)) }
    if !conversion.isIdentity {
      let needsAnalyte = from.conversion(to: unit) == nil
      let of = needsAnalyte ? analyte.map { " of \($0.name)" } ?? "" : ""
      note(conversion, from, unit, of)
    }
    if let literal = value.literal { return TypedExpression(.number(conversion(literal)), type, value.span) }
    return TypedExpression(.converted(value, conversion), type, value.span)
  }

  /// In the direction in which the factor is above one: factors are known by it.
  private mutating func note(_ conversion: UnitConversion, _ from: Unit, _ to: Unit, _ of: String) {
    let isForward = conversion.factor >= 1
    let factor = NumberText.shortest(isForward ? conversion.factor : conversion.divisor / conversion.multiplier)
    let text = "1 \(isForward ? from : to)\(of) = \(factor) \(isForward ? to : from)"
    if !conversions.contains(text) { conversions.append(text) }
  }

  private static func help(_ from: Unit, _ to: Unit, _ analytes: [Analyte]) -> String? {
    if analytes.count == 2, analytes[0].name != analytes[1].name {
      return "one is of \(analytes[0].name), the other of \(analytes[1].name), and each has a factor of its own"
    }
    if from.conversion(to: to, micromolesPerLitre: 1) != nil {
      if let analyte = analytes.first {
        return
          "no factor is known for \(analyte.name): declare it with `of \(analyte.name) factor …` (umol/L per mg/dL)"
      }
      return "mass and substance convert by what is measured: declare it, as in `number umol/L of bilirubin`"
    }
    if [from, to].contains(where: { $0.codes.contains { $0.code == "mo" } }) {
      return "months have no fixed length; use `d`, `wk` or `a` (365.25 d)"
    }
    return "the two measure different things and cannot be converted"
  }
}
