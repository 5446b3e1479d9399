import NotebookSyntax
import Tables

/// `kind: means`: the rows of a `means` or `trends` step over one of their keys.
struct EstimatedMeans: FigureKind {
  static let word = "means"
  static let takes: Set<String> = ["of", "x", "color", "panels", "log", "sqrt", "reference", "interval"]

  let source: Reference
  let x: SourcedText?
  let color: SourcedText?
  let panels: SourcedText?
  let scale: Figure.Axis.Scale
  let reference: Double?
  let level: Double
  let hasInterval: Bool
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    let source = cell.step("of")
    cell.needs("of", "step", of: Self.word, isThere: source != nil)
    x = cell.writtenName("x")
    color = cell.writtenName("color")
    panels = cell.writtenName("panels")
    scale = cell.axisScale("y")
    reference = cell.writtenNumber("reference")?.value
    level = cell.confidenceLevel()
    hasInterval = cell.word("interval", ["none"]) == nil
    alternative = cell.text("alt")?.text
    guard let source else { return nil }
    self.source = source
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let shape = context.result(source) else { return nil }
    guard let keys = EstimateRows.keys(of: shape), !keys.isEmpty else {
      context.report(
        "type", "`\(source.name)` has no rows of estimates", source.span, help: "name a `means` or `trends` step")
      return nil
    }
    let names = keys.map(\.name)
    for name in [x, color, panels] {
      guard let name, !names.contains(name.text) else { continue }
      context.report(
        "unknown-key", "the rows of `\(source.name)` have no key `\(name.text)`", name.span,
        help: Suggestion.help(for: name.text, among: names) ?? "they have \(names.joined(separator: ", "))")
    }
    let used = [x, color, panels].compactMap { $0?.text }
    if let twice = [x, color, panels].compactMap({ $0 }).first(where: { name in used.count { $0 == name.text } > 1 }) {
      context.report("repeated-name", "`\(twice.text)` is used twice", twice.span, help: "name each key once")
    }
    if names.count > 3 {
      context.report(
        "limit", "the rows of `\(source.name)` have \(names.count) keys, and a figure of means tells three apart",
        source.span, help: "use `kind: forest`")
    }
    return Self.countShape
  }

  /// Positions of x, colour and panels among the keys: written ones first, then x is the last that is left.
  static func roles(_ names: [String], x: String?, color: String?, panels: String?) -> (
    x: Int, color: Int?, panels: Int?
  ) {
    let written = [x, color, panels].map { name in name.flatMap { names.firstIndex(of: $0) } }
    var free = names.indices.filter { !written.contains($0) }
    let place = written[0] ?? free.popLast() ?? 0
    let series = written[1] ?? (free.isEmpty ? nil : free.removeFirst())
    let panel = written[2] ?? (free.isEmpty ? nil : free.removeFirst())
    return (place, series, panel)
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let result = try context.result(source)
    let rows = EstimateRows(of: result).rows
    guard !rows.isEmpty else { throw FigureMessages.noRows("`\(source.name)` has no estimates", source.span) }
    let names = EstimateKeys.names(result)
    let roles = Self.roles(names, x: x?.text, color: color?.text, panels: panels?.text)
    try check(roles.color, most: 8, rows, names)
    try check(roles.panels, most: 12, rows, names)
    let isResponse = EstimateKeys.isResponse(result)
    let drawn = rows.map { row in
      MeansFigure.Row(
        x: row.keys[roles.x], series: roles.color.map { row.keys[$0] } ?? "", panel: roles.panels.map { row.keys[$0] },
        estimate: row.record["estimate"]?.finite, low: row.record["conf_low"]?.finite,
        high: row.record["conf_high"]?.finite)
    }
    // What was modelled is known to the estimates, not to their result.
    let quantity = (try? context.estimates(source))?.quantity
    let title = EstimateKeys.meanTitle(quantity, isResponse: isResponse)
    guard
      let figure = MeansFigure.build(
        caption: "Estimates of \(source.name) over \(EstimateKeys.word(names[roles.x]))",
        xTitle: EstimateKeys.word(names[roles.x]).capitalizedFirst, yTitle: title, rows: drawn, scale: scale,
        level: hasInterval ? level : nil, reference: reference, alternative: alternative)
    else { throw FigureMessages.noAxis(source.span) }
    return outcome(figure, count: drawn.count { $0.estimate != nil }, of: nil, showsIndividualRows: false)
  }

  /// As for the categories of a table: of a result only its rows tell how many values a key has.
  private func check(
    _ key: Int?, most: Int, _ rows: [EstimateRows.Row], _ names: [String]
  ) throws(StepFailure) {
    guard let key else { return }
    let count = Set(rows.map { $0.keys[key] }).count
    guard count > most else { return }
    throw StepFailure(
      Diagnostic(
        "limit",
        "`\(names[key])` of `\(source.name)` has \(count) values, and a figure tells at most \(most) apart here",
        at: source.span, help: "name it as `x`, or use `kind: forest`"))
  }
}

