import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Reporting
import Testing

/// Whatever is changed in a notebook or its data, what the store holds of earlier runs never stands in for what would be
/// computed. Every manual's example and every specification is changed line by line, all of them against one store, in
/// which the outcomes of all earlier changes lie ready to be taken for each other.
@Suite("Store under changes")
struct StoreMutationTests {
  struct Project: CustomTestStringConvertible, Sendable {
    let name: String
    let files: [String: String]
    let notebook: String
    var testDescription: String { name }
  }

  static let manuals = StepCatalog.kinds.map { kind in
    Project(name: "manual of \(kind.kind)", files: [:], notebook: StepManual.example(kind))
  }

  static let specifications = Specification.cases().compactMap { item in
    item.files["notebook.md"].map { Project(name: item.testDescription, files: item.files, notebook: $0) }
  }

  /// How many changes of each notebook and of each table are tried; `COLOPHON_MUTATIONS=1000` tries all, in minutes.
  static let tries = ProcessInfo.processInfo.environment["COLOPHON_MUTATIONS"].flatMap(Int.init) ?? 3

  /// Some of the changes, evenly spread, and beginning at another for each notebook.
  static func some(_ changes: [NotebookChanges.Change], of name: String) -> [NotebookChanges.Change] {
    let step = max(1, changes.count / tries)
    let first = name.utf8.reduce(0) { $0 &+ Int($1) } % step
    return stride(from: first, to: changes.count, by: step).map { changes[$0] }
  }

  @Test(arguments: manuals + specifications)
  func aChangeIsNeverMissed(_ project: Project) throws {
    let scratch = try TemporaryProject(project.files)
    if project.files.isEmpty {
      try FileManager.default.createDirectory(atPath: scratch.root, withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: "\(scratch.root)/data", withDestinationPath: "\(ManualTests.root)/data")
    }
    let store = StoreTests.store(scratch)
    try expectSame(project.notebook, scratch, store, "as it is")
    try expectSame(project.notebook, scratch, store, "once more")
    for change in Self.some(NotebookChanges.all(project.notebook), of: project.name) {
      try expectSame(change.text, scratch, store, change.what)
    }
    for (path, content) in project.files.sorted(by: { $0.key < $1.key }) where path.hasSuffix(".csv") {
      for change in Self.some(DataChanges.all(content), of: project.name) {
        try change.text.write(toFile: "\(scratch.root)/\(path)", atomically: false, encoding: .utf8)
        try expectSame(project.notebook, scratch, store, "\(path): \(change.what)")
      }
      try content.write(toFile: "\(scratch.root)/\(path)", atomically: false, encoding: .utf8)
    }
    try expectSame(project.notebook, scratch, store, "as it was")
  }

  private enum Outcome {
    case run(RecordedRun)
    case refused([String])
  }

  private func outcome(_ notebook: String, _ workspace: Workspace, _ store: ResultStore?) -> Outcome {
    do {
      return .run(try StoreTests.run(notebook, workspace, store))
    } catch let error as StepFailure {
      return .refused(error.diagnostics.map(\.message))
    } catch {
      return .refused(["\(error)"])
    }
  }

  private func expectSame(_ notebook: String, _ project: TemporaryProject, _ store: ResultStore, _ what: String) throws
  {
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    guard (try? Planner.plan(source, in: project.workspace)) != nil else { return }
    switch (outcome(notebook, project.workspace, store), outcome(notebook, project.workspace, nil)) {
    case (.run(let stored), .run(let computed)):
      let files = StoreTests.bytes(computed)
      for file in stored.files {
        let isSame = file.bytes == files[file.path]
        #expect(isSame, "\(what): \(file.path)")
      }
      #expect(stored.files.count == files.count, "\(what)")
      #expect(Self.warnings(stored) == Self.warnings(computed), "\(what)")
      try ManualTests.expectRendersAgain(computed)
    case (.refused(let stored), .refused(let computed)): #expect(stored == computed, "\(what)")
    case (.run, .refused(let why)): Issue.record("\(what): stored, and refused when computed: \(why)")
    case (.refused(let why), .run): Issue.record("\(what): computed, and refused with the store: \(why)")
    }
  }

  private static func warnings(_ run: RecordedRun) -> [String] {
    run.sealed.run.steps.flatMap(\.outcome.warnings).map(\.message)
  }
}

/// Small changes of a notebook's cells and front matter; most are still notebooks.
enum NotebookChanges {
  struct Change {
    let what: String
    let text: String
  }

