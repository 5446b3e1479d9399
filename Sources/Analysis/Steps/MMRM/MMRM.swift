import Digests
import NotebookSyntax
import Statistics
import Tables

/// `mmrm`: a linear model for repeated measures with a covariance of each subject's visits.
public struct MMRM: Step {
  public static let kind = "mmrm"
  public static let version = 2
  public static let summary =
    "Fits a linear model for repeated measures: fixed effects, and a covariance of each subject's visits."
  public static let keys: [Key] = [
    .required("data", "step", "The table, one row for each visit."),
    .required(
      "formula", "formula",
      "`outcome ~ terms + us(visit | patient)`. Instead of `us`: `cs`, `ar1`, `toep`, `ad`, with `h` for variances that differ between visits, or `car1(week | patient)` for continuous time."
    ),
    .optional("method", "reml or ml", "Default: reml."),
    .optional(
      "df", "kenward-roger, kenward-roger-expected, kenward-roger-full, satterthwaite or between-within",
      "Method of standard errors and degrees of freedom. Default: kenward-roger for REML, satterthwaite for ML."),
    .optional(
      "fallback", "structures, in order",
      "Tried one after the other where the structure of the formula has no estimate: `[toeph, ar1h, cs]`. Never chosen by AIC; the report says which was used and why."
    ),
    Contrasts.key,
    .optional("iterations", "whole number", "Most steps of the search. Default: 100."),
  ]
  public static let manual = """
    The likelihood is maximised by Newton's method with its exact gradient and Hessian, to the floor of rounding. A search
    that does not end at a maximum is no estimate: the next structure of `fallback` is tried, and without one the run stops.

    | structure | covariance of two visits of a subject |
    |---|---|
    | `us` | unstructured: free |
    | `cs`, `csh` | the same correlation everywhere |
    | `ar1`, `ar1h` | ρ to the power of the number of visits between |
    | `toep`, `toeph` | a correlation for each number of visits between |
    | `ad`, `adh` | ante-dependence: a correlation for each pair of neighbours, multiplied along the way |
    | `car1` | ρ to the power of the time between, by a number such as `week` |

    Degrees of freedom: `kenward-roger` is linear with observed information, as SAS's `ddfm=kr(linear)` and mmrm's
    Kenward-Roger-Linear; `kenward-roger-expected` takes expected information, as pbkrtest; `kenward-roger-full` adds second
    derivatives in mmrm's parameters; `between-within` is rows − subjects − columns within for columns that vary within a
    subject and for the intercept, else subjects − columns between.

    Under REML, AIC and BIC count the parameters of the covariance, under ML the fixed effects as well; BIC takes the number
    of subjects, as SAS does.

    Results: `terms["groupB"].{estimate, std_error, df, statistic, p_value, conf_low, conf_high}`, `observations`,
    `rows_dropped`, `groups["patient"]`, `log_likelihood`, `aic`, `bic`, `converged`, `df_method`,
    `covariance.{structure, visits, tried}`, `covariance.matrix["4", "8"]`, `covariance.sd["4"]`,
    `covariance.corr["4", "8"]`, and `sha256` of what was fitted, which stands for the model where others estimate from it.
    `colophon show RUN model.optimizer` prints how the search went.

    References: Jennrich & Schluchter (1986), Biometrics 42:805–820; Mallinckrodt et al. (2008), Drug Inf J 42:303–319;
    Kenward & Roger (1997), Biometrics 53:983–997; Fai & Cornelius (1996), J Stat Comput Simul 54:363–378.

    ````markdown
    ---
    title: A model for repeated measures
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

    ```{filter} cirrhosis
    data: visits
    keep:
      - where: group in ["C", "D"]
        because: Liver cirrhosis arm
    ```

    ```{mmrm} course
    data: cirrhosis
    formula: albumin ~ group * factor(week) + us(factor(week) | patient)
    fallback: [toeph, cs]
    ```

    Structure used: {value}`course.covariance.structure`.
    ````
    """

  let data: Reference
  let formula: Formula
  let covariance: CovarianceTerm
  let level: Double
  let method: LinearMixedModel.Method
  let degreesOfFreedom: String
  /// The structures to try, that of the formula first.
  let structures: [String]
  let iterations: Int
  let contrasts: Contrasts

  private static let kenwardRoger: [String: RepeatedMeasuresModel.KenwardRogerVariant] = [
    "kenward-roger": .linearObserved, "kenward-roger-expected": .linearExpected, "kenward-roger-full": .full,
  ]
  private static let choices = [
    "kenward-roger", "kenward-roger-expected", "kenward-roger-full", "satterthwaite", "between-within",
  ]

