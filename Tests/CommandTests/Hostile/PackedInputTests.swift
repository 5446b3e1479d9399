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
}
