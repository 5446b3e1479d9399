import Foundation
import Testing

/// Compressed files and databases that are made to harm, or that are not what their names say.
@Suite("Hostile packed files")
struct PackedInputTests {
  /// `g,x\na,1\nb,2\na,3\n`
  static let small = Data(base64Encoded: "H4sIAAAAAAAC/0vXqeBK1DHkStIxAtLGXACC1ZYUEAAAAA==") ?? Data()

  private static let gzip = "---\ntitle: T\n---\n\n```{load} t\nfile: d.csv.gz\ncolumns: {x: number}\n```\n"

  private static func database(_ select: String, key: String = "week") -> String {
    """
    ---
    title: T
    ---

    ```{load} t
    file: d.sqlite
    select: \(select)
    key: \(key)
    columns: {week: number wk, patient: id}
    ```

    ```{expect} rows
    that:
      - t.n_rows == 5
    ```

    """
  }

  private static func project(_ notebook: String, _ files: [String: Data]) throws -> TemporaryFolder {
    let project = try TemporaryFolder(["colophon.yaml": "", "n.md": notebook])
    for (path, data) in files { try project.write(data, to: path) }
    return project
  }

  private static func visits() throws -> Data {
    try Data(contentsOf: URL(filePath: "\(Command.root)/Tests/Reference/data/visits.sqlite"))
  }

  @Test func aSmallFileIsRead() throws {
    let project = try Self.project(Self.gzip, ["d.csv.gz": Self.small])
    let result = try LimitedCommand.run(["run", "-q", "n.md"], in: project.root)
    #expect(result.code == 0, "\(result.output)")
    let schema = try LimitedCommand.run(["schema", "d.csv.gz"], in: project.root)
    #expect(schema.code == 0 && schema.output.hasPrefix("columns:\n"), "\(schema.output)")
  }

  /// Members of a gzip file follow each other, so that a bomb is made of small ones.
  private static func bomb(_ count: Int) -> Data {
    var data = small
    for _ in 0..<count { data.append(small) }
    return data
  }

  @Test func aBombIsRefused() throws {
    let project = try Self.project(Self.gzip, ["d.csv.gz": Self.bomb(1000)])
    for command in [["run", "-q", "n.md"], ["schema", "d.csv.gz"]] {
      let result = try LimitedCommand.run(command + ["--limit", "expanded-bytes=10000"], in: project.root)
      #expect(result.code == 6 || result.code == 65, "\(result.output)")
      #expect(result.output.contains("--limit expanded-bytes=NUMBER"), "\(result.output)")
    }
    #expect(!project.exists("outputs"))
  }

  @Test(arguments: [
    ("no gzip", Data("g,x\na,1\n".utf8), "no gzip file"), ("cut", small.dropLast(9), "ends before"),
    ("the head alone", small.prefix(10), "is empty"), ("behind it", small + Data([1, 2]), "behind"),
    ("empty", Data(), "no gzip file"),
  ])
  func aDamagedFileIsRefused(_ name: String, _ data: Data, _ says: String) throws {
    let project = try Self.project(Self.gzip, ["d.csv.gz": Data(data)])
    let result = try LimitedCommand.run(["run", "-q", "n.md"], in: project.root)
    LimitedCommand.expectHarmless(result, name)
    #expect(result.code == 6 && result.output.contains(says), "\(name): \(result.output)")
    #expect(!project.exists("outputs"))
  }

  @Test func aDatabaseIsRead() throws {
    let project = try Self.project(
      Self.database("SELECT week, patient FROM visits", key: "[patient, week]"), ["d.sqlite": Self.visits()])
    let result = try LimitedCommand.run(["run", "-q", "n.md"], in: project.root)
    #expect(result.code == 0, "\(result.output)")
  }

