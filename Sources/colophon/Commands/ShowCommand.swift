import Analysis
import ArgumentParser
import Digests
import NotebookSyntax
import Provenance

struct ShowCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Prints a result of a published run, by the path that notebooks use.",
    discussion:
      "For example: colophon show outputs/growth 'growth.terms[\"week\"].estimate'. Without a path: the steps.")

  @Argument(help: ArgumentHelp("The folder of a published run.", valueName: "run"))
  var folder: String

  @Argument(help: "A path into a result.")
  var path: String?

  @OptionGroup var project: ProjectOptions

  func run() throws {
    try Terminal.failing {
      let bytes: [UInt8]
      do throws(Workspace.Problem) {
        bytes = try Workspace(root: Paths.absolute(folder), largestFile: project.maxFileSize).read("results.json")
      } catch {
        throw CommandFailure(Exit.inputOutput, "\(folder)/results.json \(error.text)")
      }
      let json: JSONValue
      do throws(JSONParser.Failure) {
        json = try JSONParser.parse(bytes)
      } catch {
        throw CommandFailure(
          Exit.unusable, "\(folder)/results.json is damaged: \(error.reason) at byte \(error.offset)")
      }
      let steps = withOptimizers(json["steps"]?.array ?? [])
      guard let path else {
        for step in steps {
          Terminal.line("\(VisibleText.of(step["kind"]?.string ?? ""))\t\(VisibleText.of(step["name"]?.string ?? ""))")
        }
        return
      }
      switch ResultLookup.find(path, in: steps) {
      case .success(let value): Terminal.print(ReadableJSON.text(value) + "\n")
      case .failure(let problem):
        Terminal.report([problem.diagnostic], in: SourceFile(path: "path", bytes: Array(path.utf8)))
        throw Exit.unusable
      }
    }
  }

  /// Adds `optimizer` to the results of this machine's last run, where its log is kept.
  private func withOptimizers(_ steps: [JSONValue]) -> [JSONValue] {
    let run = Workspace(root: Paths.absolute(folder))
    guard let bytes = try? run.read(Manifest.fileName), let manifest = try? Manifest(bytes: bytes),
      let logs = OptimizerLog.read(manifest, in: project.workspace(above: Paths.absolute(folder)))
    else { return steps }
    return steps.map { step in
      guard let name = step["name"]?.string, let log = logs[name], var fields = step["result"]?.object,
        let members = step.object
      else { return step }
      fields.append(.init("optimizer", log))
      return .object(members.map { $0.key == "result" ? .init("result", .object(fields)) : $0 })
    }
  }
}
