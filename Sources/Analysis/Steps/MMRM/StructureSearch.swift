import NotebookSyntax
import Statistics

/// The first of the declared structures that has an estimate.
struct StructureSearch {
  /// Time grows with the cube of the parameters: `us` with 30 visits has 465 and takes seconds.
  private static let mostParameters = 500

  let fit: RepeatedMeasuresFit
  let structure: String
  /// Structures before it that had none, and why.
  let tried: [String]

  /// - Throws: what no structure could mend, or that none has an estimate.
  static func run(
    _ step: MMRM, _ frame: ModelFrame, subjects: (codes: [Int32], names: [String]), visits: VisitOrder
  ) throws(StepFailure) -> StructureSearch {
    var tried: [String] = []
    for name in step.structures {
      let structure = visits.structure(name)
      let parameters = structure.parameterCount(visits: visits.names.count)
      guard parameters <= mostParameters else {
        tried.append(
          "\(name) has \(NumberFormat.count(parameters)) parameters for \(visits.names.count) visits, and \(mostParameters) are the most"
        )
        continue
      }
      do throws(StatisticsError) {
        let fit = try RepeatedMeasuresModel.fit(
          response: frame.response, fixed: frame.design, subjects: subjects.codes, subjectCount: subjects.names.count,
          visit: visits.codes, visitCount: visits.names.count, structure: structure, method: step.method,
          inference: step.inference, iterations: step.iterations)
        return StructureSearch(fit: fit, structure: name, tried: tried)
      } catch {
        switch error {
        case .notConverged(let reason): tried.append("\(name) \(StatisticsMessages.nonConvergence(reason))")
        case .visitWithoutVariance(let visit):
          tried.append("\(name) has no estimate: the model reproduces every row of visit \(visits.names[visit])")
        case .tooFewRows(_, let parameters):
          tried.append("\(name) has no estimate: \(parameters) parameters are too many for \(frame.rows.count) rows")
        default:
          throw StatisticsMessages.failure(
            error, formula: step.formula, rows: frame.rows, fixed: frame.columnNames, group: step.subject,
            visit: { visits.names[$0] })
        }
      }
    }
    throw StepFailure(
      Diagnostic(
        "model", "no structure has an estimate: \(tried.joined(separator: "; "))", at: step.covariance.span,
        help: remedy(step, tried)))
  }

  private static func remedy(_ step: MMRM, _ tried: [String]) -> String {
    if step.iterations < 100 { return "raise `iterations`, whose default is 100" }
    if step.structures.allSatisfy({ !["cs", "ar1", "toep"].contains($0) }),
      tried.contains(where: { $0.contains("reproduces every row") })
    {
      return
        "leave that visit out with a `filter`, or name a structure with one variance for all visits in `fallback`, such as `cs`"
    }
    let simpler = ["toeph", "ar1h", "cs"].filter { !step.structures.contains($0) }
    guard !simpler.isEmpty, step.covariance.structure != "car1" else { return "use a simpler formula" }
    return
      "name simpler structures in `fallback`, such as `[\(simpler.joined(separator: ", "))]`, or use a simpler formula"
  }
}
