import Digests
import Foundation
import Testing

/// Records of runs that are made to harm whoever verifies, shows or signs them.
@Suite("Hostile records")
struct HostileRecordTests {
  static let folder = "outputs/pbc-bilirubin"
  /// What reads a record: each must end with a documented code, and print nothing that steers a terminal.
  static let commands = [
    ["verify", folder], ["verify", folder, "--rerender"], ["verify", folder, "--trust", "allowed"], ["show", folder],
    ["show", folder, "growth"], ["sign", folder, "--key", "key"], ["verify", folder, "--json"],
  ]

  private func project() throws -> ProjectCopy {
    let project = try ProjectCopy()
    #expect(try project.run("key", "new", "key").code == 0)
    try project.write("a \(String(decoding: try project.read("key.pub"), as: UTF8.self))", to: "allowed")
    return project
  }

  private func expectRefusal(_ project: ProjectCopy, _ name: String, codes: Set<Int32> = [3, 4, 5, 6]) throws {
    for command in Self.commands {
      let result = try LimitedCommand.run(command, in: project.root)
      LimitedCommand.expectHarmless(result, "\(name): \(command)")
      guard command[0] == "verify" else { continue }
      #expect(codes.contains(result.code), "\(name): \(command): \(result.code) \(result.output.prefix(500))")
    }
  }

  static let bad = "\u{1b}[2J\u{202e}\u{9b}31m</script>"

