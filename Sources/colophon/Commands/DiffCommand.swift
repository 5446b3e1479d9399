import Analysis
import ArgumentParser
import Digests
import NotebookSyntax
import Provenance

struct DiffCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compares two published runs: what differs, by how much, and what explains it.",
    discussion: "Reads the records alone, not the data. Ends 0 if the runs are the same, 2 if they differ.")

  @Argument(help: ArgumentHelp("The folder of a published run.", valueName: "first"))
  var first: String

  @Argument(help: ArgumentHelp("The folder of another.", valueName: "second"))
  var second: String

  @Flag(help: "Prints every number that differs, not only the first of each step.")
  var all = false

  @Option(help: ArgumentHelp("Level below which a P value counts as small.", valueName: "number"))
  var alpha = 0.05

  @OptionGroup var project: ProjectOptions

  private static let shownOfAStep = 8

  func validate() throws {
    guard alpha > 0, alpha < 1 else { throw ValidationError("--alpha is a number between 0 and 1") }
  }

  func run() throws {
    try Terminal.failing {
      func workspace(_ folder: String) -> Workspace {
        Workspace(root: Paths.absolute(folder), largestFile: project.maxFileSize)
      }
      let difference: RunDifference
      do throws(RunDifference.Problem) {
        difference = try RunDifference(workspace(first), workspace(second), alpha: alpha)
      } catch {
        guard case .unreadable(let file, let reason) = error else { return }
        let shown = Paths.relative(file, to: Paths.current) ?? file
        throw CommandFailure(Exit.unusable, "\(shown) \(reason)")
      }
      guard !difference.isEmpty else {
        Terminal.line("no difference: every parameter, input, step and result is the same")
        return
      }
      show(difference)
      throw ExitCode(Int32(Verification.Verdict.differs.rawValue))
    }
  }

  private func show(_ difference: RunDifference) {
    var rows: [[String]] = [["", first, second, ""]]
    for change in difference.surroundings { rows.append(row(change)) }
    for change in difference.parameters { rows.append(row(change, before: "parameter ")) }
    for change in difference.inputs { rows.append(row(change, before: "input ", digits: 12)) }
    print(rows)
    for step in difference.steps {
      Terminal.line("")
      Terminal.line(VisibleText.of("\(step.name): \(step.explanation)", limit: 400))
      var rows: [[String]] = []
      if let change = step.rows { rows.append(row(change, before: "  ")) }
      for value in step.values.prefix(all ? .max : Self.shownOfAStep) { rows.append(row(value)) }
      print(rows)
      let hidden = all ? 0 : max(0, step.values.count - Self.shownOfAStep)
      if hidden > 0 { Terminal.line("  … and \(hidden) more (--all)") }
      if !step.shown.isEmpty { Terminal.line("  shown otherwise: \(step.shown.joined(separator: ", "))") }
    }
    let conclusions = difference.conclusions
    if conclusions.isEmpty {
      Terminal.line("no conclusion changed (sign, interval across zero, p across \(alpha))")
    }
    for text in conclusions { Terminal.line(VisibleText.of("CONCLUSION CHANGED  \(text)", limit: 2000)) }
  }

  /// - Parameter digits: how much of each value is enough to tell them apart.
  private func row(_ change: RunDifference.Change, before: String = "", digits: Int = .max) -> [String] {
    [before + change.name] + [change.first, change.second].map { $0.map { String($0.prefix(digits)) } ?? "–" } + [""]
  }

  private func row(_ value: ResultDifference) -> [String] {
    let path = "  " + value.path.dropFirst(value.step.count).drop { $0 == "." }
    switch value.kind {
    case .number(let a, let b):
      var note = ""
      let isOnItsScale = ["estimate", "conf_low", "conf_high"].contains { value.path.hasSuffix(".\($0)") }
      if isOnItsScale, let error = value.standardError, error > 0 {
        note = "\(NumberFormat.significant((b - a) / error, 2)) standard errors"
      } else if a != 0 {
        note = "\(NumberFormat.significant(100 * (b - a) / a.magnitude, 2))%"
      }
      return [path, number(a), number(b), note]
    case .other(let a, let b): return [path] + parting(plain(a), plain(b)) + [""]
    case .gone: return [path, "there", "–", ""]
    case .new: return [path, "–", "there", ""]
    case .entries(let a, let b):
      return [path, "\(a) entries", "\(b) entries", ""]
    case .note: return [path, "", "", ""]
    }
  }

  private func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e9
      ? NumberFormat.count(Int(value)) : NumberFormat.significant(value, 6)
  }

  /// Two long texts from shortly before they part.
  private func parting(_ a: String, _ b: String) -> [String] {
    let common = zip(a, b).prefix { $0 == $1 }.count
    guard common > 30, max(a.count, b.count) > 56 else { return [a, b] }
    return [a, b].map { "…" + $0.dropFirst(common - 12) }
  }

  private func plain(_ value: JSONValue) -> String {
    value.string ?? String(decoding: value.canonicalBytes.prefix(60), as: UTF8.self)
  }

  /// Columns aligned, the text columns left and what is long cut.
  private func print(_ rows: [[String]]) {
    let cells = rows.map { $0.map { VisibleText.of($0, limit: 60) } }
    let widths = (0..<4).map { column in cells.map { $0[column].count }.max() ?? 0 }
    for row in cells {
      let line = zip(row, widths).map { text, width in text + String(repeating: " ", count: width - text.count) }
      var text = line.joined(separator: "  ")
      while text.last == " " { text.removeLast() }
      Terminal.line(text)
    }
  }
}
