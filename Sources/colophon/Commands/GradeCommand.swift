import Analysis
import ArgumentParser
import NotebookSyntax
import Teaching

struct GradeCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade", abstract: "Judges students' copies by the teacher's notebook.",
    discussion: """
      Writes grades.csv and a report for each copy into a new folder. Only the key is run: copies are read for their \
      responses and nothing in them is computed. A copy or a cell that is broken is said to be, and the others are graded.
      """)

  @Argument(help: "Copies, or folders of them.")
  var copies: [String]

  @Option(help: ArgumentHelp("The notebook with the answers.", valueName: "notebook"))
  var key: String

  @Option(help: ArgumentHelp("The folder to make.", valueName: "folder"))
  var to = "grades"

  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      try ArithmeticCheck.require()
      let files = try find()
      let known = try KeyNotebook(key, project)
      let graded = files.map { file in
        do {
          let bytes = try UserFile.read(file, limit: Limit.notebookBytes.value)
          return Grader.grade(SourceFile(path: file, bytes: bytes), with: known.key)
        } catch let failure as CommandFailure {
          return Grader.unreadable(file, "cannot be read: \(failure.message)", known.key)
        } catch {
          return Grader.unreadable(file, "cannot be read", known.key)
        }
      }
      let book = GradeBook(graded, key: known.key)
      let outputs = book.files
      do throws(RunPublisher.CreationFailure<Never>) {
        try RunPublisher.create(
          folder: Paths.absolute(to), outputs.map(\.path), outsideOf: "\(known.file.workspace.root)/outputs"
        ) { index throws(Never) in outputs[index].bytes }
      } catch {
        if case .writing(let problem) = error { throw CommandFailure(Exit.inputOutput, problem.text) }
      }
      for copy in graded {
        let odd = copy.remarks.count + copy.answers.reduce(0) { $0 + $1.remarks.count }
        let remarks = odd == 0 ? "" : ", \(NumberFormat.counted(odd, "remark"))"
        Terminal.line(VisibleText.of("\(copy.file): \(copy.right) of \(known.key.questions.count) right\(remarks)"))
      }
      Terminal.line(VisibleText.of("\(to)/grades.csv"))
    }
  }

  /// Files as named, and all `.md` files below folders but the key itself; each once.
  private func find() throws -> [String] {
    var files: [String] = []
    for path in copies {
      guard Paths.isFolder(Paths.absolute(path)) else {
        files.append(path)
        continue
      }
      let folder = path.hasSuffix("/") ? String(path.dropLast()) : path
      let found = (Workspace.list(Paths.absolute(path)) ?? []).filter { entry in
        entry.kind != .folder && entry.path.hasSuffix(".md")
          && !entry.path.split(separator: "/").contains { $0.hasPrefix(".") }
      }
      files += found.map { "\(folder)/\($0.path)" }
    }
    files = files.filter { !UserFile.isSame($0, key) }
    var each: [String] = []
    for file in files where !each.contains(where: { $0.isExactly(file) }) { each.append(file) }
    guard !each.isEmpty else {
      throw CommandFailure(Exit.inputOutput, "there is no copy (`.md`) in \(copies.joined(separator: ", "))")
    }
    return each
  }
}
