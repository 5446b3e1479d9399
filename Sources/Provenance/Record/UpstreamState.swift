import Analysis
import Digests
import NotebookSyntax

/// Whether the runs whose tables a notebook reads are still what their notebooks and data give.
public enum UpstreamState {
  /// - Throws: where a table is not what its run recorded.
  /// - Returns: a warning for each run that something has changed under.
  public static func warnings(_ plan: Plan, in project: Workspace) throws(Diagnostics) -> [Diagnostic] {
    var warnings: [Diagnostic] = []
    var problems: [Diagnostic] = []
    for step in plan.steps {
      guard let published = step.yield.published, let file = step.step.files.first else { continue }
      let path = "\(published.run)/\(Manifest.fileName)"
      guard let bytes = try? project.read(path), let manifest = try? Manifest(bytes: bytes) else {
        problems.append(Diagnostic("upstream", "`\(path)` is no record of a run", at: file.span))
        continue
      }
      for part in step.files where !isRecorded(part.text, of: published.run, manifest, project) {
        problems.append(
          Diagnostic(
            "upstream", "`\(part.text)` is not what its run recorded", at: file.span,
            help: "run `\(manifest.notebook.path)` again; `colophon verify \(published.run)` says what has changed"))
        break
      }
      var seen: [String] = []
      if let reason = staleness(manifest, in: project, &seen) {
        warnings.append(
          Diagnostic(
            "stale", "the run `\(published.run)`, whose table is read, is out of date: \(reason)", at: file.span,
            help: "run `\(manifest.notebook.path)` first, or both at once: `colophon run` puts them in order",
            severity: .warning))
      }
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return warnings
  }

  private static func isRecorded(_ path: String, of run: String, _ manifest: Manifest, _ project: Workspace) -> Bool {
    let name = String(path.dropFirst(run.count + 1))
    guard let subject = manifest.subjects.first(where: { $0.path.isExactly(name) }) else { return false }
    return isSame(path, subject.digest, project)
  }

  private static func isSame(_ path: String, _ digest: String, _ project: Workspace) -> Bool {
    (try? project.digest(path)).map { $0.digest.hex == digest } ?? false
  }

  /// What a run would find changed; nil where nothing has.
  private static func staleness(_ manifest: Manifest, in project: Workspace, _ seen: inout [String]) -> String? {
    let notebook = manifest.notebook
    if !isSame(notebook.path, notebook.digest, project) { return "`\(notebook.path)` has changed since" }
    for input in manifest.inputs where !isSame(input.path, input.digest, project) {
      return "`\(input.path)` has changed since"
    }
    for upstream in manifest.upstreams where !seen.containsExactly(upstream.path) {
      seen.append(upstream.path)
      guard let bytes = try? project.read("\(upstream.path)/\(Manifest.fileName)"),
        let other = try? Manifest(bytes: bytes), other.core == upstream.core
      else { return "the run `\(upstream.path)` has changed since" }
      if let reason = staleness(other, in: project, &seen) { return reason }
    }
    return nil
  }
}
