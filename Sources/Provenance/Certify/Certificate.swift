import Digests

/// A reviewer's statement that they computed a run again: an in-toto Statement v1 whose subject is the run's
/// `manifest.json`. It says nothing of when, and nothing that a value of a patient could be read from.
public struct Certificate: Sendable {
  public static let predicateType = "urn:colophon:certificate:1"

  /// SHA-256 of the bytes of `manifest.json`.
  public let manifest: String
  /// Of the run, 64 hexadecimal digits.
  public let core: String
  /// Of the engine that computed the run again, not of the one that is recorded.
  public let engineVersion: String
  public let fingerprint: String
  public let agreement: Verification.Agreement
  /// What the reviewer's program says that it did not check.
  public let notChecked: [String]

  public enum Problem: Error, Sendable {
    case notJSON(offset: Int, reason: String)
    case unknownKind(String)
    /// A member is missing, there is one too many, or it is not in canonical form.
    case malformed
  }

  init(of manifest: Manifest, agreement: Verification.Agreement, notChecked: [String]) {
    self.manifest = Digest(ofFile: manifest.json.canonicalBytes).hex
    core = manifest.core
    engineVersion = Engine.version
    fingerprint = Engine.fingerprint
    self.agreement = agreement
    self.notChecked = notChecked
  }

  public var json: JSONValue {
    [
      "_type": .string(Manifest.statementType),
      "subject": [["name": .string(Manifest.fileName), "digest": ["sha256": .string(manifest)]]],
      "predicateType": .string(Self.predicateType),
      "predicate": [
        "core": .string("colophon:1:" + core),
        "engine": ["name": "colophon", "version": .string(engineVersion), "fingerprint": .string(fingerprint)],
        "verdict": .string(agreement.rawValue), "notChecked": .array(notChecked.map { .string($0) }),
      ],
    ]
  }

  public init(bytes: [UInt8]) throws(Problem) {
    let json: JSONValue
    do throws(JSONParser.Failure) {
      json = try JSONParser.parse(bytes)
    } catch {
      throw .notJSON(offset: error.offset, reason: error.reason)
    }
    let type = json["predicateType"]?.string ?? ""
    guard type.utf8.elementsEqual(Self.predicateType.utf8) else { throw .unknownKind(type) }
    guard let predicate = json["predicate"],
      let manifest = json["subject"]?.array?.first?["digest"]?["sha256"]?.string.flatMap({ Digest(hex: $0) }),
      let core = predicate["core"]?.string, core.hasPrefix("colophon:1:"),
      let version = predicate["engine"]?["version"]?.string,
      let fingerprint = predicate["engine"]?["fingerprint"]?.string.flatMap({ Digest(hex: $0) }),
      let agreement = predicate["verdict"]?.string.flatMap({ Verification.Agreement(rawValue: $0) }),
      let notChecked = predicate["notChecked"]?.array
    else { throw .malformed }
    self.manifest = manifest.hex
    self.core = String(core.dropFirst("colophon:1:".count))
    engineVersion = version
    self.fingerprint = fingerprint.hex
    self.agreement = agreement
    self.notChecked = notChecked.compactMap(\.string)
    // What is said twice, or not understood, must not slip through: the statement is what it would be written as.
    guard self.json.canonicalBytes == bytes else { throw .malformed }
  }
}

extension Certificate.Problem {
  /// What is wrong with the statement, to stand after the file's name.
  public var text: String {
    switch self {
    case .notJSON(let offset, let reason): return "signs no JSON: \(reason) at byte \(offset) of its payload"
    case .unknownKind(let type): return "signs no certificate that this colophon knows, but `\(type)`"
    case .malformed:
      return "signs a statement that is not in canonical form, or says less or more than a certificate does"
    }
  }
}
