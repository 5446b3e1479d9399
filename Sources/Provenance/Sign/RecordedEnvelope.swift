import Analysis
import NotebookSyntax
import Signatures

/// `manifest.dsse.json` of a run.
enum RecordedEnvelope {
  enum Problem: Error {
    case absent
    case unreadable(Workspace.Problem)
    case malformed(Envelope.Problem)
    case otherManifest

    var text: String {
      switch self {
      case .absent: return "there is no \(SignatureFile.envelope)"
      case .unreadable(let problem): return "\(SignatureFile.envelope) \(problem.text)"
      case .malformed(let problem): return "\(SignatureFile.envelope) \(problem.text)"
      case .otherManifest:
        return
          "\(SignatureFile.envelope) signs another manifest: its payload is not what stands in \(Manifest.fileName)"
      }
    }
  }

  /// - Parameter manifest: the bytes that the envelope must be around.
  static func read(in run: Workspace, around manifest: [UInt8]) throws(Problem) -> Envelope {
    // Base64 takes a third more, a signature some 160 bytes.
    let limit = min(run.largestFile, 2 * manifest.count + 1 << 16)
    let envelope: Envelope
    do {
      envelope = try Envelope(
        bytes: Workspace(root: run.root, largestFile: limit).read(SignatureFile.envelope))
    } catch let error as Envelope.Problem {
      throw .malformed(error)
    } catch let error as Workspace.Problem {
      if case .notFound = error { throw .absent }
      throw .unreadable(error)
    } catch {
      throw .absent
    }
    guard envelope.payload == manifest else { throw .otherManifest }
    return envelope
  }
}
