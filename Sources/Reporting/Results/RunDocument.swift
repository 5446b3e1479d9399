import Analysis
import Digests
import NotebookSyntax

/// All that a report shows, as one value. `results.json` is its JSON form, and every other file but those of `table`
/// steps is rendered from it alone: a reviewer renders `results.json` again and compares.
public struct RunDocument: Sendable {
  public struct Input: Sendable {
    public let path: String
    public let size: Int
    public let digest: String
  }

  public struct Parameter: Sendable {
    public let name: String
    public let value: String
  }

  public struct Step: Sendable {
    public let name: String
    public let kind: String
    /// The steps it reads.
    public let producers: [String]
    public let output: String
    /// The link of the chain.
    public let digest: String
    public let result: ResultValue
    public let table: String?
    public let exhibits: [Exhibit]
    /// Rows of the result that are published as CSV, with their columns in order.
    public let tables: [ResultTable]
    public let rowsIn: Int?
    public let rowsOut: Int?
    public let caption: String?
    public let note: String?
    public let show: String
  }

  public let engine: String
  public let notebook: Notebook
  public let notebookDigest: String
  public let inputs: [Input]
  /// The runs whose tables were read.
  public let upstreams: [UpstreamRun]
  public let parameters: [Parameter]
  /// What prose cites, in the order in which it does.
  public let sources: [BibliographyEntry]
  public let notices: [String]
  public let failures: [String]
  public let core: String
  public let analysis: String
  /// In the order they ran.
  public let steps: [Step]
  /// The text of each value in prose, for each block of prose.
  let values: [[String]]

  public func step(named name: String) -> Step? { steps.first { $0.name.isExactly(name) } }

  /// - Parameter engine: name and version of what computed the run.
  public init(_ sealed: SealedRun, engine: String) {
    self.engine = engine
    notebook = sealed.run.plan.notebook
    notebookDigest = sealed.notebook.hex
    inputs = sealed.run.inputs.map { Input(path: $0.path, size: $0.size, digest: $0.digest.hex) }
    upstreams = sealed.run.upstreams
    parameters = sealed.run.plan.parameters.map { Parameter(name: $0.name, value: $0.value.text) }
    sources = sealed.run.sources
    notices = sealed.run.notices
    failures = sealed.run.failures
    core = sealed.core.hex
    analysis = sealed.analysis.hex
    steps = zip(sealed.run.steps, sealed.seals).map { step, seal in
      Step(
        name: step.planned.name, kind: step.planned.kind, producers: step.planned.producers, output: seal.output.hex,
        digest: seal.step.hex, result: step.outcome.result, table: step.outcome.tableDigest?.hex,
        exhibits: step.outcome.exhibits + (sealed.run.explanation(of: step).map { [.passage($0)] } ?? []),
        tables: ResultTable.all(of: step.outcome.result),
        rowsIn: step.outcome.rowsIn, rowsOut: step.outcome.rowsOut, caption: step.planned.caption,
        note: step.planned.note, show: step.planned.show)
    }
    values = sealed.run.values
  }
}
