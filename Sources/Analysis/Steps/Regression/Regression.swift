import Digests
import NotebookSyntax
import Statistics
import Tables

/// `regression`: ordinary least squares.
public struct Regression: Step {
  public static let kind = "regression"
  public static let version = 2
  public static let summary = "Fits a linear regression by least squares."
  public static let keys: [Key] = [
    .required("data", "step", "The table."),
    .required("formula", "formula", "`outcome ~ terms` with `+ : * - 1 0 I() log() sqrt()`, as R writes it."),
  ]
  public static let manual = """
    Estimated by Householder QR with iterative refinement. A column that depends on columns to its left is not
    estimable, as in R: its term is named and has no estimate. Categories are coded by treatment contrasts, the first
    level being the reference. Rows with a missing value in any term are left out and counted.

    Results: `terms["age"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, `observations`,
    `rows_dropped`, `sigma`, `df_residual`, `r_squared`, `adj_r_squared`, `f_test.{statistic, df1, df2, p_value}`,
    `log_likelihood`, `aic`, `bic`.

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

    ```{filter} baseline
    data: patients
    keep: {where: day == 0, because: Baseline visit}
    ```

    ```{regression} model
    data: baseline
    formula: log(bili) ~ albumin + sex
    ```

    Per g/dL of albumin {value}`model.terms["albumin"].estimate:.2` ({value}`model.terms["albumin"]:ci.2`).
    ````
    """

  let data: Reference
  let formula: Formula
  let level: Double

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let formula = cell.formula("formula")
    level = cell.confidenceLevel()
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
    guard check.check(formula, &context) else { return nil }
    return Yield(
      shape: .record([
        .init("observations", .count), .init("rows_dropped", .count), .init("log_likelihood", .number),
        .init("aic", .number),
        .init("bic", .number), .init("df_residual", .count), .init("sigma", .number), .init("r_squared", .number),
        .init("adj_r_squared", .number),
        .init(
          "f_test",
          .record([.init("statistic", .number), .init("df1", .count), .init("df2", .count), .init("p_value", .number)])),
        .init("converged", .boolean), .init("formula", .text), .init("method", .text),
        .init("terms", .keyed(by: [.init("term", check.columnNames(formula, &context))], CoefficientTable.shape)),
        .init("not_estimable", .list(.text)), .init("sha256", .text),
      ]),
      model: ModelSchema(formula, check, &context))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let frame = try ModelFrame(formula, table, data: data)
    let fit: LeastSquaresFit
    do throws(StatisticsError) {
      fit = try LeastSquares.fit(
        response: frame.response, design: frame.design, interceptColumn: frame.interceptColumn)
    } catch {
      throw StatisticsMessages.failure(error, formula: formula, rows: frame.rows, fixed: frame.columnNames)
    }
    // What is left of an outcome that the terms reproduce is rounding, and inference from it nonsense.
    let squares = frame.response.reduce(0) { $0 + $1 * $1 }
    if fit.degreesOfFreedom > 0, fit.residualSumOfSquares <= 1e-26 * squares {
      throw StatisticsMessages.failure(
        .zeroResidualVariance, formula: formula, rows: frame.rows, fixed: frame.columnNames)
    }
    let aliased = fit.aliased.map { frame.columnNames[$0] }
    let errors = fit.standardErrors
    let freedom = fit.degreesOfFreedom > 0 ? Double(fit.degreesOfFreedom) : nil
    let coefficients = CoefficientTable(
      frame.columnNames.indices.map {
        .init(
          term: frame.columnNames[$0], estimate: fit.coefficients[$0], standardError: errors[$0],
          degreesOfFreedom: freedom)
      },
      level: level, absence: "depends on other terms")
    let model = FittedModel(
      frame, table, outcome: formula.response.description, inference: "degrees of freedom of the residuals",
      coefficients: fit.coefficients, groups: [],
      combination: { (fit.standardError(contrast: $0) ?? .nan, freedom ?? 0) })
    var outcome = StepOutcome(result: result(fit, frame, coefficients, aliased, digest: model.digest.hex))
    outcome.model = model
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = frame.rows.count
    outcome.exhibits = [.table(exhibit(fit, frame, coefficients, aliased))]
    return outcome
  }

  private func result(
    _ fit: LeastSquaresFit, _ frame: ModelFrame, _ coefficients: CoefficientTable, _ aliased: [String],
    digest: String
  ) -> ResultValue {
    let saturated = "no residual degrees of freedom"
    let test = fit.fTest
    let noTest = fit.rank <= (fit.hasIntercept ? 1 : 0) ? "the formula has no terms to test" : saturated
    return .record([
      .init("observations", .count(frame.rows.count)), .init("rows_dropped", .count(frame.rowsDropped)),
      .init("log_likelihood", .real(fit.logLikelihood, orAbsent: saturated)),
      .init("aic", .real(fit.aic, orAbsent: saturated)), .init("bic", .real(fit.bic, orAbsent: saturated)),
      .init("df_residual", .count(fit.degreesOfFreedom)), .init("sigma", .real(fit.sigma, orAbsent: saturated)),
      .init("r_squared", .real(fit.rSquared, orAbsent: "the outcome does not vary")),
      .init("adj_r_squared", .real(fit.adjustedRSquared, orAbsent: saturated)),
      .init(
        "f_test",
        .record([
          .init("statistic", .real(test?.statistic, orAbsent: noTest)),
          .init("df1", .count(fit.rank - (fit.hasIntercept ? 1 : 0))), .init("df2", .count(fit.degreesOfFreedom)),
          .init("p_value", .real(test?.pValue, orAbsent: noTest)),
        ])),
      .init("converged", .boolean(true)), .init("formula", .text(formula.text)), .init("method", .text("OLS")),
      .init("terms", coefficients.result), .init("not_estimable", .list(aliased.map { .text($0) })),
      .init("sha256", .text(digest)),
    ])
  }

  private func exhibit(
    _ fit: LeastSquaresFit, _ frame: ModelFrame, _ coefficients: CoefficientTable, _ aliased: [String]
  ) -> TableExhibit {
    var notes = ["Ordinary least squares of \(formula.text); \(NumberFormat.count(frame.rows.count)) rows."]
    if frame.rowsDropped > 0 {
      notes.append("\(NumberFormat.count(frame.rowsDropped)) rows with a missing value were left out.")
    }
    if let sigma = fit.sigma, let r = fit.rSquared, let test = fit.fTest {
      let p = NumberFormat.pValue(test.pValue)
      notes.append(
        "Residual SD \(NumberFormat.significant(sigma, 4)) on \(fit.degreesOfFreedom) df, R² \(NumberFormat.fixed(r, 3)), "
          + "F \(NumberFormat.fixed(test.statistic, 2)) on \(fit.rank - (fit.hasIntercept ? 1 : 0)) and \(fit.degreesOfFreedom) df, P \(p.hasPrefix("<") || p.hasPrefix(">") ? p : "= \(p)")."
      )
    }
    if !aliased.isEmpty {
      notes.append("Not estimable, because they depend on the terms before them: \(aliased.joined(separator: ", ")).")
    }
    return coefficients.exhibit(caption: "Regression of \(formula.response)", notes: notes + frame.notes)
  }
}
