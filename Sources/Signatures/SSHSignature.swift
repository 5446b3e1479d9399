/// A signature by `ssh-keygen -Y sign`, as OpenSSH's PROTOCOL.sshsig describes it: version 1, Ed25519.
public struct SSHSignature: Sendable {
  public static let namespace = "colophon"
  /// Largest file that is read; one of Ed25519 has some 300 bytes.
  public static let largestFile = 4096
  private static let magic = Array("SSHSIG".utf8)

  public enum Problem: Error, Sendable {
    case notArmored
    case malformed
    case otherKind(String)
    case otherNamespace(String)
    case unknownHash(String)
    case doesNotVerify
  }

  /// The key that the file claims to be by. It is trusted only if the reader says so.
  public let key: PublicKey
  private let hash: MessageHash
  private let signature: [UInt8]

  public init(file: [UInt8]) throws(Problem) {
    guard let blob = Self.unarmored(file) else { throw .notArmored }
    var reader = WireReader(blob)
    guard reader.bytes(Self.magic.count) == Self.magic, reader.number() == 1, let key = reader.string(limit: 1024),
      let namespace = reader.text(limit: 256), let reserved = reader.string(limit: 0), reserved.isEmpty,
      let hashName = reader.text(limit: 16), let signature = reader.string(limit: 1024), reader.isAtEnd
    else { throw .malformed }
    self.key = try Self.key(key)
    guard namespace.utf8.elementsEqual(Self.namespace.utf8) else { throw .otherNamespace(namespace) }
    guard let hash = MessageHash(rawValue: hashName) else { throw .unknownHash(hashName) }
    self.hash = hash
    var inner = WireReader(signature)
    guard inner.text(limit: 64) == PublicKey.kind, let raw = inner.string(limit: PublicKey.signatureLength),
      raw.count == PublicKey.signatureLength, inner.isAtEnd
    else { throw .malformed }
    self.signature = raw
  }

  private static func key(_ wire: [UInt8]) throws(Problem) -> PublicKey {
    var reader = WireReader(wire)
    guard let kind = reader.text(limit: 64) else { throw .malformed }
    guard kind == PublicKey.kind else { throw .otherKind(kind) }
    guard let key = PublicKey(wire: wire) else { throw .malformed }
    return key
  }

  /// Throws where the signature was not made over `message` with its key.
  public func check(_ message: [UInt8]) throws(Problem) {
    let signed =
      Self.magic + WireFormat.string(Self.namespace) + WireFormat.string("") + WireFormat.string(hash.rawValue)
      + WireFormat.string(hash.of(message))
    guard key.accepts(signature, of: signed) else { throw .doesNotVerify }
  }

  /// The bytes between the two marks: lines of one length but for the last, each ended by one line feed.
  private static func unarmored(_ file: [UInt8]) -> [UInt8]? {
    guard file.count <= largestFile, file.last == UInt8(ascii: "\n"), let text = String(validating: file, as: UTF8.self)
    else { return nil }
    var lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
    _ = lines.popLast()
    guard lines.popLast() == "-----END SSH SIGNATURE-----", lines.first == "-----BEGIN SSH SIGNATURE-----" else {
      return nil
    }
    lines.removeFirst()
    guard let width = lines.first?.utf8.count, (1...76).contains(width),
      lines.dropLast().allSatisfy({ $0.utf8.count == width }), (1...width).contains(lines.last?.utf8.count ?? 0)
    else { return nil }
    return StrictBase64.bytes(lines.joined())
  }
}

extension SSHSignature.Problem {
  /// What is wrong with the signature, to stand after its name.
  public var text: String {
    switch self {
    case .notArmored: return "is no signature as ssh-keygen -Y sign writes it"
    case .malformed: return "is malformed: it is no SSHSIG of version 1"
    case .otherKind(let kind): return "is by a key of kind \(kind), and only ssh-ed25519 is known"
    case .otherNamespace(let name):
      return "is made for `\(name)`, not for colophon: sign with ssh-keygen -Y sign -n \(SSHSignature.namespace)"
    case .unknownHash(let name): return "uses the hash \(name), and only sha256 and sha512 are known"
    case .doesNotVerify: return "does not verify: it was made over other bytes, or is damaged"
    }
  }
}
