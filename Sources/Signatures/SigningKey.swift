internal import CCrypto

/// An Ed25519 key pair. Owns OpenSSL's key, hence not copyable.
public struct SigningKey: ~Copyable {
  private let key: OpaquePointer
  public let publicKey: PublicKey

  public enum Problem: Error, Sendable {
    case notPEM
    case encrypted
    /// OpenSSH's own format of private keys.
    case openSSH
    case otherKind
    /// OpenSSL could not do its part, such as draw random bytes.
    case library(String)
  }

  private init(owning key: OpaquePointer) throws(Problem) {
    var raw = [UInt8](repeating: 0, count: PublicKey.length)
    var count = raw.count
    guard EVP_PKEY_get_id(key) == EVP_PKEY_ED25519, EVP_PKEY_get_raw_public_key(key, &raw, &count) == 1,
      let publicKey = PublicKey(raw: raw)
    else {
      EVP_PKEY_free(key)
      ERR_clear_error()
      throw .otherKind
    }
    self.key = key
    self.publicKey = publicKey
  }

  deinit { EVP_PKEY_free(key) }

  /// A new pair from OpenSSL's random source: the one place below the command line where anything is random.
  public static func make() throws(Problem) -> SigningKey {
    var seed = [UInt8](repeating: 0, count: PublicKey.length)
    defer { OPENSSL_cleanse(&seed, seed.count) }
    guard RAND_priv_bytes(&seed, Int32(seed.count)) == 1 else { throw .library("there are no random bytes") }
    guard let key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count) else {
      throw .library("it knows no Ed25519")
    }
    return try SigningKey(owning: key)
  }

  /// Of a private key in PKCS #8 PEM, without a passphrase.
  public init(pem: [UInt8]) throws(Problem) {
    let text = String(decoding: pem, as: UTF8.self)
    if text.contains("-----BEGIN OPENSSH PRIVATE KEY-----") { throw .openSSH }
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("ENCRYPTED\n") { throw .encrypted }
    guard let key = Self.read(pem) else { throw .notPEM }
    try self.init(owning: key)
  }

  private static func read(_ pem: [UInt8]) -> OpaquePointer? {
    pem.withUnsafeBytes { bytes in
      let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count))
      // Without the function OpenSSL would ask for a passphrase at the terminal.
      let info = PEM_read_bio_PKCS8_PRIV_KEY_INFO(source, nil, { _, _, _, _ in -1 }, nil)
      defer {
        PKCS8_PRIV_KEY_INFO_free(info)
        BIO_free(source)
        ERR_clear_error()
      }
      return info.flatMap { EVP_PKCS82PKEY($0) }
    }
  }

  /// The private key in PKCS #8 PEM, without a passphrase.
  public func pem() throws(Problem) -> [UInt8] {
    guard let target = BIO_new(BIO_s_mem()) else { throw .library("there is no memory") }
    defer { BIO_free(target) }
    guard PEM_write_bio_PKCS8PrivateKey(target, key, nil, nil, 0, nil, nil) == 1 else {
      throw .library("it cannot write the key")
    }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = BIO_read(target, &bytes, Int32(bytes.count))
    guard count > 0 else { throw .library("it cannot write the key") }
    return Array(bytes.prefix(Int(count)))
  }

  func sign(_ message: [UInt8]) throws(Problem) -> [UInt8] {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    var signature = [UInt8](repeating: 0, count: PublicKey.signatureLength)
    var count = signature.count
    guard EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
      EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signature.count
    else { throw .library("it cannot sign") }
    return signature
  }
}

extension SigningKey.Problem {
  /// What is wrong with the key, to stand after its name.
  public var text: String {
    switch self {
    case .notPEM: return "is no private key in PKCS #8 PEM: `colophon key new` makes one"
    case .encrypted:
      return
        "is encrypted, and colophon asks for no passphrase: sign with an unencrypted key, or with ssh-keygen -Y sign"
    case .openSSH:
      return
        "is a key in OpenSSH's own format: sign with `ssh-keygen -Y sign -n colophon`, which colophon verifies as well"
    case .otherKind: return "is a key of another kind than Ed25519: `colophon key new` makes one"
    case .library(let reason): return "cannot be used, for OpenSSL fails: \(reason)"
    }
  }
}
