import Digests
import NotebookSyntax
import Statistics

/// `compare`: models of the same data by their likelihoods.
public struct Compare: Step {
  public static let kind = "compare"
  public static let version = 1
  public static let summary = "Compares models of the same rows: likelihood-ratio tests of nested ones, AIC, BIC."
  public static let keys: [Key] = [
    .required("models", "list of steps", "Models of one kind, each but the first tested against the one before it."),
    .optional(
      "boundary", "none or mixture",
      "Required where a variance is tested, which is zero on the boundary of what it can be: `mixture` halves between two χ² distributions, right for one further random effect; `none` takes the χ² of all parameters, whose P is too large."
    ),
    .optional(
      "refit", "none or ml",
      "`ml` compares the models as fitted by ML, which REML fits with different fixed terms need. Default: none."),
  ]
  public static let manual = """
    `refit: ml` fits every model anew by ML, which models by REML with different fixed terms need; the steps themselves stay as they are.

    Each model is tested against the one before it, so the smaller one comes first. A test needs models that are nested: the fixed terms of
    the smaller are among those of the larger, its random terms parts of the larger's, or its covariance structure a case of the
    other. Models that are not nested have AIC and BIC alone. Fits by REML with different fixed terms have likelihoods of different
    data and are refused without `refit: ml`. Models must have used the same values of the outcome, so a row that one of them
    leaves out must be filtered out of both.

    Results: `models["NAME"].{observations, parameters, log_likelihood, aic, bic}`,
    `tests["NAME", "against"].{statistic, df, p_value}`.

    References: Stram & Lee (1994), Biometrics 50:1171–1177, for the mixture.

    ````markdown
    ---
    title: Does the slope vary between patients?
    ---

    ```{load} visits
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      tbil: number umol/L of bilirubin
    ```

    ```{mixed} intercepts
    data: visits
    formula: log(tbil) ~ week + (1 | patient)
    ```

    ```{mixed} slopes
    data: visits
    formula: log(tbil) ~ week + (1 + week | patient)
    ```

    ```{compare} variation
    models: [intercepts, slopes]
    boundary: mixture
    ```

    The slopes vary ({value}`variation.tests["slopes", "intercepts"].p_value:p`).
    ````
    """

  let models: [Reference]
  /// Nil where it is not said.
  let boundary: String?
  let isRefitted: Bool
  private let start: Span

  public init?(_ cell: inout CellDecoder) {
    var models: [Reference] = []
    if let node = cell.node("models") {
      for item in cell.list(node) {
        guard let text = cell.scalar(item, "models") else { continue }
        guard ParameterValue.isName(text.text) else {
          cell.report("type", "`models` names steps, and `\(text.text)` is no name", text.span)
          continue
        }
        if models.contains(where: { $0.name == text.text }) {
          cell.report("repeated-name", "`\(text.text)` stands twice in `models`", text.span, help: "name it once")
          continue
        }
        models.append(cell.refer(text.text, text.span))
      }
      if models.count == 1 {
        cell.report("empty-key", "one model cannot be compared with itself", node.span, help: "name two or more")
      }
    }
    cell.record("models", .array(models.map { .string($0.name) }))
    boundary = cell.node("boundary") == nil ? nil : cell.choice("boundary", ["none", "mixture"], default: "none")
    if boundary == nil { cell.record("boundary", .null) }
    // Not recorded where it is not written: the step is older than the key.
    isRefitted = cell.node("refit") == nil ? false : cell.choice("refit", ["none", "ml"], default: "none") == "ml"
    start = cell.cell.kind.span
    guard models.count > 1 else { return nil }
    self.models = models
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    let schemas = models.map { context.model($0) }
    var forms: [ModelForm] = []
    for case let schema? in schemas { forms.append(schema.form) }
    guard forms.count == models.count else { return nil }
    var isSound = true
    if isRefitted, let index = forms.firstIndex(where: { $0.method == nil }) {
      context.report(
        "choice", "`\(models[index].name)` is fitted by maximum likelihood, and there is no REML to leave",
        models[index].span, help: "leave `refit` out")
      isSound = false
    }
    for index in forms.indices.dropFirst() where !check(forms[index - 1], forms[index], models[index], &context) {
      isSound = false
    }
    guard isSound else { return nil }
    let names = models.map(\.name)
    return Yield(
      shape: .record([
        .init(
          "models",
          .keyed(
            by: [.init("model", names)],
            .record([
              .init("observations", .count), .init("parameters", .count), .init("log_likelihood", .number),
              .init("aic", .number), .init("bic", .number),
            ]))),
        .init(
          "tests",
          .keyed(
            by: [.init("model", Array(names.dropFirst())), .init("against", Array(names.dropLast()))],
            .record([.init("statistic", .number), .init("df", .count), .init("p_value", .number)]))),
        .init("boundary", .text),
      ]))
  }

