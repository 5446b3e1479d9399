import Analysis
import Foundation
import Testing

/// A small project with one run, and disks that do not do what they should.
private struct PublishedRun {
  static let notebook = "notebooks/t.md"
  static let folder = "outputs/t"
  let project: TemporaryFolder

  init() throws {
    project = try TemporaryFolder(["colophon.yaml": ""])
    try fill()
  }

  /// Writes notebook and data, and publishes the first run.
  func fill(below place: String = "") throws {
    try project.write("", to: "\(place)colophon.yaml")
    try project.write(RunTests.notebook, to: "\(place)\(Self.notebook)")
    try project.write(RunTests.data, to: "\(place)data/x.csv")
    let first = try Command.run(["run", "-q", Self.notebook], in: "\(project.root)/\(place)")
    try #require(first.code == 0, "\(first.errors)")
  }

  func run() throws -> Command.Outcome { try project.run(["run", "-q", Self.notebook]) }

  /// Other data, so that the next run would give other files.
  func change(below place: String = "") throws {
    try project.write(RunTests.data + "b,4\n", to: "\(place)data/x.csv")
  }

  func expectOldRun(below place: String = "", _ old: [String: Data]) throws {
    #expect(try project.contents(of: "\(place)\(Self.folder)") == old)
    try project.write(RunTests.data, to: "\(place)data/x.csv")
    let verified = try Command.run(["verify", Self.folder], in: "\(project.root)/\(place)")
    #expect(verified.code == 0, "\(verified.output)")
    try change(below: place)
  }

  func expectNewRun(below place: String = "") throws {
    let root = "\(project.root)/\(place)"
    let next = try Command.run(["run", "-q", Self.notebook], in: root)
    #expect(next.code == 0, "\(next.errors)")
    #expect(try Command.run(["verify", Self.folder, "--rerun"], in: root).code == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/outputs") == ["t"])
  }
}

/// Whatever the disk does, the old run stays, or the new one is whole; and the next run finds a clean place.
@Suite("Disks that fail")
struct DiskTests {
  static let isRoot = geteuid() == 0

  /// A file system of 128 kB where mounting is allowed; else the system's limit on the size of files.
  @Test func aFullDiskLeavesTheOldRun() throws {
    let run = try PublishedRun()
    let place = "small/"
    try FileManager.default.createDirectory(atPath: "\(run.project.root)/small", withIntermediateDirectories: true)
    if Self.isRoot, (try? mount("-t", "tmpfs", "-o", "size=128k,mode=755", "none", "\(run.project.root)/small")) != nil
    {
      defer { _ = try? Tool.run("umount", ["\(run.project.root)/small"], in: "/") }
      print("full disk: a tmpfs of 128 kB")
      try run.fill(below: place)
      let old = try run.project.contents(of: "\(place)outputs/t")
      try run.change(below: place)
      // All that is left, then ever more of it: the write that fails is another one each time.
      let ballast = "\(run.project.root)/small/ballast"
      var codes: Set<Int32> = []
      for left in stride(from: 0, through: 20_480, by: 4096) {
        fillDisk(ballast, leaving: left)
        let result = try Command.run(["run", "-q", PublishedRun.notebook], in: "\(run.project.root)/small")
        codes.insert(result.code)
        #expect(result.code == 74, "\(left) bytes left: \(result.errors)")
        #expect(result.errors.contains("No space left on device"), "\(result.errors)")
        try FileManager.default.removeItem(atPath: ballast)
        try run.expectOldRun(below: place, old)
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(run.project.root)/small/outputs") == ["t"])
      }
      try run.expectNewRun(below: place)
    } else {
      print("full disk: a limit on the size of files, for mounting is not allowed")
      try expectLimitedFiles(run)
    }
  }

  @Test func aLimitOnFilesLeavesTheOldRun() throws { try expectLimitedFiles(try PublishedRun()) }

  private func expectLimitedFiles(_ run: PublishedRun) throws {
    let old = try run.project.contents(of: PublishedRun.folder)
    try run.change()
    for blocks in [0, 1, 2, 4, 8] {
      // Blocks of 512 bytes, as POSIX counts.
      let script = "ulimit -f \(blocks); exec \"$0\" run -q \(PublishedRun.notebook) 2>&1"
      let result = try shell(script, Command.binary, in: run.project.root)
      #expect(result.code == 74, "\(blocks) blocks: \(result.output)")
      try run.expectOldRun(old)
    }
    try run.expectNewRun()
  }

  /// Root writes where nobody may, so it becomes nobody first.
  @Test func outputsThatCannotBeWrittenLeaveTheOldRun() throws {
    let run = try PublishedRun()
    let root = run.project.root
    let old = try run.project.contents(of: PublishedRun.folder)
    try run.change()
    try FileManager.default.copyItem(atPath: Command.binary, toPath: "\(root)/colophon")
    try Tool.run("chmod", ["-R", "a+rX,a-w", "outputs"], in: root)
    defer { _ = try? Tool.run("chmod", ["-R", "u+w", "outputs"], in: root) }
    let lower = Self.isRoot ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : ""
    print("read-only outputs: \(Self.isRoot ? "as user 65534, by setpriv" : "by permissions")")
    let result = try shell("exec \(lower)./colophon run -q \(PublishedRun.notebook) 2>&1", "sh", in: root)
    #expect(result.code == 74 && result.output.contains("Permission denied"), "\(result.code) \(result.output)")
    // It can be verified all the same.
    try run.project.write(RunTests.data, to: "data/x.csv")
    let verified = try shell("exec \(lower)./colophon verify outputs/t --rerun 2>&1", "sh", in: root)
    #expect(verified.code == 0, "\(verified.output)")
    try Tool.run("chmod", ["-R", "u+w", "outputs"], in: root)
    try run.change()
    try run.expectOldRun(old)
    try run.expectNewRun()
  }

