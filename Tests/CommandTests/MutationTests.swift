import Analysis
import Foundation
import Provenance
import Signatures
import Testing

/// A run under 50 kB that two people signed, one in an envelope and one with `ssh-keygen`, and whom its reader trusts.
private final class SmallSignedRun: Sendable {
  static let folder = "outputs/small"
  static let inputs = ["notebooks/small.md", "data/small.csv"]
  static let signatures = ["\(folder)/manifest.dsse.json", "\(folder)/manifest.json.carol.sig"]

  private let project: TemporaryFolder
  private let trust: Trust
  /// Everything that `verify` reads: inputs, outputs, record and signatures, sorted.
  let files: [String]

  init() throws {
    let project = try TemporaryFolder([
      "colophon.yaml": "", "data/small.csv": RunTests.data,
      "notebooks/small.md": RunTests.notebook.replacingOccurrences(of: "data/x.csv", with: "data/small.csv")
        + "```{summarize} s\ndata: some\nof: x\n```\n",
    ])
    for arguments in [
      ["run", "-q", "notebooks/small.md"], ["key", "new", "alice"], ["sign", Self.folder, "--key", "alice"],
    ] {
      let outcome = try project.run(arguments)
      try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    }
    try Tool.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "c", "-f", "carol"], in: project.root)
    let signature = try Tool.run(
      "ssh-keygen", ["-Y", "sign", "-f", "carol", "-n", "colophon"], in: project.root,
      input: "\(Self.folder)/manifest.json")
    try project.write(signature, to: Self.signatures[1])
    let lines = try ["alice", "carol"].map { "\($0) " + String(decoding: try project.read("\($0).pub"), as: UTF8.self) }
    self.project = project
    trust = Trust(signers: AllowedSigners(file: Array(lines.joined().utf8)), requiresSignature: false)
    files = try (project.contents(of: Self.folder).keys.map { "\(Self.folder)/\($0)" } + Self.inputs).sorted()
  }

  func verdict(requiresSignature: Bool = false) -> Verification.Verdict {
    Verifier.verify(
      "\(project.root)/\(Self.folder)", project: Workspace(root: project.root), rerun: false,
      trust: Trust(signers: trust.signers, requiresSignature: requiresSignature)
    ).verification.verdict
  }

  func path(_ file: String) -> String { "\(project.root)/\(file)" }
  func read(_ file: String) throws -> Data { try project.read(file) }
  func write(_ data: Data, to file: String) throws { try project.write(data, to: file) }
}

/// Whatever is changed in a signed run is found by `verify --trust`, wherever it is.
///
/// In this process, for there are tens of thousands of changes: each is written to the disk and the whole run verified.
@Suite("Mutations of a signed run")
struct MutationTests {
  /// What may be said of a mutation: never that all holds, nor only that results differ.
  private func isFound(_ verdict: Verification.Verdict) -> Bool { verdict != .holds && verdict != .differs }

  /// Which part of the files a test takes: each in a copy of its own, so that they run beside each other.
  static let parts = 0..<4

  /// Every byte of every file, each with a bit of its own flipped; in all, each bit at an eighth of the offsets.
  @Test(arguments: parts)
  func everyFlippedByteIsFound(_ part: Int) throws {
    let run = try SmallSignedRun()
    #expect(run.verdict(requiresSignature: true) == .holds)
    var size = 0
    for file in run.files {
      let whole = try run.read(file)
      size += whole.count
      let descriptor = open(run.path(file), O_RDWR)
      try #require(descriptor >= 0)
      defer { close(descriptor) }
      for offset in stride(from: part, to: whole.count, by: Self.parts.count) {
        var byte = whole[offset] ^ (1 << UInt8(offset / Self.parts.count % 8))
        try #require(pwrite(descriptor, &byte, 1, off_t(offset)) == 1)
        let verdict = run.verdict()
        #expect(isFound(verdict), "byte \(offset) of \(file): \(verdict)")
        byte = whole[offset]
        try #require(pwrite(descriptor, &byte, 1, off_t(offset)) == 1)
      }
    }
    #expect(run.verdict(requiresSignature: true) == .holds, "what was flipped back holds")
    #expect(size < 50_000, "the run and its inputs are \(size) bytes")
  }

  /// Every file cut at every length (those above 4 kB, of which every byte is flipped above, at every sixteenth), and
  /// with a byte before and behind it.
  @Test(arguments: parts)
  func everyLengthIsFound(_ part: Int) throws {
    let run = try SmallSignedRun()
    for file in run.files {
      let whole = try run.read(file)
      let descriptor = open(run.path(file), O_RDWR)
      try #require(descriptor >= 0)
      defer { close(descriptor) }
      // From the longest to the shortest, so that nothing need be written again.
      let step = Self.parts.count * (whole.count > 4096 ? 16 : 1)
      for count in stride(from: whole.count - 1 - part, through: 0, by: -step) {
        try #require(ftruncate(descriptor, off_t(count)) == 0)
        let verdict = run.verdict()
        #expect(isFound(verdict), "\(count) bytes of \(file): \(verdict)")
      }
      for byte in part == 0 ? [UInt8(0), 0x0A, 0x20, UInt8(ascii: "}"), 0xFF] : [] {
        for changed in [whole + Data([byte]), Data([byte]) + whole] {
          try run.write(changed, to: file)
          let verdict = run.verdict()
          #expect(isFound(verdict), "byte \(byte) before or behind \(file): \(verdict)")
        }
      }
      try run.write(whole, to: file)
    }
    #expect(run.verdict(requiresSignature: true) == .holds)
  }

  /// A file that is gone, or one of the run's that stands where another did. A signature alone may be taken away: what
  /// remains is verified, and `--require-signature` asks that there be one.
  @Test func removedAndSwappedFilesAreFound() throws {
    let run = try SmallSignedRun()
    let contents = try run.files.map { ($0, try run.read($0)) }
    for (file, whole) in contents {
      try #require(unlink(run.path(file)) == 0)
      let verdict = run.verdict()
      if SmallSignedRun.signatures.contains(file) {
        #expect(verdict == .holds)
      } else if SmallSignedRun.inputs.contains(file) {
        #expect(verdict == .cannotCheck, "\(file)")
      } else {
        #expect(verdict == .broken, "\(file)")
      }
      for (other, bytes) in contents where other != file && bytes != whole {
        try run.write(bytes, to: file)
        #expect(isFound(run.verdict()), "\(other) in the place of \(file)")
      }
      try run.write(whole, to: file)
    }
    for file in SmallSignedRun.signatures { try #require(unlink(run.path(file)) == 0) }
    #expect(run.verdict() == .holds)
    #expect(run.verdict(requiresSignature: true) == .inauthentic)
  }

  /// Empty, or one that holds the file.
  @Test func aFolderInThePlaceOfAFileIsFound() throws {
    let run = try SmallSignedRun()
    for file in run.files {
      let whole = try run.read(file)
      try #require(unlink(run.path(file)) == 0 && mkdir(run.path(file), 0o755) == 0)
      #expect(isFound(run.verdict()), "\(file)")
      try run.write(whole, to: "\(file)/\(file.split(separator: "/").last ?? "")")
      #expect(isFound(run.verdict()), "\(file)")
      try FileManager.default.removeItem(atPath: run.path(file))
      try run.write(whole, to: file)
    }
    #expect(run.verdict(requiresSignature: true) == .holds)
  }
}
