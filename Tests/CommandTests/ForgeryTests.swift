import Analysis
import Foundation
import Provenance
import Signatures
import Testing

/// Changed signatures, in this process: there are too many to start the program for each.
@Suite("Forged signatures")
struct ForgeryTests {
  /// One run signed by all three ways, and whom to trust.
  private func signed() throws -> (SignedProject, sshFile: String, Trust) {
    let signed = try SignedProject()
    try signed.sign()
    try signed.sign(with: "bob")
    let file = try signed.signWithSSH(as: "carol")
    try signed.trust(("alice", "alice"), ("bob", "bob"), ("carol", "ssh-carol"))
    let signers = AllowedSigners(file: Array(try signed.project.read("allowed")))
    return (signed, file, Trust(signers: signers, requiresSignature: true))
  }

  private func verdict(_ signed: SignedProject, _ trust: Trust) -> Verification.Verdict {
    Verifier.verify(
      "\(signed.root)/\(SignedProject.run)", project: Workspace(root: signed.root), rerun: false, trust: trust
    ).verification.verdict
  }

  /// Bits that turn a letter's case, a digit into a mark, and the like.
  @Test(arguments: [UInt8(0x01), 0x02, 0x20, 0x40, 0x80])
  func everyByteCounts(_ mask: UInt8) throws {
    let (signed, file, trust) = try signed()
    #expect(verdict(signed, trust) == .holds)
    for path in [SignedProject.envelope, file] {
      let whole = try signed.project.read(path)
      let url = URL(filePath: "\(signed.root)/\(path)")
      for offset in whole.indices {
        var changed = whole
        changed[offset] ^= mask
        try changed.write(to: url)
        #expect(verdict(signed, trust) == .inauthentic, "byte \(offset) of \(path)")
      }
      try whole.write(to: url)
    }
    #expect(verdict(signed, trust) == .holds)
  }

  @Test func everyLengthCounts() throws {
    let (signed, file, trust) = try signed()
    for path in [SignedProject.envelope, file] {
      let whole = try signed.project.read(path)
      let url = URL(filePath: "\(signed.root)/\(path)")
      for count in 0..<whole.count {
        try whole.prefix(count).write(to: url)
        #expect(verdict(signed, trust) == .inauthentic, "\(count) bytes of \(path)")
      }
      for more in ["\n", " ", "\u{0}", "x", "\r\n"] {
        for changed in [whole + Data(more.utf8), Data(more.utf8) + whole] {
          try changed.write(to: url)
          #expect(verdict(signed, trust) == .inauthentic, "\(more) around \(path)")
        }
      }
      try whole.write(to: url)
    }
  }

  /// Other spellings of the same envelope, and signatures that claim another key.
  @Test func oneSpellingOnly() throws {
    let (signed, _, trust) = try signed()
    let whole = String(decoding: try signed.project.read(SignedProject.envelope), as: UTF8.self)
    let keys = whole.components(separatedBy: "\"keyid\":\"").dropFirst().map { String($0.prefix(50)) }
    let signatures = whole.components(separatedBy: "\"sig\":\"").dropFirst().map { String($0.prefix(88)) }
    #expect(keys.count == 2 && signatures.count == 2)
    // The last four bits of a signature's Base64 stand for nothing.
    let last = signatures[0].dropLast(2)
    let stray = try #require(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".firstIndex(of: last.last ?? "="))
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    let neighbour = String(alphabet[alphabet.index(after: stray)])
    let swapped = whole.replacingOccurrences(of: keys[0], with: "%").replacingOccurrences(of: keys[1], with: keys[0])
      .replacingOccurrences(of: "%", with: keys[1])
    let one = "{\"keyid\":\"\(keys[0])\",\"sig\":\"\(signatures[0])\"}"
    let two = "{\"keyid\":\"\(keys[1])\",\"sig\":\"\(signatures[1])\"}"
    for changed in [
      whole.replacingOccurrences(of: ",\"payloadType", with: ", \"payloadType"),
      whole.replacingOccurrences(of: "in-toto", with: "in\\u002dtoto"),
      whole.replacingOccurrences(of: signatures[0], with: last.dropLast() + neighbour + "=="),
      whole.replacingOccurrences(of: signatures[0], with: String(last)),
      whole.replacingOccurrences(of: signatures[0], with: signatures[0].replacingOccurrences(of: "+", with: "-") + " "),
      swapped,
      whole.replacingOccurrences(of: keys[0], with: ""),
      whole.replacingOccurrences(of: keys[0], with: keys[1]),
      whole.replacingOccurrences(of: one, with: "\(one),\(one)"),
      whole.replacingOccurrences(of: "\(one),\(two)", with: ""),
      whole.replacingOccurrences(of: "}]}", with: ",\"x\":1}]}"),
      whole.replacingOccurrences(of: "]}", with: "],\"x\":1}"),
      whole.replacingOccurrences(of: "+json", with: "+xml"),
      "[\(whole)]", "{}", "null",
    ] {
      #expect(changed != whole)
      try signed.project.write(changed, to: SignedProject.envelope)
      #expect(verdict(signed, trust) == .inauthentic, "\(changed.suffix(400))")
    }
    try signed.project.write(whole, to: SignedProject.envelope)
    #expect(verdict(signed, trust) == .holds)
  }
}
