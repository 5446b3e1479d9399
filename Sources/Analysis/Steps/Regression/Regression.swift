import Digests
import NotebookSyntax
import Statistics
import Tables

/// `regression`: least squares and generalized linear models.
public struct Regression: Step {
  public static let kind = "regression"
  public static let version = 3
  public static let summary = "Fits a linear regression or a generalized linear model."
  public static let keys: [Key] =
    [
      .required("data", "step", "The table."),
      .required(
        "formula", "formula", "`outcome ~ terms` with `+ : * ^ - 1 0 I() log() poly() ns() factor()`, as R writes it."),
      .optional(
        "weights", "column",
        "Weights of the rows, inversely proportional to their variance; the number of trials of a binomial proportion. Rows of weight zero are left out."
      ),
    ]
    + [RegressionErrors.key, VarianceTable.key, Contrasts.key] + RegressionFamily.keys + [
      .optional(
        "tolerance", "number",
        "Least squares: a column of which less than this part is left after projection on those before it counts as dependent. Default: 1e-7."
      )
    ]
  public static let manual = """
    Without `family`, least squares by Householder QR with iterative refinement. With `family`, a generalized linear model by
    Fisher scoring; its coefficients are on the scale of the link, and the report shows odds ratios or rate ratios beside them. A
    binomial outcome is a number 0 or 1, a boolean, or a category of two levels, of which the second is the event. An outcome
    that a term predicts without error (separation) is an error that names the term.

    A column that depends on columns to its left is not estimable, as in R: its term is named and has no estimate. Rows with a
    missing value in any term are left out and counted. `poly(x, 2)` and `ns(x, 3)` are R's orthogonal polynomials and natural
    cubic splines over the rows used; `means` takes them from the same knots.

    Results: `terms["age"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, `observations`,
    `rows_dropped`, `df_residual`, `log_likelihood`, `aic`, `bic`, `errors`,
    `influence.{hat, std_resid, cooksd}.{max, row}`, and with `anova` `anova["age"].{df, statistic, p_value}`. Least squares also
    has `sigma`, `r_squared`, `adj_r_squared`, `f_test.{statistic, df1, df2, p_value}`, `anova["age"].{sumsq, meansq}`; other
    families have `deviance`, `null_deviance`, `df_null`, `dispersion`, `family`, `link`, `anova["age"].deviance`, and the negative
    binomial `theta`, `theta_std_error`.

    ````markdown
    ---
    title: A regression
    ---

    ```{load} patients
    file: data/pbc/pbcseq.csv
    columns:
      day: number d
      bili: number mg/dL of bilirubin
      albumin: number g/dL of albumin
      sex: category [m, f]
    ```

    ```{derive} values
    data: patients
    columns:
      bili_high: if(bili > 2 mg/dL, 1, 0)
    ```

    ```{filter} baseline
    data: values
    keep: {where: day == 0, because: Baseline visit}
    ```

    ```{regression} model
    data: baseline
    formula: log(bili) ~ albumin + sex
    anova: hierarchical
    ```

    ```{regression} jaundice
    data: baseline
    formula: bili_high ~ albumin + sex
    family: binomial
    errors: HC3
    ```

    Per g/dL of albumin {value}`model.terms["albumin"].estimate:.2` ({value}`model.terms["albumin"]:ci.2`);
    odds ratio of a bilirubin above 2 mg/dL {value}`jaundice.terms["albumin"].estimate:exp.2`.
    ````
    """

