import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance

struct ParameterOptions: ParsableArguments {
  @Option(
    name: [.customShort("P"), .customLong("param")],
    help: ArgumentHelp("A parameter's value; needs --output.", valueName: "name=value"))
  var parameter: [String] = []

  @Option(
    name: .customLong("params"), help: ArgumentHelp("A YAML file of parameters; needs --output.", valueName: "file"))
  var parameterFile: String?

  /// Names and values; those of the command line come last and win.
  func overrides() throws -> [(name: String, value: String)] {
    var values: [(name: String, value: String)] = []
    if let parameterFile { values += try read(parameterFile) }
    for text in parameter {
      guard let sign = text.firstIndex(of: "="), sign != text.startIndex else {
        throw ValidationError("-P takes name=value, and this is `\(text)`")
      }
      values.append((String(text[..<sign]), String(text[text.index(after: sign)...])))
    }
    return values
  }

  private func read(_ path: String) throws -> [(name: String, value: String)] {
    let absolute = Paths.absolute(path)
    let bytes: [UInt8]
    do throws(Workspace.Problem) {
      bytes = try Workspace(root: Paths.parent(absolute)).read(
        absolute.split(separator: "/").last.map(String.init) ?? "")
    } catch {
      throw CommandFailure(Exit.inputOutput, "\(path) \(error.text)")
    }
    let source = SourceFile(path: path, bytes: bytes)
    do throws(Diagnostics) {
      return try ParameterFile.read(source)
    } catch {
      Terminal.report(error.all, in: source)
      throw Exit.unusable
    }
  }
}

