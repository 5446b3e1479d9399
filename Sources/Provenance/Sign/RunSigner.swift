import Analysis
import Signatures

/// Signs the manifest of a published run: `manifest.dsse.json`, beside what others have signed already.
public enum RunSigner {
  public enum Problem: Error, Sendable {
    /// The run is not as it was recorded.
    case integrity(Verification)
    /// What stands in `manifest.dsse.json` is no envelope of this manifest.
    case envelope(String)
    case key(SigningKey.Problem)
    case writing(RunPublisher.Problem)
  }

  /// - Returns: the verification of the run that was signed: an input may be absent.
  public static func sign(
    _ folder: String, project: Workspace, with key: borrowing SigningKey
  ) throws(Problem) -> Verification {
    let run = Workspace(root: folder, largestFile: project.largestFile)
    let (verification, recorded) = IntegrityCheck.check(run: run, project: project)
    guard let recorded, verification.verdict != .broken else { throw .integrity(verification) }
    let manifest = recorded.json.canonicalBytes
    var envelope = Envelope(payload: manifest)
    do throws(RecordedEnvelope.Problem) {
      envelope = try RecordedEnvelope.read(in: run, around: manifest)
    } catch {
      guard case .absent = error else { throw .envelope(error.text) }
    }
    do throws(SigningKey.Problem) { try envelope.sign(with: key) } catch { throw .key(error) }
    do throws(RunPublisher.Problem) {
      try RunPublisher.replaceSignature("\(folder)/\(SignatureFile.envelope)", with: envelope.bytes)
    } catch { throw .writing(error) }
    return verification
  }
}
