import NotebookSyntax
import Statistics
import Tables

extension MMRM {
  /// The rows of a subject are few, at most one for each visit.
  private static let mostRows = 1000

  /// What is kept of a fit for steps that predict or diagnose.
  func details(
    of fit: RepeatedMeasuresFit, _ table: Table, subjects: [String], visits: [String]
  ) -> ModelDetails {
    ModelDetails(
      newRow: .visits(
        covariance.visit, levels: visits, variances: visits.indices.map { fit.covariance[$0, $0] }),
      observations: { () throws(StepFailure) in try observations(of: fit, table) })
  }

  private func observations(of fit: RepeatedMeasuresFit, _ table: Table) throws(StepFailure) -> ModelObservations {
    guard let column = table[subject] else {
      throw StepFailure(Diagnostic("formula", "there is no column `\(subject)`", at: covariance.subject.span))
    }
    let frame = try ModelFrame(
      formula, table, data: data, others: [covariance.visit, covariance.subject], contrasts: contrasts)
    let subjects = frame.groups(column)
    let visits = try VisitOrder(covariance, frame, table, data: data)
    let rows = RowCovariance(.visits(fit.covariance, subjects: subjects.codes, visits: visits.codes))
    return ModelObservations(
      rows: frame.rows, design: frame.design, estimable: fit.estimable, columnNames: frame.columnNames,
      fitted: fit.fitted, residuals: fit.residuals, fixedResiduals: fit.residuals, covariance: rows,
      standardized: fit.residuals.indices.map { row in
        let visit = Int(visits.codes[row])
        return fit.residuals[row] / fit.covariance[visit, visit].squareRoot()
      },
      standardization: "residuals over the standard deviation of their visit",
      scaled: rows.scaled(fit.residuals, largest: Self.mostRows),
      groups: [(subject, subjects.codes, subjects.names)])
  }
}