  /// Where the program wants a folder stands a file, and the other way round; and links that lead nowhere.
  @Test func otherThingsInThePlaceOfFilesLeaveTheOldRun() throws {
    let run = try PublishedRun()
    let old = try run.project.contents(of: PublishedRun.folder)
    try run.change()
    for (path, code) in [
      ("outputs", Int32(74)), ("outputs/t", 74), ("data", 6), ("data/x.csv", 6), ("notebooks", 74),
      (PublishedRun.notebook, 74),
    ] {
      for other in ["file", "folder", "link", "pipe"] {
        let place = "\(run.project.root)/\(path)"
        let aside = "\(run.project.root)/aside"
        let wasThere = run.project.exists(path)
        if wasThere { try FileManager.default.moveItem(atPath: place, toPath: aside) }
        switch other {
        case "file": try run.project.write("mine", to: path)
        case "folder": try run.project.write("mine", to: "\(path)/inside.txt")
        case "link": try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: "nowhere")
        default: try #require(mkfifo(place, 0o600) == 0)
        }
        let result = try run.run()
        // A file where data should be is read as data; a folder `outputs` of somebody else's takes a run.
        if path != "data/x.csv" || other != "file", path != "outputs" || other != "folder",
          path != PublishedRun.notebook || other != "file"
        {
          #expect(result.code == code, "\(other) for \(path): \(result.errors)")
        }
        #expect(!run.project.exists("nowhere"), "nothing is made behind a link")
        if other == "folder" { #expect(run.project.exists("\(path)/inside.txt"), "\(path)") }
        try FileManager.default.removeItem(atPath: place)
        if wasThere { try FileManager.default.moveItem(atPath: aside, toPath: place) }
        try run.expectOldRun(old)
      }
    }
    try run.expectNewRun()
  }

  /// What is kept beside runs is a convenience: without it the run is whole all the same.
  @Test func otherThingsInThePlaceOfTheLogHinderNoRun() throws {
    let project = try ProjectCopy()
    for other in ["file", "link"] {
      if other == "file" {
        try project.write("mine", to: ".colophon")
      } else {
        try FileManager.default.createSymbolicLink(atPath: "\(project.root)/.colophon", withDestinationPath: "nowhere")
      }
      let result = try project.run("run", "-q", "notebooks/pbc-bilirubin.md")
      #expect(result.code == 0, "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: "\(project.root)/nowhere"))
      #expect(try project.run("verify", "outputs/pbc-bilirubin").code == 0)
      try project.remove(".colophon")
    }
  }

  /// Folders and files of runs that were killed, a link among them; what a living process writes stays.
  @Test func leftoversAreClearedAway() throws {
    let run = try PublishedRun()
    for name in ["outputs/.t.new-99999991/report.html", "outputs/.t.new-99999992", "outputs/.t.new-1/report.html"] {
      try run.project.write("half", to: name)
    }
    try run.project.write("mine", to: "kept.txt")
    try FileManager.default.createSymbolicLink(
      atPath: "\(run.project.root)/outputs/.t.new-99999993", withDestinationPath: "../kept.txt")
    // The first process lives always. It is another's, or at least another one.
    #expect(try run.run().code == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(run.project.root)/outputs")
    #expect(names.sorted() == [".t.new-1", "t"])
    #expect(run.project.exists("kept.txt"))
    // None is a notebook, and none is verified with the others.
    #expect(try run.project.run(["run", "-q", "."]).code == 0)
  }

  /// All succeed, also where none was there before.
  @Test func runsOfOneNotebookAtOnceAllSucceed() throws {
    let run = try PublishedRun()
    for round in 0..<3 {
      try FileManager.default.removeItem(atPath: "\(run.project.root)/outputs")
      let codes = Codes()
      let group = DispatchGroup()
      for _ in 0..<4 {
        DispatchQueue.global().async(group: group) { codes.add((try? run.run())?.code ?? -1) }
      }
      group.wait()
      #expect(codes.all == [0, 0, 0, 0], "round \(round)")
      #expect(try run.project.run(["verify", PublishedRun.folder, "--rerun"]).code == 0)
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(run.project.root)/outputs") == ["t"])
    }
  }

  private final class Codes: @unchecked Sendable {
    private let lock = NSLock()
    private var codes: [Int32] = []
    var all: [Int32] { lock.withLock { codes } }
    func add(_ code: Int32) { lock.withLock { codes.append(code) } }
  }

  private func mount(_ arguments: String...) throws { try Tool.run("mount", arguments, in: "/") }

  /// Writes zeros until nothing goes in, then gives back so many bytes.
  private func fillDisk(_ path: String, leaving left: Int) {
    let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
    defer { close(descriptor) }
    let block = [UInt8](repeating: 0, count: 4096)
    var size = 0
    while true {
      let count = write(descriptor, block, block.count)
      guard count > 0 else { break }
      size += count
    }
    ftruncate(descriptor, off_t(max(0, size - left)))
  }

  private func shell(_ script: String, _ argument: String, in folder: String) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", script, argument]
    process.currentDirectoryURL = URL(filePath: folder)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return (code, String(decoding: output, as: UTF8.self))
  }
}
