import Digests
import Foundation
import Testing

@Suite("colophon key and sign")
struct SigningTests {
  @Test func aNewKeyIsReadByOtherTools() throws {
    let signed = try SignedProject(keys: [])
    let result = try signed.run("key", "new", "alice")
    #expect(result.code == 0)
    func mode(_ file: String) throws -> Int? {
      try FileManager.default.attributesOfItem(atPath: "\(signed.root)/\(file)")[.posixPermissions] as? Int
    }
    #expect(try mode("alice") == 0o600)
    #expect(try mode("alice.pub") == 0o644)
    let text = String(
      decoding: try Tool.run("openssl", ["pkey", "-in", "alice", "-noout", "-text"], in: signed.root), as: UTF8.self)
    #expect(text.contains("ED25519 Private-Key"))
    let listed = String(
      decoding: try Tool.run("ssh-keygen", ["-l", "-f", "alice.pub"], in: signed.root), as: UTF8.self)
    let fingerprint = result.output.trimmingCharacters(in: .newlines)
    #expect(fingerprint.hasPrefix("SHA256:"))
    #expect(listed.contains(" \(fingerprint) "))
    let line = try signed.publicLine("alice")
    #expect(line.hasPrefix("ssh-ed25519 AAAA") && line.hasSuffix(" colophon"))
  }

  @Test(arguments: ["alice", "alice.pub"])
  func aKeyIsNeverReplaced(_ file: String) throws {
    let signed = try SignedProject(keys: [])
    try signed.project.write("mine", to: file)
    let result = try signed.run("key", "new", "alice")
    #expect(result.code == 74)
    #expect(result.errors.contains("`\(file)` is there already"))
    #expect(try signed.project.read(file) == Data("mine".utf8))
    let names = try FileManager.default.contentsOfDirectory(atPath: signed.root).filter { $0.hasPrefix("alice") }
    #expect(names == [file])
  }

  @Test func twoKeysAreTwo() throws {
    let signed = try SignedProject()
    #expect(try signed.project.read("alice") != signed.project.read("bob"))
  }

  /// DSSE's pre-authentication encoding, written down here a second time from its specification.
  private static func message(_ payload: Data) -> Data {
    Data("DSSEv1 28 application/vnd.in-toto+json \(payload.count) ".utf8) + payload
  }

