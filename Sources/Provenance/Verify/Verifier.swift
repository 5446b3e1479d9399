import Analysis
import NotebookSyntax

/// Stage seven: a recorded run → verdicts.
public enum Verifier {
  public struct Outcome: Sendable {
    public let verification: Verification
    /// Set where the notebook could not be run again.
    public let source: SourceFile?
    public let diagnostics: [Diagnostic]
    /// What was verified; nil where there is no usable one.
    let manifest: Manifest?
  }

  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - project: the root that paths in the manifest are relative to.
  ///   - rerun: whether everything is computed again.
  ///   - bitwise: whether another numeric fingerprint is no excuse for other last digits.
  ///   - trust: whose signatures count.
  ///   - expectedCore: the core digest that the reader has from elsewhere, 64 hexadecimal digits.
  public static func verify(
    _ folder: String, project: Workspace, rerun: Bool, bitwise: Bool = false, trust: Trust = .nobody,
    expectedCore: String? = nil
  ) -> Outcome {
    let run = Workspace(root: folder, largestFile: project.largestFile)
    var (result, manifest) = IntegrityCheck.check(run: run, project: project)
    AuthenticityCheck.check(manifest, run: run, trust: trust, into: &result)
    if let expectedCore, let manifest, manifest.core != expectedCore {
      result.add(.differs, "the core digest is colophon:1:\(manifest.core), and colophon:1:\(expectedCore) is expected")
    }
    var failure: (source: SourceFile, diagnostics: [Diagnostic])?
    if rerun, let manifest {
      failure = Reproduction.check(manifest, run: run, project: project, bitwise: bitwise, into: &result)
    }
    if !rerun { result.notChecked.append("whether the analysis gives these results (--rerun does)") }
    if !result.isSigned { result.notChecked.append("who made it") }
    result.notChecked += ["whether the data are genuine", "whether the model is appropriate"]
    return Outcome(
      verification: result, source: failure?.source, diagnostics: failure?.diagnostics ?? [],
      manifest: manifest)
  }
}
