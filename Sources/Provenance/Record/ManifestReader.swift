import Analysis
import Digests

/// Why a manifest can't be used.
public enum ManifestProblem: Error, Sendable {
  case notJSON(offset: Int, reason: String)
  /// The bytes are not RFC 8785's for what they say.
  case notCanonical
  case unknownVersion(String)
  case missing(String)
  case repeated(String)

  public var text: String {
    switch self {
    case .notJSON(let offset, let reason): return "manifest.json is no JSON: \(reason) at byte \(offset)"
    case .notCanonical: return "manifest.json is not in canonical form, so it is not as colophon wrote it"
    case .unknownVersion(let type): return "manifest.json is of a kind this colophon does not know: \(type)"
    case .repeated(let name): return "manifest.json names \(name) twice"
    case .missing(let what): return "manifest.json lacks \(what), or it has another form"
    }
  }
}

extension Manifest {
  public init(bytes: [UInt8]) throws(ManifestProblem) {
    let json: JSONValue
    do throws(JSONParser.Failure) {
      json = try JSONParser.parse(bytes)
    } catch {
      throw .notJSON(offset: error.offset, reason: error.reason)
    }
    guard json["_type"]?.string == Self.statementType, let type = json["predicateType"]?.string else {
      throw .missing("its type")
    }
    guard type == Self.predicateType else { throw .unknownVersion(type) }
    guard json.canonicalBytes == bytes else { throw .notCanonical }
    guard let predicate = json["predicate"] else { throw .missing("its predicate") }
    subjects = try Self.read(json["subject"], "its subjects") { item in
      guard let name = item["name"]?.string, let digest = item["digest"]?["sha256"]?.string else { return nil }
      return File(path: name, digest: digest)
    }
    guard let notebook = Self.file(predicate["notebook"], "path") else { throw .missing("the notebook") }
    self.notebook = notebook
    inputs = try Self.read(predicate["inputs"], "inputs") { item in
      guard let path = item["path"]?.string, let size = item["size"]?.integer, let digest = item["sha256"]?.string
      else { return nil }
      return Input(path: path, size: size, digest: digest)
    }
    upstreams =
      try predicate["upstream"].map { list throws(ManifestProblem) in
        try Self.read(list, "the runs it reads") { item in
          guard let path = item["path"]?.string, let core = item["core"]?.string, core.hasPrefix(Self.corePrefix) else {
            return nil
          }
          return UpstreamRun(path: path, core: String(core.dropFirst(Self.corePrefix.count)))
        }
      } ?? []
    parameters = try Self.read(predicate["parameters"], "parameters") { item in
      guard let name = item["name"]?.string, let value = item["value"]?.string else { return nil }
      return (name, value)
    }
    guard let version = predicate["engine"]?["version"]?.string,
      let fingerprint = predicate["engine"]?["fingerprint"]?.string
    else { throw .missing("the engine") }
    engineVersion = version
    self.fingerprint = fingerprint
    guard let core = predicate["core"]?.string, core.hasPrefix(Self.corePrefix),
      let analysis = predicate["analysis"]?.string
    else { throw .missing("the core digest") }
    self.core = String(core.dropFirst(Self.corePrefix.count))
    self.analysis = analysis
    guard let failures = predicate["failedExpectations"]?.integer else { throw .missing("its expectations") }
    self.failures = failures
    steps = try Self.read(predicate["steps"], "its steps", Self.step)
    for names in [subjects.map(\.path), inputs.map(\.path), steps.map(\.name)] {
      var seen: Set<[UInt8]> = []
      if let name = names.first(where: { !seen.insert(Array($0.utf8)).inserted }) { throw .repeated(name) }
    }
    // What is said twice, or not understood, must not slip through: the whole statement is what it would be written as.
    guard self.json.canonicalBytes == bytes else { throw .missing("nothing but what belongs into it") }
  }

  private static func file(_ json: JSONValue?, _ key: String) -> File? {
    guard let path = json?[key]?.string, let digest = json?["sha256"]?.string else { return nil }
    return File(path: path, digest: digest)
  }

  private static func step(_ item: JSONValue) -> Step? {
    guard let name = item["name"]?.string, let kind = item["kind"]?.string, let version = item["version"]?.integer,
      let parameters = item["parameters"], let isRendering = item["rendering"]?.bool, let reads = item["reads"]?.array,
      let plan = item["plan"]?.string, let action = item["action"]?.string, let output = item["output"]?.string,
      let step = item["step"]?.string
    else { return nil }
    let files = reads.compactMap { file($0, "name") }
    guard files.count == reads.count else { return nil }
    return Step(
      name: name, kind: kind, version: version, parameters: parameters, isRendering: isRendering, reads: files,
      plan: plan,
      action: action, output: output, step: step)
  }

  private static func read<Value>(
    _ json: JSONValue?, _ what: String, _ element: (JSONValue) -> Value?
  ) throws(ManifestProblem) -> [Value] {
    guard let items = json?.array else { throw .missing(what) }
    let values = items.compactMap(element)
    guard values.count == items.count else { throw .missing(what) }
    return values
  }
}
