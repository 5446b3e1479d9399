import Foundation
import Testing

@Suite("Exports that are refused")
struct RefusedExportTests {
  /// That nothing appeared, whole or half.
  private func expectNothing(_ project: ProjectCopy, _ comment: String = "") throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: project.root)
    #expect(!names.contains { $0.contains("crate") }, "\(comment)")
  }

  @Test(arguments: ["date", "description", "license", "authors"])
  func whatIsMissingIsNamed(_ key: String) throws {
    let project = try ExportTests.project(ExportTests.notebook(ExportTests.credits.filter { !$0.hasPrefix(key) }))
    let result = try project.run("export", "outputs/t", "--crate", "crate")
    #expect(result.code == 6)
    #expect(result.errors.contains("a crate needs the notebook's `\(key)`, and its front matter has none"))
    #expect(result.errors.contains("notebooks/t.md:1:1"))
    #expect(result.errors.contains("add a line such as `\(key): "))
    try expectNothing(project)
  }

  @Test func allThatIsMissingIsNamedAtOnce() throws {
    let project = try ExportTests.project(RunTests.notebook)
    let result = try project.run("export", "outputs/t", "--crate", "crate")
    #expect(result.code == 6)
    #expect(result.errors.contains("4 errors in notebooks/t.md"))
    try expectNothing(project)
  }

  @Test(arguments: [
    ("date: 2025-02-29", 6, "notebooks/t.md:3:1"), ("date: 2024-02-29", 0, ""), ("date: 1900-02-29", 6, "1900-02-29"),
    ("date: 2025-13-01", 6, "2025-13-01"), ("date: 2025-1-1", 6, "is not a day as ISO 8601 writes it"),
    ("date: today", 6, "`today`"), ("license: MIT OR Apache-2.0", 0, "#license"),
    ("license: https://example.org/licence", 0, "https://example.org/licence"),
    ("license: Apache-2.0", 0, "https://spdx.org/licenses/Apache-2.0"),
    ("authors: [{name: A, orcid: 0000-0002-1825-0098}]", 6, "`0000-0002-1825-0098` is no ORCID"),
    ("authors: [{name: A, orcid: https://orcid.org/0000-0002-1694-233X}]", 0, "https://orcid.org/0000-0002-1694-233X"),
    ("authors: [{name: A, orcid: 0000000218250097}]", 6, "is no ORCID"),
    ("authors: [{name: A, orcid: 0000-0002-1825-0097}, {name: B, orcid: 0000-0002-1825-0097}]", 6, "two authors have"),
    ("authors: ['']", 6, "an author has an empty name"),
  ])
  func formsOfCredits(_ line: String, _ code: Int32, _ text: String) throws {
    let key = line.prefix { $0 != ":" }
    let project = try ExportTests.project(
      ExportTests.notebook(ExportTests.credits.map { $0.hasPrefix(key) ? line : $0 }))
    let result = try project.run("export", "outputs/t", "--crate", "crate")
    #expect(result.code == code, "\(line): \(result.errors)")
    if code == 0 {
      let written = String(decoding: try project.read("crate/ro-crate-metadata.json"), as: UTF8.self)
      #expect(written.contains("{\"@id\":\"\(text)\"}") || text.isEmpty, "\(line)")
    } else {
      #expect(result.errors.contains(text), "\(line): \(result.errors)")
      try expectNothing(project, line)
    }
  }

  @Test func nothingIsReplaced() throws {
    let project = try ExportTests.project()
    try project.write("mine", to: "there/mine")
    try project.write("mine", to: "file")
    try FileManager.default.createDirectory(atPath: "\(project.root)/empty", withIntermediateDirectories: false)
    for link in [("link", "nowhere"), ("runs", "outputs")] {
      try FileManager.default.createSymbolicLink(
        atPath: "\(project.root)/\(link.0)", withDestinationPath: link.1)
    }
    func contents() throws -> [[String: Data]] {
      try ["outputs", "there", "notebooks", "data", "empty"].map { try project.contents(of: $0) }
    }
    let before = try contents()
    for target in ["there", "file", "empty", "link", "outputs", "outputs/t", "notebooks", ".", "/"] {
      let result = try project.run("export", "outputs/t", "--crate", target)
      #expect(result.code == 74 && result.errors.contains("is there already"), "\(target)")
    }
    for target in ["outputs/crate", "outputs/t/crate", "outputs/t/tables/crate", "runs/crate", "data/../outputs/crate"]
    {
      let result = try project.run("export", "outputs/t", "--crate", target)
      #expect(result.code == 74 && result.errors.contains("in the project's outputs"), "\(target)")
    }
    #expect(try project.run("export", "outputs/t", "--crate", "absent/crate").code == 74)
    #expect(try contents() == before)
    try expectNothing(project)
    // Also where runs lie elsewhere.
    try FileManager.default.moveItem(atPath: "\(project.root)/outputs/t", toPath: "\(project.root)/there/t")
    let inside = try project.run("export", "there/t", "--crate", "there/t/tables/crate")
    #expect(inside.code == 74 && inside.errors.contains("is a run of its own"))
    #expect(try project.run("verify", "there/t").code == 0)
    // And where there are none yet: the folder of runs is not made of a crate.
    try project.remove("outputs")
    let first = try project.run("export", "there/t", "--crate", "outputs")
    #expect(first.code == 74 && first.errors.contains("in the project's outputs"))
    #expect(!FileManager.default.fileExists(atPath: "\(project.root)/outputs"))
  }

  @Test func aRunThatDoesNotHoldIsNotExported() throws {
    let project = try ExportTests.project()
    try project.flip(of: "outputs/t/report.html")
    let changed = try project.run("export", "outputs/t", "--crate", "crate")
    #expect(changed.code == 4 && changed.errors.contains("report.html is changed"))
    try project.flip(of: "outputs/t/report.html")
    try project.write("{}", to: "outputs/t/manifest.dsse.json")
    #expect(try project.run("export", "outputs/t", "--crate", "crate").code == 3)
    try project.remove("outputs/t/manifest.dsse.json")
    try project.remove("data/x.csv")
    #expect(try project.run("export", "outputs/t", "--crate", "crate").code == 5)
    #expect(try project.run("export", "data", "--crate", "crate").code == 4)
    #expect(try project.run("export", "absent", "--crate", "crate").code == 74)
    #expect(try project.run("export", "outputs/t").code == 64)
    try expectNothing(project)
  }

  /// A limit on file sizes stops the program in the middle of the crate, as a full disk does; the signal that comes with it
  /// ends nothing.
  @Test(arguments: ["--default-signal=XFSZ", "--ignore-signal=XFSZ"])
  func aFullDiskLeavesNoCrate(_ signal: String) throws {
    let project = try ExportTests.project()
    func names() throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: project.root).filter { $0.contains("crate") }
    }
    #expect(throws: Tool.Failure.self) {
      try Tool.run(
        "sh", ["-c", "ulimit -f 4; exec env \(signal) \"$0\" export outputs/t --crate crate", Command.binary],
        in: project.root)
    }
    #expect(try names() == [])
    #expect(try project.run("export", "outputs/t", "--crate", "crate").code == 0)
    #expect(try names() == ["crate"])
  }
}
