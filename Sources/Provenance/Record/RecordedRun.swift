import Analysis
import NotebookSyntax
import Reporting

/// A run from notebook to files, in memory: plan → run → seal → render → record.
public struct RecordedRun: Sendable {
  public let sealed: SealedRun
  public let manifest: Manifest
  /// Everything that stands in the run's folder, `manifest.json` and `SHA256SUMS` included.
  public let files: [OutputFile]

  /// - Parameter store: where outcomes are kept; nil to compute everything.
  public init(
    _ plan: Plan, in workspace: Workspace, store: ResultStore? = nil, observer: (any RunObserver)? = nil
  ) throws(StepFailure) {
    let result = try Runner.run(plan, in: workspace, store: store, observer: observer)
    sealed = Sealer.seal(result)
    let rendered = Renderer.render(sealed, engine: Engine.name)
    manifest = Manifest(of: sealed, files: rendered)
    let bytes = manifest.json.canonicalBytes
    files =
      rendered + [
        OutputFile(path: Manifest.fileName, bytes: bytes),
        OutputFile(path: Manifest.sumsName, bytes: manifest.sums(manifest: bytes)),
      ]
  }
}
