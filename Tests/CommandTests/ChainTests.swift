import Foundation
import Testing

/// One notebook reads a table that another publishes.
@Suite("Chains of notebooks")
struct ChainTests {
  /// Named so that page order and alphabet are against it.
  static let first = """
    ---
    title: Preparing
    ---

    ```{load} visits
    file: data/visits.csv
    notice: MADE UP
    columns:
      who: id
      arm: category [-, "=a"]
      week: {type: number wk, label: Planned week}
      remark: text
    ```

    ```{filter} early
    data: visits
    keep: {where: week <= 4 wk, because: early}
    ```

    ```{table} rows
    data: early
    ```

    """
  static let second = """
    ---
    title: Counting
    ---

    ```{load} again
    file: outputs/z/tables/rows.csv
    ```

    ```{summarize} weeks
    data: again
    of: week
    by: arm
    ```

    {value}`weeks.rows["=a"].week.n` rows.

    """
  static let data = "who,arm,week,remark\n-1,-,0,'=x\n2,=a,1,@y\n3,=a,2,\n4,=a,9,z\n"

  private func project() throws -> SmallProject {
    try SmallProject([
      "colophon.yaml": "", "notebooks/z.md": Self.first, "notebooks/a.md": Self.second, "data/visits.csv": Self.data,
    ])
  }