  let data: Reference
  let formula: Formula
  let weights: SourcedText?
  let offset: Expression?
  let family: RegressionFamily
  let errors: RegressionErrors
  let anova: VarianceTable.Kind
  let contrasts: Contrasts
  let hasProfileIntervals: Bool
  let iterations: Int
  let tolerance: Double
  let level: Double
  /// What a binomial outcome of two levels is the chance of, for the report.
  private(set) var event: String?

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let formula = cell.formula("formula")
    weights = cell.column("weights")
    errors = RegressionErrors(&cell)
    anova =
      VarianceTable.Kind(rawValue: cell.choice("anova", VarianceTable.Kind.allCases.map(\.rawValue), default: "none"))
      ?? .none
    contrasts = cell.contrasts()
    family = RegressionFamily(&cell)
    let offset = cell.node("offset").flatMap { cell.expression($0, "offset") }
    cell.record("offset", offset.map { .string($0.description) } ?? .null)
    self.offset = offset
    hasProfileIntervals = cell.choice("intervals", ["wald", "profile"], default: "wald") == "profile"
    iterations = cell.integer("iterations", in: 1...10_000, default: 100)
    let written = cell.number("tolerance")
    tolerance = written?.value ?? 1e-7
    if let written, !(written.value > 0 && written.value < 1) {
      cell.report("type", "`tolerance` lies between 0 and 1", written.span)
    }
    level = cell.confidenceLevel()
    let kind = cell.cell.kind.span
    if case .gaussian = family {
      if let offset {
        cell.report("choice", "least squares has no offset", offset.span, help: "subtract it from the outcome")
      }
      if hasProfileIntervals {
        cell.report(
          "choice", "least squares has no profile intervals: its own are exact", kind, help: "leave `intervals` out")
      }
    }
    if let written, family.name != "gaussian" {
      cell.report("choice", "`tolerance` is a setting of least squares", written.span, help: "leave it out")
    }
    if !errors.isClassical {
      if anova != .none {
        cell.report(
          "choice", "`anova` is a comparison under equal variances, and `errors: \(errors.name)` does not assume them",
          kind,
          help: "leave one of the two out")
      }
      if hasProfileIntervals {
        cell.report(
          "choice", "profile intervals do not use `errors: \(errors.name)`", kind, help: "leave one of the two out")
      }
    }
    if let term = formula?.random.first {
      cell.report("formula", "`regression` has no random terms", term.span, help: "use `mixed` for `(\(term.text))`")
    }
    if let term = formula?.covariances.first {
      cell.report(
        "formula", "`regression` has no covariance of visits", term.span, help: "use `mmrm` for `\(term.text)`")
    }
    guard let data, let formula else { return nil }
    self.data = data
    self.formula = formula
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    let check = FormulaCheck(data: data, schema: schema)
    checkColumns(schema, &context)
    guard check.check(formula, isEvent: family.isEvent, &context) else { return nil }
    contrasts.check(formula, check, &context)
    if anova == .marginal { VarianceTable.checkMarginal(formula, contrasts, check, &context) }
    let terms = Shape.keyed(
      by: [.init("term", check.columnNames(formula, contrasts: contrasts, &context))], CoefficientTable.shape)
    return Yield(
      shape: .record(fields(terms)),
      model: ModelSchema(form, check, offset: offset, &context))
  }

  /// Weights, offset and clusters against the table.
  private func checkColumns(_ schema: Schema, _ context: inout PlanContext) {
    if let weights, let column = context.column(weights.text, at: weights.span, of: data, schema),
      !column.type.isNumeric
    {
      context.report("type", "`\(weights.text)` is \(column.type.name), and weights are numbers", weights.span)
    }
    if let cluster = errors.clusterColumn { _ = context.column(cluster.text, at: cluster.span, of: data, schema) }
    if let offset {
      let before = context.diagnostics.count
      switch context.type(of: offset, over: data, schema) {
      case .number: break
      case nil: precondition(context.diagnostics.count > before, "an expression without a type has been reported")
      case .some: context.report("type", "the offset is no number", offset.span)
      }
    }
  }

  private func fields(_ terms: Shape) -> [Shape.Field] {
    var fields: [Shape.Field] = [
      .init("observations", .count), .init("rows_dropped", .count), .init("log_likelihood", .number),
      .init("aic", .number), .init("bic", .number), .init("df_residual", .count),
    ]
    if case .gaussian = family {
      let test: [Shape.Field] = [
        .init("statistic", .number), .init("df1", .count), .init("df2", .count), .init("p_value", .number),
      ]
      fields += [
        .init("sigma", .number), .init("r_squared", .number), .init("adj_r_squared", .number),
        .init("f_test", .record(test)),
      ]
    } else {
      fields += [
        .init("df_null", .count), .init("deviance", .number), .init("null_deviance", .number),
        .init("dispersion", .number), .init("family", .text), .init("link", .text),
      ]
    }
    if case .negativeBinomial = family { fields += [.init("theta", .number), .init("theta_std_error", .number)] }
    fields += [
      .init("converged", .boolean), .init("formula", .text), .init("method", .text), .init("errors", .text),
      .init("terms", terms), .init("not_estimable", .list(.text)), .init("influence", InfluenceSummary.shape),
    ]
    if anova != .none {
      var isDeviance = true
      if case .gaussian = family { isDeviance = false }
      fields.append(.init("anova", VarianceTable.shape(formula.terms.map(\.label), isDeviance: isDeviance)))
    }
    return fields + [.init("sha256", .text)]
  }

  private var form: ModelForm {
    var isLinear = false
    if case .gaussian = family { isLinear = true }
    return ModelForm(
      kind: "\(Self.kind) (\(family.name), \(family.link.rawValue))", method: nil, formula: formula,
      contrasts: contrasts.description, isLinear: isLinear, hasRowInfluence: true)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    var step = self
    if family.isEvent, case .codes(_, let levels)? = table[formula.response.description]?.values {
      step.event = levels.last
    }
    let rows = try RegressionData(step, table)
    var model: FittedModel
    let result: ResultValue
    let exhibits: [Exhibit]
    var optimizer: ResultValue?
    if case .gaussian = family {
      let fitted = try LinearRegression(step, rows)
      model = fittedModel(
        rows, table, outcome: formula.response.description, inference: fitted.inference,
        coefficients: fitted.fit.coefficients, fitted.likelihood,
        fitted.combination)
      model.details = details(of: fitted, table)
      (result, exhibits) = (fitted.result(digest: model.digest.hex), fitted.exhibits)
    } else {
      let fitted = try GeneralizedRegression(step, rows)
      model = fittedModel(
        rows, table, outcome: fitted.outcome, inference: fitted.inference, coefficients: fitted.fit.coefficients,
        fitted.likelihood, fitted.combination)
      model.details = details(of: fitted, table)
      (result, exhibits) = (fitted.result(digest: model.digest.hex), fitted.exhibits)
      optimizer = fitted.optimizer
    }
    var outcome = StepOutcome(result: result)
    outcome.model = model
    outcome.optimizer = optimizer
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = rows.frame.rows.count
    outcome.exhibits = exhibits
    return outcome
  }

  private func fittedModel(
    _ rows: RegressionData, _ table: Table, outcome: String, inference: String, coefficients: [Double?],
    _ likelihood: ModelLikelihood,
    _ combination: @escaping @Sendable ([Double]) -> (standardError: Double, degreesOfFreedom: Double)
  ) -> FittedModel {
    FittedModel(
      rows.frame, table, outcome: outcome, inference: inference, coefficients: coefficients,
      groups: rows.clusters.map { [$0.codes] } ?? [], times: (rows.weights ?? []) + (rows.offset ?? []),
      form: form, likelihood: likelihood, weights: (rows.weights ?? []) + (rows.offset ?? []), combination: combination)
  }
}
