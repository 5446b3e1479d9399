import Digests
import NotebookSyntax
import Provenance

/// A verification as JSON: the facts that `verify` prints, for programs.
enum VerificationJSON {
  /// - Parameter run: the folder as it was named.
  static func json(_ result: Verification, run: String) -> JSONValue {
    [
      "run": text(run), "integrity": verdict(result.integrity), "authenticity": verdict(result.authenticity),
      "rendering": result.rendering.map(verdict) ?? .null,
      "reproduction": result.reproduction.map(verdict) ?? .null,
      "chain": .array(
        result.chain.map { ["run": text($0.path), "exitCode": .integer($0.verdict.rawValue)] }),
      "certificates": .array(result.certifications.map(certificate)),
      "core": result.core.isEmpty ? .null : text("colophon:1:\(result.core)"),
      "failedExpectations": .integer(result.failedExpectations),
      "findings": .array(
        result.findings.map { ["exitCode": .integer($0.verdict.rawValue), "text": text($0.text)] }),
      "notChecked": .array(result.notChecked.map(text)), "exitCode": .integer(result.verdict.rawValue),
    ]
  }

  private static func certificate(_ certification: Verification.Certification) -> JSONValue {
    [
      "by": text(certification.by), "verdict": .string(certification.agreement.rawValue),
      "engine": [
        "name": "colophon", "version": text(certification.engineVersion),
        "fingerprint": text(certification.fingerprint),
      ],
    ]
  }

  /// The first word of a line, and the rest.
  private static func verdict(_ line: String) -> JSONValue {
    let word = line.prefix { $0 != " " }
    return ["verdict": text(String(word)), "detail": text(String(line.dropFirst(word.count).drop { $0 == " " }))]
  }

  /// Also JSON is read at terminals: what would steer them is shown instead.
  private static func text(_ text: String) -> JSONValue { .string(VisibleText.of(text, limit: 4000)) }
}
