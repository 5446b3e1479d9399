import Analysis
import ArgumentParser
import NotebookSyntax
import Teaching

/// A notebook with answers, run so that they are known.
struct KeyNotebook {
  let file: NotebookFile
  let key: AnswerKey

  init(_ path: String, _ project: ProjectOptions) throws {
    file = try NotebookFile.read(Paths.absolute(path), project)
    do {
      let plan = try Planner.plan(file.source, in: file.workspace)
      let run = try Runner.run(plan, in: file.workspace, store: UserStore.store(file.workspace))
      key = AnswerKey(run)
    } catch let error as Diagnostics {
      Terminal.report(error.all, in: file.source)
      throw Exit.unusable
    } catch let error as StepFailure {
      Terminal.report(error.diagnostics, in: file.source)
      throw Exit.unusable
    }
    if key.questions.isEmpty {
      throw CommandFailure(
        Exit.unusable,
        "\(file.source.path) holds no exercise with an answer; for a student's copy, name the teacher's notebook with --key"
      )
    }
  }
}
