import Digests

/// A DSSE envelope (v1) around a manifest: https://github.com/secure-systems-lab/dsse
///
/// Its JSON is canonical (RFC 8785) and says nothing more than what is read here, so that there is one text for an
/// envelope.
public struct Envelope: Sendable {
  public static let payloadType = "application/vnd.in-toto+json"
  /// Most signatures that are read.
  static let mostSignatures = 64

  public struct Signature: Sendable {
    /// The fingerprint of the key, as the envelope claims it.
    public let keyID: String
    let bytes: [UInt8]
  }

  public enum Problem: Error, Sendable {
    case notJSON(offset: Int, reason: String)
    case notCanonical
    case otherType
    case badPayload
    case badSignatures
  }

  public let payload: [UInt8]
  public private(set) var signatures: [Signature]

  public init(payload: [UInt8]) {
    self.payload = payload
    signatures = []
  }

  public init(bytes: [UInt8]) throws(Problem) {
    let json: JSONValue
    do throws(JSONParser.Failure) {
      json = try JSONParser.parse(bytes)
    } catch {
      throw .notJSON(offset: error.offset, reason: error.reason)
    }
    guard json["payloadType"]?.string?.utf8.elementsEqual(Self.payloadType.utf8) == true else { throw .otherType }
    guard let payload = json["payload"]?.string.flatMap({ StrictBase64.bytes($0) }) else { throw .badPayload }
    let items = json["signatures"]?.array ?? []
    let signatures = items.compactMap { item -> Signature? in
      guard let keyID = item["keyid"]?.string, let signature = item["sig"]?.string.flatMap({ StrictBase64.bytes($0) }),
        signature.count == PublicKey.signatureLength
      else { return nil }
      return Signature(keyID: keyID, bytes: signature)
    }
    let keys = Set(signatures.map { Array($0.keyID.utf8) })
    guard (1...Self.mostSignatures).contains(items.count), signatures.count == items.count, keys.count == items.count
    else { throw .badSignatures }
    self.payload = payload
    self.signatures = signatures
    // What is said twice, or not understood, must not slip through.
    guard json.canonicalBytes == bytes, self.bytes == bytes else { throw .notCanonical }
  }

  public var bytes: [UInt8] {
    let list = signatures.map { signature -> JSONValue in
      ["keyid": .string(signature.keyID), "sig": .string(StrictBase64.text(signature.bytes))]
    }
    let json: JSONValue = [
      "payload": .string(StrictBase64.text(payload)), "payloadType": .string(Self.payloadType),
      "signatures": .array(list),
    ]
    return json.canonicalBytes
  }

  /// What is signed: DSSE's pre-authentication encoding of type and payload.
  private var message: [UInt8] {
    Array("DSSEv1 \(Self.payloadType.utf8.count) \(Self.payloadType) \(payload.count) ".utf8) + payload
  }

  /// Adds a signature; one by the same key is replaced.
  public mutating func sign(with key: borrowing SigningKey) throws(SigningKey.Problem) {
    let signature = Signature(keyID: key.publicKey.fingerprint, bytes: try key.sign(message))
    if let index = signatures.firstIndex(where: { $0.keyID.utf8.elementsEqual(signature.keyID.utf8) }) {
      signatures[index] = signature
    } else {
      signatures.append(signature)
    }
  }

  /// Whether `key` made the signature, whatever key it claims to be by.
  public func holds(_ signature: Signature, by key: PublicKey) -> Bool { key.accepts(signature.bytes, of: message) }
}

extension Envelope.Problem {
  /// What is wrong with the envelope, to stand after its name.
  public var text: String {
    switch self {
    case .notJSON(let offset, let reason): return "is no JSON: \(reason) at byte \(offset)"
    case .notCanonical: return "is not in canonical form, or says more than an envelope does"
    case .otherType: return "is no envelope of a record: its payloadType is not \(Envelope.payloadType)"
    case .badPayload: return "has a payload that is no Base64 as it is to be written"
    case .badSignatures:
      return
        "has no list of 1 to \(Envelope.mostSignatures) signatures of 64 bytes in Base64, each with the keyid of another key"
    }
  }
}
