import Digests
import NotebookSyntax

/// What a run would find in the store, without running anything.
public struct Forecast: Sendable {
  public enum State: Sendable {
    case stored
    /// It would run; what it reads is known.
    case stale(reads: [StepResult.Read])
    /// It reads steps that would run, so whether it would run too depends on what they bring about.
    case waits(on: [String])
  }

  public let steps: [(planned: PlannedStep, state: State)]

  /// - Throws: where an input cannot be read.
  public init(_ plan: Plan, in workspace: Workspace, store: ResultStore?) throws(StepFailure) {
    var state = RunState(plan, in: workspace, store: store, observer: nil)
    var steps: [(planned: PlannedStep, state: State)] = []
    for planned in plan.steps {
      if let (reads, isStored) = try state.lookUp(planned) {
        steps.append((planned, isStored ? .stored : .stale(reads: reads)))
      } else {
        let waiting = planned.producers.filter { name in
          steps.contains { step in
            guard step.planned.name == name else { return false }
            if case .stored = step.state { return false }
            return true
          }
        }
        steps.append((planned, .waits(on: waiting)))
      }
    }
    self.steps = steps
  }
}