struct RunCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Checks notebooks, runs them and publishes their reports.",
    discussion:
      "Ends 0; 1 if an `expect` failed; 6 if a notebook or its data can't be used as written, in which case nothing is published."
  )

  @Argument(help: "Notebooks, or folders of them.")
  var notebooks: [String]

  @Option(help: ArgumentHelp("The folder to publish to, for a single notebook.", valueName: "folder"))
  var output: String?

  @Flag(name: .shortAndLong, help: "Prints no progress.")
  var quiet = false

  @OptionGroup var store: StoreOptions
  @OptionGroup var parameters: ParameterOptions
  @OptionGroup var project: ProjectOptions

  func validate() throws {
    if output == nil, !parameters.parameter.isEmpty || parameters.parameterFile != nil {
      throw ValidationError(
        "other parameters make another run: say where it goes with --output, so that it does not take the place of the notebook's own"
      )
    }
  }

  func run() throws {
    try Terminal.failing {
      try ArithmeticCheck.require()
      ArithmeticCheck.warn()
      let files = try NotebookFile.find(notebooks, project)
      if output != nil, files.count > 1 {
        throw CommandFailure(ExitCode(64), "--output takes one notebook, and these are \(files.count)")
      }
      let overrides = try parameters.overrides()
      var worst: ExitCode = .success
      let order = try NotebookOrder(files)
      var unusable: [String] = []
      for file in order.files {
        var code = Exit.unusable
        if let missing = order.upstream(of: file).first(where: unusable.contains) {
          Terminal.error(
            "error: \(VisibleText.of(file.source.path)) is not run: it reads a table of \(VisibleText.of(missing))")
        } else {
          code = try run(file, overrides, isLast: file.source.path == order.files.last?.source.path)
        }
        if code == Exit.unusable { unusable.append(file.source.path) }
        if code == Exit.unusable || worst == .success { worst = code }
      }
      if worst != .success { throw worst }
    }
  }

  /// Keeps what a run holds until the process ends, which frees it at once: taking it apart piece by piece would take a
  /// tenth of a stored run.
  private final class Kept {
    let recorded: RecordedRun
    let plan: Plan

    init(recorded: RecordedRun, plan: Plan) {
      self.recorded = recorded
      self.plan = plan
    }
  }

  private func run(
    _ file: NotebookFile, _ overrides: [(name: String, value: String)], isLast: Bool
  ) throws -> ExitCode {
    if !quiet { Terminal.error(VisibleText.of(file.source.path)) }
    let target = output.map(Paths.absolute) ?? file.output
    do {
      let plan = try Planner.plan(file.source, in: file.workspace, overrides: overrides)
      try refuseOwnTable(plan, file, target)
      let warned = plan.warnings + (try UpstreamState.warnings(plan, in: file.workspace))
      if !warned.isEmpty { Terminal.report(warned, in: file.source) }
      let published = quiet ? nil : RecordedManifest.read(target)
      let progress = quiet ? nil : RunProgress(published: published)
      let stale = quiet ? nil : Staleness.bibliography(plan, in: file.workspace, recorded: published)
      let recorded = try RecordedRun(
        plan, in: file.workspace, store: store.store(file.workspace), observer: progress)
      let warnings = recorded.sealed.run.steps.flatMap(\.outcome.warnings)
      if !warnings.isEmpty { Terminal.report(warnings, in: file.source) }
      if !quiet, let stale { Terminal.error("  \(VisibleText.of(stale))") }
      // Once more, for what was set meanwhile.
      try ArithmeticCheck.require()
      try RunPublisher.publish(
        recorded.files.map { ($0.path, $0.bytes) }, to: target, below: output == nil ? file.workspace.root : nil)
      // The log is a convenience: without it the run is whole all the same.
      do throws(RunPublisher.Problem) {
        try OptimizerLog.write(recorded, root: file.workspace.root)
      } catch {
        Terminal.error("warning: the record of the searches was not kept: \(VisibleText.of(error.text))")
      }
      if isLast { _ = Unmanaged.passRetained(Kept(recorded: recorded, plan: plan)) }
      return summarize(recorded, target)
    } catch let error as Diagnostics {
      Terminal.report(error.all, in: file.source)
      return Exit.unusable
    } catch let error as StepFailure {
      Terminal.report(error.diagnostics, in: file.source)
      return Exit.unusable
    } catch let error as RunPublisher.Problem {
      throw CommandFailure(Exit.inputOutput, error.text)
    }
  }

  /// A run that takes the place of one whose table it reads could never be verified.
  private func refuseOwnTable(_ plan: Plan, _ file: NotebookFile, _ target: String) throws(Diagnostics) {
    for step in plan.steps {
      guard let run = step.yield.published?.run, let table = step.step.files.first,
        UserFile.isSame("\(file.workspace.root)/\(run)", target)
      else { continue }
      throw Diagnostics([
        Diagnostic(
          "upstream", "`\(step.name)` reads a table of `\(run)`, whose place this run would take", at: table.span,
          help: "publish it to another folder")
      ])
    }
  }

  private func summarize(_ recorded: RecordedRun, _ target: String) -> ExitCode {
    let shown = Paths.relative(target, to: Paths.current) ?? target
    let run = recorded.sealed.run
    Terminal.line(VisibleText.of("\(shown)/report.html"))
    if !quiet {
      let individual = run.steps.filter(\.outcome.showsIndividualRows).map(\.planned.name)
      if !individual.isEmpty {
        Terminal.error("  individual rows or subjects appear in: \(individual.joined(separator: ", "))")
      }
      Terminal.error("  core colophon:1:\(recorded.manifest.core)")
    }
    for failure in run.failures { Terminal.error("FAILED: \(VisibleText.of(failure))") }
    return run.failures.isEmpty ? .success : Exit.expectationFailed
  }
}

struct CheckCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Finds every mistake in notebooks without running them.",
    discussion:
      "Reads the notebooks and the headers of their files, and nothing else. Ends 0, or 6 if there are mistakes.")

  @Argument(help: "Notebooks, or folders of them.")
  var notebooks: [String]

  @OptionGroup var parameters: ParameterOptions
  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      var hasErrors = false
      let overrides = try parameters.overrides()
      for file in try NotebookFile.find(notebooks, project) {
        do throws(Diagnostics) {
          let plan = try Planner.plan(file.source, in: file.workspace, overrides: overrides)
          if !plan.warnings.isEmpty { Terminal.report(plan.warnings, in: file.source) }
          Terminal.line(VisibleText.of(file.source.path) + ": ok, \(plan.steps.count) steps")
        } catch {
          Terminal.report(error.all, in: file.source)
          hasErrors = true
        }
      }
      if hasErrors { throw Exit.unusable }
    }
  }
}
