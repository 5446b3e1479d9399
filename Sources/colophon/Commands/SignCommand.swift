import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance
import Signatures

struct SignCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "sign",
    abstract: "Signs the record of a published run, beside what others have signed already.",
    discussion: """
      Writes manifest.dsse.json into the run's folder. Ends 0; 4 if the run is not as it was recorded; 5 if its record \
      is of an unknown kind; 6 if the key can't be used.
      """)

  @Argument(help: ArgumentHelp("The folder of a published run.", valueName: "run"))
  var folder: String

  @OptionGroup var signing: SigningOptions

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "Also prints the line that readers who know you by this name put into their allowed_signers file.",
      valueName: "principal"))
  var principal: String?

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
      do {
        let verification = try RunSigner.sign(
          run, project: project.workspace(above: RecordedProject.root(of: run)), with: signingKey)
        for finding in verification.findings { Terminal.error("warning: \(VisibleText.of(finding.text, limit: 2000))") }
        let shown = Paths.relative(run, to: Paths.current) ?? run
        Terminal.line(VisibleText.of("\(shown)/\(SignatureFile.envelope)"))
        Terminal.error("  signed by \(signingKey.publicKey.fingerprint)")
        if let principal {
          Terminal.line("\(principal) namespaces=\"\(SSHSignature.namespace)\" \(signingKey.publicKey.line)")
        }
      } catch let problem as RunSigner.Problem {
        throw failure(problem)
      }
    }
  }

  private func failure(_ problem: RunSigner.Problem) -> CommandFailure {
    switch problem {
    case .integrity(let verification):
      let findings = verification.findings.map { "\n  - \($0.text)" }.joined()
      return CommandFailure(
        ExitCode(Int32(verification.verdict.rawValue)),
        "\(folder) is not signed, for it is not as it was recorded:\(findings)")
    case .envelope(let text):
      return CommandFailure(
        ExitCode(Int32(Verification.Verdict.broken.rawValue)), "\(folder) is not signed: \(text). Move it away first")
    case .key(let problem): return signing.failure(problem)
    case .writing(let problem): return CommandFailure(Exit.inputOutput, problem.text)
    }
  }
}