/// `kind: forest`: estimates with intervals, one in a row.
struct Forest: FigureKind {
  static let word = "forest"
  static let takes: Set<String> = ["of", "scale", "log", "reference"]
  private static let mostRows = 200

  let source: Reference
  let isResponse: Bool
  let isLogarithmic: Bool
  let reference: (value: Double, span: Span)?
  let level: Double
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    // Of a step with `each` all values stand in one forest.
    let source = cell.step("of", isWhole: true)
    cell.needs("of", "step", of: Self.word, isThere: source != nil)
    isResponse = cell.responseScale() != nil
    isLogarithmic = cell.word("log", ["x", "none"]) == "x"
    reference = cell.writtenNumber("reference")
    level = cell.confidenceLevel()
    alternative = cell.text("alt")?.text
    guard let source else { return nil }
    self.source = source
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let shape = context.result(source) else { return nil }
    guard EstimateRows.keys(of: shape) != nil else {
      context.report(
        "type", "`\(source.name)` has no estimates", source.span,
        help: "name a `contrast`, `means`, `trends`, `test` or model step")
      return nil
    }
    return Self.countShape
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let result = try context.result(source)
    let all = EstimateRows(of: result).rows
    let isAdjusted = all.contains { $0.record["p_adjusted"]?.double != nil }
    // An intercept is no difference, and lies on another scale.
    let kept = all.filter { $0.keys.last != ModelVariable.intercept }
    guard !kept.isEmpty else { throw FigureMessages.noRows("`\(source.name)` has no estimates", source.span) }
    guard kept.count <= Self.mostRows else {
      throw StepFailure(
        Diagnostic(
          "limit", "`\(source.name)` has \(kept.count) estimates, and a forest shows at most \(Self.mostRows)",
          at: source.span, help: "take fewer levels"))
    }
    let already = EstimateKeys.isResponse(result)
    if isResponse, already {
      throw StepFailure(
        Diagnostic(
          "scale", "`\(source.name)` is on the response scale already", at: source.span, help: "leave out `scale`"))
    }
    let isRatio = isResponse || already || isLogarithmic
    func scaled(_ value: Double?) -> Double? {
      guard let value = isResponse ? value.map(Elementary.exp) : value, value.isFinite else { return nil }
      return isRatio && value <= 0 ? nil : value
    }
    // An exponential is zero only where it underflows; what is not exponentiated is so by its nature.
    if isLogarithmic, !isResponse, !already {
      let shown = kept.flatMap { row in ["estimate", "conf_low", "conf_high"].compactMap { row.record[$0]?.finite } }
      if let value = shown.first(where: { $0 <= 0 }) {
        throw StepFailure(
          Diagnostic(
            "type",
            "a logarithmic axis has no place for \(NumberFormat.significant(value, 3)), which stands in `\(source.name)`",
            at: source.span, help: "leave out `log: x`"))
      }
    }
    let names = EstimateKeys.names(result)
    let pairs = EstimateKeys.comparesPairs(names)
    let rows = kept.map { row in
      ForestFigure.Row(
        keys: EstimateKeys.display(row.keys, names, pairs: pairs, isRatio: isRatio),
        estimate: scaled(row.record["estimate"]?.double), low: scaled(row.record["conf_low"]?.double),
        high: scaled(row.record["conf_high"]?.double),
        p: (isAdjusted ? row.record["p_adjusted"] : row.record["p_value"])?.double)
    }
    if let reference, isRatio, reference.value <= 0 {
      throw StepFailure(
        Diagnostic("type", "a logarithmic axis has no place for \(reference.value)", at: reference.span))
    }
    var notes: [String] = []
    if isResponse { notes.append("exp of estimates and intervals; tests are on the model's scale.") }
    if kept.count < all.count { notes.append("Without the intercept.") }
    let standard = EstimateKeys.areDifferences(result) ? (isRatio ? 1.0 : 0) : nil
    guard
      let figure = ForestFigure.build(
        caption: "Estimates of \(source.name)",
        quantity: EstimateKeys.quantity(result, isResponse: isResponse, isRatio: isRatio), rows: rows, isRatio: isRatio,
        reference: reference?.value ?? standard, level: level, pTitle: isAdjusted ? "Adjusted P" : "P",
        alternative: alternative, notes: notes)
    else { throw FigureMessages.noAxis(source.span) }
    return outcome(figure, count: rows.count { $0.estimate != nil }, of: nil, showsIndividualRows: false)
  }
}

