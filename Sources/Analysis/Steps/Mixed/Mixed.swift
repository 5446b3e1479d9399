import Digests
import NotebookSyntax
import Statistics
import Tables

/// `mixed`: a linear mixed model with one grouping factor.
public struct Mixed: Step {
  public static let kind = "mixed"
  public static let version = 2
  public static let summary =
    "Fits a linear mixed model by REML or ML, with degrees of freedom by Satterthwaite or by Kenward and Roger."
  public static let keys: [Key] = [
    .required("data", "step", "The table, one row for each visit."),
    .required(
      "formula", "formula",
      "`outcome ~ terms + (1 | g)`, `(1 + x | g)` or, without correlation, `(x || g)`; as lme4 writes it."),
    .optional("method", "reml or ml", "Default: reml."),
    .optional(
      "df", "satterthwaite or kenward-roger",
      "Method of the degrees of freedom. Kenward and Roger's also widens standard errors for small samples; it needs REML. Default: satterthwaite."
    ),
    Contrasts.key,
    .optional("iterations", "whole number", "Most steps of the search. Default: 100."),
  ]
  public static let manual = """
    The profiled deviance is minimised by Newton's method with its exact gradient and Hessian, to the floor of rounding.
    A covariance on its boundary (a variance of zero, a correlation of ±1) is a result that names the term, not an error.
    A search that did not end is said so in the report and in `converged`.

    Results: `terms["week"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, `observations`,
    `rows_dropped`, `groups["patient"]`, `log_likelihood`, `aic`, `bic`, `sigma`, `theta`, `singular`, `converged`,
    `varcorr["patient"].sd["week"]`, `.cov["week", "(Intercept)"]`, `.corr[…]`,
    `ranef["patient"]["SYN-LF-001"]["week"].{estimate, cond_sd}`, and `sha256` of what was fitted. How the search went is kept beside the run, outside
    every digest: `colophon show RUN growth.optimizer` prints its steps, gradient and eigenvalues.

    Kenward and Roger's method is the one of pbkrtest: linear in the variances and covariances, with expected information.

    References: Kenward & Roger (1997), Biometrics 53:983–997; Halekoh & Højsgaard (2014), J Stat Softw 59(9); Bates et al. (2015), J Stat Softw 67(1); Satterthwaite (1946); Kuznetsova et al. (2017), J Stat Softw
    82(13).

    ````markdown
    ---
    title: A mixed model
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL of bilirubin
    ```

    ```{derive} prepared
    data: visits
    columns:
      year: day / 365.25 d/a
    ```

    ```{mixed} growth
    data: prepared
    formula: log(bili) ~ year + (1 + year | patient)
    ```

    Slope {value}`growth.terms["year"].estimate:.3` ({value}`growth.terms["year"]:ci.3`).
    ````
    """

