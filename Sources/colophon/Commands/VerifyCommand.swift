import Analysis
import ArgumentParser
import Digests
import NotebookSyntax
import Provenance
import Signatures

struct TrustOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Whose signatures count: a file in the format of OpenSSH's allowed_signers.", valueName: "file"))
  var trust: String?

  @Flag(help: "With --trust: a run that nobody trusted has signed is refused.")
  var requireSignature = false

  func validate() throws {
    if requireSignature, trust == nil {
      throw ValidationError("--require-signature needs --trust: say whose signature is required")
    }
  }

  func read() throws -> Trust {
    let signers = try trust.map { AllowedSigners(file: try UserFile.read($0, limit: AllowedSigners.largestFile)) }
    return Trust(signers: signers, requiresSignature: requireSignature)
  }
}

struct VerifyCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Checks that a published run is whole and unchanged, who signed it, and that it can be computed again.",
    discussion: """
      Ends 0 if all that was asked for holds; 2 if results differ; 3 if a signature is bad, by nobody you trust, or \
      required and absent; 4 if a file is changed, missing or extra; 5 if an input is absent; 6 if the notebook can't \
      be run. Several at once: the first of 6, 4, 3, 2, 5.
      """)

  @Argument(help: "Folders of published runs, such as outputs/growth.")
  var runs: [String]

  @Flag(help: "Leaves inputs and the notebook out: for a run that came without them.")
  var outputsOnly = false

  @Flag(help: "Renders the report again from the recorded results and compares.")
  var rerender = false

  @Flag(help: "Computes everything again and compares.")
  var rerun = false

  @Flag(help: "With --rerun: other last digits are a difference even where the numeric fingerprint is another.")
  var bitwise = false

  @Flag(help: "Lists numbers typed in prose that equal a computed one. A hint: it changes no verdict.")
  var prose = false

  @OptionGroup var trust: TrustOptions

  @Option(help: ArgumentHelp("The core digest that a paper quotes.", valueName: "core"))
  var expectCore: String?

  @Flag(help: "Prints one JSON object for a run, or an array of them for several.")
  var json = false

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if prose, json { throw ValidationError("--prose is for reading and has no --json") }
    if outputsOnly, rerun {
      throw ValidationError("--rerun needs the inputs that --outputs-only leaves out: choose one of the two")
    }
    if expectCore != nil, expectedCore == nil {
      throw ValidationError("--expect-core takes 64 hexadecimal digits, which `colophon:1:` may stand before")
    }
  }

  private var expectedCore: String? {
    guard let expectCore else { return nil }
    let prefix = "colophon:1:"
    return Digest(hex: expectCore.hasPrefix(prefix) ? String(expectCore.dropFirst(prefix.count)) : expectCore)?.hex
  }

  func run() throws {
    try Terminal.failing {
      if rerender || rerun { try ArithmeticCheck.require() }
      if rerun { ArithmeticCheck.warn() }
      let trust = try trust.read()
      var verdicts: [Verification.Verdict] = []
      var objects: [JSONValue] = []
      for run in runs {
        let folder = Paths.absolute(run)
        guard Paths.isFolder(folder) else { throw CommandFailure(Exit.inputOutput, "\(run) is no folder") }
        if runs.count > 1, !json { Terminal.line(VisibleText.of(run)) }
        let outcome = Verifier.verify(
          folder, project: project.workspace(above: RecordedProject.root(of: folder)), outputsOnly: outputsOnly,
          rerender: rerender, rerun: rerun,
          bitwise: bitwise, trust: trust, expectedCore: expectedCore)
        if rerender || rerun { try ArithmeticCheck.require() }
        if let source = outcome.source { Terminal.report(outcome.diagnostics, in: source) }
        if json {
          objects.append(VerificationJSON.json(outcome.verification, run: run))
        } else {
          VerificationText.show(outcome.verification)
          if prose { VerificationText.show(TypedNumbers.hints(folder)) }
        }
        verdicts.append(outcome.verification.verdict)
      }
      if json {
        let all = objects.count == 1 ? objects[0] : .array(objects)
        Terminal.print(String(decoding: all.canonicalBytes, as: UTF8.self) + "\n")
      }
      if let worst = Verification.Verdict.gravestFirst.first(where: verdicts.contains) {
        throw ExitCode(Int32(worst.rawValue))
      }
    }
  }
}
