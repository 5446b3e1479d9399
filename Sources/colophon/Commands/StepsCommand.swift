import Analysis
import ArgumentParser
import NotebookSyntax
import Tables

struct StepsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps", abstract: "Lists the step kinds, or prints the manual of one.")

  @Argument(help: "A step kind.")
  var kind: String?

  @Flag(help: "Prints the manuals of all, as docs/steps.md holds them.")
  var all = false

  @Flag(help: "Prints the clinical scores of expressions, as docs/scores.md holds them.")
  var scores = false

  func run() throws {
    try Terminal.failing {
      if scores {
        Terminal.print(ScoreManual.reference)
      } else if all {
        Terminal.print(StepManual.reference)
      } else if let kind {
        guard let manual = StepManual.text(kind) else {
          let help = Suggestion.help(for: kind, among: StepCatalog.kinds.map { $0.kind }) ?? ""
          throw CommandFailure(ExitCode(64), "there is no step kind `\(kind)`: \(help)")
        }
        Terminal.print(manual)
      } else {
        for kind in StepCatalog.kinds {
          Terminal.line(kind.kind + String(repeating: " ", count: max(1, 12 - kind.kind.count)) + kind.summary)
        }
      }
    }
  }
}
