import Analysis
import Digests

/// What two recorded runs do not share, and what explains it. It is read from the records alone, without the data.
public struct RunDifference: Sendable {
  public struct Change: Sendable {
    public let name: String
    /// Nil where the first or the second run has none.
    public let first: String?
    public let second: String?
  }

  public struct Step: Sendable {
    public let name: String
    public let explanation: String
    /// Rows in and out, where they differ.
    public let rows: Change?
    public let values: [ResultDifference]
    /// What it shows differs: figures and tables by their numbers in order.
    public let shown: [String]
  }

  public private(set) var parameters: [Change] = []
  public private(set) var inputs: [Change] = []
  /// Notebook, engine and fingerprint, where they differ.
  public private(set) var surroundings: [Change] = []
  public private(set) var steps: [Step] = []
  public private(set) var conclusions: [String] = []

  public var isEmpty: Bool {
    parameters.isEmpty && inputs.isEmpty && surroundings.isEmpty && steps.isEmpty
  }

  public enum Problem: Error, Sendable {
    /// A run's folder lacks what is compared, or it cannot be read.
    case unreadable(file: String, reason: String)
  }

  /// - Parameters:
  ///   - first: the folder of a run.
  ///   - alpha: the level below which a P value counts as small.
  public init(_ first: Workspace, _ second: Workspace, alpha: Double = 0.05) throws(Problem) {
    let (old, oldResults) = try Self.read(first)
    let (new, newResults) = try Self.read(second)
    parameters = Self.changes(old.parameters.map { ($0.name, $0.value) }, new.parameters.map { ($0.name, $0.value) })
    inputs = Self.changes(old.inputs.map { ($0.path, $0.digest) }, new.inputs.map { ($0.path, $0.digest) })
    surroundings = Self.changes(Self.surroundings(old), Self.surroundings(new))
    var comparison = ResultComparison(tolerance: 0, alpha: alpha)
    comparison.compare(oldResults, newResults, everything: false)
    conclusions = comparison.conclusions
    for name in Self.names(old, new) {
      guard let a = old.steps.first(where: { $0.name == name }) else {
        steps.append(Step(name: name, explanation: "it is in the second run only", rows: nil, values: [], shown: []))
        continue
      }
      guard let b = new.steps.first(where: { $0.name == name }) else {
        steps.append(Step(name: name, explanation: "it is in the first run only", rows: nil, values: [], shown: []))
        continue
      }
      let shown = Self.shown(oldResults, newResults, name)
      let rows = Self.rows(oldResults, newResults, name)
      let found = comparison.found.filter { $0.step == name }
      let values = [0, 1, 2, 3].flatMap { rank in found.filter { Self.rank($0) == rank } }
      guard a.step != b.step || !shown.isEmpty else { continue }
      steps.append(
        Step(name: name, explanation: Self.explanation(a, b, old, new), rows: rows, values: values, shown: shown))
    }
  }

  private static func read(_ run: Workspace) throws(Problem) -> (Manifest, JSONValue) {
    func bytes(_ file: String) throws(Problem) -> [UInt8] {
      do throws(Workspace.Problem) {
        return try run.read(file)
      } catch {
        throw .unreadable(file: "\(run.root)/\(file)", reason: error.text)
      }
    }
    let record = try bytes(Manifest.fileName)
    let manifest: Manifest
    do throws(ManifestProblem) {
      manifest = try Manifest(bytes: record)
    } catch {
      throw .unreadable(file: "\(run.root)/\(Manifest.fileName)", reason: "cannot be used: \(error.text)")
    }
    guard let results = try? JSONParser.parse(try bytes("results.json")) else {
      throw .unreadable(file: "\(run.root)/results.json", reason: "holds no results")
    }
    return (manifest, results)
  }

  /// Estimates first, then what stands alone, then what stands beside an estimate; one patient's effects last.
  private static func rank(_ difference: ResultDifference) -> Int {
    if difference.path.contains(".ranef[") { return 3 }
    if difference.standardError == nil { return 1 }
    return difference.path.hasSuffix(".estimate") ? 0 : 2
  }

