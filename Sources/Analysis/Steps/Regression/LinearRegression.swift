import NotebookSyntax
import Statistics

/// A regression by least squares as a result and as what the report shows.
struct LinearRegression {
  let step: Regression
  let data: RegressionData
  let fit: LeastSquaresFit
  let robust: RobustCovariance?
  let influence: InfluenceSummary

  private var frame: ModelFrame { data.frame }
  private var aliased: [String] { fit.aliased.map { frame.columnNames[$0] } }
  private var freedom: Double? { fit.degreesOfFreedom > 0 ? Double(fit.degreesOfFreedom) : nil }

  init(_ step: Regression, _ data: RegressionData) throws(StepFailure) {
    self.step = step
    self.data = data
    let frame = data.frame
    do throws(StatisticsError) {
      let fit = try LeastSquares.fit(
        response: frame.response, design: frame.design, tolerance: step.tolerance,
        interceptColumn: frame.interceptColumn, low: frame.lowParts, weights: data.weights)
      // What is left of an outcome that the terms reproduce is rounding, and inference from it nonsense.
      var squares = 0.0
      for (row, y) in frame.response.enumerated() { squares += (data.weights?[row] ?? 1) * y * y }
      if fit.degreesOfFreedom > 0, fit.residualSumOfSquares <= 1e-26 * squares { throw .zeroResidualVariance }
      self.fit = fit
      robust =
        fit.degreesOfFreedom > 0
        ? try step.errors.covariance(
          fit.working, clusters: data.clusters, freedom: Double(fit.degreesOfFreedom)) : nil
      influence = InfluenceSummary(
        fit.sigma.map { Influence(fit.working, variance: $0 * $0) }, rows: frame.rows)
    } catch {
      throw StatisticsMessages.failure(error, formula: step.formula, rows: frame.rows, fixed: frame.columnNames)
    }
  }

  /// Standard error and degrees of freedom of a combination of the estimable coefficients.
  var combination: @Sendable ([Double]) -> (standardError: Double, degreesOfFreedom: Double) {
    let (fit, robust, freedom) = (fit, robust, freedom)
    return { weights in
      if let robust {
        return (robust.standardError(contrast: weights), robust.degreesOfFreedom(contrast: weights))
      }
      return (fit.standardError(contrast: weights) ?? .nan, freedom ?? 0)
    }
  }

  var inference: String { step.errors.inference(isNormal: false, clusters: data.clusters?.names.count) }

  private var coefficients: CoefficientTable {
    let errors = fit.standardErrors
    return CoefficientTable(
      frame.columnNames.indices.map { column in
        var (error, freedom) = (errors[column], freedom)
        if let robust, let position = fit.estimable.firstIndex(of: column) {
          let unit = fit.estimable.indices.map { $0 == position ? 1.0 : 0 }
          (error, freedom) = (robust.standardError(contrast: unit), robust.degreesOfFreedom(contrast: unit))
        }
        return .init(
          term: frame.columnNames[column], estimate: fit.coefficients[column], standardError: error,
          degreesOfFreedom: freedom)
      },
      level: step.level, absence: "depends on other terms")
  }

  /// The test of all columns but the intercept, with the errors that were asked for.
  private var test: (test: FTest?, absence: String) {
    if fit.rank <= (fit.hasIntercept ? 1 : 0) { return (nil, "the formula has no terms to test") }
    guard fit.degreesOfFreedom > 0, let robust else { return (fit.fTest, "no residual degrees of freedom") }
    if data.clusters != nil { return (nil, "a joint test with errors by cluster is not available yet") }
    let positions = fit.estimable.indices.filter { fit.estimable[$0] != frame.interceptColumn }
    let found = robust.waldTest(fit.estimable.map { fit.coefficients[$0] ?? 0 }, at: Array(positions))
    return (found, "the covariance of the coefficients is singular")
  }

  private var anova: VarianceTable? {
    step.anova == .none ? nil : VarianceTable(step.anova, fit, step.formula, frame)
  }

  var likelihood: ModelLikelihood {
    func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
    return ModelLikelihood(
      logLikelihood: finite(fit.logLikelihood), parameters: fit.rank + 1, aic: finite(fit.aic), bic: finite(fit.bic),
      counted: "rows")
  }

  func result(digest: String) -> ResultValue {
    let saturated = "no residual degrees of freedom"
    let (test, noTest) = test
    return .record(
      [
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
        .init("converged", .boolean(true)), .init("formula", .text(step.formula.text)),
        .init("method", .text(data.weights == nil ? "OLS" : "WLS")), .init("errors", .text(step.errors.name)),
        .init("terms", coefficients.result), .init("not_estimable", .list(aliased.map { .text($0) })),
        .init("influence", influence.result),
      ] + (anova.map { [.init("anova", $0.result)] } ?? []) + [.init("sha256", .text(digest))])
  }

  var exhibits: [Exhibit] {
    let weighting = step.weights.map { "Least squares of \(step.formula.text), weighted by \($0.text)" }
    var notes = [
      "\(weighting ?? "Ordinary least squares of \(step.formula.text)"); \(NumberFormat.count(frame.rows.count)) rows."
    ]
    notes += RegressionReport.dropped(data)
    if let sigma = fit.sigma, let r = fit.rSquared {
      var sentence =
        "Residual SD \(NumberFormat.significant(sigma, 4)) on \(fit.degreesOfFreedom) df, R² \(NumberFormat.fixed(r, 3))"
      if let test = test.test {
        let p = NumberFormat.pValue(test.pValue)
        sentence +=
          ", F \(NumberFormat.fixed(test.statistic, 2)) on \(fit.rank - (fit.hasIntercept ? 1 : 0)) and \(fit.degreesOfFreedom) df, P \(p.hasPrefix("<") || p.hasPrefix(">") ? p : "= \(p)")"
        notes.append(sentence + ".")
      } else if robust != nil {
        notes.append(sentence + ".")
      }
    }
    if !step.errors.isClassical { notes.append(inference.prefix(1).uppercased() + inference.dropFirst() + ".") }
    notes += RegressionReport.aliased(aliased) + frame.notes + [influence.note].compactMap { $0 }
    let main = coefficients.exhibit(caption: "Regression of \(step.formula.response)", notes: notes)
    return [.table(main)] + (anova.map { [.table($0.exhibit(of: step.formula.response.description))] } ?? [])
  }
}

/// Sentences that all regressions share.
enum RegressionReport {
  static func dropped(_ data: RegressionData) -> [String] {
    var notes: [String] = []
    let missing = data.frame.rowsDropped - data.zeroWeights
    if missing > 0 { notes.append("\(NumberFormat.count(missing)) rows with a missing value were left out.") }
    if data.zeroWeights > 0 {
      notes.append(
        "\(NumberFormat.counted(data.zeroWeights, "row")) with the weight zero \(data.zeroWeights == 1 ? "was" : "were") left out."
      )
    }
    return notes
  }

  static func aliased(_ names: [String]) -> [String] {
    names.isEmpty
      ? [] : ["Not estimable, because they depend on the terms before them: \(names.joined(separator: ", "))."]
  }
}