  /// Whether two models can be compared; reported where they can't.
  private func check(
    _ first: ModelForm, _ second: ModelForm, _ reference: Reference, _ context: inout PlanContext
  ) -> Bool {
    func refuse(_ message: String, _ help: String) -> Bool {
      context.report("comparison", message, reference.span, help: help)
      return false
    }
    let outcome = second.formula.response.description
    if first.kind != second.kind {
      return refuse(
        "`\(reference.name)` is a model by `\(second.kind)` and the one before it by `\(first.kind)`: their likelihoods are not those of one kind",
        "compare models of one kind, family and link")
    }
    if first.formula.response.description != outcome {
      return refuse(
        "`\(reference.name)` is a model of `\(outcome)` and the one before it of `\(first.formula.response)`",
        "a likelihood of `\(outcome)` says nothing about another outcome")
    }
    if first.method != second.method, !isRefitted {
      return refuse(
        "`\(reference.name)` is fitted by \(second.method ?? "") and the one before it by \(first.method ?? "")",
        "fit both by the same method")
    }
    if first.method == "REML", !isRefitted, first.fixedTerms != second.fixedTerms || first.contrasts != second.contrasts
    {
      return refuse(
        "`\(reference.name)` has other fixed terms than the one before it, and both are fitted by REML: their likelihoods are those of different data",
        "write `refit: ml` here, or `method: ml` in both")
    }
    let isReversed = isNested(second, first) && !isNested(first, second)
    if isReversed {
      return refuse("`\(reference.name)` is a case of the model before it", "write the smaller model first")
    }
    let added = Nesting.addedEffects(first, second)
    guard !added.isEmpty, isNested(first, second) else { return true }
    if boundary == nil {
      return refuse(
        "a variance of `\(reference.name)` is tested, which is zero on the boundary of what it can be",
        "say `boundary: mixture` or `boundary: none`")
    }
    if boundary == "mixture", added.count > 1 || added[0].count > 1 || first.fixedTerms != second.fixedTerms {
      return refuse(
        "the mixture is known for one further random effect, and `\(reference.name)` has more than that",
        "compare in smaller steps, or write `boundary: none`")
    }
    return true
  }

  /// As far as the formulas say; structures of visits' covariances are known after the fit.
  private func isNested(_ first: ModelForm, _ second: ModelForm) -> Bool {
    Nesting.fixed(first, in: second) && Nesting.random(first, in: second)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    var fitted: [(name: String, model: FittedModel)] = []
    for reference in models {
      var model = try context.model(reference)
      if let before = fitted.last, before.model.dataDigest != model.dataDigest {
        throw StepFailure(
          Diagnostic(
            "comparison",
            "`\(reference.name)` and `\(before.name)` are models of different rows or weights (\(model.observations) and \(before.model.observations) rows)",
            at: reference.span,
            help: "filter the rows that one of them leaves out before both, with `… is present`"))
      }
      if isRefitted, model.form.method != "ML" {
        guard let refit = model.details?.refit else {
          throw StepFailure(Diagnostic("internal", "`\(reference.name)` can't be fitted anew", at: reference.span))
        }
        model.likelihood = try refit()
      }
      fitted.append((reference.name, model))
    }
    let report = CompareReport(models: fitted, boundary: boundary, isRefitted: isRefitted)
    var outcome = StepOutcome(result: report.result)
    outcome.exhibits = [.table(report.exhibit)]
    return outcome
  }
}
