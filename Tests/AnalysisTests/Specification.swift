import Analysis
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// A Markdown file under `Tests/Specs` that tests itself: each heading begins a case; fenced blocks hold the notebook,
/// its data files, and what colophon must say.
///
/// - ```` ````markdown notebook.md ```` the notebook (or any other file: the info string's second word is its path)
/// - ```` ```csv data/x.csv ```` a data file
/// - ```` ```diagnostics ```` what `check`, or else `run`, reports; `ok` where nothing is wrong
/// - ```` ```report ```` the report's Markdown after its title and before its colophon
///
/// `COLOPHON_RECORD=1` writes what came out in place of what was expected.
struct Specification {
  struct Block {
    var info: [String]
    var content: String
    /// Lines of the file that hold the content.
    var lines: Range<Int>
  }

  struct Case: CustomTestStringConvertible, Sendable {
    let file: String
    let title: String
    let files: [String: String]
    let expected: [String: String]
    var testDescription: String { "\(file): \(title)" }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appending(
    path: "Specs")
  static let isRecording = ProcessInfo.processInfo.environment["COLOPHON_RECORD"] == "1"

  static func files() -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasSuffix(".md") && $0 != "README.md" }.sorted()
  }

  static func cases() -> [Case] {
    files().flatMap { file -> [Case] in
      let lines = Self.lines(of: file)
      return sections(lines).map { title, blocks in
        var files: [String: String] = [:]
        var expected: [String: String] = [:]
        for block in blocks {
          if ["diagnostics", "report"].contains(block.info.first ?? "") {
            precondition(expected[block.info[0]] == nil, "\(file): \(title): two blocks of one kind")
            expected[block.info[0]] = block.content
          } else if block.info.count > 1 {
            files[block.info[1]] = block.content
          } else {
            preconditionFailure("\(file): \(title): a block is neither a file nor an expectation")
          }
        }
        return Case(file: file, title: title, files: files, expected: expected)
      }
    }
  }

  static func lines(of file: String) -> [String] {
    let text = (try? String(contentsOf: folder.appending(path: file), encoding: .utf8)) ?? ""
    return text.components(separatedBy: "\n")
  }

  static func sections(_ lines: [String]) -> [(String, [Block])] {
    var sections: [(String, [Block])] = []
    var fence: (ticks: String, info: [String], start: Int)?
    for (index, line) in lines.enumerated() {
      if let open = fence {
        if line == open.ticks {
          let content = lines[open.start..<index].map { $0 + "\n" }.joined()
          sections[sections.count - 1].1.append(Block(info: open.info, content: content, lines: open.start..<index))
          fence = nil
        }
      } else if line.hasPrefix("```"), !sections.isEmpty {
        let ticks = String(line.prefix { $0 == "`" })
        fence = (ticks, line.dropFirst(ticks.count).split(separator: " ").map(String.init), index + 1)
      } else if line.hasPrefix("## ") {
        sections.append((String(line.dropFirst(3)), []))
      }
    }
    return sections.filter { !$0.1.isEmpty }
  }
}

/// A project in a temporary folder that is removed with it.
final class TemporaryProject {
  let root: String

  init(_ files: [String: String]) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "colophon-spec-\(UUID().uuidString)")
    root = url.path
    for (path, content) in files {
      let file = url.appending(path: path)
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try content.write(to: file, atomically: false, encoding: .utf8)
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  var workspace: Workspace { Workspace(root: root) }

  /// What is said of the notebook, and its report's Markdown where it can be run.
  func outcome(_ path: String = "notebook.md") throws -> (diagnostics: String, report: String?) {
    let source = SourceFile(path: path, bytes: try workspace.read(path))
    let text = DiagnosticText(source: source)
    do {
      let plan = try Planner.plan(source, in: workspace)
      let run = try RecordedRun(plan, in: workspace)
      let warnings = plan.warnings + run.sealed.run.steps.flatMap(\.outcome.warnings)
      let report = run.files.first { $0.path == "report.md" }.map { String(decoding: $0.bytes, as: UTF8.self) }
      return (warnings.isEmpty ? "ok\n" : warnings.map(text.text).joined(separator: "\n"), report)
    } catch let error as Diagnostics {
      return (error.all.map(text.text).joined(separator: "\n"), nil)
    } catch let error as StepFailure {
      return (error.diagnostics.map(text.text).joined(separator: "\n"), nil)
    }
  }
}
