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
    EstimateScale.key,
  ]
  public static let manual = """
    A mean is a combination of the model's coefficients: the factors of `of` at their levels, other factors averaged, numeric
    columns at `at` or at their mean. Standard errors and degrees of freedom are the model's own method for that combination.
    A mean that the data do not determine has no number, and says so.

    Results: `rows["C", "24"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, addressed by levels in the
    order of `of`. With `scale: response` they are geometric means, with standard errors by the delta method, and `scale` says so.

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
  let response: Span?
  let level: Double

  public init?(_ cell: inout CellDecoder) {
    let model = cell.step("model")
    factors = cell.columns("of")
    level = cell.confidenceLevel()
    values = GridCheck.values(&cell)
    isProportional = cell.choice("weights", ["equal", "proportional"], default: "equal") == "proportional"
    response = cell.responseScale()
    guard let model, !factors.isEmpty else { return nil }
    self.model = model
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.model(model) else { return nil }
    let keys = GridCheck(model: model, schema: schema).keys(of: factors, at: values.map(\.column), &context)
    guard let keys else { return nil }
    return Yield(
      shape: .record(
        [
          .init("rows", .keyed(by: keys, CoefficientTable.shape)), .init("weights", .text), .init("sha256", .text),
        ] + (response == nil ? [] : [EstimateScale.shape])),
      estimates: keys)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let fitted = try context.model(model)
    let scale = try EstimateScale(isResponse: response, name: "Geometric mean", of: fitted)
    let grid = try ReferenceGrid(
      fitted, of: factors.map(\.text),
      at: Dictionary(values.map { ($0.column.text, $0.value) }, uniquingKeysWith: { first, _ in first }),
      isProportional: isProportional, span: values.first?.column.span ?? model.span)
    let estimates = LinearEstimates(
      model: fitted, quantity: fitted.outcome, keys: factors.map(\.text), rows: grid.rows)
    return estimates.outcome(
      level: level, [.init("weights", .text(isProportional ? "proportional" : "equal"))] + scale.fields, scale: scale,
      caption: "Estimated means of \(fitted.outcome)", notes: grid.notes)
  }
}
