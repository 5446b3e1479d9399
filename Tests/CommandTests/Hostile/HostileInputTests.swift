import Foundation
import Testing

/// Files that are made to harm: each is refused with its place, or does no harm, in little time and memory.
@Suite("Hostile files")
struct HostileInputTests {
  static let data = "g,x\na,1\nb,2\na,3\n"

  private func project(_ notebook: String, _ data: Data = Data(Self.data.utf8)) throws -> TemporaryFolder {
    let project = try TemporaryFolder(["colophon.yaml": "", "n.md": notebook, "folder/d.csv": Self.data])
    try project.write(data, to: "d.csv")
    for (link, target) in [("link.csv", "/etc/hostname"), ("folder-link", "folder"), ("dangling.csv", "nowhere")] {
      try FileManager.default.createSymbolicLink(atPath: "\(project.root)/\(link)", withDestinationPath: target)
    }
    try #require(mkfifo("\(project.root)/pipe", 0o600) == 0)
    try makeSocket("\(project.root)/socket")
    return project
  }

  private func makeSocket(_ path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The path may be too long for an address: bind where it is, under its name alone.
    let bytes = Array(path.utf8)
    try #require(bytes.count < MemoryLayout.size(ofValue: address.sun_path))
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(status == 0)
  }

  @Test(arguments: HostileNotebook.all)
  func aNotebook(_ notebook: HostileNotebook) throws {
    let project = try project(notebook.text())
    let result = try LimitedCommand.run(["run", "-q", "n.md"], in: project.root)
    LimitedCommand.expectHarmless(result, notebook.name)
    #expect(result.code == notebook.code, "\(notebook.name): \(result.output.prefix(2000))")
    #expect(
      notebook.says.isEmpty || result.output.contains(notebook.says), "\(notebook.name): \(result.output.prefix(2000))")
    if notebook.code == 6 {
      #expect(result.output.contains("n.md:"), "it names its place")
      #expect(!project.exists("outputs"))
    }
  }

  struct Table: Sendable, CustomTestStringConvertible {
    let name: String
    let code: Int32
    let says: String
    let bytes: @Sendable () -> Data
    var testDescription: String { name }

    init(_ name: String, _ code: Int32, _ says: String, _ bytes: @escaping @Sendable () -> Data) {
      self.name = name
      self.code = code
      self.says = says
      self.bytes = bytes
    }
  }

  private static func repeated(_ text: String, _ count: Int, after start: String = "g,x\n", end: String = "\n") -> Data
  {
    var data = Data(start.utf8)
    data.reserveCapacity(start.utf8.count + text.utf8.count * count + end.utf8.count)
    let unit = Data(text.utf8)
    for _ in 0..<count { data.append(unit) }
    return data + Data(end.utf8)
  }

  private static let million = LimitedCommand.isFull ? 1 << 20 : 1 << 17

  static let tables: [Table] = [
    Table("100,000 columns", 6, "more than the limit of 10000") {
      Data(((0..<100_000).map { "c\($0)" }.joined(separator: ",") + "\n").utf8)
    },
    Table("9998 columns", 0, "") {
      Data(((0..<9998).map { "c\($0)," }.joined() + "g,x\n" + String(repeating: "1,", count: 9998) + "a,1\n").utf8)
    },
    Table("a long row of one field", 6, "longer than 1048576 bytes") { repeated("1", 50 * million, after: "g,x\na,") },
    Table("a long row of many fields", 6, "fields, and the header names 2") { repeated("a,", 10 * million) },
    Table("a long header", 6, "does not end within") { repeated("g", 20 * million, after: "") },
    Table("a quote that is not closed", 6, "not closed") { repeated("a,1\n", 5 * million, after: "g,x\n\"") },
    Table("a quote in the header that is not closed", 6, "not closed") { repeated("a,1\n", million, after: "\"g,x\n") },
    Table("quotes in quotes", 6, "not fit") { repeated("\"a\"\"", 5 * million) },
    Table("blank lines", 6, "no rows") { repeated("\n", 20 * million) },
    Table("many bad rows", 6, "more") { repeated("c,d\n", million, end: "") },
    Table("carriage returns", 6, "carriage return") { Data("g,x\ra,1\rb,2\r".utf8) },
    Table("NULs", 6, "NUL byte") { Data(count: 1_000_000) },
    Table("a NUL in a cell", 6, "NUL byte") { Data("g,x\na,\0\n".utf8) },
    Table("UTF-16", 6, "NUL byte") { data.data(using: .utf16) ?? Data() },
    Table("overlong UTF-8", 6, "not valid UTF-8") { Data("g,x\n".utf8) + Data([0xC0, 0xAF]) + Data(",1\n".utf8) },
    Table("surrogates in UTF-8", 6, "not valid UTF-8") {
      Data("g,x\n".utf8) + Data([0xED, 0xA0, 0x80]) + Data(",1\n".utf8)
    },
    Table("a byte-order mark", 0, "") { Data("\u{FEFF}\(data)".utf8) },
    Table("two byte-order marks", 6, "no column `g`") { Data("\u{FEFF}\u{FEFF}\(data)".utf8) },
    Table("columns of one name", 6, "two columns named `g`") { Data("g,g,x\na,a,1\n".utf8) },
    Table("odd names", 0, "") {
      Data("__proto__,constructor,<script>alert(1)</script>,\u{1b}[2J\u{202e},=1+1,g,x\n1,2,3,4,5,a,1\n".utf8)
    },
    Table("numbers that are none", 6, "10 cells or rows do not fit") {
      let numbers = [
        "1e999", "-1e999", "0x1p3", String(repeating: "9", count: 400), "nan", "inf", "+5", "1_0",
        "1e99999999999999999999",
        "１", "1e-999", "-0", ".5", "5.", "0." + String(repeating: "0", count: 400) + "1",
      ]
      return Data(("g,x\n" + numbers.map { "a,\($0)\n" }.joined()).utf8)
    },
    Table("long numbers", 0, "") { repeated("a,0." + String(repeating: "1", count: 1_000_000) + "\n", 20, end: "") },
    Table("steering characters", 6, "\\u{1b}[2J") { Data("g,x\n\u{1b}[2J\u{202e}\u{9b}31m,1\n".utf8) },
  ]

  @Test(arguments: tables)
  func aTable(_ table: Table) throws {
    let notebook = "---\ntitle: T\n---\n\n```{load} t\nfile: d.csv\ncolumns:\n  g: category [a, b]\n  x: number\n```\n"
    let project = try project(notebook, table.bytes())
    for command in ["run", "schema"] {
      let arguments = command == "run" ? ["run", "-q", "n.md"] : ["schema", "d.csv"]
      let result = try LimitedCommand.run(arguments, in: project.root)
      LimitedCommand.expectHarmless(result, "\(command) \(table.name)")
      guard command == "run" else { continue }
      #expect(result.code == table.code, "\(table.name): \(result.output.prefix(2000))")
      #expect(table.says.isEmpty || result.output.contains(table.says), "\(table.name): \(result.output.prefix(2000))")
      #expect(table.code == 0 || result.output.contains("d.csv"))
    }
  }

  /// The limit on files is the reader's to set.
  @Test func aFileAboveTheLimitIsRefused() throws {
    let notebook = "---\ntitle: T\n---\n\n```{load} t\nfile: d.csv\ncolumns: {x: number}\n```\n"
    let project = try project(notebook, Self.repeated("a,1\n", 100, end: ""))
    #expect(try LimitedCommand.run(["run", "-q", "n.md", "--max-file-size", "404"], in: project.root).code == 0)
    for (limit, code) in [(403, Int32(6)), (10, 74)] {
      let result = try LimitedCommand.run(["run", "-q", "n.md", "--max-file-size", "\(limit)"], in: project.root)
      #expect(result.code == code && result.output.contains("limit of \(limit) bytes"), "\(result.output)")
      let verified = try LimitedCommand.run(["verify", "outputs/n", "--max-file-size", "\(limit)"], in: project.root)
      #expect(verified.code == 4 && verified.output.contains("limit of \(limit) bytes"), "\(verified.output)")
    }
  }

  /// Only root can make one.
  @Test(.enabled(if: geteuid() == 0, "only root makes devices"))
  func aDeviceIsRefused() throws {
    let notebook = "---\ntitle: T\n---\n\n```{load} t\nfile: zero\ncolumns: {x: number}\n```\n"
    let project = try project(notebook)
    // 1, 5 is /dev/zero.
    try #require(mknod("\(project.root)/zero", S_IFCHR | 0o600, 0x105) == 0)
    let result = try LimitedCommand.run(["run", "-q", "n.md"], in: project.root)
    #expect(result.code == 6 && result.output.contains("not a regular file"), "\(result.output)")
  }

  /// A hard link is the file itself, and nothing tells it from one.
  @Test func aHardLinkIsAFile() throws {
    let project = try project("---\ntitle: T\n---\n\n```{load} t\nfile: hard.csv\ncolumns: {x: number}\n```\n")
    try #require(link("\(project.root)/d.csv", "\(project.root)/hard.csv") == 0)
    #expect(try LimitedCommand.run(["run", "-q", "n.md"], in: project.root).code == 0)
  }

  /// What stands on the command line may come from names of files.
  @Test func commandLinesArePrintedSafely() throws {
    let project = try project("---\ntitle: T\nparams:\n  p: {type: number, default: 1}\n---\n")
    let bad = "\u{1b}[2J\u{202e}x\u{9b}"
    try project.write("---\ntitle: T\n---\n\n```{z} f\n```\n", to: "\(bad).md")
    for arguments in [
      ["run", bad], ["run", "\(bad).md"], ["check", "."], ["run", "--\(bad)"], [bad], ["verify", bad], ["show", bad],
      ["show", "folder", bad], ["run", "n.md", "-P", bad], ["run", "n.md", "-P", "\(bad)=1", "--output", "o"],
      ["run", "n.md", "-P", "p=\(bad)", "--output", "o"], ["run", "n.md", "--params", bad, "--output", "o"],
      ["run", "n.md", "--output", "\(bad)/\(bad)"], ["sign", bad, "--key", bad], ["sign", "folder", "--key", bad],
      ["key", "new", "\(bad)/x"], ["schema", bad], ["steps", bad], ["verify", "folder", "--expect-core", bad],
      ["verify", "folder", "--trust", bad], ["--project", bad, "check", "n.md"], ["check", "n.md", "--project", bad],
    ] {
      let result = try LimitedCommand.run(arguments, in: project.root)
      LimitedCommand.expectHarmless(
        .init(code: result.code == 64 ? 0 : result.code, output: result.output), "\(arguments)")
    }
  }
}