  static func all(_ notebook: String) -> [Change] {
    let lines = notebook.components(separatedBy: "\n")
    var changes: [Change] = []
    func add(_ what: String, _ index: Int, _ replacement: [String], _ count: Int = 1) {
      var changed = lines
      changed.replaceSubrange(index..<min(index + count, lines.count), with: replacement)
      changes.append(
        Change(
          what: "line \(index + 1), \(what): \(replacement.joined(separator: " / "))",
          text: changed.joined(separator: "\n")))
    }
    var kind: String?
    var isFront = false
    for (index, line) in lines.enumerated() {
      if line == "---" { isFront.toggle() }
      if line.hasPrefix("```") {
        let words = line.split(whereSeparator: { "`{} ".contains($0) }).map(String.init)
        kind = kind == nil ? words.first : nil
        if words.count == 2 { changes.append(renamed(notebook, words[1])) }
        continue
      }
      guard kind != nil || isFront, line != "---" else { continue }
      add("left out", index, [])
      add("one letter more", index, [line + "x"])
      add("said otherwise", index, [line.replacingOccurrences(of: "}", with: ", label: Other}")])
      if index + 1 < lines.count, !lines[index + 1].hasPrefix("```") {
        add("exchanged", index, [lines[index + 1], line], 2)
      }
      for (number, range) in numbers(line) {
        for other in [String(number * 2), "1", "2", "0.5"] {
          add("another number", index, [line.replacingCharacters(in: range, with: other)])
        }
      }
      for (old, new) in words where line.contains(old) {
        add("another word", index, [line.replacingOccurrences(of: old, with: new)])
      }
      if let open = line.firstIndex(of: "["), let close = line.lastIndex(of: "]"), open < close {
        let items = line[line.index(after: open)..<close].components(separatedBy: ", ")
        if items.count > 1 {
          for other in [Array(items.reversed()), Array(items.dropLast()), Array(items.dropFirst())] {
            add(
              "another list", index, [line[...open] + other.joined(separator: ", ") + line[close...]].map(String.init))
          }
        }
      }
      guard let kind, let key = line.split(separator: ":").first.map(String.init),
        let documented = StepCatalog.kinds.first(where: { $0.kind == kind })?.keys.first(where: { $0.name == key })
      else { continue }
      for word in choices(documented) { add("another choice", index, ["\(key): \(word)"]) }
    }
    // Keys that are not written: each with each word that its manual names.
    for (index, line) in lines.enumerated() where line.hasPrefix("```{") {
      let name = line.dropFirst(4).prefix { $0 != "}" }
      for key in StepCatalog.kinds.first(where: { $0.kind == name })?.keys ?? [] where !key.isRequired {
        for word in choices(key) + ["true", "false", "2", "0.9"] {
          add("one key more", index, [line, "\(key.name): \(word)"])
        }
      }
    }
    for level in ["0.9", "0.99"] {
      changes.append(
        Change(
          what: "level \(level)",
          text: notebook.replacingOccurrences(of: "---\ntitle", with: "---\nlevel: \(level)\ntitle")))
    }
    return changes.filter { $0.text != notebook }
  }

  private static let words = [
    ("reml", "ml"), ("ml", "reml"), (" + ", " * "), (" + ", " - "), (" <", " >="), ("> ", "< "), ("number", "integer"),
    ("category", "ordered"),
    ("id", "text"), ("text", "id"), ("log(", "sqrt("), ("exp(", "log("), ("because: ", "because: other "),
    ("label: ", "label: Other "),
    ("mg/dL", "umol/L"), ("missing", "keep"), ("a", "b"), ("A", "B"), ("x", "y"),
  ]

  private static func numbers(_ line: String) -> [(Double, Range<String.Index>)] {
    line.ranges(of: #/[0-9]+(\.[0-9]+)?/#).compactMap { range in Double(line[range]).map { ($0, range) } }
  }

  private static func choices(_ key: Key) -> [String] {
    let quoted = key.documentation.components(separatedBy: "`").enumerated().filter { !$0.offset.isMultiple(of: 2) }
      .map(\.element)
    return quoted + key.form.split(whereSeparator: { " ,".contains($0) }).map(String.init)
  }

  /// The step by another name wherever it is named.
  private static func renamed(_ notebook: String, _ name: String) -> Change {
    let text = notebook.replacingOccurrences(of: "\\b\(name)\\b", with: "\(name)_2", options: .regularExpression)
    return Change(what: "\(name) by another name", text: text)
  }
}

/// Small changes of a table: a cell, the order of rows and of columns, a row less.
enum DataChanges {
  static func all(_ data: String) -> [NotebookChanges.Change] {
    let lines = data.split(separator: "\n").map { $0.components(separatedBy: ",") }
    var changes: [NotebookChanges.Change] = []
    func add(_ what: String, _ lines: [[String]]) {
      changes.append(.init(what: what, text: lines.map { $0.joined(separator: ",") + "\n" }.joined()))
    }
    guard lines.count > 2, !data.contains("\"") else { return [] }
    add("columns the other way round", lines.map { $0.reversed() })
    add("rows the other way round", [lines[0]] + lines.dropFirst().reversed())
    for row in 1..<lines.count {
      var fewer = lines
      fewer.remove(at: row)
      add("without row \(row)", fewer)
      for column in lines[row].indices {
        var other = lines
        other[row][column] = lines[row == 1 ? 2 : 1][min(column, lines[row == 1 ? 2 : 1].count - 1)]
        add("row \(row), column \(column + 1)", other)
        other[row][column] = ""
        add("row \(row), column \(column + 1) empty", other)
      }
    }
    return changes
  }
}
