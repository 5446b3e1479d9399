internal import CCrypto

/// A SHA-256 digest, written as 64 lower-case hexadecimal digits.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  public let hex: String

  public var description: String { hex }

  /// SHA-256 of the bytes as they stand: what `sha256sum` prints.
  public init(ofFile bytes: [UInt8]) {
    var hasher = DigestHasher()
    hasher.update(bytes)
    self = hasher.finish()
  }

  /// A digest in a domain of its own: SHA-256 of `colophon/<kind>/v1`, a zero byte, then the bytes.
  ///
  /// The domain keeps a digest of one kind from ever passing for one of another.
  public init(of kind: String, _ bytes: [UInt8]) {
    var hasher = DigestHasher(domain: kind)
    hasher.update(bytes)
    self = hasher.finish()
  }

  public init(of kind: String, _ value: JSONValue) { self.init(of: kind) { $0.json(value) } }

  /// A digest read from text, or nil where the text is not 64 lower-case hexadecimal digits.
  public init?(hex: String) {
    guard hex.utf8.count == 64,
      hex.utf8.allSatisfy({
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
      })
    else { return nil }
    self.hex = hex
  }
}

/// SHA-256 over bytes that arrive in pieces. Owns OpenSSL's context, hence not copyable.
public struct DigestHasher: ~Copyable {
  private let context: OpaquePointer?

  public init() {
    context = EVP_MD_CTX_new()
    precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "libcrypto has no SHA-256")
  }

  public init(domain kind: String) {
    self.init()
    update(Array("colophon/\(kind)/v1".utf8) + [0])
  }

  deinit { EVP_MD_CTX_free(context) }

  /// The bytes of whole numbers as they stand in memory: make them little-endian first.
  public mutating func update(_ numbers: [some FixedWidthInteger]) {
    numbers.withUnsafeBytes { update($0) }
  }

  /// The bit patterns of numbers, little-endian.
  public mutating func update(_ numbers: [Double]) {
    #if _endian(little)
      numbers.withUnsafeBytes { update($0) }
    #else
      update(numbers.map { $0.bitPattern.littleEndian })
    #endif
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    precondition(EVP_DigestUpdate(context, start, bytes.count) == 1, "SHA-256 failed")
  }

  public consuming func finish() -> Digest {
    var raw = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &raw, nil) == 1, "SHA-256 failed")
    let digits = Array("0123456789abcdef".utf8)
    let text = raw.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    guard let digest = Digest(hex: String(decoding: text, as: UTF8.self)) else {
      preconditionFailure("64 hexadecimal digits by construction")
    }
    return digest
  }
}
