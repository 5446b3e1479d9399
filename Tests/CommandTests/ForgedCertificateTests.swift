import Analysis
import Foundation
import Provenance
import Signatures
import Testing

@Suite("Forged certificates")
struct ForgedCertificateTests {
  @Test func certificatesThatDoNotHold() throws {
    let signed = try CertifyTests.certified()
    let bobs = try signed.project.read(CertifyTests.file)
    try signed.trust(("alice", "alice"))
    let stranger = try signed.verify()
    #expect(stranger.code == 3 && stranger.output.contains("is by nobody you trust"))
    #expect(!stranger.output.contains("certified by"))
    try signed.trust(("alice", "alice"), ("bob", "bob"))
    #expect(try signed.verify().code == 0)
    try signed.project.remove(CertifyTests.file)
    for (name, code) in [("alice", 3), ("Bob", 3), ("b b", 4), ("", 4), ("bob.dsse.json.x", 3)] as [(String, Int32)] {
      let path = "\(SignedProject.run)/certificate-\(name).dsse.json"
      try signed.project.write(bobs, to: path)
      #expect(try signed.verify().code == code, "\(name)")
      try signed.project.remove(path)
    }
    // In the place of a signature, and a signature in the place of a certificate.
    try signed.project.write(bobs, to: SignedProject.envelope)
    #expect(try signed.verify().code == 3)
    try signed.project.remove(SignedProject.envelope)
    try signed.sign()
    try signed.project.write(signed.project.read(SignedProject.envelope), to: CertifyTests.file)
    let moved = try signed.verify()
    #expect(moved.code == 3 && moved.output.contains("signs no certificate that this colophon knows"))
  }

  /// Signed by a trusted key, and yet no certificate of this run.
  @Test func statementsThatSayOtherThings() throws {
    let signed = try CertifyTests.certified()
    try signed.trust(("bob", "bob"))
    let key = try SigningKey(pem: Array(signed.project.read("bob")))
    let whole = String(
      decoding: try Envelope(bytes: Array(signed.project.read(CertifyTests.file))).payload, as: UTF8.self)
    func verdict(_ text: String) throws -> Int32 {
      var envelope = Envelope(payload: Array(text.utf8))
      try envelope.sign(with: key)
      try signed.project.write(Data(envelope.bytes), to: CertifyTests.file)
      return try signed.verify().code
    }
    #expect(try verdict(whole) == 0)
    let digest = try #require(whole.components(separatedBy: "\"sha256\":\"").last?.prefix(64))
    let core = try #require(whole.components(separatedBy: "colophon:1:").last?.prefix(64))
    let changes = [
      (String(digest), String(repeating: "0", count: 64)), (String(core), String(repeating: "0", count: 64)),
      ("identical bit for bit", "quite similar"), ("\"verdict\":", "\"more\":1,\"verdict\":"),
      ("certificate:1", "certificate:2"), ("Statement/v1", "Statement/v2"), ("{\"_type", " {\"_type"),
      ("\"name\":\"manifest.json\"", "\"name\":\"report.html\""), ("\"notChecked\":[", "\"notChecked\":[1,"),
      ("\"name\":\"colophon\"", "\"name\":\"other\""),
    ]
    for (old, new) in changes {
      let text = whole.replacingOccurrences(of: old, with: new)
      #expect(text != whole, "\(old)")
      #expect(try verdict(text) == 3, "\(old)")
    }
    // Two signatures on one certificate, both good.
    var envelope = Envelope(payload: Array(whole.utf8))
    try envelope.sign(with: key)
    try envelope.sign(with: SigningKey(pem: Array(signed.project.read("alice"))))
    try signed.project.write(Data(envelope.bytes), to: CertifyTests.file)
    try signed.trust(("bob", "bob"), ("alice", "alice"))
    #expect(try signed.verify().output.contains("has several signatures, and a certificate is one person's"))
  }

  @Test func everyByteAndLengthCounts() throws {
    let signed = try CertifyTests.certified()
    try signed.trust(("bob", "bob"))
    let trust = Trust(
      signers: AllowedSigners(file: Array(try signed.project.read("allowed"))), requiresSignature: false)
    func verdict() -> Verification.Verdict {
      Verifier.verify(
        "\(signed.root)/\(SignedProject.run)", project: Workspace(root: signed.root), rerun: false, trust: trust
      ).verification.verdict
    }
    #expect(verdict() == .holds)
    let whole = try signed.project.read(CertifyTests.file)
    let url = URL(filePath: "\(signed.root)/\(CertifyTests.file)")
    for mask in [UInt8(0x01), 0x20, 0x80] {
      for offset in whole.indices {
        var changed = whole
        changed[offset] ^= mask
        try changed.write(to: url)
        #expect(verdict() == .inauthentic, "byte \(offset)")
      }
    }
    for count in 0..<whole.count {
      try whole.prefix(count).write(to: url)
      #expect(verdict() == .inauthentic, "\(count) bytes")
    }
    try whole.write(to: url)
    #expect(verdict() == .holds)
  }

  @Test func thereIsALimit() throws {
    let signed = try CertifyTests.certified()
    try signed.trust(("bob", "bob"))
    let bytes = try signed.project.read(CertifyTests.file)
    for number in 1...63 { try signed.project.write(bytes, to: "outputs/t/certificate-bob\(number).dsse.json") }
    #expect(try signed.verify().output.contains("its key belongs to bob, and not to bob9"))
    try signed.project.write(bytes, to: "outputs/t/certificate-bob64.dsse.json")
    let result = try signed.verify()
    #expect(result.code == 3)
    #expect(result.output.contains("there are 65 certificates, and at most 64 are read"))
    try signed.project.write(Data(repeating: 0x20, count: 1 << 17), to: CertifyTests.file)
    #expect(try signed.verify().code == 3)
  }
}
