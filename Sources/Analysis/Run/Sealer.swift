import Digests

/// The digests of one step.
public struct StepSeal: Sendable {
  public let plan: Digest
  /// Kind, version, parameters and the content of what was read: the same action gives the same output.
  public let action: Digest
  public let output: Digest
  /// Action, output and name: a link of the chain.
  public let step: Digest
}

/// Results with their digests: what is rendered, recorded and compared.
public struct SealedRun: Sendable {
  public let run: RunResult
  /// In the order of `run.steps`.
  public let seals: [StepSeal]
  public let notebook: Digest
  /// Notebook, inputs, parameters, and all steps that do not only render.
  public let core: Digest
  /// The core without the notebook's prose: tells whether only prose changed.
  public let analysis: Digest
}

/// Stage four: results → digests.
public enum Sealer {
  public static func outputDigest(_ outcome: StepOutcome) -> Digest {
    let table: JSONValue = outcome.tableDigest.map { .string($0.hex) } ?? .null
    return Digest(of: "output") { sink in
      sink.object(2) { sink, index in
        sink.member(["result", "table"][index])
        if index == 0 { outcome.result.write(to: &sink) } else { sink.json(table) }
      }
    }
  }

  public static func seal(_ run: RunResult) -> SealedRun {
    let seals = run.steps.map { result -> StepSeal in
      let planned = result.planned
      let action = actionDigest(
        kind: planned.kind, version: planned.version, parameters: planned.parameters,
        reads: result.reads.map { ($0.name, $0.digest.hex) })
      return StepSeal(
        plan: planned.planDigest, action: action, output: result.output,
        step: stepDigest(name: planned.name, action: action.hex, output: result.output.hex))
    }
    let chain = zip(run.steps, seals).filter { !type(of: $0.0.planned.step).isRendering }.map { $0.1.step.hex }
    let inputs = run.inputs.map { ($0.path, $0.digest.hex) }
    let parameters = run.plan.parameters.map { ($0.name, $0.value.text) }
    let notebook = Digest(ofFile: run.plan.notebook.source.bytes)
    return SealedRun(
      run: run, seals: seals, notebook: notebook,
      core: coreDigest(notebook: notebook.hex, inputs: inputs, parameters: parameters, steps: chain),
      analysis: analysisDigest(inputs: inputs, parameters: parameters, steps: chain))
  }

  // The digests as functions of what a manifest holds, so that a verifier recomputes them from it alone.

  public static func planDigest(kind: String, version: Int, parameters: JSONValue, producers: [String]) -> Digest {
    Digest(
      of: "plan",
      .object([
        .init("kind", .string(kind)), .init("version", .integer(version)), .init("parameters", parameters),
        .init("producers", .array(producers.map { .string($0) })),
      ]))
  }

  public static func actionDigest(
    kind: String, version: Int, parameters: JSONValue, reads: [(String, String)]
  ) -> Digest {
    Digest(
      of: "action",
      .object([
        .init("kind", .string(kind)), .init("version", .integer(version)), .init("parameters", parameters),
        .init("reads", pairs(reads)),
      ]))
  }

  public static func stepDigest(name: String, action: String, output: String) -> Digest {
    Digest(of: "step", .array([.string(action), .string(output), .string(name)]))
  }

  public static func coreDigest(
    notebook: String, inputs: [(String, String)], parameters: [(String, String)], steps: [String]
  ) -> Digest {
    Digest(
      of: "core",
      .object([
        .init("notebook", .string(notebook)), .init("inputs", pairs(inputs)), .init("parameters", pairs(parameters)),
        .init("steps", .array(steps.map { .string($0) })),
      ]))
  }

  public static func analysisDigest(
    inputs: [(String, String)], parameters: [(String, String)], steps: [String]
  ) -> Digest {
    Digest(
      of: "analysis",
      .object([
        .init("inputs", pairs(inputs)), .init("parameters", pairs(parameters)),
        .init("steps", .array(steps.map { .string($0) })),
      ]))
  }

  private static func pairs(_ pairs: [(String, String)]) -> JSONValue {
    .array(pairs.map { .array([.string($0.0), .string($0.1)]) })
  }
}