  /// Changes in `results.json` by its text: what stands there, and what it becomes.
  static let resultChanges: [(String, String, String)] = [
    ("an axis without end", #""high":"#, #""high":"Infinity","x":"#),
    ("an axis of no width", #""low":"#, #""low":1e300,"y":"#),
    ("many decimals", #""decimals":"#, #""decimals":1099511627776,"x":"#),
    ("negative decimals", #""decimals":"#, #""decimals":-1,"x":"#),
    ("no series", #""series":["#, #""series":[],"x":["#),
    ("a series that is not there", #""series":0"#, #""series":99"#),
    ("a negative series", #""series":0"#, #""series":-1"#), ("no headings", #""headings":["#, #""headings":[],"x":["#),
    ("large counts", #""count":"#, #""count":9223372036854775807,"x":"#),
    ("a far point", #""points":[["#, #""points":[[1e308,-1e308],["#),
    ("an endless point", #""points":[["#, #""points":[["Infinity",0],["#),
    ("another title", #""title":""#, #""title":"\#(bad)"#), ("a kind", #""kind":""#, #""kind":"\#(bad)"#),
    ("a name", #""name":""#, #""name":"\#(bad)"#), ("a caption", #""caption":""#, #""caption":"\#(bad)"#),
    ("no steps", #""steps":["#, #""steps":[],"x":["#), ("another notebook", "# Question", "{value}`growth.nothing`"),
    ("deep JSON", #""format":"#, #""x":\#(String(repeating: "[", count: 100_000)),"format":"#),
    ("a lone surrogate", #""format":"#, #""x":"\ud800","format":"#),
    ("a key twice", #""format":"#, #""format":1,"format":"#),
  ]

  @Test(arguments: resultChanges.map(\.0))
  func results(_ name: String) throws {
    let project = try project()
    let change = try #require(Self.resultChanges.first { $0.0 == name })
    let path = "\(Self.folder)/results.json"
    let text = String(decoding: try project.read(path), as: UTF8.self)
    let changed = text.replacingOccurrences(of: change.1, with: change.2)
    #expect(changed != text, "there is no \(change.1)")
    try project.write(changed, to: path)
    try expectRefusal(project, name, codes: [4, 6])
  }

  static let manifestChanges: [(String, String, String)] = [
    ("a path out of the run", #""name":"report.md""#, #""name":"../../../etc/passwd""#),
    ("an absolute path", #""name":"report.md""#, #""name":"/etc/passwd""#),
    ("an input out of the project", #""path":"data/"#, #""path":"../data/"#),
    ("a notebook out of the project", #""path":"notebooks/"#, #""path":"/notebooks/"#),
    ("a file twice", #""name":"report.md""#, #""name":"report.html""#),
    ("steering characters", #""name":"report.md""#, #""name":"\#(bad)""#),
    ("another kind", "urn:colophon:run:1", "urn:colophon:run:\(bad)"),
    ("no digest", #""sha256":""#, #""sha256":"x"#), ("a size", #""size":"#, #""size":-"#),
    ("blanks", ",", ", "), ("deep JSON", "{", String(repeating: "{\"a\":", count: 100_000)),
  ]

  @Test(arguments: manifestChanges.map(\.0))
  func manifests(_ name: String) throws {
    let project = try project()
    let change = try #require(Self.manifestChanges.first { $0.0 == name })
    let path = "\(Self.folder)/manifest.json"
    let text = String(decoding: try project.read(path), as: UTF8.self)
    let range = try #require(text.range(of: change.1))
    try project.write(text.replacingCharacters(in: range, with: change.2), to: path)
    try expectRefusal(project, name)
  }

  /// Large files in the place of small ones, and what is no file.
  @Test func filesOfAnotherKind() throws {
    let project = try project()
    for file in ["manifest.json", "SHA256SUMS", "manifest.dsse.json", "manifest.json.a.sig", "results.json"] {
      let path = "\(Self.folder)/\(file)"
      let whole = try? project.read(path)
      for (name, content) in [
        ("large", Data(repeating: UInt8(ascii: "["), count: LimitedCommand.isFull ? 20 << 20 : 1 << 20)),
        ("empty", Data()),
        ("NULs", Data(count: 1 << 20)), ("text", Data("{\"payload\":\"\(Self.bad)\"}".utf8)),
      ] {
        try project.write(content, to: path)
        let codes: Set<Int32> = file.hasPrefix("manifest.json.") || file.hasSuffix("dsse.json") ? [3] : [4]
        try expectRefusal(project, "\(name) \(file)", codes: codes)
      }
      try project.remove(path)
      try #require(mkfifo("\(project.root)/\(path)", 0o600) == 0)
      try expectRefusal(project, "a pipe for \(file)")
      try project.remove(path)
      try FileManager.default.createSymbolicLink(
        atPath: "\(project.root)/\(path)", withDestinationPath: "/etc/hostname")
      try expectRefusal(project, "a link for \(file)")
      try project.remove(path)
      if let whole { try project.write(whole, to: path) }
    }
    #expect(try project.run("verify", Self.folder).code == 0)
  }

  /// Names of files that steer a terminal, and one that is no UTF-8.
  @Test func namesOfFiles() throws {
    let project = try project()
    let name = Self.bad.replacingOccurrences(of: "/", with: "")
    try project.write("x", to: "\(Self.folder)/\(name)")
    let raw = Array("\(project.root)/\(Self.folder)/".utf8).map { CChar(bitPattern: $0) } + [-1, -2, 0]
    let descriptor = open(raw, O_WRONLY | O_CREAT, 0o600)
    if descriptor >= 0 { close(descriptor) }
    try expectRefusal(project, "names", codes: [4])
  }

  /// A trust file that is none trusts nobody.
  @Test func trustFiles() throws {
    let project = try project()
    for text in [
      Self.bad, String(repeating: "a,", count: 400_000), String(repeating: "x ssh-ed25519 AAAA\n", count: 50_000),
      "* ssh-ed25519 AAAA", "a ssh-ed25519 \(String(repeating: "A", count: 900_000))", "\u{0}",
      "a namespaces=\"\(Self.bad)",
      String(repeating: "x", count: 2 << 20),
    ] {
      try project.write(text, to: "allowed")
      let result = try LimitedCommand.run(
        ["verify", Self.folder, "--trust", "allowed", "--require-signature"], in: project.root)
      LimitedCommand.expectHarmless(result, "\(text.prefix(20))")
      #expect([3, 74].contains(result.code), "\(text.prefix(20)): \(result.code) \(result.output.prefix(300))")
    }
  }
}
