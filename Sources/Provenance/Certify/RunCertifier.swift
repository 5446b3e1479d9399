import Analysis
import NotebookSyntax
import Signatures

/// Computes a published run again and, only if it comes out as recorded, signs a certificate that says so.
public enum RunCertifier {
  public enum Problem: Error, Sendable {
    /// The run is not as it was recorded, does not come out as recorded, or has a bad signature beside it.
    case refused(Verifier.Outcome)
    /// The file is there already, and is no certificate by the same key.
    case byAnother(file: String)
    case key(SigningKey.Problem)
    case writing(RunPublisher.Problem)
  }

  public struct Outcome: Sendable {
    public let verification: Verification
    /// The certificate's name, in the run's folder.
    public let file: String
    public let agreement: Verification.Agreement
  }

  /// - Parameters:
  ///   - bitwise: whether another numeric fingerprint is no excuse for other last digits.
  ///   - principal: the name that readers know the key by, for the file; nil for the key's fingerprint.
  public static func certify(
    _ folder: String, project: Workspace, bitwise: Bool, with key: borrowing SigningKey, as principal: String?
  ) throws(Problem) -> Outcome {
    let outcome = Verifier.verify(folder, project: project, rerun: true, bitwise: bitwise)
    let verification = outcome.verification
    guard verification.verdict == .holds, let manifest = outcome.manifest, let agreement = verification.agreement else {
      throw .refused(outcome)
    }
    let file = SignatureFile.certificate(by: principal ?? key.publicKey.fingerprintInFileName)
    let run = Workspace(root: folder, largestFile: project.largestFile)
    if run.exists(file) {
      // That it is a certificate of this manifest the verification has found.
      let old = try? RecordedCertificate(
        reading: file, in: run, of: manifest.json.canonicalBytes, core: manifest.core)
      guard let old, old.envelope.holds(old.signature, by: key.publicKey) else { throw .byAnother(file: file) }
    }
    let certificate = Certificate(of: manifest, agreement: agreement, notChecked: verification.notChecked)
    var envelope = Envelope(payload: certificate.json.canonicalBytes)
    do throws(SigningKey.Problem) { try envelope.sign(with: key) } catch { throw .key(error) }
    do throws(RunPublisher.Problem) {
      try RunPublisher.replaceSignature("\(folder)/\(file)", with: envelope.bytes)
    } catch { throw .writing(error) }
    return Outcome(verification: verification, file: file, agreement: agreement)
  }
}
