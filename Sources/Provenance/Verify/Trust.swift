import NotebookSyntax
import Signatures

/// What the reader asks of signatures.
public struct Trust: Sendable {
  /// Whom the reader trusts; nil where nobody was named.
  public let signers: AllowedSigners?
  /// Whether a run without a trusted signature is refused.
  public let requiresSignature: Bool

  public static let nobody = Trust(signers: nil, requiresSignature: false)

  public init(signers: AllowedSigners?, requiresSignature: Bool) {
    self.signers = signers
    self.requiresSignature = requiresSignature
  }
}

extension AllowedSigners {
  /// Why a signature in an envelope counts for nothing: what is to stand after the file's name.
  struct Distrust: Error { let text: String }

  /// Whose signature it is: the first line of the trust file with the key that the signature names, which must have made it.
  func signer(of signature: Envelope.Signature, in envelope: Envelope) throws(Distrust) -> Signer {
    let claimed = signers.first { $0.key.fingerprint.isExactly(signature.keyID) }
    if let claimed, envelope.holds(signature, by: claimed.key) { return claimed }
    if signers.contains(where: { envelope.holds(signature, by: $0.key) }) {
      throw Distrust(text: "the signature is by another key than the one it names, \(signature.keyID)")
    }
    if claimed != nil { throw Distrust(text: "the signature by \(signature.keyID) does not verify") }
    throw Distrust(text: distrust(of: signature.keyID))
  }

  /// What to say of a signature by a key that no usable line has.
  func distrust(of fingerprint: String) -> String {
    let line = unusable.first { $0.key?.fingerprint.isExactly(fingerprint) ?? false }
    let why = line.map { "line \($0.number) of the trust file has its key, but \($0.reason)" }
    return "the signature by \(fingerprint) is by nobody you trust: \(why ?? "the trust file has no such key")"
  }
}
