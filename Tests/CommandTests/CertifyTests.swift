import Digests
import Foundation
import Provenance
import Signatures
import Testing

@Suite("colophon certify")
struct CertifyTests {
  static let file = "outputs/t/certificate-bob.dsse.json"

  private func certificates(_ signed: SignedProject) throws -> [String] {
    try signed.project.contents(of: "outputs").keys.filter { $0.contains("certificate") || $0.contains(".new-") }
      .sorted()
  }

  private func certify(_ signed: SignedProject, _ more: String...) throws -> Command.Outcome {
    try Command.run(["certify", SignedProject.run, "--key", "bob"] + more, in: signed.root)
  }

  /// A run that Bob has certified.
  static func certified() throws -> SignedProject {
    let signed = try SignedProject()
    let result = try signed.run("certify", SignedProject.run, "--key", "bob", "--as", "bob")
    #expect(result.code == 0, "\(result.errors)")
    return signed
  }

  private func payload(_ bytes: Data) throws -> JSONValue {
    let envelope = try Envelope(bytes: Array(bytes))
    #expect(envelope.bytes == Array(bytes))
    return try JSONParser.parse(envelope.payload)
  }

  @Test func aCertificateSaysWhatWasComputedAgain() throws {
    let signed = try Self.certified()
    let statement = try payload(signed.project.read(Self.file))
    let manifest = Array(try signed.project.read("\(SignedProject.run)/manifest.json"))
    let record = try JSONParser.parse(manifest)["predicate"]
    #expect(statement["_type"]?.string == "https://in-toto.io/Statement/v1")
    #expect(statement["predicateType"]?.string == "urn:colophon:certificate:1")
    #expect(statement["subject"]?.array?.count == 1)
    #expect(statement["subject"]?.array?.first?["name"]?.string == "manifest.json")
    #expect(statement["subject"]?.array?.first?["digest"]?["sha256"]?.string == Digest(ofFile: manifest).hex)
    let predicate = statement["predicate"]
    #expect(predicate?["core"]?.string == record?["core"]?.string)
    #expect(predicate?["engine"]?.canonicalBytes == record?["engine"]?.canonicalBytes)
    #expect(predicate?["verdict"]?.string == "identical bit for bit")
    #expect(predicate?["notChecked"]?.array?.contains { $0.string == "whether the data are genuine" } == true)
  }