  @Test(arguments: [
    ("SELECT r AS week, patient FROM hostile", "`random` is no function"),
    ("SELECT patient FROM visits", "not among the selected"),
    ("SELECT week, patient FROM nowhere", "no such table"), ("DELETE FROM visits", "one SELECT"),
    ("SELECT week FROM visits", "no column `patient`"), ("ATTACH '/etc/passwd' AS week", "one SELECT"),
  ])
  func aStatementIsRefused(_ select: String, _ says: String) throws {
    let project = try Self.project(Self.database(select), ["d.sqlite": Self.visits()])
    let result = try LimitedCommand.run(["run", "-q", "n.md"], in: project.root)
    LimitedCommand.expectHarmless(result, select)
    #expect(result.code == 6 && result.output.contains(says), "\(select): \(result.output)")
    #expect(!project.exists("outputs"))
  }

  @Test(arguments: ["d.sqlite-wal", "d.sqlite-journal"])
  func anOpenDatabaseIsRefused(_ companion: String) throws {
    let notebook = Self.database("SELECT week, patient FROM visits", key: "[patient, week]")
    let project = try Self.project(notebook, ["d.sqlite": Self.visits(), companion: Data([1])])
    for command in ["check", "run"] {
      let result = try LimitedCommand.run([command, "n.md"], in: project.root)
      #expect(result.code == 6 && result.output.contains(companion), "\(result.output)")
    }
  }

  @Test func aDatabaseWithoutASelectSaysSo() throws {
    let notebook = "---\ntitle: T\n---\n\n```{load} t\nfile: d.sqlite\ncolumns: {x: number}\n```\n"
    let project = try Self.project(notebook, ["d.sqlite": Self.visits()])
    let result = try LimitedCommand.run(["run", "-q", "n.md"], in: project.root)
    #expect(result.code == 6, "\(result.output)")
  }

  /// Sensitive ids and words leave through no file of a run, and no message.
  @Test func sensitiveValuesAreNowhere() throws {
    let notebook = """
      ---
      title: T
      ---

      ```{load} t
      file: d.csv
      sensitive: true
      key: [patient, week]
      columns:
        patient: id
        week: number wk
        x: {type: number, below: half}
        town: text
      ```

      ```{derive} more
      data: t
      columns:
        y: 2 * x
      ```

      ```{filter} some
      data: more
      keep:
        - where: y > 2
          because: Large
      ```

      ```{table} rows
      data: some
      columns: [patient, week, y]
      ```

      ```{summarize} by_patient
      data: some
      of: [y]
      by: patient
      ```

      """
    let data = Data("patient,week,x,town\nSecretA,0,1,Town\nSecretB,0,<3,Town\nSecretA,4,7,Town\n".utf8)
    let project = try Self.project(notebook, ["d.csv": data])
    let result = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(result.code == 0, "\(result.output)")
    for (path, bytes) in try project.contents(of: "outputs") {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.contains("Secret") && !text.contains("Town"), "\(path)")
    }
    #expect(
      String(decoding: try project.read("outputs/n/tables/rows.csv"), as: UTF8.self)
        == "patient,week,y\nP1,0,3\nP2,4,14\n")
    #expect(
      String(decoding: try project.read("outputs/n/tables/data-issues.csv"), as: UTF8.self)
        == "load,row,key,column,received,used,rule\nt,2,,x,,,below: half\n")
    try project.write(notebook.replacingOccurrences(of: "[patient, week, y]", with: "[patient, town]"), to: "n.md")
    let refused = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(refused.code == 6 && refused.output.contains("error[sensitive]"), "\(refused.output)")
    try project.write(notebook, to: "n.md")
    try project.write("patient,week,x,town\nSecretA,0,Secret,T\nSecretA,0,1,T\nSecretA,0,<1,T\n", to: "d.csv")
    let misfit = try LimitedCommand.run(["run", "n.md"], in: project.root)
    #expect(
      misfit.code == 6 && misfit.output.contains("row 1") && !misfit.output.contains("Secret"), "\(misfit.output)")
  }
}
