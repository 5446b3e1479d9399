import Digests
import NotebookSyntax
import Tables

/// Stage three: plan → results. Stops at the first step that can't be computed.
public enum Runner {
  /// - Parameter store: where outcomes are kept; nil to compute everything.
  public static func run(
    _ plan: Plan, in workspace: Workspace, store: ResultStore? = nil, observer: (any RunObserver)? = nil
  ) throws(StepFailure) -> RunResult {
    var state = RunState(plan, in: workspace, store: store, observer: observer)
    var steps: [StepResult] = []
    for planned in plan.steps {
      observer?.began(planned)
      let step = try state.result(of: planned)
      steps.append(step)
      observer?.finished(step)
    }
    let unresolved = ProseReferences.check(plan.notebook) { name in
      steps.first { $0.planned.name.isExactly(name) }?.outcome.exhibits ?? []
    }
    guard unresolved.isEmpty else { throw StepFailure(unresolved) }
    let sources = try BibliographyFile.cited(plan.notebook, state.inputs)
    let results = steps.map { ($0.planned.name, $0.outcome.result) }
    return RunResult(
      plan: plan, steps: steps, inputs: state.inputs.files, sources: sources,
      values: try values(plan, Dictionary(results, uniquingKeysWith: { first, _ in first })))
  }

  private static func values(_ plan: Plan, _ results: [String: ResultValue]) throws(StepFailure) -> [[String]] {
    do throws(Diagnostics) {
      return try ProseValues.texts(
        plan.notebook, parameters: plan.parameters.map { ($0.name, $0.value.text) }, results: { results[$0] })
    } catch {
      throw StepFailure(error.all)
    }
  }
}
