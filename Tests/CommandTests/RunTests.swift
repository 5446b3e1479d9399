import Foundation
import Testing

@Suite("colophon run")
struct RunTests {
  static let notebook = """
    ---
    title: T
    params:
      low: {type: number, default: 0}
    ---

    ```{load} rows
    file: data/x.csv
    columns:
      g: category [a, b]
      x: number
    ```

    ```{filter} some
    data: rows
    keep: {where: x > $low, because: High enough}
    ```

    {value}`some.kept`

    """
  static let data = "g,x\na,1\nb,2\na,3\n"

  private func project(_ notebook: String = Self.notebook, data: String? = Self.data) throws -> ProjectCopy {
    let project = try ProjectCopy()
    try project.write(notebook, to: "notebooks/t.md")
    if let data { try project.write(data, to: "data/x.csv") }
    return project
  }

  @Test func theSameBytesAnywhere() throws {
    let project = try ProjectCopy()
    // A gallery may lie there, which no run writes.
    let committed = try project.contents(of: "outputs").filter { $0.key != "index.html" }
    try project.remove("outputs")
    let elsewhere = [
      "TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8", "HOME": "/nowhere", "USER": "x",
    ]
    let result = try project.run("run", "notebooks", environment: elsewhere)
    #expect(result.code == 0)
    #expect(try project.contents(of: "outputs") == committed)
  }

  @Test func aSecondRunReplacesTheFirst() throws {
    let project = try project()
    #expect(try project.run("run", "notebooks/t.md").code == 0)
    let first = try project.contents(of: "outputs/t")
    try project.write(Self.data + "b,4\n", to: "data/x.csv")
    #expect(try project.run("run", "notebooks/t.md").code == 0)
    #expect(try project.contents(of: "outputs/t") != first)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(project.root)/outputs")
    #expect(names.allSatisfy { !$0.hasPrefix(".") }, "no temporary folder stays")
  }

