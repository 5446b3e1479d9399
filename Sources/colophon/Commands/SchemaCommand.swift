import Analysis
import ArgumentParser
import NotebookSyntax

struct SchemaCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Reads a whole file and prints a `columns` block to begin with.",
    discussion:
      "Types and ranges are proposed from the values, units from the header; what a column means is yours to say.")

  @Argument(help: "A CSV or TSV file, also compressed by gzip.")
  var file: String

  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      let absolute = Paths.absolute(file)
      let name = absolute.split(separator: "/").last.map(String.init) ?? ""
      let bytes: [UInt8]
      do throws(Workspace.Problem) {
        bytes = try Workspace(root: Paths.parent(absolute), largestFile: project.maxFileSize).read(name)
      } catch {
        throw CommandFailure(Exit.inputOutput, "\(file) \(error.text)")
      }
      switch SchemaProposal.block(bytes, file: file) {
      case .success(let block):
        for line in block.split(separator: "\n") { Terminal.line(VisibleText.of(String(line), limit: 4000)) }
      case .failure(let problem): throw CommandFailure(Exit.unusable, problem.text)
      }
    }
  }
}
