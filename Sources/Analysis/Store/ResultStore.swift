import Digests

/// Outcomes of steps by what they were computed from, in `.colophon/results` below the project root.
///
/// Content alone decides: an entry's name is a digest of the action (kind, version, parameters, and the content of all
/// that is read) and of the engine, so what is found was computed from the same by the same. It holds what is shown and
/// found out, never a table that a step made. An entry is hashed when it is read; one that is damaged is as good as none.
///
/// The hash is keyed with a secret of the user, so that nobody else's entries count: a project that comes with a
/// `.colophon` folder of its own cannot bring results along.
public struct ResultStore: Sendable {
  public enum Lookup: Sendable {
    case found(StepOutcome, OutcomeDigests)
    case absent
    case damaged
  }

  public static let folder = ".colophon/results"
  private let workspace: Workspace
  private let engine: String
  private let secret: [UInt8]

  /// - Parameters:
  ///   - engine: what computes: build and numeric fingerprint.
  ///   - secret: 32 bytes that nobody but the user knows.
  public init(_ workspace: Workspace, engine: String, secret: [UInt8]) {
    precondition(secret.count == 32, "a secret of 32 bytes")
    self.workspace = workspace
    self.engine = engine
    self.secret = secret
  }

  public func find(_ key: Digest) -> Lookup {
    let bytes: [UInt8]
    do throws(Workspace.Problem) {
      bytes = try workspace.read(path(key))
    } catch {
      if case .notFound = error { return .absent }
      return .damaged
    }
    // A digest of 64 digits, a line's end, and the body.
    guard bytes.count > 65, bytes[64] == UInt8(ascii: "\n") else { return .damaged }
    let body = Array(bytes[65...])
    guard seal(body, key).hex.utf8.elementsEqual(bytes[..<64]), let json = try? JSONParser.parse(body),
      let output = json["output"]?.string.flatMap(Digest.init(hex:)),
      let typed = json["typed"]?.string.flatMap(Digest.init(hex:)), let outcome = StoredOutcome.outcome(json)
    else { return .damaged }
    return .found(outcome, OutcomeDigests(output: output, typed: typed))
  }

  /// Keeps an outcome. Where it cannot be written the run is whole all the same, and computes it again next time.
  func keep(_ outcome: StepOutcome, _ digests: OutcomeDigests, under key: Digest) {
    // A warning points into the notebook's text, which the next run may have another of: it has to come about anew.
    guard outcome.warnings.isEmpty else { return }
    let body = StoredOutcome.json(outcome, digests).canonicalBytes
    try? RunPublisher.replace(
      "\(workspace.root)/\(path(key))", with: Array("\(seal(body, key).hex)\n".utf8) + body, below: workspace.root)
  }

  /// Removes all entries; returns how many there were, and their bytes.
  public static func clean(below root: String) throws(RunPublisher.Problem) -> (entries: Int, bytes: Int) {
    try RunPublisher.removeFolder("\(root)/\(folder)", below: root)
  }

  /// Of the secret, the entry's name and its body: an entry that took another's place is damaged. What is hashed with the
  /// secret is of one length, so nothing can be appended to it.
  private func seal(_ body: [UInt8], _ key: Digest) -> Digest {
    Digest(of: "seal", secret + Array((name(key).hex + Digest(of: "entry", body).hex).utf8))
  }

  private func name(_ key: Digest) -> Digest { Digest(of: "name", .array([.string(engine), .string(key.hex)])) }

  private func path(_ key: Digest) -> String {
    let name = name(key).hex
    return "\(Self.folder)/\(name.prefix(2))/\(name.dropFirst(2))"
  }
}
