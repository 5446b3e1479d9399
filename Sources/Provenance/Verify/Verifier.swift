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
    public let manifest: Manifest?
  }

  private struct Request {
    var outputsOnly: Bool
    var rerender: Bool
    var rerun: Bool
    var bitwise: Bool
    var trust: Trust
    var expectedCore: String?
  }

  /// Verifies a run, and in the same way the runs whose tables it read.
  ///
  /// - Parameters:
  ///   - folder: the run's folder.
  ///   - project: the root that paths in the manifest are relative to.
  ///   - outputsOnly: whether inputs, the notebook and the runs whose tables were read are left out.
  ///   - rerender: whether the report is made again from the results.
  ///   - rerun: whether everything is computed again.
  ///   - bitwise: whether another numeric fingerprint is no excuse for other last digits.
  ///   - trust: whose signatures count.
  ///   - expectedCore: the core digest that the reader has from elsewhere, 64 hexadecimal digits.
  public static func verify(
    _ folder: String, project: Workspace, outputsOnly: Bool = false, rerender: Bool = false, rerun: Bool,
    bitwise: Bool = false,
    trust: Trust = .nobody, expectedCore: String? = nil
  ) -> Outcome {
    var seen = [folder]
    let request = Request(
      outputsOnly: outputsOnly, rerender: rerender, rerun: rerun, bitwise: bitwise, trust: trust,
      expectedCore: expectedCore)
    return verify(folder, project: project, request, &seen)
  }

  private static func verify(
    _ folder: String, project: Workspace, _ request: Request, _ seen: inout [String]
  ) -> Outcome {
    let run = Workspace(root: folder, largestFile: project.largestFile)
    var (result, manifest) = IntegrityCheck.check(run: run, project: project, outputsOnly: request.outputsOnly)
    AuthenticityCheck.check(manifest, run: run, trust: request.trust, into: &result)
    if let expectedCore = request.expectedCore, let manifest, manifest.core != expectedCore {
      result.add(.differs, "the core digest is colophon:1:\(manifest.core), and colophon:1:\(expectedCore) is expected")
    }
    if request.rerender, let manifest { Rerendering.check(manifest, run: run, into: &result) }
    var failure: (source: SourceFile, diagnostics: [Diagnostic])?
    if request.rerun, let manifest {
      failure = Reproduction.check(manifest, run: run, project: project, bitwise: request.bitwise, into: &result)
    }
    var upstreamRequest = request
    upstreamRequest.expectedCore = nil
    for upstream in request.outputsOnly ? [] : manifest?.upstreams ?? [] {
      guard (try? Workspace.components(upstream.path)) != nil else {
        result.add(.broken, "the record names a run outside the project: \(upstream.path)")
        continue
      }
      let path = "\(project.root)/\(upstream.path)"
      // What is not there has been said.
      guard !seen.containsExactly(path), project.exists("\(upstream.path)/\(Manifest.fileName)") else { continue }
      seen.append(path)
      let outcome = verify(path, project: project, upstreamRequest, &seen)
      result.chain += [(upstream.path, outcome.verification.verdict)] + outcome.verification.chain
      for finding in outcome.verification.findings {
        // What a run further up said carries its name already.
        let isNamed = outcome.verification.chain.contains { finding.text.hasPrefix("\($0.path): ") }
        result.add(finding.verdict, isNamed ? finding.text : "\(upstream.path): \(finding.text)")
      }
      if failure == nil, let source = outcome.source { failure = (source, outcome.diagnostics) }
    }
    if !request.rerun { result.notChecked.append("whether the analysis gives these results (--rerun does)") }
    if !result.isSigned { result.notChecked.append("who made it") }
    result.notChecked += ["whether the data are genuine", "whether the model is appropriate"]
    return Outcome(
      verification: result, source: failure?.source, diagnostics: failure?.diagnostics ?? [],
      manifest: manifest)
  }
}
