import NotebookSyntax
import Provenance

/// A verification as lines for reading.
enum VerificationText {
  static func show(_ result: Verification) {
    Terminal.line("Integrity       \(result.integrity)")
    Terminal.line("Authenticity    \(VisibleText.of(result.authenticity, limit: 2000))")
    if let rendering = result.rendering { Terminal.line("Rendering       \(VisibleText.of(rendering, limit: 2000))") }
    if let reproduction = result.reproduction {
      Terminal.line("Reproduction    \(VisibleText.of(reproduction, limit: 2000))")
    }
    for certification in result.certifications {
      Terminal.line("Reproduction    \(VisibleText.of(text(certification), limit: 2000))")
    }
    for (path, verdict) in result.chain {
      Terminal.line("Chain           \(verdict.word) \(VisibleText.of(path)), whose table it reads")
    }
    if !result.core.isEmpty { Terminal.line("core            colophon:1:\(VisibleText.of(result.core))") }
    if result.failedExpectations > 0 {
      Terminal.line(
        "Expectations    \(result.failedExpectations) of the notebook's expectations did not hold when it was run")
    }
    Terminal.line("Not checked     \(VisibleText.of(result.notChecked.joined(separator: "; "), limit: 4000))")
    for finding in result.findings { Terminal.line("  - \(VisibleText.of(finding.text, limit: 2000))") }
  }

  /// Numbers typed in prose, with what to write instead.
  static func show(_ hints: [TypedNumbers.Hint]?) {
    guard let hints else { return Terminal.line("Prose           not read: the results cannot be read") }
    let count = hints.count == 1 ? "1 typed number equals" : "\(hints.count) typed numbers equal"
    Terminal.line("Prose           \(hints.isEmpty ? "no typed number equals" : count) a computed one")
    for hint in hints {
      Terminal.line(VisibleText.of("  - line \(hint.line): \(hint.text) could be \(hint.value)", limit: 2000))
    }
  }

  private static func text(_ certification: Verification.Certification) -> String {
    "certified by \(certification.by): \(certification.agreement.rawValue)"
      + " (colophon \(certification.engineVersion), numeric fingerprint \(certification.fingerprint.prefix(8)))"
  }
}
