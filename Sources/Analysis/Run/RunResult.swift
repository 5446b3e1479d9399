import Digests
import NotebookSyntax
import Tables

/// What became of one step.
public struct StepResult: Sendable {
  public let planned: PlannedStep
  public let outcome: StepOutcome
  /// Content digests of what the step read, by producer; for `load`, by file.
  public let reads: [Read]
  /// Of the result and the table.
  public let output: Digest
  public let origin: Origin

  public struct Read: Sendable {
    public let name: String
    public let digest: Digest
  }

  /// Where an outcome comes from. It changes nothing in it.
  public enum Origin: Sendable {
    case ran
    /// It ran because what the store held for it was damaged.
    case ranInPlaceOfDamaged
    case stored
    /// Its outcome was stored, and it ran again because another step needs its table or model.
    case ranAgain(for: String)
  }
}

/// Everything a run brought about, before it is sealed.
public struct RunResult: Sendable {
  public let plan: Plan
  /// In the order they ran.
  public let steps: [StepResult]
  public let inputs: [Inputs.File]
  /// What prose cites, in the order in which it does.
  public let sources: [BibliographyEntry]
  /// The text of each `{value}`, for each block of prose.
  public let values: [[String]]

  /// Conditions of `expect` steps that did not hold.
  public var failures: [String] { steps.flatMap(\.outcome.failures) }
  /// What the data say they are, each notice once.
  public var notices: [String] {
    var notices: [String] = []
    for notice in steps.flatMap(\.outcome.notices) where !notices.contains(notice) { notices.append(notice) }
    return notices
  }

  /// The runs whose tables were read, each once, in the order they were.
  public var upstreams: [UpstreamRun] {
    var runs: [UpstreamRun] = []
    for run in steps.compactMap(\.outcome.upstream) where !runs.contains(where: { $0.path.isExactly(run.path) }) {
      runs.append(run)
    }
    return runs
  }

  public func step(named name: String) -> StepResult? { steps.first { $0.planned.name == name } }
}

/// Told what is going on; what it hears never flows back into a result.
public protocol RunObserver: AnyObject {
  func began(_ step: PlannedStep)
  func progressed(_ step: PlannedStep, fraction: Double)
  func finished(_ step: StepResult)
}
