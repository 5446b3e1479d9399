import Analysis
import Digests
import Reporting

/// The record of a run: an in-toto Statement v1 whose subjects are the run's files and whose predicate says how they
/// came about. Nothing in it is volatile, no value of a patient, and no floating-point number.
///
/// https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
public struct Manifest: Sendable {
  public static let statementType = "https://in-toto.io/Statement/v1"
  public static let predicateType = "urn:colophon:run:1"
  public static let fileName = "manifest.json"
  public static let sumsName = "SHA256SUMS"
  static let corePrefix = "colophon:1:"
  /// Largest manifest that is read, in bytes: one of a thousand steps has about one million.
  static let largest = 16 << 20

  public struct File: Sendable {
    public let path: String
    public let digest: String
  }

  public struct Input: Sendable {
    public let path: String
    public let size: Int
    public let digest: String
  }

  public struct Step: Sendable {
    public let name: String
    public let kind: String
    public let version: Int
    public let parameters: JSONValue
    public let isRendering: Bool
    public let reads: [File]
    public let plan: String
    public let action: String
    public let output: String
    public let step: String
  }

  public let subjects: [File]
  public let notebook: File
  public let inputs: [Input]
  /// The runs whose published tables were read.
  public let upstreams: [UpstreamRun]
  public let parameters: [(name: String, value: String)]
  public let engineVersion: String
  public let fingerprint: String
  public let core: String
  public let analysis: String
  public let failures: Int
  public let steps: [Step]

  /// Of a sealed run and the files rendered from it.
  public init(of sealed: SealedRun, files: [OutputFile]) {
    let plan = sealed.run.plan
    subjects = files.map { File(path: $0.path, digest: Digest(ofFile: $0.bytes).hex) }
    notebook = File(path: plan.notebook.source.path, digest: sealed.notebook.hex)
    inputs = sealed.run.inputs.map { Input(path: $0.path, size: $0.size, digest: $0.digest.hex) }
    upstreams = sealed.run.upstreams
    parameters = plan.parameters.map { ($0.name, $0.value.text) }
    engineVersion = Engine.version
    fingerprint = Engine.fingerprint
    core = sealed.core.hex
    analysis = sealed.analysis.hex
    failures = sealed.run.failures.count
    steps = zip(sealed.run.steps, sealed.seals).map { result, seal in
      Step(
        name: result.planned.name, kind: result.planned.kind, version: result.planned.version,
        parameters: result.planned.parameters, isRendering: type(of: result.planned.step).isRendering,
        reads: result.reads.map { File(path: $0.name, digest: $0.digest.hex) }, plan: seal.plan.hex,
        action: seal.action.hex,
        output: seal.output.hex, step: seal.step.hex)
    }
  }

  public var json: JSONValue {
    // Runs that read no other run's tables say nothing of it.
    let upstream = JSONValue.array(
      upstreams.map { ["path": .string($0.path), "core": .string(Self.corePrefix + $0.core)] })
    return [
      "_type": .string(Self.statementType),
      "subject": .array(subjects.map { ["name": .string($0.path), "digest": ["sha256": .string($0.digest)]] }),
      "predicateType": .string(Self.predicateType),
      "predicate": .object(
        [
          .init("notebook", Self.file(notebook)),
          .init(
            "inputs",
            .array(inputs.map { ["path": .string($0.path), "size": .integer($0.size), "sha256": .string($0.digest)] })),
          .init(
            "parameters", .array(parameters.map { ["name": .string($0.name), "value": .string($0.value)] })),
          .init(
            "engine",
            ["name": "colophon", "version": .string(engineVersion), "fingerprint": .string(fingerprint)]),
          .init("core", .string(Self.corePrefix + core)), .init("analysis", .string(analysis)),
          .init("failedExpectations", .integer(failures)), .init("steps", .array(steps.map(Self.step))),
        ] + (upstreams.isEmpty ? [] : [.init("upstream", upstream)])),
    ]
  }

  private static func file(_ file: File) -> JSONValue { ["path": .string(file.path), "sha256": .string(file.digest)] }

  private static func step(_ step: Step) -> JSONValue {
    [
      "name": .string(step.name), "kind": .string(step.kind), "version": .integer(step.version),
      "parameters": step.parameters, "rendering": .bool(step.isRendering),
      "reads": .array(step.reads.map { ["name": .string($0.path), "sha256": .string($0.digest)] }),
      "plan": .string(step.plan), "action": .string(step.action), "output": .string(step.output),
      "step": .string(step.step),
    ]
  }

  /// `SHA256SUMS` as coreutils reads it: every file but itself and signatures.
  public func sums(manifest: [UInt8]) -> [UInt8] {
    let all = subjects + [File(path: Self.fileName, digest: Digest(ofFile: manifest).hex)]
    let sorted = all.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    return Array(sorted.map { "\($0.digest)  \($0.path)\n" }.joined().utf8)
  }
}