  private static func surroundings(_ manifest: Manifest) -> [(String, String)] {
    [
      ("notebook", "\(manifest.notebook.path) \(manifest.notebook.digest.prefix(12))"),
      ("engine", manifest.engineVersion), ("numeric fingerprint", String(manifest.fingerprint.prefix(12))),
    ] + manifest.upstreams.map { ("run \($0.path)", "colophon:1:\($0.core.prefix(12))") }
  }

  private static func changes(_ old: [(String, String)], _ new: [(String, String)]) -> [Change] {
    var changes: [Change] = []
    for (name, value) in old {
      let other = new.first { $0.0 == name }?.1
      if other != value { changes.append(Change(name: name, first: value, second: other)) }
    }
    for (name, value) in new where !old.contains(where: { $0.0 == name }) {
      changes.append(Change(name: name, first: nil, second: value))
    }
    return changes
  }

  /// In the order of the first run, then what only the second has.
  private static func names(_ old: Manifest, _ new: Manifest) -> [String] {
    let first = old.steps.map(\.name)
    return first + new.steps.map(\.name).filter { !first.contains($0) }
  }

  private static func step(_ results: JSONValue, _ name: String) -> JSONValue? {
    results["steps"]?.array?.first { $0["name"]?.string == name }
  }

  private static func rows(_ old: JSONValue, _ new: JSONValue, _ name: String) -> Change? {
    func text(_ results: JSONValue) -> String? {
      let rows = step(results, name)?["rows"]
      let counts = [rows?["in"]?.integer, rows?["out"]?.integer].compactMap { $0 }.map(NumberFormat.count)
      return counts.isEmpty ? nil : counts.joined(separator: " → ")
    }
    let (first, second) = (text(old), text(new))
    return first == second ? nil : Change(name: "rows", first: first, second: second)
  }

  /// `figure 1`, `table 2`: which of what a step shows is another.
  private static func shown(_ old: JSONValue, _ new: JSONValue, _ name: String) -> [String] {
    let first = step(old, name)?["shown"]?.array ?? []
    let second = step(new, name)?["shown"]?.array ?? []
    var counts: [String: Int] = [:]
    var shown: [String] = []
    for index in 0..<max(first.count, second.count) {
      let a = index < first.count ? first[index] : .null
      let b = index < second.count ? second[index] : .null
      let type = b["type"]?.string ?? a["type"]?.string ?? "part"
      counts[type, default: 0] += 1
      if a.canonicalBytes != b.canonicalBytes { shown.append("\(type) \(counts[type] ?? 1)") }
    }
    return shown
  }

  private static func explanation(
    _ old: Manifest.Step, _ new: Manifest.Step, _ first: Manifest, _ second: Manifest
  ) -> String {
    if old.kind != new.kind { return "a `\(old.kind)` step then, a `\(new.kind)` step now" }
    var reasons: [String] = []
    if old.version != new.version { reasons.append("`\(old.kind)` computes in another way") }
    let keys = Staleness.changedKeys(old.parameters.object ?? [], new.parameters.object ?? [])
    if !keys.isEmpty { reasons.append("\(keys.map { "`\($0)`" }.joined(separator: ", ")) differs") }
    let changed = new.reads.filter { read in
      !old.reads.contains { $0.path == read.path && $0.digest == read.digest }
    }
    func output(_ name: String, _ manifest: Manifest) -> String? {
      manifest.steps.first { $0.name == name }?.output
    }
    var names: [String] = []
    var isOtherColumns = false
    for name in changed.map(\.path) where !names.contains(name) {
      if let a = output(name, first), a == output(name, second) { isOtherColumns = true } else { names.append(name) }
    }
    if isOtherColumns, keys.isEmpty { reasons.append("it reads other columns") }
    if !names.isEmpty { reasons.append("it reads another \(names.map { "`\($0)`" }.joined(separator: ", "))") }
    if names.isEmpty, old.reads.map(\.path) != new.reads.map(\.path) { reasons.append("it reads other steps") }
    if !reasons.isEmpty {
      return reasons.joined(separator: "; ") + (old.output == new.output ? "; its result is the same" : "")
    }
    if old.output == new.output { return "only what it shows differs" }
    return first.fingerprint == second.fingerprint
      ? "parameters and all it reads are the same: the engine differs, or a result was not computed from them"
      : "parameters and all it reads are the same: the numeric fingerprint differs"
  }
}
