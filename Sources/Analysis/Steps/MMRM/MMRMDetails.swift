import NotebookSyntax
import Statistics
import Tables

extension MMRM {
  /// The rows of a subject are few, at most one for each visit.
  private static let mostRows = 1000

  /// What is kept of a fit for steps that predict or diagnose.
  func details(of found: StructureSearch, _ table: Table, visits: [String]) -> ModelDetails {
    let (fit, structure) = (found.fit, found.structure)
    return ModelDetails(
      newRow: .visits(
        covariance.visit, levels: visits, variances: visits.indices.map { fit.covariance[$0, $0] }),
      refit: { () throws(StepFailure) in try refit(structure, table) },
      observations: { () throws(StepFailure) in try observations(of: fit, table) })
  }

  /// With the structure that was used, whatever `fallback` names: a comparison is one of the models that were fitted.
  private func refit(_ structure: String, _ table: Table) throws(StepFailure) -> ModelLikelihood {
    let (frame, subjects, visits) = try rows(table)
    do throws(StatisticsError) {
      let fit = try RepeatedMeasuresModel.fit(
        response: frame.response, fixed: frame.design, subjects: subjects.codes, subjectCount: subjects.names.count,
        visit: visits.codes, visitCount: visits.names.count, structure: visits.structure(structure), method: .ml,
        inference: .satterthwaite, iterations: iterations)
      return ModelLikelihood(
        logLikelihood: fit.logLikelihood, parameters: fit.countedParameters, aic: fit.aic, bic: fit.bic,
        counted: "subjects", structure: structure)
    } catch {
      throw StatisticsMessages.failure(
        error, formula: formula, rows: frame.rows, fixed: frame.columnNames, group: subject,
        visit: { visits.names[$0] })
    }
  }

  /// What is fitted.
  func rows(
    _ table: Table
  ) throws(StepFailure) -> (frame: ModelFrame, subjects: (codes: [Int32], names: [String]), visits: VisitOrder) {
    guard let column = table[subject] else {
      throw StepFailure(Diagnostic("formula", "there is no column `\(subject)`", at: covariance.subject.span))
    }
    let frame = try ModelFrame(
      formula, table, data: data, others: [covariance.visit, covariance.subject], contrasts: contrasts)
    return (frame, frame.groups(column), try VisitOrder(covariance, frame, table, data: data))
  }

  private func observations(of fit: RepeatedMeasuresFit, _ table: Table) throws(StepFailure) -> ModelObservations {
    let (frame, subjects, visits) = try rows(table)
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
