import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance

struct WhyCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Says which steps of a notebook would run, and why.",
    discussion:
      "Compares with what is stored and with the published run; runs nothing. With a step: that step and those it waits for."
  )

  @Argument(help: "A notebook.")
  var notebook: String

  @Argument(help: "A step of it.")
  var step: String?

  @Option(help: ArgumentHelp("The folder of the published run, where it is another.", valueName: "folder"))
  var output: String?

  @OptionGroup var parameters: ParameterOptions
  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      let file = try NotebookFile.read(Paths.absolute(notebook), project)
      let recorded = RecordedManifest.read(output.map(Paths.absolute) ?? file.output)
      do {
        let plan = try Planner.plan(file.source, in: file.workspace, overrides: try parameters.overrides())
        if let step, plan.step(named: step) == nil {
          let help = Suggestion.help(for: step, among: plan.steps.map(\.name)).map { " (\($0))" } ?? ""
          throw CommandFailure(Exit.unusable, "\(file.source.path) has no step `\(step)`\(help)")
        }
        let warnings = try UpstreamState.warnings(plan, in: file.workspace)
        if !warnings.isEmpty { Terminal.report(warnings, in: file.source) }
        let forecast = try Forecast(plan, in: file.workspace, store: UserStore.store(file.workspace))
        let wanted = step.map { chain($0, forecast) }
        for (planned, state) in forecast.steps where wanted?.contains(planned.name) ?? true {
          Terminal.line(VisibleText.of("\(planned.name): \(sentence(planned, state, recorded))"))
        }
        if step == nil, let reason = Staleness.bibliography(plan, in: file.workspace, recorded: recorded) {
          Terminal.line(VisibleText.of("report: \(reason)"))
        }
      } catch let error as Diagnostics {
        Terminal.report(error.all, in: file.source)
        throw Exit.unusable
      } catch let error as StepFailure {
        Terminal.report(error.diagnostics, in: file.source)
        throw Exit.unusable
      }
    }
  }

  private func sentence(_ planned: PlannedStep, _ state: Forecast.State, _ recorded: Manifest?) -> String {
    switch state {
    case .stored: return "stored"
    case .stale(let reads): return "would run: \(Staleness.reason(planned, reads: reads, recorded: recorded))"
    case .waits(let names):
      return "waits for \(names.map { "`\($0)`" }.joined(separator: ", ")), and runs if what it reads has changed"
    }
  }

  /// A step, and whatever it waits for.
  private func chain(_ name: String, _ forecast: Forecast) -> Set<String> {
    var chain: Set<String> = [name]
    for (planned, state) in forecast.steps.reversed() where chain.contains(planned.name) {
      if case .waits(let names) = state { chain.formUnion(names) }
    }
    return chain
  }
}

struct CleanCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Removes what is stored of earlier runs in .colophon; published runs stay.")

  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      let root = project.workspace(above: Paths.current).root
      do throws(RunPublisher.Problem) {
        let (entries, bytes) = try ResultStore.clean(below: root)
        Terminal.line(
          "\(NumberFormat.counted(entries, "stored result")) removed, \(NumberFormat.count(bytes)) bytes")
      } catch {
        throw CommandFailure(Exit.inputOutput, error.text)
      }
    }
  }
}

/// The manifest of what was published before; nil where there is none that can be read.
enum RecordedManifest {
  static func read(_ folder: String) -> Manifest? {
    guard let bytes = try? Workspace(root: folder).read(Manifest.fileName) else { return nil }
    return try? Manifest(bytes: bytes)
  }
}