  @Test func openSSLVerifiesTheEnvelope() throws {
    let signed = try SignedProject()
    try signed.sign()
    let bytes = try signed.project.read(SignedProject.envelope)
    let envelope = try JSONParser.parse(Array(bytes))
    #expect(envelope.canonicalBytes == Array(bytes))
    #expect(envelope["payloadType"]?.string == "application/vnd.in-toto+json")
    let payload = try #require(envelope["payload"]?.string.flatMap { Data(base64Encoded: $0) })
    #expect(try payload == signed.project.read("\(SignedProject.run)/manifest.json"))
    let signature = try #require(
      envelope["signatures"]?.array?.first?["sig"]?.string.flatMap { Data(base64Encoded: $0) })
    try signed.project.write(Self.message(payload), to: "message")
    try signed.project.write(signature, to: "signature")
    let pem = try Tool.run("openssl", ["pkey", "-in", "alice", "-pubout"], in: signed.root)
    try signed.project.write(pem, to: "public.pem")
    try Tool.run(
      "openssl",
      [
        "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", "public.pem", "-sigfile", "signature", "-in", "message",
      ], in: signed.root)
  }

  /// An envelope that colophon did not make.
  @Test func anEnvelopeByOpenSSLIsAccepted() throws {
    let signed = try SignedProject()
    let payload = try signed.project.read("\(SignedProject.run)/manifest.json")
    try signed.project.write(Self.message(payload), to: "message")
    let signature = try Tool.run(
      "openssl", ["pkeyutl", "-sign", "-rawin", "-inkey", "alice", "-in", "message"], in: signed.root)
    let listed = String(
      decoding: try Tool.run("ssh-keygen", ["-l", "-f", "alice.pub"], in: signed.root), as: UTF8.self)
    let fingerprint = String(listed.split(separator: " ")[1])
    let envelope: JSONValue = [
      "payload": .string(payload.base64EncodedString()), "payloadType": "application/vnd.in-toto+json",
      "signatures": [["keyid": .string(fingerprint), "sig": .string(signature.base64EncodedString())]],
    ]
    try signed.project.write(Data(envelope.canonicalBytes), to: SignedProject.envelope)
    try signed.trust(("alice", "alice"))
    let result = try signed.verify("--require-signature")
    #expect(result.code == 0, "\(result.output)")
    // Ed25519 draws nothing: signing anew gives the same bytes.
    try signed.sign()
    #expect(try signed.project.read(SignedProject.envelope) == Data(envelope.canonicalBytes))
  }

  @Test func aKeySignsOnceAndOthersBesideIt() throws {
    let signed = try SignedProject()
    try signed.sign()
    let one = try signed.project.read(SignedProject.envelope)
    try signed.sign()
    #expect(try signed.project.read(SignedProject.envelope) == one)
    try signed.sign(with: "bob")
    let both = try JSONParser.parse(Array(signed.project.read(SignedProject.envelope)))
    #expect(both["signatures"]?.array?.count == 2)
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(signed.root)/outputs")
    #expect(names.allSatisfy { !$0.hasPrefix(".") }, "no temporary file stays")
  }

  @Test func signPrintsTheLineOfAName() throws {
    let signed = try SignedProject()
    let result = try signed.run("sign", SignedProject.run, "--key", "alice", "--as", "alice@example.org")
    try signed.project.write(result.output.split(separator: "\n").dropFirst().joined() + "\n", to: "allowed")
    let verified = try signed.verify("--require-signature")
    #expect(verified.code == 0)
    #expect(verified.output.contains("ok      signed by alice@example.org\n"))
  }

  @Test func aBrokenRunIsNotSigned() throws {
    let signed = try SignedProject()
    try signed.project.flip(of: "\(SignedProject.run)/report.html")
    let result = try signed.run("sign", SignedProject.run, "--key", "alice")
    #expect(result.code == 4)
    #expect(result.errors.contains("report.html is changed"))
    #expect(!FileManager.default.fileExists(atPath: "\(signed.root)/\(SignedProject.envelope)"))
  }

  @Test func aRunWithoutItsInputIsSignedWithAWarning() throws {
    let signed = try SignedProject()
    try signed.project.remove("data/x.csv")
    let result = try signed.run("sign", SignedProject.run, "--key", "alice")
    #expect(result.code == 0)
    #expect(result.errors.contains("warning: input data/x.csv is absent"))
  }

  @Test func nothingIsAddedToAnotherEnvelope() throws {
    let signed = try SignedProject()
    try signed.sign()
    let whole = try signed.project.read(SignedProject.envelope)
    for other in [Data("{}".utf8), Data(), whole + Data("\n".utf8)] {
      try signed.project.write(other, to: SignedProject.envelope)
      let result = try signed.run("sign", SignedProject.run, "--key", "bob")
      #expect(result.code == 4)
      #expect(try signed.project.read(SignedProject.envelope) == other)
    }
    try FileManager.default.copyItem(
      atPath: "\(signed.root)/alice", toPath: "\(signed.root)/outputs/t/manifest.json.alice")
    #expect(try signed.run("sign", SignedProject.run, "--key", "alice").code == 4, "a foreign file breaks the run")
  }

  @Test func keysThatCannotBeUsedAreRefused() throws {
    let signed = try SignedProject()
    func refused(_ key: String, _ code: Int32, _ message: String) throws {
      let result = try signed.run("sign", SignedProject.run, "--key", key)
      #expect(result.code == code, "\(key)")
      #expect(result.errors.contains(message), "\(result.errors)")
    }
    for mode in [0o640, 0o604, 0o620, 0o601] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(signed.root)/alice")
      try refused("alice", 6, "chmod 600 alice")
    }
    try Tool.run(
      "openssl", ["genpkey", "-algorithm", "ed25519", "-aes256", "-pass", "pass:secret", "-out", "encrypted"],
      in: signed.root)
    try Tool.run("openssl", ["genpkey", "-algorithm", "RSA", "-out", "rsa"], in: signed.root)
    try Tool.run("openssl", ["genpkey", "-algorithm", "x25519", "-out", "exchange"], in: signed.root)
    try Tool.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "openssh"], in: signed.root)
    try signed.project.write("nothing", to: "nothing")
    for key in ["encrypted", "rsa", "exchange", "openssh", "nothing"] {
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: "\(signed.root)/\(key)")
    }
    try refused("encrypted", 6, "is encrypted")
    try refused("rsa", 6, "another kind than Ed25519")
    try refused("exchange", 6, "another kind than Ed25519")
    try refused("openssh", 6, "OpenSSH's own format")
    try refused("nothing", 6, "is no private key")
    try refused("absent", 74, "does not exist")
    try refused("notebooks", 74, "not a regular file")
    #expect(!FileManager.default.fileExists(atPath: "\(signed.root)/\(SignedProject.envelope)"))
  }

  /// What was signed is no more; the folder with signatures is still known as a run.
  @Test func aNewRunDropsSignatures() throws {
    let signed = try SignedProject()
    try signed.sign()
    try signed.signWithSSH(as: "carol")
    try signed.project.write(RunTests.data + "b,4\n", to: "data/x.csv")
    #expect(try signed.run("run", "-q", "notebooks/t.md").code == 0)
    let files = try signed.project.contents(of: SignedProject.run).keys
    #expect(!files.contains { $0.hasSuffix(".sig") || $0.hasSuffix(".dsse.json") })
    let result = try signed.run("verify", SignedProject.run)
    #expect(result.code == 0)
    #expect(result.output.contains("none    unsigned"))
  }

  @Test(arguments: [
    ["key", "new"], ["sign", "outputs/t"], ["sign", "--key", "k"],
    ["sign", "outputs/t", "--key", "k", "--as", "a b"], ["sign", "outputs/t", "--key", "k", "--as", "../a"],
    ["verify", "outputs/t", "--require-signature"], ["verify", "outputs/t", "--trust"],
    ["verify", "outputs/t", "--expect-core", "colophon:2:00"],
  ])
  func misuseEndsSixtyFour(_ arguments: [String]) throws {
    let result = try Command.run(arguments, in: Command.root)
    #expect(result.code == 64)
  }
}