  let data: Reference
  let formula: Formula
  let level: Double
  let method: LinearMixedModel.Method
  let usesKenwardRoger: Bool
  let iterations: Int
  let contrasts: Contrasts

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let formula = cell.formula("formula")
    level = cell.confidenceLevel()
    method = cell.choice("method", ["reml", "ml"], default: "reml") == "reml" ? .reml : .ml
    usesKenwardRoger =
      cell.choice("df", ["satterthwaite", "kenward-roger"], default: "satterthwaite") == "kenward-roger"
    if usesKenwardRoger, method == .ml {
      cell.report(
        "choice", "Kenward and Roger's degrees of freedom are those of REML", cell.cell.kind.span,
        help: "write `method: reml`, or `df: satterthwaite`")
    }
    contrasts = cell.contrasts()
    iterations = cell.integer("iterations", in: 1...10_000, default: 100)
    if let formula {
      if let term = formula.covariances.first {
        cell.report("formula", "`mixed` takes random terms", term.span, help: "use `mmrm` for `\(term.text)`")
      } else if formula.random.isEmpty {
        cell.report(
          "formula", "`mixed` needs a random term", formula.span,
          help: "add for example `(1 | patient)`, or use `regression`")
      }
      if formula.random.count > 1 {
        cell.report(
          "formula", "several random terms are not available yet", formula.random[1].span,
          help: "use one, for example `(1 + week | patient)`")
      }
      if let term = formula.random.first, !term.hasIntercept, term.terms.isEmpty {
        cell.report("formula", "this random term is empty", term.span, help: "write `(1 | \(term.group))`")
      }
    }
    guard let data, let formula else { return nil }
    self.data = data
    self.formula = formula
  }

  /// The variables with random slopes.
  var slopes: [Expression] {
    formula.random.first?.terms.compactMap { $0.variables.count == 1 ? $0.variables[0] : nil } ?? []
  }

  var randomNames: [String] {
    (formula.random.first?.hasIntercept == true ? [ModelVariable.intercept] : []) + slopes.map(\.description)
  }

  var group: String { formula.random.first?.group.description ?? "" }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    let check = FormulaCheck(data: data, schema: schema)
    guard let random = formula.random.first else { return nil }
    checkRandom(random, schema, check, &context)
    guard check.check(formula, &context) else { return nil }
    contrasts.check(formula, check, &context)
    let terms = Shape.Key("term", randomNames)
    let groups = Shape.Key("group", [group])
    return Yield(
      shape: .record([
        .init("observations", .count), .init("rows_dropped", .count), .init("groups", .keyed(by: [groups], .count)),
        .init("log_likelihood", .number), .init("aic", .number), .init("bic", .number), .init("df_residual", .count),
        .init("sigma", .number), .init("converged", .boolean), .init("formula", .text), .init("method", .text),
        .init("df_method", .text),
        .init(
          "terms",
          .keyed(
            by: [.init("term", check.columnNames(formula, contrasts: contrasts, &context))], CoefficientTable.shape)),
        .init("not_estimable", .list(.text)), .init("theta", .list(.number)), .init("singular", .boolean),
        .init(
          "varcorr",
          .keyed(
            by: [groups],
            .record([
              .init("sd", .keyed(by: [terms], .number)), .init("cov", .keyed(by: [terms, terms], .number)),
              .init("corr", .keyed(by: [terms, terms], .number)),
            ]))),
        .init(
          "ranef",
          .keyed(
            by: [groups],
            .keyed(
              by: [.init("level", nil)],
              .keyed(by: [terms], .record([.init("estimate", .number), .init("cond_sd", .number)]))))),
        .init("sha256", .text),
      ]),
      model: ModelSchema(formula, check, &context))
  }

  private func checkRandom(_ random: RandomTerm, _ schema: Schema, _ check: FormulaCheck, _ context: inout PlanContext)
  {
    for term in random.terms {
      guard term.variables.count == 1 else {
        context.report("formula", "interactions in random terms are not available yet", term.span)
        continue
      }
      if case .factor? = check.variable(term.variables[0], &context) {
        context.report("formula", "random slopes of categories are not available yet", term.span, help: "use a number")
      }
    }
    guard let column = context.column(group, at: random.group.span, of: data, schema) else { return }
    if case .number = column.type {
      context.report(
        "type", "`\(group)` is \(column.type.name), and groups are names", random.group.span,
        help: "declare it where it is loaded: `\(group): id`")
    }
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    guard let random = formula.random.first, let groupColumn = table[group] else {
      throw StepFailure(Diagnostic("formula", "`mixed` needs a random term", at: formula.span))
    }
    let frame = try ModelFrame(formula, table, data: data, others: slopes + [random.group], contrasts: contrasts)
    let (codes, names) = frame.groups(groupColumn)
    var columns = random.hasIntercept ? [[Double](repeating: 1, count: frame.rows.count)] : []
    for slope in slopes { columns.append(try frame.numbers(slope, table, data: data)) }
    let width = columns.count
    var elements = [Double](repeating: 0, count: frame.rows.count * width)
    for (index, column) in columns.enumerated() {
      for row in column.indices { elements[row * width + index] = column[row] }
    }
    let fit: LinearMixedModelFit
    do throws(StatisticsError) {
      fit = try LinearMixedModel.fit(
        response: frame.response, fixed: frame.design,
        random: Matrix(rows: frame.rows.count, columns: width, elements: elements),
        groups: codes, groupCount: names.count, correlated: random.isCorrelated, method: method, iterations: iterations)
    } catch {
      throw StatisticsMessages.failure(
        error, formula: formula, rows: frame.rows, fixed: frame.columnNames, random: randomNames, group: group,
        level: { names[Int($0)] })
    }
    var kenwardRoger: KenwardRoger?
    if usesKenwardRoger {
      do throws(StatisticsError) {
        kenwardRoger = try fit.kenwardRoger()
      } catch {
        throw StatisticsMessages.failure(error, formula: formula, rows: frame.rows, fixed: frame.columnNames)
      }
    }
    let adjusted = kenwardRoger
    let model = FittedModel(
      frame, table, outcome: formula.response.description,
      inference: MixedReport.inference(usesKenwardRoger: usesKenwardRoger), coefficients: fit.fixedEffects,
      groups: [codes],
      combination: { weights in
        if let adjusted { return adjusted.contrast(weights) }
        return (fit.standardError(contrast: weights), fit.satterthwaite(contrast: weights))
      })
    let report = MixedReport(
      step: self, fit: fit, kenwardRoger: kenwardRoger, digest: model.digest.hex, frame: frame, groups: names,
      level: level)
    var outcome = StepOutcome(result: report.result)
    outcome.model = model
    outcome.optimizer = fit.optimizer.result
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = frame.rows.count
    outcome.exhibits = report.exhibits
    outcome.showsIndividualRows = true
    if !fit.optimizer.converged {
      outcome.warnings.append(
        Diagnostic(
          "not-converged",
          "the fit of `\(context.planned.name)` did not converge in \(iterations) steps: its numbers are not the estimates",
          at: formula.span, help: "raise `iterations`, or use a simpler random term", severity: .warning))
    }
    return outcome
  }
}
