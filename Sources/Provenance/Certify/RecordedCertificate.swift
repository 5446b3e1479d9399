import Analysis
import Digests
import Signatures

/// A file `certificate-NAME.dsse.json` of a run: one certificate, signed once.
struct RecordedCertificate {
  /// Largest file that is read; a certificate has some 1,500 bytes.
  private static let largestFile = 1 << 16

  enum Problem: Error {
    case unreadable(Workspace.Problem)
    case malformed(Envelope.Problem)
    case severalSignatures
    case statement(Certificate.Problem)
    case otherManifest

    /// To stand after the file's name.
    var text: String {
      switch self {
      case .unreadable(let problem): return problem.text
      case .malformed(let problem): return problem.text
      case .severalSignatures: return "has several signatures, and a certificate is one person's"
      case .statement(let problem): return problem.text
      case .otherManifest: return "certifies another manifest than the one that stands in \(Manifest.fileName)"
      }
    }
  }

  let envelope: Envelope
  let signature: Envelope.Signature
  let certificate: Certificate

  /// - Parameters:
  ///   - manifest: the bytes that the certificate must be of.
  ///   - core: the core digest that stands in them.
  init(reading file: String, in run: Workspace, of manifest: [UInt8], core: String) throws(Problem) {
    do {
      envelope = try Envelope(bytes: Workspace(root: run.root, largestFile: Self.largestFile).read(file))
    } catch let error as Envelope.Problem {
      throw .malformed(error)
    } catch let error as Workspace.Problem {
      throw .unreadable(error)
    } catch {
      throw .unreadable(.notFound)
    }
    guard envelope.signatures.count == 1 else { throw .severalSignatures }
    signature = envelope.signatures[0]
    do throws(Certificate.Problem) {
      certificate = try Certificate(bytes: envelope.payload)
    } catch { throw .statement(error) }
    guard certificate.manifest == Digest(ofFile: manifest).hex, certificate.core == core else { throw .otherManifest }
  }
}
