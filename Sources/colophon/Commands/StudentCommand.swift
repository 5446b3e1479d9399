import Analysis
import ArgumentParser
import NotebookSyntax
import Teaching

struct StudentCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "student", abstract: "Writes a copy of a notebook for students: without answers and solutions.",
    discussion: """
      Each exercise says what kind of answer it asks for and has an empty `response:`. The copy must not be there yet; it \
      is written whole or not at all, and is the same bytes every time. What prose or other cells tell stays in it.
      """)

  @Argument(help: "A notebook with exercises.")
  var notebook: String

  @Option(help: ArgumentHelp("The copy. Default: NOTEBOOK-student.md beside it.", valueName: "file"))
  var to: String?

  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      let file = try NotebookFile.read(Paths.absolute(notebook), project)
      let stem = notebook.hasSuffix(".md") ? String(notebook.dropLast(3)) : notebook
      let target = to ?? "\(stem)-student.md"
      do {
        let plan = try Planner.plan(file.source, in: file.workspace)
        guard let copy = StudentCopy.make(from: plan) else {
          throw CommandFailure(Exit.unusable, "\(file.source.path) has no exercise")
        }
        let source = SourceFile(path: target, bytes: copy)
        do throws(Diagnostics) {
          _ = try Planner.plan(source, in: file.workspace)
        } catch {
          // Prose or a cell reads an answer, which the copy has no more.
          Terminal.report(error.all, in: source)
          throw CommandFailure(
            Exit.unusable, "the copy of \(file.source.path) would not pass `check`, so none is written")
        }
        try RunPublisher.createFile(Paths.absolute(target), copy)
        Terminal.line(VisibleText.of(target))
      } catch let error as Diagnostics {
        Terminal.report(error.all, in: file.source)
        throw Exit.unusable
      } catch let problem as RunPublisher.Problem {
        throw CommandFailure(Exit.inputOutput, problem.text)
      }
    }
  }
}
