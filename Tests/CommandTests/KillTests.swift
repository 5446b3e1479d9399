import Foundation
import Testing

/// A kill at any moment leaves the old run or the new, never a part of one.
@Suite("Killed runs")
struct KillTests {
  @Test(arguments: stride(from: 1, through: 40, by: 3).map { $0 })
  func leaveAWholeRun(milliseconds: Int) throws {
    let project = try ProjectCopy()
    let old = try project.contents(of: "outputs/pbc-bilirubin")
    // Another parameter of prose: the new run differs from the old one.
    let text = String(decoding: try project.read("notebooks/pbc-bilirubin.md"), as: UTF8.self)
    try project.write(
      text.replacingOccurrences(of: "# Question", with: "# The question"), to: "notebooks/pbc-bilirubin.md")
    let process = Process()
    process.executableURL = URL(filePath: Command.binary)
    process.arguments = ["run", "--quiet", "notebooks/pbc-bilirubin.md"]
    process.currentDirectoryURL = URL(filePath: project.root)
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    usleep(UInt32(milliseconds) * 1000)
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    if try project.contents(of: "outputs/pbc-bilirubin") == old {
      try project.write(text, to: "notebooks/pbc-bilirubin.md")
    }
    #expect(try project.run("verify", "outputs/pbc-bilirubin").code == 0)
    // The next run clears away what was left and is whole as well.
    #expect(try project.run("run", "-q", "notebooks/pbc-bilirubin.md").code == 0)
    #expect(try project.run("verify", "outputs/pbc-bilirubin", "--rerun").code == 0)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(project.root)/outputs")
    #expect(names.sorted() == ["pbc-bilirubin", "ucmsc-24-weeks", "ucmsc-visit-by-visit"])
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
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(signed.root)/outputs")
    #expect(names.sorted() == ["pbc-bilirubin", "t", "ucmsc-24-weeks", "ucmsc-visit-by-visit"])
  }
}