  @Test func theReaderIsToldByWhom() throws {
    let signed = try Self.certified()
    let unchecked = try signed.run("verify", SignedProject.run)
    #expect(unchecked.code == 0)
    #expect(unchecked.output.contains("unclear 1 certificate, not checked: name whom you trust with --trust"))
    #expect(!unchecked.output.contains("certified by"))
    try signed.trust(("bob", "bob"), ("alice", "alice"))
    let result = try signed.verify()
    #expect(result.code == 0)
    #expect(
      result.output.contains(
        "Reproduction    certified by bob: identical bit for bit (colophon \(Engine.version), numeric fingerprint "))
    #expect(result.output.contains("Authenticity    none    unsigned"), "a certificate does not say who made the run")
    #expect(try signed.verify("--require-signature").code == 3)
    try signed.sign()
    let both = try signed.verify("--require-signature", "--json")
    #expect(both.code == 0)
    let json = try JSONParser.parse(Array(both.output.utf8))
    #expect(json["certificates"]?.array?.count == 1)
    #expect(json["certificates"]?.array?.first?["by"]?.string == "bob")
    #expect(json["certificates"]?.array?.first?["verdict"]?.string == "identical bit for bit")
    #expect(json["authenticity"]?["detail"]?.string == "signed by alice")
  }

  @Test func certifyingAgainGivesTheSameBytes() throws {
    let signed = try Self.certified()
    let first = try signed.project.read(Self.file)
    #expect(try certify(signed, "--as", "bob").code == 0)
    #expect(try signed.project.read(Self.file) == first)
    #expect(try certificates(signed) == ["t/certificate-bob.dsse.json"])
  }

  /// Without `--as` the file is named after the key, in letters that any file system takes.
  @Test func withoutANameTheKeyStandsForItself() throws {
    let signed = try SignedProject()
    #expect(try certify(signed).code == 0)
    let listed = String(
      decoding: try Tool.run("ssh-keygen", ["-l", "-f", "bob.pub"], in: signed.root), as: UTF8.self)
    let name = String(listed.split(separator: " ")[1].map { $0 == ":" || $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
    #expect(try certificates(signed) == ["t/certificate-\(name).dsse.json"])
    try signed.trust(("bob@example.org,bob", "bob"))
    #expect(try signed.verify().output.contains("certified by bob@example.org: "))
    // Once more under a name: the same person is named once.
    #expect(try certify(signed, "--as", "bob@example.org").code == 0)
    let result = try signed.verify()
    #expect(result.code == 0)
    #expect(result.output.components(separatedBy: "certified by").count == 2)
  }

  @Test(arguments: ["report.html", "results.json", "SHA256SUMS", "manifest.json"])
  func aChangedRunIsNotCertified(_ file: String) throws {
    let signed = try SignedProject()
    try signed.project.flip(of: "\(SignedProject.run)/\(file)")
    let result = try certify(signed)
    #expect(result.code == 4)
    #expect(result.errors.contains("outputs/t is not certified, for it does not hold:\n  - "))
    #expect(try certificates(signed) == [])
  }

  @Test func otherDataAreNotCertified() throws {
    let signed = try SignedProject()
    try signed.project.write(RunTests.data + "b,4\n", to: "data/x.csv")
    let changed = try certify(signed)
    #expect(changed.code == 4)
    #expect(changed.errors.contains("the first step that differs is rows"))
    try signed.project.remove("data/x.csv")
    #expect(try certify(signed).code == 5)
    #expect(try certificates(signed) == [])
  }

  /// A record that fits together and does not come out so.
  private func forge(_ signed: SignedProject, _ change: (inout String) -> Void) throws {
    let path = "\(SignedProject.run)/manifest.json"
    let old = String(decoding: try signed.project.read(path), as: UTF8.self)
    var new = old
    change(&new)
    #expect(new != old)
    try signed.project.write(new, to: path)
    let sums = String(decoding: try signed.project.read("\(SignedProject.run)/SHA256SUMS"), as: UTF8.self)
      .replacingOccurrences(of: Digest(ofFile: Array(old.utf8)).hex, with: Digest(ofFile: Array(new.utf8)).hex)
    try signed.project.write(sums, to: "\(SignedProject.run)/SHA256SUMS")
    #expect(try signed.run("verify", SignedProject.run).code == 0, "the forgery is consistent in itself")
  }

  @Test func aRunThatDiffersIsNotCertified() throws {
    let signed = try SignedProject()
    try forge(signed) {
      $0 = $0.replacingOccurrences(of: "\"failedExpectations\":0", with: "\"failedExpectations\":1")
    }
    let result = try certify(signed)
    #expect(result.code == 2)
    #expect(try certificates(signed) == [])
  }

  @Test func anotherFingerprintIsSaid() throws {
    let signed = try SignedProject()
    try forge(signed) {
      $0 = $0.replacingOccurrences(of: Engine.fingerprint, with: String(repeating: "0", count: 64))
    }
    #expect(try certify(signed, "--bitwise", "--as", "bob").code == 2)
    #expect(try certificates(signed) == [])
    #expect(try certify(signed, "--as", "bob").code == 0)
    let predicate = try payload(signed.project.read(Self.file))["predicate"]
    #expect(predicate?["verdict"]?.string == "within 1e-9")
    #expect(predicate?["engine"]?["fingerprint"]?.string == Engine.fingerprint)
    #expect(predicate?["notChecked"]?.array?.first?.string?.hasPrefix("the digits of report") == true)
  }

  @Test func badSignaturesBesideTheRunAreNotPassedOver() throws {
    let signed = try SignedProject()
    try signed.project.write("{}", to: SignedProject.envelope)
    #expect(try certify(signed).code == 3)
    try signed.project.remove(SignedProject.envelope)
    try signed.project.write("{}", to: Self.file)
    #expect(try certify(signed, "--as", "bob").code == 3)
    #expect(try signed.project.read(Self.file) == Data("{}".utf8))
  }

  @Test func nobodyTakesAnothersName() throws {
    let signed = try Self.certified()
    let bobs = try signed.project.read(Self.file)
    let result = try signed.run("certify", SignedProject.run, "--key", "alice", "--as", "bob")
    #expect(result.code == 3)
    #expect(result.errors.contains("certificate-bob.dsse.json is there already, and by another key"))
    #expect(try signed.project.read(Self.file) == bobs)
  }

  @Test func whatIsNoRunIsRefused() throws {
    let signed = try SignedProject()
    #expect(try signed.run("certify", "data", "--key", "bob").code == 4)
    #expect(try signed.run("certify", "outputs/none", "--key", "bob").code == 74)
    #expect(try signed.run("certify", SignedProject.run, "--key", "absent").code == 74)
    #expect(try signed.run("certify", SignedProject.run, "--key", "bob.pub").code == 6)
    #expect(try signed.run("certify", SignedProject.run).code == 64)
    #expect(try certify(signed, "--as", "../x").code == 64)
    #expect(try certificates(signed) == [])
  }

  /// What failed when the notebook was run fails again: it is reproduced, and the reviewer is told.
  @Test func failedExpectationsAreSaid() throws {
    let signed = try SignedProject()
    try signed.project.write(
      RunTests.notebook + "\n```{expect} enough\nthat: [some.kept == 10]\n```\n", to: "notebooks/t.md")
    #expect(try signed.run("run", "-q", "notebooks/t.md").code == 1)
    let result = try certify(signed)
    #expect(result.code == 0)
    #expect(result.errors.contains("warning: 1 of the notebook's expectations did not hold, here as in the record"))
  }

  @Test func aNewRunDropsCertificates() throws {
    let signed = try Self.certified()
    try signed.project.write(RunTests.data + "b,4\n", to: "data/x.csv")
    let old = try signed.project.read(Self.file)
    #expect(try signed.run("run", "-q", "notebooks/t.md").code == 0)
    #expect(try certificates(signed) == [])
    try signed.project.write(old, to: Self.file)
    let result = try signed.run("verify", SignedProject.run)
    #expect(result.code == 3)
    #expect(result.output.contains("certifies another manifest than the one that stands in manifest.json"))
  }
}
