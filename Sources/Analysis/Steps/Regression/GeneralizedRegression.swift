import NotebookSyntax
import Statistics

/// A generalized linear model as a result and as what the report shows.
struct GeneralizedRegression {
  let step: Regression
  let data: RegressionData
  let fit: GeneralizedLinearModelFit
  private let robust: RobustCovariance?
  private let influence: InfluenceSummary
  /// Profile-likelihood intervals by column; empty for Wald's.
  private let intervals: [Int: (low: Double?, high: Double?)]
  private let anova: VarianceTable?

  private var frame: ModelFrame { data.frame }
  private var aliased: [String] { fit.aliased.map { frame.columnNames[$0] } }

  init(_ step: Regression, _ data: RegressionData) throws(StepFailure) {
    self.step = step
    self.data = data
    let frame = data.frame
    try step.family.check(data, step.formula)
    do throws(StatisticsError) {
      let fit = try Self.fit(step, data)
      if fit.family.estimatesDispersion, fit.degreesOfFreedom > 0,
        fit.pearson <= 1e-24 * Double(frame.rows.count)
      {
        throw .zeroResidualVariance
      }
      self.fit = fit
      robust =
        fit.dispersion == nil
        ? nil
        : try step.errors.covariance(fit.working, clusters: data.clusters, freedom: fit.inferenceDegreesOfFreedom)
      influence = InfluenceSummary(
        fit.dispersion.map { Influence(fit.working, variance: $0, residuals: fit.devianceResiduals) },
        rows: frame.rows)
      var intervals: [Int: (low: Double?, high: Double?)] = [:]
      if step.hasProfileIntervals {
        let quantile = Distributions.normalQuantile(0.5 + step.level / 2)
        for column in fit.estimable {
          intervals[column] = try ProfileLikelihood(fit, column: column).interval(quantile: quantile)
        }
      }
      self.intervals = intervals
      anova = step.anova == .none ? nil : try VarianceTable(step.anova, fit, step.formula, frame)
    } catch {
      if case .notConverged(let reason) = error { throw Self.failure(reason, step) }
      throw StatisticsMessages.failure(
        error, formula: step.formula, rows: frame.rows, fixed: frame.columnNames, terms: frame.termColumns)
    }
  }

  private static func failure(_ reason: NonConvergence, _ step: Regression) -> StepFailure {
    let end: String
    switch reason {
    case .iterations(let count): end = "did not converge in \(NumberFormat.counted(count, "step")) of scoring"
    case .stuck: end = "did not converge: no better coefficients were found although these are not the best"
    case .flat: end = "is not determined by these data"
    }
    return StepFailure(
      Diagnostic(
        "not-converged",
        "the fit of `\(step.formula.response)` \(end), as happens where fitted means run to the limit of what the \(step.family.link.rawValue) link allows",
        at: step.formula.span, help: "use another link, a simpler formula, or more `iterations`"))
  }

  private static func fit(
    _ step: Regression, _ data: RegressionData
  ) throws(StatisticsError) -> GeneralizedLinearModelFit {
    let frame = data.frame
    guard case .generalized(let family, let link) = step.family else {
      return try NegativeBinomialModel.fit(
        response: frame.response, design: frame.design, link: step.family.link, weights: data.weights,
        offset: data.offset, interceptColumn: frame.interceptColumn, iterations: step.iterations)
    }
    return try GeneralizedLinearModel.fit(
      response: frame.response, design: frame.design, family: family, link: link, weights: data.weights,
      offset: data.offset, interceptColumn: frame.interceptColumn, iterations: step.iterations)
  }

  /// Standard error and degrees of freedom of a combination of the estimable coefficients.
  var combination: @Sendable ([Double]) -> (standardError: Double, degreesOfFreedom: Double) {
    let (fit, robust) = (fit, robust)
    return { weights in
      if let robust {
        return (robust.standardError(contrast: weights), robust.degreesOfFreedom(contrast: weights))
      }
      return (fit.standardError(contrast: weights) ?? .nan, fit.inferenceDegreesOfFreedom)
    }
  }

  /// What a combination of coefficients estimates.
  var outcome: String {
    let outcome = step.formula.response.description
    return step.family.link == .identity ? outcome : "\(step.family.link.rawValue)(\(outcome))"
  }

  var inference: String {
    let own = step.errors.inference(
      isNormal: fit.inferenceDegreesOfFreedom.isInfinite, clusters: data.clusters?.names.count)
    return own + (step.offset == nil ? "" : "; the offset is zero in means")
  }

