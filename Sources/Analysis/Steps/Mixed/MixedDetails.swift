import NotebookSyntax
import Statistics
import Tables

extension Mixed {
  /// What is kept of a fit for steps that predict or diagnose.
  func details(of fit: LinearMixedModelFit, _ designs: [RandomDesign], _ table: Table) -> ModelDetails {
    ModelDetails(
      newRow: .constant(fit.sigma * fit.sigma),
      random: zip(designs, fit.terms).map {
        RandomTermDetails(
          part: $0.part, columnNames: $0.columnNames, variables: $0.variables, codings: $0.codings, levels: $0.levels,
          estimate: $1)
      },
      refit: { () throws(StepFailure) in try refit(table) },
      observations: { () throws(StepFailure) in try observations(of: fit, table) })
  }

  /// Of each grouping factor, how many levels the table has, in rows that are used or not.
  func levelCounts(_ designs: [RandomDesign], _ frame: ModelFrame, _ table: Table) -> [Int] {
    let factors = designs.filter { $0.part.key == $0.part.term.group }
    guard frame.rowsDropped > 0 else { return factors.map(\.levels.count) }
    return factors.map { design in
      let codes = design.part.term.groups.compactMap { table[$0.description] }.map { Grouping.codes($0).codes }
      return RowKeys(codes).firstRows.count
    }
  }

  /// What is fitted.
  func rows(_ table: Table) throws(StepFailure) -> (frame: ModelFrame, designs: [RandomDesign]) {
    let random = formula.random.flatMap { $0.terms.flatMap(\.variables) + $0.groups }
    let frame = try ModelFrame(formula, table, data: data, others: random, contrasts: contrasts)
    var designs: [RandomDesign] = []
    for part in parts {
      designs.append(
        try RandomDesign(
          part, formula, frame, table, data: data, others: formula.terms.flatMap(\.variables) + random))
    }
    return (frame, designs)
  }

  private func refit(_ table: Table) throws(StepFailure) -> ModelLikelihood {
    let (frame, designs) = try rows(table)
    do throws(StatisticsError) {
      let fit = try LinearMixedModel.fit(
        response: frame.response, fixed: frame.design, terms: designs.map(\.effects), method: .ml,
        iterations: iterations)
      guard fit.optimizer.converged else { throw .notConverged(.iterations(iterations)) }
      return ModelLikelihood(
        logLikelihood: fit.logLikelihood, parameters: fit.parameterCount, aic: fit.aic, bic: fit.bic, counted: "rows")
    } catch {
      throw failure(error, frame, designs)
    }
  }

  private func observations(of fit: LinearMixedModelFit, _ table: Table) throws(StepFailure) -> ModelObservations {
    let (frame, designs) = try rows(table)
    let fixedOnly = fit.fittedFixedOnly
    return ModelObservations(
      rows: frame.rows, design: frame.design, estimable: fit.estimable, columnNames: frame.columnNames,
      fitted: fit.fitted, residuals: fit.residuals,
      fixedResiduals: frame.response.indices.map { frame.response[$0] - fixedOnly[$0] },
      covariance: RowCovariance(
        .random(
          variance: fit.sigma * fit.sigma, terms: designs.map(\.effects), covariances: fit.terms.map(\.covariance))),
      fixedCovariance: fit.fixedCovariance,
      standardized: fit.residuals.map { fit.sigma > 0 ? $0 / fit.sigma : nil },
      standardization: "conditional residuals, about fixed and random effects, over the residual standard deviation",
      groups: designs.filter { $0.part.key == $0.part.term.group }.map {
        ($0.part.term.group, $0.effects.groups, $0.levels)
      })
  }
}
