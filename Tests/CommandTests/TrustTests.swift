import Digests
import Foundation
import Testing

@Suite("colophon verify --trust")
struct TrustTests {
  @Test func withoutTrustNothingIsChecked() throws {
    let signed = try SignedProject()
    #expect(
      try signed.run("verify", SignedProject.run).output.contains(
        "Authenticity    none    unsigned: anyone could have written this manifest\n"))
    try signed.sign()
    try signed.signWithSSH(as: "carol")
    let result = try signed.run("verify", SignedProject.run)
    #expect(result.code == 0)
    #expect(
      result.output.contains(
        "Authenticity    unclear 2 signatures, not checked: name whom you trust with --trust\n"))
    #expect(result.output.contains("who made it"))
  }

  @Test func severalSignersAreNamed() throws {
    let signed = try SignedProject()
    try signed.sign()
    try signed.sign(with: "bob")
    try signed.signWithSSH(as: "carol@example.org")
    try signed.signWithSSH(as: "dan", hash: "sha256")
    try signed.trust(
      ("alice@example.org,al", "alice"), ("bob namespaces=\"file,colophon\"", "bob"),
      ("carol@example.org", "ssh-carol@example.org"), ("dan NAMESPACES=\"colophon\"", "ssh-dan"))
    let result = try signed.verify("--require-signature")
    #expect(result.code == 0, "\(result.output)")
    #expect(
      result.output.contains("Authenticity    ok      signed by alice@example.org, bob, carol@example.org, dan\n"))
    #expect(!result.output.contains("who made it"))
  }

  /// One trust file for both programs.
  @Test func openSSHAgrees() throws {
    let signed = try SignedProject()
    let file = try signed.signWithSSH(as: "carol")
    try signed.trust(("carol namespaces=\"colophon\"", "ssh-carol"), ("al namespaces=\"colophon\"", "alice"))
    #expect(try signed.verify("--require-signature").code == 0)
    try Tool.run(
      "ssh-keygen", ["-Y", "verify", "-f", "allowed", "-I", "carol", "-n", "colophon", "-s", file], in: signed.root,
      input: "\(SignedProject.run)/manifest.json")
  }

  @Test func aSignatureOfAStrangerIsRefused() throws {
    let signed = try SignedProject()
    try signed.sign()
    try signed.trust(("bob", "bob"))
    let result = try signed.verify()
    #expect(result.code == 3)
    #expect(result.output.contains("Authenticity    BROKEN"))
    #expect(result.output.contains("is by nobody you trust: the trust file has no such key"))
    // Also beside one that is trusted.
    try signed.sign(with: "bob")
    #expect(try signed.verify().code == 3)
    try signed.project.remove(SignedProject.envelope)
    try signed.signWithSSH(as: "carol")
    #expect(try signed.verify().code == 3)
  }

  @Test func aRequiredSignatureMustBeThere() throws {
    let signed = try SignedProject()
    try signed.trust(("alice", "alice"))
    #expect(try signed.verify().code == 0)
    let result = try signed.verify("--require-signature")
    #expect(result.code == 3)
    #expect(result.output.contains("BROKEN  unsigned, and a signature is required"))
    // Broken integrity outranks it; an absent input does not.
    try signed.project.remove("data/x.csv")
    #expect(try signed.verify("--require-signature").code == 3)
    try signed.project.flip(of: "\(SignedProject.run)/report.md")
    #expect(try signed.verify("--require-signature").code == 4)
    try signed.project.write("{}", to: "\(SignedProject.run)/manifest.json")
    #expect(try signed.verify("--require-signature").code == 4)
  }

  @Test func aSignatureOfAnotherRunIsRefused() throws {
    let signed = try SignedProject()
    try signed.sign()
    let file = try signed.signWithSSH(as: "carol")
    try signed.trust(("alice", "alice"), ("carol", "ssh-carol"))
    #expect(try signed.verify().code == 0)
    let copies = try [SignedProject.envelope, file].map { ($0, try signed.project.read($0)) }
    try signed.project.write(RunTests.data + "b,4\n", to: "data/x.csv")
    #expect(try signed.run("run", "-q", "notebooks/t.md").code == 0)
    for (path, bytes) in copies {
      try signed.project.write(bytes, to: path)
      #expect(try signed.verify().code == 3, "\(path)")
      #expect(try signed.run("verify", SignedProject.run).code == 3, "also where nobody was named")
      try signed.project.remove(path)
    }
  }

  @Test func theNameOfAFileMustBeTheKeys() throws {
    let signed = try SignedProject()
    let file = try signed.signWithSSH(as: "carol")
    let cases: [(principal: String, code: Int32)] = [
      ("carol", 0), ("dan,carol", 0), ("dan", 3), ("Carol", 3), ("carol@example.org", 3), ("caro*", 3),
    ]
    for (principal, code) in cases {
      try signed.trust((principal, "ssh-carol"))
      #expect(try signed.verify().code == code, "\(principal)")
    }
    let pattern = try signed.verify()
    #expect(pattern.output.contains("`caro*` is a pattern, and colophon takes whole names only"))
    try signed.trust(("carol", "ssh-carol"))
    let bytes = try signed.project.read(file)
    try signed.project.remove(file)
    for name in ["manifest.json.sig", "manifest.json.a b.sig", "manifest.json.é.sig", "tables/manifest.json.carol.sig"]
    {
      try signed.project.write(bytes, to: "\(SignedProject.run)/\(name)")
      #expect(try signed.verify().code == 4, "\(name)")
      try signed.project.remove("\(SignedProject.run)/\(name)")
    }
    try signed.project.write(bytes, to: "carol.sig")
    try FileManager.default.createSymbolicLink(
      atPath: "\(signed.root)/\(file)", withDestinationPath: "\(signed.root)/carol.sig")
    #expect(try signed.verify().code == 4)
  }

  @Test func otherNamespacesAndKindsAreRefused() throws {
    let signed = try SignedProject()
    let other = try signed.signWithSSH(as: "carol", namespace: "file")
    try signed.trust(("carol", "ssh-carol"))
    let result = try signed.verify()
    #expect(result.code == 3 && result.output.contains("is made for `file`, not for colophon"))
    try signed.project.remove(other)
    try signed.signWithSSH(as: "dan", kind: "ecdsa")
    try signed.trust(("dan", "ssh-dan"))
    let kind = try signed.verify()
    #expect(kind.code == 3 && kind.output.contains("only ssh-ed25519 is known"))
  }

  /// Which lines give trust, and what is said of those that don't.
  @Test(arguments: [
    ("alice", nil), ("\talice", nil), ("alice namespaces=\"colophon\"", nil),
    ("alice namespaces=\"git,colophon\"", nil),
    ("alice namespaces=\"git\"", "its namespaces do not include colophon"),
    ("alice namespaces=\"colophone\"", "its namespaces do not include colophon"),
    ("alice namespaces=\"*\"", "its namespaces have a pattern"),
    ("alice namespaces=\"\"", "its namespaces do not include colophon"),
    ("alice namespaces=colophon", "its options cannot be read"),
    ("alice namespaces=\"colophon", "it is not `principals"),
    ("alice valid-after=\"20200101\"", "valid-after needs a clock, which colophon does not read"),
    ("alice namespaces=\"colophon\",valid-before=\"20990101\"", "valid-before needs a clock"),
    ("alice cert-authority", "cert-authority"), ("alice no-such-option", "its option `no-such-option` is not known"),
    ("alice namespaces=\"colophon\",namespaces=\"colophon\"", "an option stands twice"),
    ("*", "is a pattern"), ("alice,!bob", "is a pattern"), ("alice,", "no names separated by commas"),
    ("\"alice\"", "no names separated by commas"), ("alice bob carol", "it is not `principals"),
    ("#alice", "the trust file has no such key"),
  ])
  func linesOfATrustFile(_ before: String, _ reason: String?) throws {
    let signed = try SignedProject(keys: ["alice"])
    try signed.sign()
    try signed.project.write(
      "# whom we trust\n\n\(before) \(try signed.publicLine("alice"))\r\nnonsense\n", to: "allowed")
    let result = try signed.verify()
    #expect(result.code == (reason == nil ? 0 : 3), "\(before): \(result.output)")
    if let reason { #expect(result.output.contains(reason), "\(before): \(result.output)") }
    #expect(result.output.contains("line 4 of the trust file (it is not `principals"))
  }

  @Test func aTrustFileThatCannotBeReadEndsTheCommand() throws {
    let signed = try SignedProject(keys: [])
    #expect(try signed.verify().code == 74)
    try signed.project.write(Data(repeating: 0x23, count: 2 << 20), to: "allowed")
    #expect(try signed.verify().code == 74)
  }

  @Test func anotherCoreThanExpectedDiffers() throws {
    let signed = try SignedProject(keys: [])
    let manifest = try JSONParser.parse(Array(signed.project.read("\(SignedProject.run)/manifest.json")))
    let core = try #require(manifest["predicate"]?["core"]?.string)
    #expect(try signed.run("verify", SignedProject.run, "--expect-core", core).code == 0)
    #expect(try signed.run("verify", SignedProject.run, "--expect-core", String(core.suffix(64))).code == 0)
    let other = String(repeating: "0", count: 64)
    let result = try signed.run("verify", SignedProject.run, "--expect-core", other)
    #expect(result.code == 2)
    #expect(result.output.contains("the core digest is \(core), and colophon:1:\(other) is expected"))
  }

  @Test func aVerdictForPrograms() throws {
    let signed = try SignedProject()
    try signed.sign()
    try signed.trust(("bob", "bob"))
    let result = try signed.verify("--json", "--rerun")
    #expect(result.code == 3)
    let bytes = Array(result.output.utf8.dropLast())
    let json = try JSONParser.parse(bytes)
    #expect(json.canonicalBytes == bytes)
    #expect(json["integrity"]?["verdict"]?.string == "ok")
    #expect(json["authenticity"]?["verdict"]?.string == "BROKEN")
    #expect(json["reproduction"]?["verdict"]?.string == "ok")
    #expect(json["exitCode"]?.integer == 3)
    #expect(json["findings"]?.array?.first?["exitCode"]?.integer == 3)
    #expect(json["core"]?.string?.hasPrefix("colophon:1:") == true)
    #expect(json["notChecked"]?.array?.count == 3)
    try signed.trust(("alice", "alice"))
    let several = try signed.run("verify", "--json", SignedProject.run, "outputs/pbc-bilirubin", "--trust", "allowed")
    #expect(several.code == 0)
    let list = try JSONParser.parse(Array(several.output.utf8)).array ?? []
    #expect(list.map { $0["run"]?.string } == [SignedProject.run, "outputs/pbc-bilirubin"])
    #expect(list.map { $0["authenticity"]?["verdict"]?.string } == ["ok", "none"])
    #expect(list.first?["reproduction"].map { if case .null = $0 { true } else { false } } == true)
  }
}
