import Analysis
import ArgumentParser
import NotebookSyntax
import Teaching

struct AnswerCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "answer",
    abstract: "Judges one answer to an exercise of a notebook, without giving the right one away.",
    discussion:
      "Runs the notebook, as far as its results are not stored, and writes nothing else. Ends 0 if the answer is right, 1 if it is not."
  )

  @Argument(help: "A notebook with answers.")
  var notebook: String

  @Argument(help: ArgumentHelp("The exercise and what you answer: `halving=\"4.2 wk\"`.", valueName: "name=value"))
  var answer: String

  @Option(help: ArgumentHelp("The notebook that holds the answers, where it is another.", valueName: "notebook"))
  var key: String?

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    guard let sign = answer.firstIndex(of: "="), sign != answer.startIndex else {
      throw ValidationError("an answer is written name=value, and this is `\(answer)`")
    }
  }

  func run() throws {
    try Terminal.failing {
      try ArithmeticCheck.require()
      let name = String(answer.prefix { $0 != "=" })
      let response = String(answer.dropFirst(name.count + 1))
      let known = try KeyNotebook(key ?? notebook, project)
      guard let question = known.key.question(name) else {
        let help = Suggestion.help(for: name, among: known.key.questions.map(\.name)).map { ": \($0)" } ?? ""
        throw CommandFailure(Exit.unusable, "\(known.file.source.path) has no exercise `\(name)`\(help)")
      }
      let verdict = Judgement.judge(response, against: question.expected)
      Terminal.line(VisibleText.of("\(name): \(verdict.feedback)"))
      if !verdict.isRight { throw Exit.expectationFailed }
    }
  }
}