  /// The old run stays as it was, and nothing half-written appears.
  @Test(arguments: [
    "g,x\na,1\nb,two\n", "", "g,x\n", "g,x\na,1\u{0}\n", "x\n1\n", "g,x\nc,1\n", "g,x\n\"a,1\n",
  ])
  func dataThatCannotBeUsedLeavesTheOldRun(_ data: String) throws {
    let project = try project()
    #expect(try project.run("run", "notebooks/t.md").code == 0)
    let before = try project.contents(of: "outputs")
    try project.write(data, to: "data/x.csv")
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 6)
    #expect(result.errors.contains("data/x.csv"))
    #expect(try project.contents(of: "outputs") == before)
  }

  @Test func invalidUTF8IsNamed() throws {
    let project = try project()
    try project.write(Data("g,x\na,1\n".utf8) + Data([0x61, 0xFF, 0x2C, 0x31, 0x0A]), to: "data/x.csv")
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 6)
    #expect(result.errors.contains("row 2 (line 3), column `g`") && result.errors.contains("not valid UTF-8"))
  }

  @Test func aMissingFileIsNamedWithItsPlace() throws {
    let result = try project(data: nil).run("run", "notebooks/t.md")
    #expect(result.code == 6)
    #expect(result.errors.contains("notebooks/t.md:8:7") && result.errors.contains("`data/x.csv` does not exist"))
  }

  @Test func aLinkOutOfTheProjectIsRefused() throws {
    let project = try project(data: nil)
    try FileManager.default.createSymbolicLink(
      atPath: "\(project.root)/data/x.csv", withDestinationPath: "/etc/hostname")
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 6)
    #expect(result.errors.contains("links are not followed"))
  }

  @Test func aPipeIsRefusedAtOnce() throws {
    let project = try project(data: nil)
    #expect(mkfifo("\(project.root)/data/x.csv", 0o600) == 0)
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 6)
    #expect(result.errors.contains("not a regular file"))
  }

  @Test func otherParametersNeedAnotherFolder() throws {
    let project = try project()
    #expect(try project.run("run", "notebooks/t.md", "-P", "low=1").code == 64)
    #expect(try project.run("run", "notebooks/t.md", "-P", "low=1.5", "--output", "other").code == 0)
    #expect(try project.run("show", "other", "some.kept").output == "2\n")
    #expect(try project.run("verify", "other", "--rerun").code == 0)
    #expect(try project.run("run", "notebooks/t.md", "-P", "low=much", "--output", "other").code == 6)
    let unknown = try project.run("run", "notebooks/t.md", "-P", "lo=1", "--output", "other")
    #expect(unknown.code == 6 && unknown.errors.contains("did you mean `low`?"))
    try project.write("low: 2.5\n", to: "p.yaml")
    #expect(try project.run("run", "notebooks/t.md", "--params", "p.yaml", "--output", "other").code == 0)
    #expect(try project.run("show", "other", "some.kept").output == "1\n")
  }

  @Test func aFolderThatIsNoRunIsNotReplaced() throws {
    let project = try project()
    try project.write("mine", to: "outputs/t/notes.txt")
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 74)
    #expect(try project.read("outputs/t/notes.txt") == Data("mine".utf8))
    try project.remove("outputs/t")
    try project.write("mine", to: "outputs/t")
    #expect(try project.run("run", "notebooks/t.md").code == 74)
    // A file that only looks like a run's, and a file of the user's beside a run.
    try project.write("{}", to: "other/manifest.json")
    #expect(try project.run("run", "notebooks/t.md", "--output", "other").code == 74)
    try project.remove("outputs/t")
    #expect(try project.run("run", "notebooks/t.md").code == 0)
    try project.write("mine", to: "outputs/t/notes.txt")
    #expect(try project.run("run", "notebooks/t.md").code == 74)
    #expect(try project.read("outputs/t/notes.txt") == Data("mine".utf8))
  }

  @Test func aLinkInPlaceOfOutputsIsRefused() throws {
    let project = try project()
    try project.remove("outputs")
    try FileManager.default.createDirectory(atPath: "\(project.root)/elsewhere", withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: "\(project.root)/outputs", withDestinationPath: "\(project.root)/elsewhere")
    #expect(try project.run("run", "notebooks/t.md").code == 74)
    #expect(try project.contents(of: "elsewhere").isEmpty)
  }

  @Test func endlessExpressionsAreRefused() throws {
    for endless in ["1" + String(repeating: " + 1", count: 20_000), String(repeating: "(", count: 9000) + "x"] {
      let project = try project(Self.notebook.replacingOccurrences(of: "x > $low", with: "x > $low + \(endless)"))
      #expect(try project.run("check", "notebooks/t.md").code == 6)
    }
  }

  @Test func aFailedExpectationFinishesAndEndsOne() throws {
    let project = try project(Self.notebook + "\n```{expect} e\nthat: some.kept == 17\n```\n")
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 1)
    let report = String(decoding: try project.read("outputs/t/report.html"), as: UTF8.self)
    #expect(report.contains("FAILED"))
    let verified = try project.run("verify", "outputs/t", "--rerun")
    #expect(verified.code == 0 && verified.output.contains("did not hold"))
  }

  @Test func mistakesLeaveNothingBehind() throws {
    let project = try project(Self.notebook.replacingOccurrences(of: "keep:", with: "kep:"))
    for command in ["check", "run"] {
      let result = try project.run(command, "notebooks/t.md")
      #expect(result.code == 6)
      #expect(result.errors.contains("did you mean `keep`?"))
      #expect(!FileManager.default.fileExists(atPath: "\(project.root)/outputs/t"))
    }
  }

  @Test func plainLinesWhereThereIsNoTerminal() throws {
    let result = try project().run("run", "notebooks/t.md")
    let lines = result.errors.split(separator: "\n")
    #expect(!result.errors.contains("\u{1B}"))
    #expect(lines.contains { $0.contains("load") && $0.contains("3 rows") && $0.contains("ms") })
    #expect(lines.contains { $0.contains("filter") && $0.contains("3 → 3 rows") })
  }

  /// Two steps alike in all but their names have one plan digest; what reads both reads two.
  @Test func twinStepsAreVerified() throws {
    let twins = ["one", "two"].map { "```{filter} \($0)\ndata: rows\nkeep: {where: x > 0, because: All}\n```\n\n" }
      .joined()
    let notebook = Self.notebook + twins + "```{expect} both\nthat: one.kept == two.kept\n```\n"
    let project = try project(notebook)
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 0, "\(result.errors)")
    let verified = try project.run("verify", "outputs/t", "--rerun")
    #expect(verified.code == 0, "\(verified.output)")
  }

  @Test func twoRunsOfOneNotebookAtOnce() throws {
    let project = try project()
    let group = DispatchGroup()
    for _ in 0..<6 {
      DispatchQueue.global().async(group: group) { _ = try? project.run("run", "-q", "notebooks/t.md") }
    }
    group.wait()
    #expect(try project.run("verify", "outputs/t", "--rerun").code == 0)
  }
}
