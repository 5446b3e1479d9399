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
