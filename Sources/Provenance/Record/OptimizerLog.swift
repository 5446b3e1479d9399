import Analysis
import Digests

/// How the searches of a run went: steps, gradient, eigenvalues. It stands in `.colophon/`, outside the run's folder
/// and its digests, and names the run by its core digest.
public enum OptimizerLog {
  private static func path(notebook: String) -> String { ".colophon/optimizer/\(notebook).json" }

  /// Writes the log of a run below the project root; nothing for a run without a search.
  public static func write(_ run: RecordedRun, root: String) throws(RunPublisher.Problem) {
    let records = run.sealed.run.steps.compactMap { step in
      step.outcome.optimizer.map { JSONValue.Member(step.planned.name, $0.json) }
    }
    guard !records.isEmpty else { return }
    let json = JSONValue.object([.init("core", .string(run.manifest.core)), .init("steps", .object(records))])
    let path = path(notebook: run.manifest.notebook.path)
    let bytes = json.canonicalBytes
    if (try? Workspace(root: root).read(path)) == bytes { return }
    try RunPublisher.replace("\(root)/\(path)", with: bytes, below: root)
  }

  /// The records by step of the run that `manifest` records; nil where they are not kept or are another run's.
  public static func read(_ manifest: Manifest, in project: Workspace) -> JSONValue? {
    guard let bytes = try? project.read(path(notebook: manifest.notebook.path)),
      let json = try? JSONParser.parse(bytes),
      json["core"]?.string == manifest.core
    else { return nil }
    return json["steps"]
  }
}
