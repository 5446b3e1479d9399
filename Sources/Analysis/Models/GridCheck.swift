import Digests
import NotebookSyntax

/// Checks what an estimate of a model is asked for: levels of which factors, at which values of numbers.
struct GridCheck {
  let model: Reference
  let schema: ModelSchema

  /// Reads `at`: values of numeric columns.
  static func values(_ cell: inout CellDecoder) -> [(column: SourcedText, value: Double)] {
    var values: [(column: SourcedText, value: Double)] = []
    if let node = cell.node("at") {
      for entry in cell.mapping(node, "at", help: "write for example `at: {week: 4}`") ?? [] {
        guard let text = cell.text(entry.value, "at") else { continue }
        guard let value = ParameterValue.plainNumber(text.text) else {
          cell.report("type", "`at` takes numbers, and this is `\(text.text)`", text.span)
          continue
        }
        values.append((entry.key, value))
      }
    }
    cell.record("at", .object(values.map { .init($0.column.text, .string(NumberText.shortest($0.value))) }))
    return values
  }

  /// The keys of the estimates; nil where a mistake in `factors` has been reported.
  func keys(of factors: [SourcedText], at columns: [SourcedText], _ context: inout PlanContext) -> [Shape.Key]? {
    let names = schema.factors.map(\.name)
    var keys: [Shape.Key] = []
    for factor in factors {
      guard let key = schema.factors.first(where: { $0.name == factor.text }) else {
        let isNumber = schema.numbers.contains(factor.text)
        context.report(
          "unknown-factor", "`\(factor.text)` is no factor of `\(model.name)`", factor.span,
          help: isNumber
            ? "it is a number there: give it a value in `at`" : Suggestion.help(for: factor.text, among: names))
        continue
      }
      keys.append(key)
    }
    for column in columns { number(column, &context) }
    // At a level of `factor(week)` the number `week` would have to have that level's value.
    for name in schema.numbers {
      guard let both = schema.factors.first(where: { $0.name == name || $0.name == "factor(\(name))" }) else {
        continue
      }
      context.report(
        "unknown-factor",
        "`\(name)` is a number and a factor in `\(model.name)`, so no mean holds one and varies the other",
        model.span, help: "fit a model with `\(name)` or with `\(both.name)` alone")
    }
    return keys.count == factors.count ? keys : nil
  }

  /// Whether a column is one of the numbers of the formula; reported where it is not.
  @discardableResult
  func number(_ column: SourcedText, _ context: inout PlanContext) -> Bool {
    if schema.numbers.contains(column.text) { return true }
    context.report(
      "unknown-column", "`\(column.text)` is no numeric column of the formula of `\(model.name)`", column.span,
      help: Suggestion.help(for: column.text, among: schema.numbers))
    return false
  }
}
