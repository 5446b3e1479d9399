import Analysis
import Digests
import NotebookSyntax

/// What was done, in the terms of the Provenance Run Crate profile: the engine (`OrganizeAction`) had the notebook run
/// (`CreateAction`) and each of its steps (`ControlAction` → `CreateAction`).
struct CrateActions {
  private static let organization = "#organization"
  private static let completed: JSONValue = "http://schema.org/CompletedActionStatus"
  private static let failed: JSONValue = "http://schema.org/FailedActionStatus"

  let graph: CrateGraph
  private var manifest: Manifest { graph.manifest }

  init(graph: CrateGraph) { self.graph = graph }

  /// Of the actions that the crate is about.
  var ids: [String] { [CrateGraph.run] + manifest.steps.map { CrateIdentifier.fragment("action", $0.name) } }

  var entities: [JSONValue] { [organization, run] + manifest.steps.indices.flatMap(step) }

  private var organization: JSONValue {
    CrateEntity.make(
      Self.organization, "OrganizeAction",
      members: [
        "name": .string("colophon \(manifest.engineVersion) ran the notebook"),
        "instrument": CrateEntity.reference(CrateGraph.engine),
        "object": CrateEntity.references(manifest.steps.map { CrateIdentifier.fragment("control", $0.name) }),
        "result": CrateEntity.reference(CrateGraph.run), "actionStatus": Self.completed,
      ])
  }

  private var run: JSONValue {
    let failures = manifest.failures
    let values = graph.parameters.map { CrateIdentifier.fragment("value", $0.name.text) }
    let results = graph.files.filter { $0.role == .output || $0.role == .record }
    return CrateEntity.make(
      CrateGraph.run, "CreateAction",
      members: [
        "name": .string("Run of \(manifest.notebook.path)"),
        "description": .string(
          "The notebook was run on its data. The core digest names the notebook, its data, parameters and results."),
        "identifier": .string("colophon:1:\(manifest.core)"),
        "instrument": CrateEntity.reference(graph.notebookFile.id),
        "object": CrateEntity.references(values + graph.inputs.map(\.id)),
        "result": CrateEntity.references(results.map(\.id)),
        "actionStatus": failures == 0 ? Self.completed : Self.failed,
        "error": failures == 0
          ? nil : .string("\(NumberFormat.counted(failures, "expectation")) of the notebook did not hold."),
      ])
  }

  private func step(_ index: Int) -> [JSONValue] {
    let step = manifest.steps[index]
    let tool = CrateEntity.reference(CrateIdentifier.fragment("kind", step.kind))
    let action = CrateIdentifier.fragment("action", step.name)
    let output = CrateIdentifier.fragment("output", step.name)
    let planned = CrateIdentifier.fragment("step", step.name)
    let files = graph.files.filter { $0.step?.isExactly(step.name) ?? false }.map(\.id)
    return [
      CrateEntity.make(
        planned, "HowToStep",
        members: ["name": .string(step.name), "position": .string(String(index + 1)), "workExample": tool]),
      CrateEntity.make(
        CrateIdentifier.fragment("control", step.name), "ControlAction",
        members: [
          "name": .string("Execution of \(step.name)"), "instrument": CrateEntity.reference(planned),
          "object": CrateEntity.reference(action), "actionStatus": Self.completed,
        ]),
      CrateEntity.make(
        action, "CreateAction",
        members: [
          "name": .string(step.name), "description": .string("Step `\(step.name)`, of kind `\(step.kind)`."),
          "identifier": .string(step.step), "instrument": tool, "object": CrateEntity.references(reads(index)),
          "result": CrateEntity.references([output] + files), "actionStatus": Self.completed,
        ]),
      CrateEntity.make(
        output, "PropertyValue",
        members: ["name": .string("output digest of \(step.name)"), "value": .string(step.output)]),
    ]
  }

  /// What a step read, each once: results of earlier steps, and data files.
  private func reads(_ index: Int) -> [String] {
    var ids: [String] = []
    for read in manifest.steps[index].reads {
      let isStep = manifest.steps[..<index].contains { $0.name.isExactly(read.path) }
      let file = graph.inputs.first { $0.sourcePath.isExactly(read.path) }?.id
      guard let id = isStep ? CrateIdentifier.fragment("output", read.path) : file, !ids.contains(id) else { continue }
      ids.append(id)
    }
    return ids
  }
}
