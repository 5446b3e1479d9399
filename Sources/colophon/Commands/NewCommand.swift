import Analysis
import ArgumentParser
import NotebookSyntax
import Teaching

struct NewCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "new",
    abstract: "Writes a notebook to begin with, from a data file: its columns, a table and a figure.",
    discussion:
      "Writes notebooks/NAME.md in the project of the data file. It passes `check` as it is, and replaces nothing.")

  @Argument(help: "The notebook's name.")
  var name: String

  @Option(help: ArgumentHelp("A CSV or TSV file of the project.", valueName: "file"))
  var data: String

  @OptionGroup var project: ProjectOptions

  func validate() throws {
    let isPlain = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || "-_".utf8.contains(byte)
    }
    guard !name.isEmpty, isPlain, name.utf8.count <= 100 else {
      throw ValidationError("a notebook's name is made of letters, digits, `-` and `_`")
    }
  }

  func run() throws {
    try Terminal.failing {
      let absolute = Paths.absolute(data)
      let workspace = project.workspace(above: Paths.parent(absolute))
      guard let file = Paths.relative(absolute, to: workspace.root) else {
        throw CommandFailure(Exit.inputOutput, "\(data) is not below the project root \(workspace.root)")
      }
      let bytes: [UInt8]
      do throws(Workspace.Problem) {
        bytes = try workspace.read(file)
      } catch {
        throw CommandFailure(Exit.inputOutput, "\(data) \(error.text)")
      }
      let path = "notebooks/\(name).md"
      switch NewNotebook.text(title: name, file: file, bytes: bytes, path: path, in: workspace) {
      case .failure(let problem): throw CommandFailure(Exit.unusable, problem.text)
      case .success(let text):
        do throws(RunPublisher.Problem) {
          try RunPublisher.makeFolder("\(workspace.root)/notebooks")
          try RunPublisher.createFile("\(workspace.root)/\(path)", Array(text.utf8))
        } catch {
          throw CommandFailure(Exit.inputOutput, error.text)
        }
        let shown = Paths.relative("\(workspace.root)/\(path)", to: Paths.current) ?? path
        Terminal.line(VisibleText.of(shown))
      }
    }
  }
}
