import Analysis
import ArgumentParser
import Digests
import NotebookSyntax
import Provenance

struct ExportCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Packs a published run with its notebook and data as an RO-Crate, or converts its report to PDF or DOCX.",
    discussion: """
      With --crate: a folder that holds everything. With --to: the report alone, through Chromium or WeasyPrint (PDF) or \
      pandoc (DOCX) of this machine; the file is no part of the run, and nothing vouches for it but the core digest that \
      it quotes. \
      The notebook's front matter must have date, description, license and authors. Ends 0; 3 if a signature beside the \
      run is bad; 4 if a file is changed, missing or extra; 5 if an input is absent; 6 if the front matter lacks \
      something; 74 if the folder is there already or cannot be written; with --to also 2 if the report is not what its \
      results say. Nothing is written but for 0.
      """)

  @Argument(help: ArgumentHelp("The folder of a published run.", valueName: "run"))
  var folder: String

  @Option(help: ArgumentHelp("The folder to make. It holds copies of the data.", valueName: "folder"))
  var crate: String?

  @Option(help: "Converts the report: pdf or docx.")
  var to: ReportConversion?

  @Option(help: ArgumentHelp("With --to: the file to write. Default: named as the run, here.", valueName: "file"))
  var output: String?

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if (crate == nil) == (to == nil) { throw ValidationError("say one of --crate FOLDER and --to pdf or docx") }
    if output != nil, to == nil { throw ValidationError("--output goes with --to") }
  }

  func run() throws {
    if let to { return try Terminal.failing { try convert(to) } }
    guard let crate else { return }
    try Terminal.failing {
      let run = Paths.absolute(folder)
      guard Paths.isFolder(run) else { throw CommandFailure(Exit.inputOutput, "\(folder) is no folder") }
      do throws(RunExporter.Problem) {
        let data = try RunExporter.export(
          run, project: project.workspace(above: RecordedProject.root(of: run)), to: Paths.absolute(crate))
        Terminal.line(VisibleText.of("\(crate)/ro-crate-metadata.json"))
        if !data.isEmpty {
          Terminal.error("  holds data: \(VisibleText.of(data.joined(separator: ", "), limit: 2000))")
        }
      } catch {
        throw try failure(error)
      }
    }
  }

  private func convert(_ kind: ReportConversion) throws {
    let run = Paths.absolute(folder)
    guard Paths.isFolder(run) else { throw CommandFailure(Exit.inputOutput, "\(folder) is no folder") }
    let workspace = project.workspace(above: RecordedProject.root(of: run))
    // Rendered again as well: what a browser opens follows from the results, whoever wrote the record.
    let outcome = Verifier.verify(run, project: workspace, outputsOnly: true, rerender: true, rerun: false)
    let verification = outcome.verification
    guard verification.verdict == .holds else {
      let findings = verification.findings.map { "\n  - \($0.text)" }.joined()
      throw CommandFailure(
        ExitCode(Int32(verification.verdict.rawValue)), "\(folder) is not exported, for it does not hold:\(findings)")
    }
    let name = "\(PathText.parts(run).last ?? "report").\(kind.rawValue)"
    let target = Paths.absolute(output ?? name)
    if RunPublisher.run(around: Paths.parent(target)) != nil {
      throw CommandFailure(
        Exit.inputOutput, "a run's folder holds what was recorded and nothing else: choose another place with --output")
    }
    let recorded = outcome.manifest?.subjects.first { $0.path.isExactly("report.html") }
    guard let recorded, let page = try? Workspace(root: run, largestFile: workspace.largestFile).read(recorded.path),
      Digest(ofFile: page).hex == recorded.digest
    else { throw try failure(.changed("report.html")) }
    let converter = try kind.convert(page, to: target)
    Terminal.line(VisibleText.of(output ?? name))
    Terminal.error("  converted by \(converter); no part of the run")
    Terminal.line("core colophon:1:\(verification.core)")
  }

  private func failure(_ problem: RunExporter.Problem) throws -> CommandFailure {
    switch problem {
    case .refused(let verification):
      let findings = verification.findings.map { "\n  - \($0.text)" }.joined()
      return CommandFailure(
        ExitCode(Int32(verification.verdict.rawValue)), "\(folder) is not exported, for it does not hold:\(findings)")
    case .metadata(let source, let diagnostics):
      Terminal.report(diagnostics.all, in: source)
      throw Exit.unusable
    case .placeTaken(let name):
      return CommandFailure(
        Exit.unusable, "a file of the project is called \(name), as the crate's own metadata: rename it")
    case .changed(let path):
      return CommandFailure(
        ExitCode(Int32(Verification.Verdict.broken.rawValue)), "\(path) changed while the run was exported")
    case .reading(let path, let problem): return CommandFailure(Exit.inputOutput, "\(path) \(problem.text)")
    case .writing(let problem): return CommandFailure(Exit.inputOutput, problem.text)
    }
  }
}
