import Digests
import Foundation
import Testing

@Suite("colophon verify")
struct VerifyTests {
  static let run = "outputs/pbc-bilirubin"

  @Test func aRunIsReproducedBitForBit() throws {
    let result = try ProjectCopy().run("verify", Self.run, "--rerun")
    #expect(result.code == 0)
    #expect(result.output.contains("every step identical bit for bit"))
  }

  static let outputs = [
    "report.html", "report.md", "results.json", "manifest.json", "SHA256SUMS", "figures/courses.svg",
    "tables/growth.csv",
  ]

  @Test(arguments: outputs)
  func aFlippedByteIsFound(_ file: String) throws {
    let project = try ProjectCopy()
    try project.flip(of: "\(Self.run)/\(file)")
    let result = try project.run("verify", Self.run)
    #expect(result.code == 4)
    #expect(result.output.contains(file))
  }

  /// Bytes spread over the whole manifest, its first and last among them.
  @Test func anyFlippedByteOfTheManifestIsFound() throws {
    let project = try ProjectCopy()
    let whole = try project.read("\(Self.run)/manifest.json")
    for offset in stride(from: 0, to: whole.count, by: 97) + [whole.count - 1] {
      try project.flip(byte: offset, of: "\(Self.run)/manifest.json")
      let result = try project.run("verify", Self.run)
      #expect([4, 5].contains(result.code), "byte \(offset)")
      try project.write(whole, to: "\(Self.run)/manifest.json")
    }
  }

  @Test(arguments: ["data/pbc/pbcseq.csv", "notebooks/pbc-bilirubin.md"])
  func aChangedInputIsFound(_ file: String) throws {
    let project = try ProjectCopy()
    try project.flip(of: file)
    let result = try project.run("verify", Self.run)
    #expect(result.code == 4)
    #expect(result.output.contains(file))
  }

  @Test func aRemovedOutputIsFound() throws {
    let project = try ProjectCopy()
    try project.remove("\(Self.run)/tables/growth.csv")
    let result = try project.run("verify", Self.run)
    #expect(result.code == 4)
    #expect(result.output.contains("tables/growth.csv is missing"))
  }

  @Test(arguments: ["extra.txt", "tables/extra.csv", ".hidden"])
  func anExtraFileIsFound(_ file: String) throws {
    let project = try ProjectCopy()
    try project.write("x", to: "\(Self.run)/\(file)")
    let result = try project.run("verify", Self.run)
    #expect(result.code == 4)
    #expect(result.output.contains("\(file) is extra"))
  }

  @Test func aLinkIsFound() throws {
    let project = try ProjectCopy()
    try FileManager.default.moveItem(atPath: "\(project.root)/\(Self.run)/report.md", toPath: "\(project.root)/r.md")
    try FileManager.default.createSymbolicLink(
      atPath: "\(project.root)/\(Self.run)/report.md", withDestinationPath: "\(project.root)/r.md")
    let result = try project.run("verify", Self.run)
    #expect(result.code == 4)
    #expect(result.output.contains("report.md is a link"))
  }

  @Test func anAbsentInputCannotBeChecked() throws {
    let project = try ProjectCopy()
    try project.remove("data/pbc/pbcseq.csv")
    let result = try project.run("verify", Self.run)
    #expect(result.code == 5)
    #expect(result.output.contains("data/pbc/pbcseq.csv is absent"))
  }

  /// Breakage outranks absence.
  @Test func severalAtOnceEndWithTheGravest() throws {
    let project = try ProjectCopy()
    try project.remove("data/pbc/pbcseq.csv")
    try project.flip(of: "\(Self.run)/report.html")
    #expect(try project.run("verify", Self.run).code == 4)
  }

  @Test func aRerunOnOtherDataNamesTheFirstStepThatDiffers() throws {
    let project = try ProjectCopy()
    let data = String(decoding: try project.read("data/pbc/pbcseq.csv"), as: UTF8.self)
    try project.write(data.replacingOccurrences(of: "14.5,261", with: "14.4,261"), to: "data/pbc/pbcseq.csv")
    let result = try project.run("verify", Self.run, "--rerun")
    #expect(result.code == 4)
    #expect(result.output.contains("first step that differs is visits"))
    #expect(result.output.contains("growth.log_likelihood"))
  }