  @Test func notebooksRunInTheOrderOfTheirTables() throws {
    let project = try project()
    let run = try project.run("run", "notebooks")
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.output == "outputs/z/report.html\noutputs/a/report.html\n")
    let report = try project.text("outputs/a/report.md")
    #expect(report.contains("2 rows."))
    #expect(report.contains("MADE UP"))
    #expect(report.contains("Tables were read that the run `outputs/z` published"))
  }

  /// Texts that a spreadsheet would run are guarded in the file, and are what they were when they are read again.
  @Test func aTableComesBackAsItWas() throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    #expect(
      try project.text("outputs/z/tables/rows.csv") == "who,arm,week,remark\n'-1,'-,0,''=x\n2,'=a,1,'@y\n3,'=a,2,\n")
    let sent = try project.run("show", "outputs/z", "early.sha256").output
    #expect(try project.run("show", "outputs/a", "again.sha256").output == sent)
  }

  @Test func verifyFollowsTheChain() throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    let good = try project.run("verify", "outputs/a", "--rerun", "--rerender")
    #expect(good.code == 0, "\(good.output)")
    #expect(good.output.contains("Chain           ok      outputs/z"))
    try project.write(Self.data.replacingOccurrences(of: "2,=a,1", with: "2,=a,3"), to: "data/visits.csv")
    let bad = try project.run("verify", "outputs/a", "--rerun")
    #expect(bad.code == 4)
    #expect(bad.output.contains("outputs/z: input data/visits.csv is changed"))
    #expect(bad.output.contains("outputs/z: the first step that differs is visits"))
  }

  /// The table's run is another one, with the same rows.
  @Test func anotherRunInItsPlaceIsFound() throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    try project.write(
      Self.first.replacingOccurrences(of: "because: early", with: "because: soon"), to: "notebooks/z.md")
    _ = try project.run("run", "notebooks/z.md")
    let result = try project.run("verify", "outputs/a")
    #expect(result.code == 4)
    #expect(result.output.contains("the run outputs/z, whose table was read, is another now"))
    #expect(try project.run("run", "notebooks").code == 0)
    #expect(try project.run("verify", "outputs/a").code == 0)
  }

  @Test func aRunThatIsGoneCannotBeChecked() throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    try project.remove("outputs/z")
    let result = try project.run("verify", "outputs/a")
    #expect(result.code == 5)
    #expect(result.output.contains("the run outputs/z, whose table was read, is not there"))
    let check = try project.run("check", "notebooks/a.md")
    #expect(check.code == 6)
    #expect(check.errors.contains("run the notebook that publishes to `outputs/z`"))
  }

  @Test(arguments: ["notebooks/z.md", "data/visits.csv"])
  func aStaleRunIsNamed(_ file: String) throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    try project.write(try project.text(file) + "\n", to: file)
    for command in ["run", "why"] {
      let result = try project.run(command, "notebooks/a.md")
      #expect(result.code == 0)
      #expect(
        result.errors.contains("the run `outputs/z`, whose table is read, is out of date: `\(file)` has changed since"))
    }
    #expect(!(try project.run("run", "notebooks").errors.contains("out of date")))
  }

  @Test(arguments: ["tables/rows.csv", "tables/rows.columns.yaml", "results.json"])
  func aTableThatItsRunDidNotRecordIsRefused(_ file: String) throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    try project.write(
      try project.text("outputs/z/\(file)").replacingOccurrences(of: "w", with: "v"), to: "outputs/z/\(file)")
    let result = try project.run("run", "notebooks/a.md")
    #expect(result.code == 6)
    #expect(result.errors.contains("outputs/z"))
  }

  @Test func whatReadsANotebookThatCannotRunDoesNotRun() throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    try project.write(Self.first.replacingOccurrences(of: "week <=", with: "weak <="), to: "notebooks/z.md")
    let result = try project.run("run", "notebooks")
    #expect(result.code == 6)
    #expect(result.errors.contains("notebooks/a.md is not run: it reads a table of notebooks/z.md"))
  }

  @Test func circlesAreRefused() throws {
    let project = try project()
    let circle = Self.first.replacingOccurrences(of: "data/visits.csv", with: "outputs/a/tables/weeks.csv")
    try project.write(circle, to: "notebooks/z.md")
    let result = try project.run("run", "notebooks")
    #expect(result.code == 6)
    #expect(result.errors.contains("in a circle: notebooks/a.md, notebooks/z.md"))
  }

  /// The crate of the last run is a project that holds the whole chain.
  /// By whatever name, and nothing is lost.
  @Test(arguments: ["outputs/z", "./outputs/../outputs/z", "link"])
  func aRunDoesNotTakeThePlaceOfWhatItReads(_ output: String) throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    try FileManager.default.createSymbolicLink(
      atPath: "\(project.root)/link", withDestinationPath: "\(project.root)/outputs/z")
    let result = try project.run("run", "notebooks/a.md", "--output", output)
    #expect(result.code == 6)
    #expect(result.errors.contains("`again` reads a table of `outputs/z`, whose place this run would take"))
    #expect(try project.run("verify", "outputs/a", "--rerun").code == 0)
  }

  /// Rows of a result have no schema beside them: who reads them declares their columns, and the chain holds.
  @Test func rowsOfAResultAreRead() throws {
    let project = try project()
    let third = Self.second.replacingOccurrences(
      of: "file: outputs/z/tables/rows.csv",
      with: """
        file: outputs/a/tables/weeks.csv
        columns:
          arm: text
          week: number from week.mean
        """
    ).replacingOccurrences(of: "{value}`weeks.rows[\"=a\"].week.n` rows.", with: "")
    try project.write(third, to: "notebooks/third.md")
    let run = try project.run("run", "notebooks")
    #expect(run.code == 0, "\(run.errors)")
    let verified = try project.run("verify", "outputs/third", "--rerun", "--rerender")
    #expect(verified.code == 0, "\(verified.output)")
    #expect(verified.output.contains("Chain           ok      outputs/z"))
    try project.write(
      third.replacingOccurrences(of: "columns:\n  arm: text\n  week: number from week.mean\n", with: ""),
      to: "notebooks/third.md")
    #expect(
      try project.run("check", "notebooks/third.md").errors.contains("error[missing-key]: `load` needs `columns`"))
  }

  @Test func aCrateHoldsTheChain() throws {
    let project = try project()
    let named = Self.second.replacingOccurrences(
      of: "title: Counting",
      with: "title: Counting\ndate: 2026-11-24\ndescription: A count.\nlicense: CC0-1.0\nauthors: [{name: Ada Example}]"
    )
    try project.write(named, to: "notebooks/a.md")
    _ = try project.run("run", "notebooks")
    let export = try project.run("export", "outputs/a", "--crate", "crate")
    #expect(export.code == 0, "\(export.errors)")
    let verify = try project.run("verify", "crate/run", "--project", "crate", "--rerun", "--rerender")
    #expect(verify.code == 0, "\(verify.output)")
    #expect(verify.output.contains("Chain           ok      outputs/z"))
  }

  @Test func everyRunOfAChainHasToBeSigned() throws {
    let project = try project()
    _ = try project.run("run", "notebooks")
    _ = try project.run("key", "new", "k")
    let key = try project.text("k.pub").split(separator: " ").prefix(2).joined(separator: " ")
    try project.write("ada \(key)\n", to: "allowed")
    _ = try project.run("sign", "outputs/a", "--key", "k")
    let half = try project.run("verify", "outputs/a", "--trust", "allowed", "--require-signature")
    #expect(half.code == 3)
    #expect(half.output.contains("outputs/z: "))
    _ = try project.run("sign", "outputs/z", "--key", "k")
    #expect(try project.run("verify", "outputs/a", "--trust", "allowed", "--require-signature").code == 0)
  }
}

/// A project made of texts.
final class SmallProject: Sendable {
  let root: String

  init(_ files: [String: String]) throws {
    root = FileManager.default.temporaryDirectory.appending(path: "colophon-small-\(UUID().uuidString)").path
    for (path, text) in files { try write(text, to: path) }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func run(_ arguments: String...) throws -> Command.Outcome { try Command.run(arguments, in: root) }

  func text(_ path: String) throws -> String { try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) }

  func write(_ text: String, to path: String) throws {
    let url = URL(filePath: "\(root)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: url, atomically: false, encoding: .utf8)
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(root)/\(path)") }
}
