import NotebookSyntax

/// `trends`: slopes of a model.
public struct Trends: Step {
  public static let kind = "trends"
  public static let version = 1
  public static let summary = "Estimates how fast the outcome changes with a number, at levels of a model's factors."
  public static let keys: [Key] = [
    .required("model", "step", "A `regression`, `mixed` or `mmrm` step."),
    .required("slope", "column", "The numeric column of the formula whose slope is meant."),
    .required(
      "of", "factors", "The factors whose levels get a slope each, as the formula writes them: `[group, sex]`."),
    .optional(
      "at", "column: number",
      "Where the slope is taken, and values of other numeric columns. Default: the mean of the rows used."),
    .optional(
      "weights", "equal or proportional",
      "How the model's other factors are averaged: all levels alike, or as often as the rows used have them. Default: equal."
    ),
  ]
  public static let manual = """
    A slope is the derivative of the estimated mean by the column, per one of its unit, and so a combination of the model's
    coefficients. Where the column enters the formula as a straight line the slope is the same everywhere; where it is curved (`log(week)`,
    `I(week^2)`), it is the slope at `at`. The derivative is a difference quotient at five points, exact up to the fourth power.

    Results: `rows["C"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, addressed by levels in the order of
    `of`. A `contrast` step compares them.

    ````markdown
    ---
    title: Slopes
    ---

    ```{load} labs
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      tbil: number umol/L of bilirubin
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

    ```{mixed} growth
    data: visits
    formula: log(tbil) ~ week * group + (1 + week | patient)
    ```

    ```{trends} slopes
    model: growth
    slope: week
    of: group
    ```

    ```{contrast} difference
    from: slopes
    between: group
    ```

    Group C: {value}`slopes.rows["C"].estimate:.3` a week ({value}`slopes.rows["C"]:ci.3`).
    ````
    """

  let model: Reference
  let slope: SourcedText
  let factors: [SourcedText]
  let values: [(column: SourcedText, value: Double)]
  let isProportional: Bool
  let level: Double

  public init?(_ cell: inout CellDecoder) {
    let model = cell.step("model")
    let slope = cell.column("slope")
    factors = cell.columns("of")
    level = cell.confidenceLevel()
    values = GridCheck.values(&cell)
    isProportional = cell.choice("weights", ["equal", "proportional"], default: "equal") == "proportional"
    guard let model, let slope, !factors.isEmpty else { return nil }
    self.model = model
    self.slope = slope
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.model(model) else { return nil }
    let check = GridCheck(model: model, schema: schema)
    let isNumber = check.number(slope, &context)
    guard let keys = check.keys(of: factors, at: values.map(\.column), &context), isNumber else { return nil }
    return Yield(
      shape: .record([
        .init("rows", .keyed(by: keys, CoefficientTable.shape)), .init("slope", .text), .init("at", .number),
        .init("weights", .text), .init("sha256", .text),
      ]),
      estimates: keys)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let fitted = try context.model(model)
    var place = Dictionary(values.map { ($0.column.text, $0.value) }, uniquingKeysWith: { first, _ in first })
    let centre = place[slope.text] ?? fitted.means[slope.text] ?? 0
    // A power of two, so that steps add to most numbers without rounding, and small beside the place itself.
    let width = centre == 0 ? 0x1p-9 : Double(sign: .plus, exponent: centre.exponent - 9, significand: 1)
    func grid(_ steps: Double) throws -> ReferenceGrid {
      place[slope.text] = centre + steps * width
      return try ReferenceGrid(
        fitted, of: factors.map(\.text), at: place, isProportional: isProportional, span: slope.span)
    }
    let (near, far) = ((try grid(1), try grid(-1)), (try grid(2), try grid(-2)))
    let rows = near.0.rows.indices.map { index -> LinearEstimates.Row in
      let weights = near.0.rows[index].weights.indices.map { column in
        let inner = near.0.rows[index].weights[column] - near.1.rows[index].weights[column]
        let outer = far.0.rows[index].weights[column] - far.1.rows[index].weights[column]
        return (8 * inner - outer) / (12 * width)
      }
      return .init(keys: near.0.rows[index].keys, weights: weights)
    }
    let estimates = LinearEstimates(
      model: fitted, quantity: "\(fitted.outcome) per unit of \(slope.text)", keys: factors.map(\.text), rows: rows)
    return estimates.outcome(
      level: level,
      [
        .init("slope", .text(slope.text)), .init("at", .real(centre, orAbsent: "the column has no mean")),
        .init("weights", .text(isProportional ? "proportional" : "equal")),
      ],
      caption: "Slopes of \(fitted.outcome) by \(slope.text)", notes: try grid(0).notes)
  }
}