  @Test func aNotebookThatNoLongerRunsEndsSix() throws {
    let project = try ProjectCopy()
    let text = String(decoding: try project.read("notebooks/pbc-bilirubin.md"), as: UTF8.self)
    try project.write(
      text.replacingOccurrences(of: "data: prepared", with: "data: preparde"), to: "notebooks/pbc-bilirubin.md")
    let result = try project.run("verify", Self.run, "--rerun")
    #expect(result.code == 6)
    #expect(result.errors.contains("did you mean `prepared`?"))
  }

  @Test func stockToolsReadTheSums() throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sha256sum", "--quiet", "-c", "SHA256SUMS"]
    process.currentDirectoryURL = URL(filePath: "\(Command.root)/\(Self.run)")
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  /// A CPU without fused multiply-add computes other last digits; its fingerprint says so, and a tolerance applies.
  static let withoutFMA = ["GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA"]
  static let isOtherMachine: Bool = {
    let here = try? Command.run(["doctor"], in: Command.root)
    let there = try? Command.run(["doctor"], in: Command.root, environment: withoutFMA)
    return here != nil && here?.output != there?.output
  }()

  @Test(.enabled(if: isOtherMachine, "this machine computes the same with and without FMA"))
  func anotherFingerprintIsComparedByTolerance() throws {
    let project = try ProjectCopy()
    let result = try project.run("verify", Self.run, "--rerun", environment: Self.withoutFMA)
    #expect(result.code == 0)
    #expect(result.output.contains("ok within 1e-9 (another numeric fingerprint)"))
    #expect(try project.run("verify", Self.run, "--rerun", "--bitwise", environment: Self.withoutFMA).code == 2)
    // A real difference is none of the machine's.
    let data = String(decoding: try project.read("data/pbc/pbcseq.csv"), as: UTF8.self)
    try project.write(data.replacingOccurrences(of: ",1.1,302,", with: ",1.2,302,"), to: "data/pbc/pbcseq.csv")
    let changed = try project.run("verify", Self.run, "--rerun", environment: Self.withoutFMA)
    #expect(changed.output.contains("DIFFERS"))
  }

  /// Whoever claims another fingerprint buys a tolerance for digits, not for words.
  @Test func aForgedFingerprintExcusesNoOtherText() throws {
    let project = try ProjectCopy()
    let forged = String(decoding: try project.read("\(Self.run)/report.html"), as: UTF8.self)
      .replacingOccurrences(of: "These data do not show", with: "These data show")
    try project.write(forged, to: "\(Self.run)/report.html")
    let manifest = String(decoding: try project.read("\(Self.run)/manifest.json"), as: UTF8.self)
    let fingerprint = try #require(
      JSONParser.parse(Array(manifest.utf8))["predicate"]?["engine"]?["fingerprint"]?.string)
    let old = Digest(ofFile: Array(try ProjectCopy().read("\(Self.run)/report.html"))).hex
    let new = Digest(ofFile: Array(forged.utf8)).hex
    let claimed = manifest.replacingOccurrences(of: fingerprint, with: String(repeating: "0", count: 64))
      .replacingOccurrences(of: old, with: new)
    try project.write(claimed, to: "\(Self.run)/manifest.json")
    let sums = String(decoding: try project.read("\(Self.run)/SHA256SUMS"), as: UTF8.self)
      .replacingOccurrences(of: old, with: new)
      .replacingOccurrences(of: Digest(ofFile: Array(manifest.utf8)).hex, with: Digest(ofFile: Array(claimed.utf8)).hex)
    try project.write(sums, to: "\(Self.run)/SHA256SUMS")
    #expect(try project.run("verify", Self.run).code == 0, "the forgery is consistent in itself")
    let result = try project.run("verify", Self.run, "--rerun")
    #expect(result.code == 2)
    #expect(result.output.contains("report.html differs in more than its digits"))
  }

  @Test func anAbsentInputEndsFiveAlsoWithRerun() throws {
    let project = try ProjectCopy()
    try project.remove("data/pbc/pbcseq.csv")
    #expect(try project.run("verify", Self.run, "--rerun").code == 5)
  }

  @Test func whatIsNoRunIsRefused() throws {
    let project = try ProjectCopy()
    #expect(try project.run("verify", "outputs/none").code == 74)
    #expect(try project.run("verify", "data").code == 4)
  }
}

private func + (sequence: StrideTo<Int>, more: [Int]) -> [Int] { Array(sequence) + more }
