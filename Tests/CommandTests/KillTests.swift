import Foundation
import Testing

/// A kill at any moment leaves the old run or the new, never a part of one.
@Suite("Killed runs")
struct KillTests {
  /// Fifty points in time, from the start of the program to beyond its end.
  @Test func leaveAWholeRun() throws {
    let project = try ProjectCopy()
    let notebook = "notebooks/pbc-bilirubin.md"
    let folder = "outputs/pbc-bilirubin"
    let text = String(decoding: try project.read(notebook), as: UTF8.self)
    let clock = ContinuousClock()
    let whole = try clock.measure { _ = try project.run("run", "-q", notebook) }
    let points = 50
    var published = 0
    // What the published run was made from.
    var before = text
    for point in 0..<points {
      let old = try project.contents(of: folder)
      // Other prose each time: the new run differs from the old one.
      let changed = text.replacingOccurrences(of: "# Question", with: "# Question \(point)")
      try project.write(changed, to: notebook)
      let process = Process()
      process.executableURL = URL(filePath: Command.binary)
      process.arguments = ["run", "--quiet", notebook]
      process.currentDirectoryURL = URL(filePath: project.root)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      let wait = whole * 1.1 * (Double(point) + 0.5) / Double(points)
      usleep(UInt32(wait / .microseconds(1)))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let new = try project.contents(of: folder)
      if new == old { try project.write(before, to: notebook) } else { published += 1 }
      #expect(try project.run("verify", folder).code == 0, "killed after \(wait)")
      before = new == old ? before : changed
      // What is left behind is no run of its own, and nobody takes it for one.
      for name in try FileManager.default.contentsOfDirectory(atPath: "\(project.root)/outputs") {
        #expect(!name.hasPrefix("pbc-bilirubin") || name == "pbc-bilirubin")
      }
    }
    // The next run clears away what was left and is whole as well.
    #expect(try project.run("run", "-q", notebook).code == 0)
    #expect(try project.run("verify", folder, "--rerun").code == 0)
    let shipped = try FileManager.default.contentsOfDirectory(atPath: "\(Command.root)/outputs")
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(project.root)/outputs")
    #expect(names.sorted() == shipped.sorted())
    let logs = try FileManager.default.subpathsOfDirectory(atPath: "\(project.root)/.colophon")
    #expect(!logs.contains { $0.contains(".new-") }, "\(logs)")
    #expect(published < points, "some kills came before the end")
  }

  /// The signatures of before, or those and the new one.
  @Test func leaveWholeSignatures() throws {
    let signed = try SignedProject()
    try signed.sign()
    try signed.trust(("alice", "alice"), ("bob", "bob"))
    let old = try signed.project.read(SignedProject.envelope)
    for tenths in stride(from: 0, through: 80, by: 4) {
      try signed.project.write(old, to: SignedProject.envelope)
      let process = Process()
      process.executableURL = URL(filePath: Command.binary)
      process.arguments = ["sign", SignedProject.run, "--key", "bob"]
      process.currentDirectoryURL = URL(filePath: signed.root)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(tenths) * 100)
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      #expect(try signed.verify("--require-signature").code == 0, "after \(tenths) tenths of a millisecond")
    }
    // The next signing clears away what was left.
    try signed.project.write("half", to: "outputs/.t.new-99999999")
    try signed.sign(with: "bob")
    let shipped = try FileManager.default.contentsOfDirectory(atPath: "\(Command.root)/outputs")
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(signed.root)/outputs")
    #expect(names.sorted() == (shipped + ["t"]).sorted())
  }
}
