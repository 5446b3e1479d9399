import Analysis
import ArgumentParser
import Digests
import NotebookSyntax
import Provenance
import Reporting

struct GalleryCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "gallery", abstract: "Writes a page over all published runs, outputs/index.html.",
    discussion:
      "The page belongs to no run and is no part of what `verify` checks. Folders whose results cannot be read are named and left out."
  )

  @Argument(
    help: ArgumentHelp(
      "The folder of runs. Default: outputs, of the project that --project names.", valueName: "folder"))
  var place: String?

  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      let folder = place ?? project.project.map { "\($0)/outputs" } ?? "outputs"
      let root = Paths.absolute(folder)
      guard Paths.isFolder(root), let entries = Workspace.list(root) else {
        throw CommandFailure(Exit.inputOutput, "\(folder) is no folder that can be read")
      }
      // A page in a run breaks it.
      if RunPublisher.run(around: root) != nil || entries.contains(where: { $0.path == Manifest.fileName }) {
        throw CommandFailure(
          Exit.inputOutput, "\(folder) is a run, or lies in one, and holds what was recorded: name the folder of runs")
      }
      let runs = entries.filter { $0.kind == .file && $0.path.hasSuffix("/\(Manifest.fileName)") }
        .map { String($0.path.dropLast(Manifest.fileName.utf8.count + 1)) }
      let shown = runs.compactMap { run -> GalleryHTML.Entry? in
        guard let bytes = try? Workspace(root: "\(root)/\(run)", largestFile: project.maxFileSize).read("results.json"),
          let json = try? JSONParser.parse(bytes), let document = try? RunDocument(json: json)
        else {
          Terminal.error("warning: \(VisibleText.of("\(folder)/\(run)")) is left out: its results cannot be read")
          return nil
        }
        return GalleryHTML.Entry(folder: run, document: document)
      }
      do throws(RunPublisher.Problem) {
        try RunPublisher.replace("\(root)/index.html", with: Array(GalleryHTML(shown).text.utf8), below: root)
      } catch {
        throw CommandFailure(Exit.inputOutput, error.text)
      }
      Terminal.line(VisibleText.of("\(folder)/index.html: \(NumberFormat.counted(shown.count, "run"))"))
    }
  }
}
