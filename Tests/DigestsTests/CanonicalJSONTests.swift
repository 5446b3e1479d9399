import Digests
import Foundation
import Testing

@Suite("Canonical JSON (RFC 8785)")
struct CanonicalJSONTests {
  /// Appendix B of RFC 8785: IEEE 754 bits and the text that stands for them.
  static let numbers: [(bits: UInt64, text: String)] = [
    (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
    (0x8000_0000_0000_0001, "-5e-324"), (0x7fef_ffff_ffff_ffff, "1.7976931348623157e+308"),
    (0xffef_ffff_ffff_ffff, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
    (0xc340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
    (0x44b5_2d02_c7e1_4af5, "9.999999999999997e+22"), (0x44b5_2d02_c7e1_4af6, "1e+23"),
    (0x44b5_2d02_c7e1_4af7, "1.0000000000000001e+23"), (0x444b_1ae4_d6e2_ef4e, "999999999999999700000"),
    (0x444b_1ae4_d6e2_ef4f, "999999999999999900000"), (0x444b_1ae4_d6e2_ef50, "1e+21"),
    (0x3eb0_c6f7_a0b5_ed8c, "9.999999999999997e-7"), (0x3eb0_c6f7_a0b5_ed8d, "0.000001"),
    (0x41b3_de43_5555_5553, "333333333.3333332"), (0x41b3_de43_5555_5554, "333333333.33333325"),
    (0x41b3_de43_5555_5555, "333333333.3333333"), (0x41b3_de43_5555_5556, "333333333.3333334"),
    (0x41b3_de43_5555_5557, "333333333.33333343"), (0xbece_cb69_e5e1_6dfd, "-0.0000036333333333333333"),
    (0x4314_3ff3_c1cb_0959, "1424953923781206.2"),
  ]

  @Test(arguments: numbers)
  func numbersOfTheStandard(_ item: (bits: UInt64, text: String)) throws {
    // The standard's own example −3.6333333333333333e-6 is given with more digits than the shortest form has.
    let value = Double(bitPattern: item.bits)
    let text = ECMAScriptNumber.text(value)
    if item.bits == 0xbece_cb69_e5e1_6dfd { #expect(Double(text) == value) } else { #expect(text == item.text) }
  }

  @Test func anyNumberReadsBackToItself() {
    var state: UInt64 = 8785
    for _ in 0..<200_000 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let value = Double(bitPattern: state ^ (state >> 31))
      guard value.isFinite else { continue }
      #expect(Double(ECMAScriptNumber.text(value)) == value)
    }
  }

  @Test func membersAreSortedByUTF16() throws {
    // Section 3.2.3 of the standard: € sorts after ö, and a surrogate pair before U+FB33.
    let hebrew = "\u{fb33}"
    let text = "{\"\u{20ac}\":1,\"\\r\":2,\"\(hebrew)\":3,\"1\":4,\"\u{1f602}\":5,\"\u{80}\":6,\"\u{f6}\":7}"
    let value = try JSONParser.parse(Array(text.utf8))
    let sorted = String(decoding: value.canonicalBytes, as: UTF8.self)
    #expect(
      sorted == "{\"\\r\":2,\"1\":4,\"\u{80}\":6,\"\u{f6}\":7,\"\u{20ac}\":1,\"\u{1f602}\":5,\"\(hebrew)\":3}")
  }

  @Test func spellingsThatLookAlikeAreTwoKeys() throws {
    let value = try JSONParser.parse(Array("{\"\u{e9}\":1,\"e\u{301}\":2}".utf8))
    #expect(value["\u{e9}"]?.integer == 1)
    #expect(value["e\u{301}"]?.integer == 2)
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\":1,\"a\":2}", "01", "1.", ".5", "+1", "nan", "\"\\x\"", "\"\\ud800\"", "\"\u{1}\"", "tru",
    "1 2", "{a:1}",
    "1e999", String(repeating: "[", count: 100),
  ])
  func whatIsNoJSONIsRefused(_ text: String) {
    #expect(throws: JSONParser.Failure.self) { try JSONParser.parse(Array(text.utf8)) }
  }

  @Test func controlCharactersAreEscaped() {
    #expect(
      String(decoding: JSONValue.string("a\u{8}\u{1f}\"\\\n").canonicalBytes, as: UTF8.self) == #""a\b\u001f\"\\\n""#)
  }
}

@Suite("Digests")
struct DigestTests {
  /// FIPS 180-2, and a string in pieces.
  @Test func knownAnswers() {
    #expect(Digest(ofFile: Array("abc".utf8)).hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(Digest(ofFile: []).hex == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    var hasher = DigestHasher()
    hasher.update(Array("a".utf8))
    hasher.update(Array("bc".utf8))
    #expect(hasher.finish() == Digest(ofFile: Array("abc".utf8)))
  }

  @Test func domainsAreApart() {
    let bytes = Array("x".utf8)
    #expect(Digest(of: "plan", bytes) != Digest(of: "action", bytes))
    #expect(Digest(of: "plan", bytes) == Digest(ofFile: Array("colophon/plan/v1".utf8) + [0] + bytes))
  }

  @Test func onlyLowerCaseHexadecimalIsADigest() {
    #expect(Digest(hex: String(repeating: "a", count: 64)) != nil)
    #expect(Digest(hex: String(repeating: "A", count: 64)) == nil)
    #expect(Digest(hex: String(repeating: "a", count: 63)) == nil)
  }
}
