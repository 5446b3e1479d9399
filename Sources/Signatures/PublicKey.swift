internal import CCrypto

/// The public half of an Ed25519 key pair.
public struct PublicKey: Hashable, Sendable {
  static let kind = "ssh-ed25519"
  static let length = 32
  static let signatureLength = 64

  private let raw: [UInt8]

  /// Nil where there are not 32 bytes.
  init?(raw: [UInt8]) {
    guard raw.count == Self.length else { return nil }
    self.raw = raw
  }

  /// Of the bytes that stand, in Base64, in a line of a `.pub` file.
  init?(wire: [UInt8]) {
    var reader = WireReader(wire)
    guard reader.text(limit: 64) == Self.kind, let raw = reader.string(limit: Self.length), reader.isAtEnd
    else { return nil }
    self.init(raw: raw)
  }

  /// As SSH writes it (RFC 8709).
  var wire: [UInt8] { WireFormat.string(Self.kind) + WireFormat.string(raw) }

  /// What `ssh-keygen -l` prints: `SHA256:` and Base64 without padding.
  public var fingerprint: String {
    "SHA256:" + StrictBase64.text(MessageHash.sha256.of(wire)).prefix { $0 != "=" }
  }

  /// The fingerprint as it can stand in the name of a file: `SHA256-` and URL-safe Base64 (RFC 4648, section 5).
  public var fingerprintInFileName: String {
    String(
      fingerprint.map { character -> Character in
        switch character {
        case "+", ":": return "-"
        case "/": return "_"
        default: return character
        }
      })
  }

  /// `ssh-ed25519 AAAA…`, as in `.pub` and allowed_signers files.
  public var line: String { "\(Self.kind) \(StrictBase64.text(wire))" }

  /// Whether `signature` was made over `message` with the private half.
  func accepts(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard signature.count == Self.signatureLength else { return false }
    let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, raw, raw.count)
    let context = EVP_MD_CTX_new()
    defer {
      EVP_MD_CTX_free(context)
      EVP_PKEY_free(key)
      // A refused signature leaves an entry in libcrypto's queue of errors.
      ERR_clear_error()
    }
    guard let key, let context, EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
    return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
  }
}

/// The hashes that SSH signatures are made over.
enum MessageHash: String {
  case sha256, sha512

  func of(_ bytes: [UInt8]) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: self == .sha256 ? 32 : 64)
    let kind = self == .sha256 ? EVP_sha256() : EVP_sha512()
    precondition(EVP_Digest(bytes, bytes.count, &digest, nil, kind, nil) == 1, "libcrypto has no \(rawValue)")
    return digest
  }
}
