import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance
import Signatures

struct CertifyCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Computes a published run again and, if it comes out as recorded, signs a statement that it does.",
    discussion: """
      Writes certificate-NAME.dsse.json into the run's folder, and nothing unless integrity and reproduction hold. Ends \
      as `verify --rerun` does: 0; 2 if results differ; 3 if a signature beside the run is bad; 4 if a file is changed, \
      missing or extra; 5 if an input is absent; 6 if the notebook can't be run, or the key can't be used.
      """)

  @Argument(help: ArgumentHelp("The folder of a published run.", valueName: "run"))
  var folder: String

  @OptionGroup var signing: SigningOptions

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "The name that readers know your key by, for the name of the file. Without it: the key's fingerprint.",
      valueName: "principal"))
  var principal: String?

  @Flag(help: "Other last digits are a difference even where the numeric fingerprint is another.")
  var bitwise = false

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if let principal, !SignatureFile.isPrincipal(principal) {
      throw ValidationError("--as takes a name of letters, digits and ._@+- such as an address")
    }
  }

  func run() throws {
    try Terminal.failing {
      let run = Paths.absolute(folder)
      guard Paths.isFolder(run) else { throw CommandFailure(Exit.inputOutput, "\(folder) is no folder") }
      let signingKey = try signing.read()
      do throws(RunCertifier.Problem) {
        let outcome = try RunCertifier.certify(
          run, project: project.workspace(above: RecordedProject.root(of: run)), bitwise: bitwise, with: signingKey,
          as: principal)
        let failed = outcome.verification.failedExpectations
        if failed > 0 {
          Terminal.error("warning: \(failed) of the notebook's expectations did not hold, here as in the record")
        }
        let shown = Paths.relative(run, to: Paths.current) ?? run
        Terminal.line(VisibleText.of("\(shown)/\(outcome.file)"))
        Terminal.error("  certified by \(signingKey.publicKey.fingerprint): \(outcome.agreement.rawValue)")
      } catch {
        throw failure(error)
      }
    }
  }

  private func failure(_ problem: RunCertifier.Problem) -> CommandFailure {
    switch problem {
    case .refused(let outcome):
      if let source = outcome.source { Terminal.report(outcome.diagnostics, in: source) }
      let findings = outcome.verification.findings.map { "\n  - \($0.text)" }.joined()
      return CommandFailure(
        ExitCode(Int32(outcome.verification.verdict.rawValue)),
        "\(folder) is not certified, for it does not hold:\(findings)")
    case .byAnother(let file):
      return CommandFailure(
        ExitCode(Int32(Verification.Verdict.inauthentic.rawValue)),
        "\(folder) is not certified: \(file) is there already, and by another key. Use another name with --as")
    case .key(let problem): return signing.failure(problem)
    case .writing(let problem): return CommandFailure(Exit.inputOutput, problem.text)
    }
  }
}
