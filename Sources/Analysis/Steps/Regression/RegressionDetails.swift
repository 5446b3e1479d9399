import NotebookSyntax
import Statistics
import Tables

extension Regression {
  /// What is kept of a fit by least squares for steps that predict or diagnose.
  func details(of fitted: LinearRegression, _ table: Table) -> ModelDetails {
    let fit = fitted.fit
    let variance = fit.sigma.map { $0 * $0 }
    var newRow = ModelDetails.NewRow.absent("the model has no residual degrees of freedom")
    if let variance { newRow = .constant(variance) }
    if weights != nil { newRow = .absent("a new row has no weight, so its variance is not known") }
    return ModelDetails(
      newRow: newRow,
      observations: { () throws(StepFailure) in
        let rows = try RegressionData(self, table)
        let influence = variance.map { Influence(fit.working, variance: $0) }
        return observations(
          rows, fitted: fit.fitted, residuals: fit.residuals, fixedResiduals: fit.residuals, estimable: fit.estimable,
          variances: (0..<fit.fitted.count).map { (variance ?? .nan) / (rows.weights?[$0] ?? 1) }, influence,
          "residuals over their standard deviations σ√(1 − leverage)")
      })
  }

  /// The same of a generalized linear model.
  func details(of fitted: GeneralizedRegression, _ table: Table) -> ModelDetails {
    let fit = fitted.fit
    return ModelDetails(
      link: family.link, offset: offset,
      newRow: .absent("a prediction interval is one of normal errors"),
      observations: { () throws(StepFailure) in
        let rows = try RegressionData(self, table)
        let working = fit.workingResponse
        let influence = fit.dispersion.map {
          Influence(fit.working, variance: $0, residuals: fit.devianceResiduals)
        }
        return observations(
          rows, fitted: fit.fitted, residuals: zip(rows.frame.response, fit.fitted).map { $0 - $1 },
          fixedResiduals: working.residuals, estimable: fit.estimable,
          variances: working.variances.map { $0 * (fit.dispersion ?? .nan) }, influence,
          "deviance residuals over √(dispersion · (1 − leverage))")
      })
  }

  private func observations(
    _ data: RegressionData, fitted: [Double], residuals: [Double], fixedResiduals: [Double], estimable: [Int],
    variances: [Double], _ influence: Influence?, _ standardization: String
  ) -> ModelObservations {
    ModelObservations(
      rows: data.frame.rows, design: data.frame.design, estimable: estimable, columnNames: data.frame.columnNames,
      fitted: fitted, residuals: residuals, fixedResiduals: fixedResiduals,
      covariance: RowCovariance(.independent(variances)),
      standardized: influence?.standardizedResiduals ?? fitted.map { _ in nil }, standardization: standardization,
      influence: influence)
  }
}