  var inference: RepeatedMeasuresModel.Inference {
    if let variant = Self.kenwardRoger[degreesOfFreedom] { return .kenwardRoger(variant) }
    return degreesOfFreedom == "satterthwaite" ? .satterthwaite : .betweenWithin
  }

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let formula = cell.formula("formula")
    level = cell.confidenceLevel()
    method = cell.choice("method", ["reml", "ml"], default: "reml") == "reml" ? .reml : .ml
    degreesOfFreedom = cell.choice(
      "df", Self.choices, default: method == .reml ? "kenward-roger" : "satterthwaite")
    if method == .ml, Self.kenwardRoger[degreesOfFreedom] != nil {
      cell.report(
        "choice", "Kenward and Roger's degrees of freedom are those of REML", cell.cell.kind.span,
        help: "write `method: reml`, or `df: satterthwaite`")
    }
    let fallback = cell.columns("fallback")
    contrasts = cell.contrasts()
    iterations = cell.integer("iterations", in: 1...10_000, default: 100)
    guard let data, let formula else { return nil }
    if let term = formula.random.first {
      cell.report(
        "formula", "`mmrm` has no random terms", term.span,
        help: "write `us(visit | \(term.group))` instead, or use `mixed` for `(\(term.text))`")
      return nil
    }
    guard let covariance = formula.covariances.first else {
      cell.report(
        "formula", "`mmrm` needs a covariance of visits", formula.span,
        help: "add for example `us(visit | patient)`, or use `regression`")
      return nil
    }
    if formula.covariances.count > 1 {
      cell.report(
        "formula", "`mmrm` has one covariance of visits", formula.covariances[1].span,
        help: "other structures to try are listed in `fallback`")
    }
    // Continuous time is a number and the others' visits are levels, so neither can stand in for the other.
    let known = CovarianceTerm.structures.filter { $0 != "car1" }
    for item in fallback {
      if !known.contains(item.text) {
        cell.report(
          "choice", "`\(item.text)` is no structure that `fallback` can name", item.span,
          help: Suggestion.help(for: item.text, among: known))
      } else if covariance.structure == "car1" {
        cell.report(
          "choice", "`car1` reads visits as numbers, and `\(item.text)` as levels", item.span,
          help: "leave `fallback` out")
      } else if item.text == covariance.structure {
        cell.report(
          "choice", "`\(item.text)` is the structure of the formula itself", item.span, help: "name simpler ones")
      }
    }
    self.data = data
    self.formula = formula
    self.covariance = covariance
    structures = [covariance.structure] + fallback.map(\.text)
  }

  var subject: String { covariance.subject.description }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    let check = FormulaCheck(data: data, schema: schema)
    let levels = visitLevels(check, &context)
    if let column = context.column(subject, at: covariance.subject.span, of: data, schema),
      case .number = column.type
    {
      context.report(
        "type", "`\(subject)` is \(column.type.name), and subjects are names", covariance.subject.span,
        help: "declare it where it is loaded: `\(subject): id`")
    }
    guard check.check(formula, &context) else { return nil }
    contrasts.check(formula, check, &context)
    let visits = Shape.Key("visit", levels)
    let other = Shape.Key("with", levels)
    return Yield(
      shape: .record([
        .init("observations", .count), .init("rows_dropped", .count),
        .init("groups", .keyed(by: [.init("group", [subject])], .count)), .init("log_likelihood", .number),
        .init("aic", .number), .init("bic", .number), .init("converged", .boolean), .init("formula", .text),
        .init("method", .text), .init("df_method", .text),
        .init(
          "terms",
          .keyed(
            by: [.init("term", check.columnNames(formula, contrasts: contrasts, &context))], CoefficientTable.shape)),
        .init("not_estimable", .list(.text)),
        .init(
          "covariance",
          .record([
            .init("structure", .text), .init("visits", .list(.text)), .init("tried", .list(.text)),
            .init("matrix", .keyed(by: [visits, other], .number)), .init("sd", .keyed(by: [visits], .number)),
            .init("corr", .keyed(by: [visits, other], .number)),
          ])),
        .init("sha256", .text),
      ]),
      model: ModelSchema(form, check, &context))
  }

  /// The levels that visits can have; nil where only the data know, or once a mistake has been reported.
  private func visitLevels(_ check: FormulaCheck, _ context: inout PlanContext) -> [String]? {
    switch check.variable(covariance.visit, &context) {
    case .factor(let levels):
      if covariance.structure == "car1" {
        context.report(
          "type", "`car1` needs visits as numbers, and `\(covariance.visit)` has levels", covariance.visit.span,
          help: "use the column of the visits' times, such as `week`")
      }
      return levels
    case .number:
      if covariance.structure != "car1" {
        context.report(
          "type", "`\(covariance.visit)` is a number, and `\(covariance.structure)` wants visits as levels",
          covariance.visit.span,
          help:
            "write `\(covariance.structure)(factor(\(covariance.visit)) | \(subject))`, or `car1` for continuous time")
      }
      return nil
    case .basis:
      context.report("formula", "a visit is one column", covariance.visit.span)
      return nil
    case nil: return nil
    }
  }

  private var form: ModelForm {
    ModelForm(
      kind: Self.kind, method: method == .reml ? "REML" : "ML", formula: formula, contrasts: contrasts.description)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let (frame, subjects, visits) = try rows(table)
    let found = try StructureSearch.run(self, frame, subjects: subjects, visits: visits)
    let fit = found.fit
    var model = FittedModel(
      frame, table, outcome: formula.response.description, inference: MMRMReport.inference(fit).sentence,
      coefficients: fit.fixedEffects, groups: [subjects.codes, visits.codes], times: visits.times,
      form: form,
      likelihood: ModelLikelihood(
        logLikelihood: fit.logLikelihood, parameters: fit.countedParameters, aic: fit.aic, bic: fit.bic,
        counted: "subjects", structure: found.structure),
      combination: { fit.contrast($0) })
    model.details = details(of: found, table, visits: visits.names)
    let report = MMRMReport(
      step: self, fit: fit, digest: model.digest.hex, frame: frame, subjects: subjects.names.count,
      visits: visits.names, structure: found.structure, tried: found.tried,
      allSubjects: table[subject].map(Self.levelCount) ?? 0)
    var outcome = StepOutcome(result: report.result)
    outcome.model = model
    outcome.optimizer = fit.optimizer.result
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = frame.rows.count
    outcome.exhibits = report.exhibits
    return outcome
  }

  /// How many values a column has.
  private static func levelCount(_ column: Column) -> Int {
    let (codes, levels) = Grouping.codes(column)
    var isPresent = [Bool](repeating: false, count: levels.count)
    for code in codes where code >= 0 { isPresent[Int(code)] = true }
    return isPresent.filter { $0 }.count
  }
}