  private var coefficients: CoefficientTable {
    let errors = fit.standardErrors
    var table = CoefficientTable(
      frame.columnNames.indices.map { column in
        var error = errors[column]
        var freedom: Double? = fit.dispersion == nil ? nil : fit.inferenceDegreesOfFreedom
        if let robust, let position = fit.estimable.firstIndex(of: column) {
          let unit = fit.estimable.indices.map { $0 == position ? 1.0 : 0 }
          (error, freedom) = (robust.standardError(contrast: unit), robust.degreesOfFreedom(contrast: unit))
        }
        return .init(
          term: frame.columnNames[column], estimate: fit.coefficients[column], standardError: error,
          degreesOfFreedom: freedom, interval: intervals[column])
      },
      level: step.level, absence: "depends on other terms")
    table.ratio = step.family.ratio
    return table
  }

  var optimizer: ResultValue {
    .record([.init("steps", .count(fit.steps)), .init("decrement", .real(fit.decrement, orAbsent: "not computed"))])
  }

  var likelihood: ModelLikelihood {
    ModelLikelihood(
      logLikelihood: fit.logLikelihood, parameters: fit.parameters, aic: fit.aic, bic: fit.bic, counted: "rows")
  }

  func result(digest: String) -> ResultValue {
    let quasi = step.family.hasLikelihood ? "the likelihood has no bound" : "a quasi-likelihood has no likelihood"
    let saturated = "no residual degrees of freedom"
    var fields: [ResultValue.Field] = [
      .init("observations", .count(frame.rows.count)), .init("rows_dropped", .count(frame.rowsDropped)),
      .init("log_likelihood", .real(fit.logLikelihood, orAbsent: quasi)),
      .init("aic", .real(fit.aic, orAbsent: quasi)), .init("bic", .real(fit.bic, orAbsent: quasi)),
      .init("df_residual", .count(fit.degreesOfFreedom)),
      .init("df_null", .count(frame.rows.count - (fit.hasIntercept ? 1 : 0))),
      .init("deviance", .number(fit.deviance)),
      .init("null_deviance", .real(fit.nullDeviance, orAbsent: "beyond what a number can hold")),
      .init("dispersion", .real(fit.dispersion, orAbsent: saturated)),
    ]
    if case .negativeBinomial = step.family {
      fields += [
        .init("theta", .real(fit.theta?.estimate, orAbsent: "not estimated")),
        .init("theta_std_error", .real(fit.theta?.standardError, orAbsent: "not estimated")),
      ]
    }
    fields += [
      .init("converged", .boolean(true)), .init("formula", .text(step.formula.text)), .init("method", .text("GLM")),
      .init("family", .text(step.family.name)), .init("link", .text(step.family.link.rawValue)),
      .init("errors", .text(step.errors.name)), .init("terms", coefficients.result),
      .init("not_estimable", .list(aliased.map { .text($0) })), .init("influence", influence.result),
    ]
    if let anova { fields.append(.init("anova", anova.result)) }
    return .record(fields + [.init("sha256", .text(digest))])
  }

  var exhibits: [Exhibit] {
    let response = step.formula.response.description
    var notes = [
      "\(step.family.title) regression of \(step.formula.text) with \(step.family.link.rawValue) link\(step.offset.map { " and offset \($0)" } ?? "")\(step.weights.map { ", weighted by \($0.text)" } ?? ""); \(NumberFormat.count(frame.rows.count)) rows."
    ]
    if let event = step.event { notes.append("The coefficients are those of \(response) = \(event).") }
    notes += RegressionReport.dropped(data)
    var sentence =
      "Deviance \(NumberFormat.significant(fit.deviance, 4)) on \(fit.degreesOfFreedom) df (without terms \(NumberFormat.significant(fit.nullDeviance, 4)))"
    if fit.family.estimatesDispersion, let dispersion = fit.dispersion {
      sentence += ", dispersion \(NumberFormat.significant(dispersion, 4))"
    }
    if let theta = fit.theta {
      sentence +=
        ", θ \(NumberFormat.significant(theta.estimate, 4)) (SE \(NumberFormat.significant(theta.standardError, 3)))"
    }
    if let aic = fit.aic { sentence += ", AIC \(NumberFormat.significant(aic, 5))" }
    notes.append(sentence + ".")
    let means = step.hasProfileIntervals ? "Intervals from the profile likelihood." : nil
    if !step.errors.isClassical { notes.append(inference.prefix(1).uppercased() + inference.dropFirst() + ".") }
    notes += [means].compactMap { $0 } + RegressionReport.aliased(aliased) + frame.notes
    notes += [influence.note].compactMap { $0 }
    let main = coefficients.exhibit(caption: "Regression of \(response)", notes: notes)
    return [.table(main)] + (anova.map { [.table($0.exhibit(of: response))] } ?? [])
  }
}
