import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance

struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks that a published run is whole and unchanged, and with --rerun that it can be computed again.",
    discussion: """
      Ends 0 if all that was asked for holds; 2 if results differ; 4 if a file is changed, missing or extra; 5 if an \
      input is absent; 6 if the notebook can't be run. Several at once: the first of 6, 4, 2, 5.
      """)

  @Argument(help: "Folders of published runs, such as outputs/growth.")
  var runs: [String]

  @Flag(help: "Computes everything again and compares.")
  var rerun = false

  @Flag(help: "With --rerun: other last digits are a difference even where the numeric fingerprint is another.")
  var bitwise = false

  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      let order: [Verification.Verdict] = [.unusable, .broken, .differs, .cannotCheck]
      var verdicts: [Verification.Verdict] = []
      for run in runs {
        let folder = Paths.absolute(run)
        guard Paths.isFolder(folder) else { throw CommandFailure(Exit.inputOutput, "\(run) is no folder") }
        if runs.count > 1 { Terminal.line(VisibleText.of(run)) }
        let outcome = Verifier.verify(
          folder, project: project.workspace(above: root(of: folder)), rerun: rerun, bitwise: bitwise)
        show(outcome)
        verdicts.append(outcome.verification.verdict)
      }
      if let worst = order.first(where: verdicts.contains) { throw ExitCode(Int32(worst.rawValue)) }
    }
  }

  /// The project of the current directory; where there is none, the nearest folder above the run from which the
  /// recorded notebook can be found.
  private func root(of folder: String) -> String {
    if Paths.projectRoot(above: Paths.current) != nil { return Paths.current }
    guard let bytes = try? Workspace(root: folder).read(Manifest.fileName), let manifest = try? Manifest(bytes: bytes)
    else { return folder }
    var parent = Paths.parent(folder)
    while !Workspace(root: parent).exists(manifest.notebook.path) {
      if parent == "/" { return folder }
      parent = Paths.parent(parent)
    }
    return parent
  }

  private func show(_ outcome: Verifier.Outcome) {
    let result = outcome.verification
    if let source = outcome.source { Terminal.report(outcome.diagnostics, in: source) }
    Terminal.line("Integrity       \(result.integrity)")
    Terminal.line("Authenticity    \(result.authenticity)")
    if let reproduction = result.reproduction {
      Terminal.line("Reproduction    \(VisibleText.of(reproduction, limit: 2000))")
    }
    if !result.core.isEmpty { Terminal.line("core            colophon:1:\(VisibleText.of(result.core))") }
    if result.failedExpectations > 0 {
      Terminal.line(
        "Expectations    \(result.failedExpectations) of the notebook's expectations did not hold when it was run")
    }
    Terminal.line("Not checked     \(result.notChecked.joined(separator: "; "))")
    for finding in result.findings { Terminal.line("  - \(VisibleText.of(finding.text, limit: 2000))") }
  }
}
