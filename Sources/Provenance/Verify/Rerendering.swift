import Analysis
import Digests
import NotebookSyntax
import Reporting

/// Renders a recorded run's `results.json` again: whether the report says what the results say.
///
/// It shows nothing about where the results come from, and needs neither data nor the notebook's file.
enum Rerendering {
  static func check(_ manifest: Manifest, run: Workspace, into result: inout Verification) {
    let document: RunDocument
    do throws(RunDocument.Problem) {
      guard let bytes = try? run.read("results.json"), let json = try? JSONParser.parse(bytes) else {
        throw RunDocument.Problem.notResults
      }
      document = try RunDocument(json: json)
    } catch {
      let reason: String
      switch error {
      case .notResults: reason = "results.json holds no results of the form that this colophon knows"
      case .notebook(_, let diagnostics):
        let mistakes = diagnostics.filter { $0.severity == .error }
        if let limit = mistakes.first, mistakes.allSatisfy({ $0.code == "limit" }) {
          // Whoever made the run may have raised it: no contradiction.
          let text = "results.json cannot be rendered: \(limit.message)" + limit.help.map { "; \($0)" }.joined()
          result.rendering = "unclear \(text)"
          result.add(.cannotCheck, text)
          return
        }
        reason = "the notebook in results.json cannot be rendered: \(diagnostics.first?.message ?? "it has mistakes")"
      }
      result.rendering = "FAILED  \(reason)"
      result.add(.differs, reason)
      return
    }
    let differences = contradictions(document, manifest) + differences(Renderer.render(document), run)
    let rendered = Renderer.render(document).map(\.path)
    let others = manifest.subjects.map(\.path).filter { !rendered.containsExactly($0) }
    if !others.isEmpty {
      result.notChecked.append("\(others.joined(separator: ", ")): rows of tables, which the results do not hold")
    }
    guard differences.isEmpty else {
      result.rendering = "DIFFERS \(differences.count == 1 ? "in one place" : "in \(differences.count) places")"
      for text in differences { result.add(.differs, text) }
      if document.engine != Engine.name {
        result.add(.differs, "it was rendered by \(document.engine), and this is \(Engine.name)")
      }
      return
    }
    result.rendering = "ok      \(NumberFormat.counted(rendered.count, "file")) identical when rendered again"
  }

  /// Where the results say of themselves what the manifest does not.
  private static func contradictions(_ document: RunDocument, _ manifest: Manifest) -> [String] {
    func isSame(_ what: String, _ a: [String], _ b: [String]) -> String? {
      a == b ? nil : "results.json and manifest.json do not agree on \(what)"
    }
    return [
      isSame("the core digest", [document.core, document.analysis], [manifest.core, manifest.analysis]),
      isSame("the engine", [document.engine], ["colophon \(manifest.engineVersion)"]),
      isSame(
        "the notebook", [document.notebook.source.path, document.notebookDigest],
        [manifest.notebook.path, manifest.notebook.digest]),
      isSame(
        "the inputs", document.inputs.flatMap { [$0.path, String($0.size), $0.digest] },
        manifest.inputs.flatMap { [$0.path, String($0.size), $0.digest] }),
      isSame(
        "the runs whose tables were read", document.upstreams.flatMap { [$0.path, $0.core] },
        manifest.upstreams.flatMap { [$0.path, $0.core] }),
      isSame(
        "the parameters", document.parameters.flatMap { [$0.name, $0.value] },
        manifest.parameters.flatMap { [$0.name, $0.value] }),
      isSame(
        "the steps", document.steps.flatMap { [$0.name, $0.kind, $0.output, $0.digest] },
        manifest.steps.flatMap { [$0.name, $0.kind, $0.output, $0.step] }),
      isSame("the expectations", [String(document.failures.count)], [String(manifest.failures)]),
    ].compactMap { $0 }
  }

  private static func differences(_ files: [OutputFile], _ run: Workspace) -> [String] {
    files.compactMap { file in
      guard let recorded = try? run.read(file.path) else { return "\(file.path) is not there to compare" }
      if recorded == file.bytes { return nil }
      return "\(file.path) does not say what the results say\(place(recorded, file.bytes))"
    }
  }

  /// Where two files part, by line, with what stands there.
  private static func place(_ recorded: [UInt8], _ rendered: [UInt8]) -> String {
    let parting = zip(recorded, rendered).prefix { $0 == $1 }.count
    let line = recorded[..<parting].count { $0 == UInt8(ascii: "\n") } + 1
    func excerpt(_ bytes: [UInt8]) -> String {
      let start = max(0, parting - 12)
      return String(decoding: bytes[start..<min(bytes.count, parting + 20)], as: UTF8.self)
    }
    return ": line \(line) has “\(excerpt(recorded))”, and rendered again it is “\(excerpt(rendered))”"
  }
}
