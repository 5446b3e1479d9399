import Digests
import NotebookSyntax

/// `means`: estimated marginal means of a model.
public struct Means: Step {
  public static let kind = "means"
  public static let version = 1
  public static let summary = "Estimates the mean outcome at levels of a model's factors (estimated marginal means)."
  public static let keys: [Key] = [
    .required("model", "step", "A `regression`, `mixed` or `mmrm` step."),
    .required(
      "of", "factors", "The factors whose levels get a mean each, as the formula writes them: `[group, factor(week)]`."),
    .optional(
      "at", "column: number", "Values of numeric columns, in their own units. Default: the mean of the rows used."),
    .optional(
      "weights", "equal or proportional",
      "How the model's other factors are averaged: all levels alike, or as often as the rows used have them. Default: equal."
    ),
  ]
  public static let manual = """
    A mean is a combination of the model's coefficients: the factors of `of` at their levels, other factors averaged, numeric
    columns at `at` or at their mean. Standard errors and degrees of freedom are the model's own method for that combination.
    A mean that the data do not determine has no number, and says so.

    Results: `rows["C", "24"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, addressed by levels in the
    order of `of`.

    Reference: Searle, Speed & Milliken (1980), Am Stat 34:216–221; names and conventions as in the R package emmeans.

    ````markdown
    ---
    title: Estimated means
    ---

    ```{load} labs
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      albumin: number g/L of albumin from alb
    ```

    ```{load} patients
    file: data/ucmsc24/patients.csv
    columns:
      patient: id from patient_id
      group: category [A, B, C, D]
    ```

    ```{join} visits
    left: labs
    right: patients
    match: patient
    expect: many-to-one
    ```

    ```{mmrm} course
    data: visits
    formula: albumin ~ group * factor(week) + ar1h(factor(week) | patient)
    ```

    ```{means} albumin
    model: course
    of: [group, factor(week)]
    ```

    At week 24, group C: {value}`albumin.rows["C", "24"].estimate:.1` ({value}`albumin.rows["C", "24"]:ci.1`).
    ````
    """

  let model: Reference
  let factors: [SourcedText]
  let values: [(column: SourcedText, value: Double)]
  let isProportional: Bool
  let level: Double

  public init?(_ cell: inout CellDecoder) {
    let model = cell.step("model")
    factors = cell.columns("of")
    level = cell.confidenceLevel()
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
    cell.record(
      "at", .object(values.map { .init($0.column.text, .string(NumberText.shortest($0.value))) }))
    isProportional = cell.choice("weights", ["equal", "proportional"], default: "equal") == "proportional"
    self.values = values
    guard let model, !factors.isEmpty else { return nil }
    self.model = model
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.model(model) else { return nil }
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
    for (column, _) in values where !schema.numbers.contains(column.text) {
      context.report(
        "unknown-column", "`\(column.text)` is no numeric column of the formula of `\(model.name)`", column.span,
        help: Suggestion.help(for: column.text, among: schema.numbers))
    }
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
    guard keys.count == factors.count else { return nil }
    return Yield(
      shape: .record([
        .init("rows", .keyed(by: keys, CoefficientTable.shape)), .init("weights", .text), .init("sha256", .text),
      ]),
      estimates: keys)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let fitted = try context.model(model)
    let grid = try ReferenceGrid(
      fitted, of: factors.map(\.text),
      at: Dictionary(values.map { ($0.column.text, $0.value) }, uniquingKeysWith: { first, _ in first }),
      isProportional: isProportional, span: values.first?.column.span ?? model.span)
    let estimates = LinearEstimates(model: fitted, keys: factors.map(\.text), rows: grid.rows)
    let table = EstimateTable(estimates, level: level)
    var hasher = DigestHasher(domain: "estimates")
    hasher.update(Array(fitted.digest.hex.utf8).map { UInt64($0).littleEndian })
    for row in grid.rows { hasher.update(row.weights.map { $0.bitPattern.littleEndian }) }
    var outcome = StepOutcome(
      result: .record([
        .init("rows", table.result), .init("weights", .text(isProportional ? "proportional" : "equal")),
        .init("sha256", .text(hasher.finish().hex)),
      ]))
    outcome.estimates = estimates
    outcome.exhibits = [
      .table(table.exhibit(caption: "Estimated means of \(fitted.outcome)", notes: grid.notes + [fitted.note]))
    ]
    return outcome
  }
}
