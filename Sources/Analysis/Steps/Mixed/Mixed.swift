import Digests
import NotebookSyntax
import Statistics
import Tables

/// `mixed`: a linear mixed model with one or several random terms, nested or crossed.
public struct Mixed: Step {
  public static let kind = "mixed"
  public static let version = 3
  public static let summary =
    "Fits a linear mixed model by REML or ML, with degrees of freedom by Satterthwaite or by Kenward and Roger."
  public static let keys: [Key] = [
    .required("data", "step", "The table, one row for each visit."),
    .required(
      "formula", "formula",
      "`outcome ~ terms + (1 | g)`, `(1 + x | g)` or, without correlation, `(x || g)`; several terms nested, `(1 | a/b)`, or crossed, `(1 | a) + (1 | b)`. As lme4 writes it."
    ),
    .optional("method", "reml or ml", "Default: reml."),
    .optional(
      "df", "satterthwaite or kenward-roger",
      "Method of the degrees of freedom. Kenward and Roger's also widens standard errors for small samples; it needs REML. Default: satterthwaite."
    ),
    Contrasts.key,
    .optional("iterations", "whole number", "Most steps of the search. Default: 100."),
    IntervalRequest.key,
  ]
  public static let manual = """
    The profiled deviance is minimised by Newton's method with its exact gradient and Hessian, to the floor of rounding.
    A covariance on its boundary (a variance of zero, a correlation of ±1) is a result that names the term, not an error.
    A search that did not end is said so in the report and in `converged`.

    `(1 | a/b)` is `(1 | a) + (1 | a:b)`, and the groups of `a:b` are named `A:B`. With several random terms, results name
    each by its grouping factor; a second term of one factor is `patient.1`, as in lme4. `theta` has the terms in the
    order of the formula. A category's random slopes are coded as in the fixed part. The factor with the most levels is
    eliminated first; at most 4,096 effects of the others may depend on each other.

    Results: `terms["week"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, `observations`,
    `rows_dropped`, `groups["patient"]`, `log_likelihood`, `aic`, `bic`, `sigma`, `theta`, `singular`, `converged`,
    `varcorr["patient"].sd["week"]`, `.cov["week", "(Intercept)"]`, `.corr[…]`,
    `ranef["patient"]["SYN-LF-001"]["week"].{estimate, cond_sd}`, with `intervals` also `intervals.terms["week"]`,
    `intervals.sigma`, `intervals.varcorr["patient"].sd["week"]` and `.corr[…]`, each with `conf_low` and `conf_high`, and `sha256` of what was fitted. How the search went is kept beside the run, outside
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
  let intervals: IntervalRequest?

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
    intervals = IntervalRequest(&cell, step: cell.cell.name.text)
    if let formula {
      if let term = formula.covariances.first {
        cell.report("formula", "`mixed` takes random terms", term.span, help: "use `mmrm` for `\(term.text)`")
      } else if formula.random.isEmpty {
        cell.report(
          "formula", "`mixed` needs a random term", formula.span,
          help: "add for example `(1 | patient)`, or use `regression`")
      }
      for (index, term) in formula.random.enumerated()
      where formula.random[..<index].contains(where: { $0.text == term.text }) {
        cell.report(
          "formula", "the random term `(\(term.text))` stands twice", term.span, help: "leave one of them out")
      }
      for term in formula.random where !term.hasIntercept && term.terms.isEmpty {
        cell.report("formula", "this random term is empty", term.span, help: "write `(1 | \(term.group))`")
      }
    }
    guard let data, let formula else { return nil }
    self.data = data
    self.formula = formula
  }

  var parts: [RandomPart] { RandomPart.parts(of: formula) }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    let check = FormulaCheck(data: data, schema: schema)
    let parts = parts
    let columns = parts.map { $0.columnNames(formula, check, schema, &context) }
    guard check.check(formula, &context) else { return nil }
    contrasts.check(formula, check, &context)
    var names: [String]? = []
    for own in columns {
      guard let own, let known = names else {
        names = nil
        break
      }
      names = known + own.filter { !known.contains($0) }
    }
    let terms = Shape.Key("term", names)
    let groups = Shape.Key("group", parts.map(\.key))
    let factors = Shape.Key("group", parts.map(\.term.group).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
    let fixed = Shape.Key("term", check.columnNames(formula, contrasts: contrasts, &context))
    var extra: [Shape.Field] = []
    if let intervals {
      let isBootstrap = if case .bootstrap = intervals { true } else { false }
      extra.append(
        .init(
          "intervals",
          IntervalReport.shape(isBootstrap: isBootstrap, columns: fixed, groups: groups, names: terms)))
    }
    return Yield(
      shape: .record(
        [
          .init("observations", .count), .init("rows_dropped", .count), .init("groups", .keyed(by: [factors], .count)),
          .init("log_likelihood", .number), .init("aic", .number), .init("bic", .number), .init("df_residual", .count),
          .init("sigma", .number), .init("converged", .boolean), .init("formula", .text), .init("method", .text),
          .init("df_method", .text),
          .init("terms", .keyed(by: [fixed], CoefficientTable.shape)),
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
        ] + extra),
      model: ModelSchema(form, check, &context))
  }

  private var form: ModelForm {
    ModelForm(
      kind: Self.kind, method: method == .reml ? "REML" : "ML", formula: formula, contrasts: contrasts.description)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let random = formula.random.flatMap { $0.terms.flatMap(\.variables) + $0.groups }
    let frame = try ModelFrame(formula, table, data: data, others: random, contrasts: contrasts)
    let everything = formula.terms.flatMap(\.variables) + random
    var designs: [RandomDesign] = []
    for part in parts {
      designs.append(try RandomDesign(part, formula, frame, table, data: data, others: everything))
    }
    let fit: LinearMixedModelFit
    do throws(StatisticsError) {
      fit = try LinearMixedModel.fit(
        response: frame.response, fixed: frame.design, terms: designs.map(\.effects), method: method,
        iterations: iterations)
    } catch {
      throw failure(error, frame, designs)
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
    var model = FittedModel(
      frame, table, outcome: formula.response.description,
      inference: MixedReport.inference(usesKenwardRoger: usesKenwardRoger), coefficients: fit.fixedEffects,
      groups: designs.map(\.effects.groups),
      // One term's columns are not part of its digest, which is older than several terms.
      times: designs.count > 1 ? designs.flatMap(\.effects.columns.elements) : [],
      form: form,
      likelihood: ModelLikelihood(
        logLikelihood: fit.logLikelihood, parameters: fit.parameterCount, aic: fit.aic, bic: fit.bic, counted: "rows"),
      combination: { weights in
        if let adjusted { return adjusted.contrast(weights) }
        return (fit.standardError(contrast: weights), fit.satterthwaite(contrast: weights))
      })
    model.details = details(of: fit, designs, table)
    let report = MixedReport(
      step: self, fit: fit, kenwardRoger: kenwardRoger, digest: model.digest.hex, frame: frame,
      designs: designs, level: level, allLevels: levelCounts(designs, frame, table))
    let intervals = try intervals(of: fit, frame, designs)
    var outcome = StepOutcome(result: report.result(with: intervals))
    outcome.model = model
    outcome.optimizer = fit.optimizer.result
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = frame.rows.count
    outcome.exhibits = report.exhibits + (intervals.map { [.table($0.exhibit)] } ?? [])
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

  private func intervals(
    of fit: LinearMixedModelFit, _ frame: ModelFrame, _ designs: [RandomDesign]
  ) throws(StepFailure) -> IntervalReport? {
    guard let intervals else { return nil }
    let terms = designs.map(\.effects)
    do throws(StatisticsError) {
      var bootstrap: BootstrapIntervals?
      let parameters: ParameterIntervals
      switch intervals {
      case .profile:
        parameters = try fit.profile(response: frame.response, fixed: frame.design, terms: terms, level: level)
      case .bootstrap(let replicates, let seed, let stream):
        let refits = try fit.bootstrap(
          fixed: frame.design, terms: terms, replicates: replicates,
          key: IntervalRequest.randomKey(seed: seed, stream: stream), level: level)
        parameters = refits.parameters
        bootstrap = refits
      }
      return IntervalReport(
        request: intervals, parameters: parameters, bootstrap: bootstrap, fit: fit, columnNames: frame.columnNames,
        designs: designs, level: level)
    } catch {
      throw StepFailure(
        Diagnostic(
          "model", "no intervals can be found: the model's refits do not converge", at: formula.span,
          help: "use a simpler random term, or leave out `intervals`"))
    }
  }

  func failure(_ error: StatisticsError, _ frame: ModelFrame, _ designs: [RandomDesign]) -> StepFailure {
    var error = error
    var design = designs.first
    var place = formula
    if case .inTerm(let index, let inner) = error {
      error = inner
      design = designs[index]
      place = designs[index].part.term.columns(of: formula)
    }
    return StatisticsMessages.failure(
      error, formula: place, rows: frame.rows, fixed: frame.columnNames, random: design?.columnNames ?? [],
      group: design?.part.term.group ?? "", level: { design?.levels[Int($0)] ?? "" },
      randomTerms: designs.map { "(\($0.part.term.text))" })
  }
}
