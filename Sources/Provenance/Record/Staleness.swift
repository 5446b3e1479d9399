import Analysis
import Digests
import NotebookSyntax

/// Why a step ran: what is other than when the run was last published.
public enum Staleness {
  /// - Parameters:
  ///   - reads: content digests of what the step reads now.
  ///   - recorded: the manifest of the published run; nil where there is none.
  public static func reason(_ planned: PlannedStep, reads: [StepResult.Read], recorded: Manifest?) -> String {
    guard let recorded else { return "no earlier run is published" }
    guard let old = recorded.steps.first(where: { $0.name == planned.name }) else { return "the step is new" }
    if old.kind != planned.kind { return "it was a `\(old.kind)` step" }
    if old.version != planned.version { return "this colophon computes `\(planned.kind)` in another way" }
    let keys = changedKeys(old.parameters.object ?? [], planned.parameters.object ?? [])
    if !keys.isEmpty {
      return "\(keys.map { "`\($0)`" }.joined(separator: ", ")) \(keys.count == 1 ? "has" : "have") changed"
    }
    let names = reads.map(\.name)
    let changed = reads.filter { read in
      !old.reads.contains { $0.path == read.name && $0.digest == read.digest.hex }
    }
    if let first = changed.first {
      let file =
        recorded.inputs.contains { $0.path == first.name } || planned.files.contains { $0.text == first.name }
      return file ? "\(first.name) has changed" : "what it reads of `\(first.name)` has changed"
    }
    if old.reads.map(\.path) != names { return "it reads other steps" }
    return recorded.fingerprint == Engine.fingerprint
      ? "nothing is stored of it" : "it was computed with another numeric fingerprint"
  }

  /// What has become of the file of sources that the report's references are written from; nil where that is the same as
  /// recorded, or there is none. No step reads it, so no step runs for it.
  public static func bibliography(_ plan: Plan, in project: Workspace, recorded: Manifest?) -> String? {
    guard let file = plan.notebook.frontMatter.bibliography?.text, let recorded,
      let old = recorded.inputs.first(where: { $0.path.isExactly(file) }), let new = try? project.digest(file),
      new.digest.hex != old.digest
    else { return nil }
    return "\(file) has changed: the references are written anew"
  }

  /// The parameters that two records of a step do not share.
  static func changedKeys(_ old: [JSONValue.Member], _ new: [JSONValue.Member]) -> [String] {
    func text(_ members: [JSONValue.Member], _ key: String) -> [[UInt8]] {
      members.filter { $0.key == key }.map(\.value.canonicalBytes)
    }
    var keys: [String] = []
    for key in (new + old).map(\.key) where !keys.contains(key) && text(old, key) != text(new, key) { keys.append(key) }
    return keys
  }
}