/// What the keys and fields of a result with estimates say.
enum EstimateKeys {
  /// The names of the keys that lead to the estimates.
  static func names(_ result: ResultValue) -> [String] {
    switch result {
    case .keyed(let names, let entries): return names + (entries.first.map { self.names($0.value) } ?? [])
    case .record:
      for name in ["rows", "terms"] { if let inner = result[name] { return names(inner) } }
      return []
    default: return []
    }
  }

  /// The first record under the keys of a repeated step.
  private static func record(_ result: ResultValue) -> ResultValue {
    if case .keyed(_, let entries) = result, let first = entries.first { return record(first.value) }
    return result
  }

  static func isResponse(_ result: ResultValue) -> Bool { record(result)["scale"]?.string == "response" }

  /// Whether zero, or one of ratios, means no difference: not so of means.
  static func areDifferences(_ result: ResultValue) -> Bool { record(result)["weights"] == nil }

  static func comparesPairs(_ names: [String]) -> Int? {
    names.indices.dropFirst().first { names[$0] == "with" || names[$0].hasPrefix("with ") }.map { $0 - 1 }
  }

  /// - Parameter quantity: what the model estimates: `log(tbil)`, `log(tbil) per unit of week`.
  static func meanTitle(_ quantity: String?, isResponse: Bool) -> String {
    guard let quantity else { return isResponse ? "Geometric mean" : "Estimated mean" }
    if isResponse { return "Geometric mean of \(quantity.dropFirst(4).dropLast())" }
    return quantity.contains(" per unit of ") ? "Slope of \(quantity)" : "Mean of \(quantity)"
  }

  /// `factor(week)` as `week`.
  static func word(_ key: String) -> String {
    key.hasPrefix("factor(") && key.hasSuffix(")") ? String(key.dropFirst(7).dropLast()) : key
  }

  /// Keys as a reader wants them: what is compared in one word.
  /// - Parameter pairs: the position of the first of two levels that are compared.
  static func display(_ keys: [String], _ names: [String], pairs: Int?, isRatio: Bool) -> [String] {
    guard !keys.isEmpty else { return ["Estimate"] }
    // A bare number says nothing without what it counts.
    let keys = zip(keys, names).map { key, name in Double(key) == nil ? key : "\(word(name)) \(key)" }
    guard let pairs, keys.indices.contains(pairs + 1) else { return keys }
    let joined = "\(keys[pairs]) \(isRatio ? "/" : "−") \(keys[pairs + 1])"
    return Array(keys[..<pairs]) + [joined] + Array(keys[(pairs + 2)...])
  }

  static func quantity(_ result: ResultValue, isResponse: Bool, isRatio: Bool) -> String {
    let own = record(result)
    guard isRatio else {
      return own["terms"] != nil ? "Coefficient" : areDifferences(result) ? "Difference" : "Estimated mean"
    }
    if isResponse, let family = own["family"]?.string, own["link"]?.string == "logit", family.contains("binomial") {
      return "Odds ratio"
    }
    return areDifferences(result) ? "Ratio" : "Geometric mean"
  }
}

extension String {
  var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
