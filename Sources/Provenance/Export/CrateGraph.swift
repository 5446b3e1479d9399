import Analysis
import Digests
import NotebookSyntax

/// `ro-crate-metadata.json`: a run described as a Provenance Run Crate 0.5 on RO-Crate 1.1.
///
/// A notebook is a workflow, its engine colophon, and each cell a step that was executed: of the three profiles for runs
/// this is the one that can say so (https://w3id.org/ro/wfrun/provenance/0.5). Who ran it and when is not recorded, and
/// hence not said: the actions have no agent and no times.
struct CrateGraph {
  static let fileName = "ro-crate-metadata.json"
  static let workflowProfile = "https://w3id.org/workflowhub/workflow-ro-crate/1.0"
  static let specification = "https://w3id.org/ro/crate/1.1"
  static let engine = "#engine"
  static let language = "#language"
  static let run = "#run"

  let manifest: Manifest
  let credits: CrateCredits
  let parameters: [ParameterDeclaration]
  let files: [CrateFile]

  /// Canonical bytes: the order of entities is the order below, that of members RFC 8785's.
  var bytes: [UInt8] {
    let context: JSONValue = [
      .string("\(Self.specification)/context"),
      // Of the terms that the profile adds, the one that is used here.
      ["sha256": "https://w3id.org/ro/terms/workflow-run#sha256"],
    ]
    let actions = CrateActions(graph: self)
    let graph =
      [descriptor, root(mentioning: actions.ids)] + profiles + [notebook] + software + people + fileEntities
      + inputEntities + actions.entities
    let json: JSONValue = ["@context": context, "@graph": .array(graph)]
    return json.canonicalBytes
  }

  private var descriptor: JSONValue {
    CrateEntity.make(
      Self.fileName, "CreativeWork",
      members: [
        "about": CrateEntity.reference("./"),
        "conformsTo": CrateEntity.references([Self.specification, Self.workflowProfile]),
      ])
  }

  private static let runProfiles = [
    ("process", "Process Run Crate"), ("workflow", "Workflow Run Crate"), ("provenance", "Provenance Run Crate"),
  ].map { (id: "https://w3id.org/ro/wfrun/\($0.0)/0.5", name: $0.1) }

  private func root(mentioning actions: [String]) -> JSONValue {
    CrateEntity.make(
      "./", "Dataset",
      members: [
        "name": .string(credits.title), "description": .string(credits.description),
        "datePublished": .string(credits.date), "license": CrateEntity.reference(credits.license.id),
        "author": CrateEntity.references(credits.authors.map(\.id)),
        "conformsTo": CrateEntity.references(Self.runProfiles.map(\.id) + [Self.workflowProfile]),
        "hasPart": CrateEntity.references(files.map(\.id)), "mainEntity": CrateEntity.reference(notebookFile.id),
        "mentions": CrateEntity.references(actions),
      ])
  }

  private var profiles: [JSONValue] {
    let all = Self.runProfiles.map { ($0.id, $0.name, "0.5") } + [(Self.workflowProfile, "Workflow RO-Crate", "1.0")]
    return all.map { id, name, version in
      CrateEntity.make(id, "CreativeWork", members: ["name": .string(name), "version": .string(version)])
    }
  }

  var notebookFile: CrateFile {
    guard let file = files.first(where: { $0.role == .notebook }) else {
      preconditionFailure("a crate is made with its notebook")
    }
    return file
  }

  private var notebook: JSONValue {
    let file = notebookFile
    return CrateEntity.make(
      file.id, "File", "SoftwareSourceCode", "ComputationalWorkflow", "HowTo",
      members: [
        "name": .string(credits.title), "description": .string(credits.description),
        "author": CrateEntity.references(credits.authors.map(\.id)),
        "license": CrateEntity.reference(credits.license.id), "encodingFormat": "text/markdown",
        "contentSize": .string(String(file.size)), "sha256": .string(file.digest),
        "programmingLanguage": CrateEntity.reference(Self.language),
        "input": CrateEntity.references(
          parameters.map { CrateIdentifier.fragment("parameter", $0.name.text) }
            + inputs.map { CrateIdentifier.fragment("input", $0.sourcePath) }),
        "hasPart": CrateEntity.references(kinds.map { CrateIdentifier.fragment("kind", $0.kind) }),
        "step": CrateEntity.references(manifest.steps.map { CrateIdentifier.fragment("step", $0.name) }),
      ])
  }

  /// The step kinds that were used, each once, in the order of their first use.
  private var kinds: [Manifest.Step] {
    var found: [Manifest.Step] = []
    for step in manifest.steps where !found.contains(where: { $0.kind == step.kind }) { found.append(step) }
    return found
  }

  private var software: [JSONValue] {
    let fingerprint = CrateIdentifier.fragment("engine", "fingerprint")
    let language = CrateEntity.make(
      Self.language, "ComputerLanguage",
      members: ["name": "colophon notebook", "version": .string(manifest.engineVersion)])
    let engine = CrateEntity.make(
      Self.engine, "SoftwareApplication",
      members: [
        "name": "colophon", "softwareVersion": .string(manifest.engineVersion),
        "description": "Runs research notebooks made of typed analysis steps.",
        "additionalProperty": CrateEntity.reference(fingerprint),
      ])
    let numbers = CrateEntity.make(
      fingerprint, "PropertyValue",
      members: ["name": "numeric fingerprint", "value": .string(manifest.fingerprint)])
    let tools = kinds.map { step in
      CrateEntity.make(
        CrateIdentifier.fragment("kind", step.kind), "SoftwareApplication",
        members: [
          "name": .string(step.kind), "softwareVersion": .string(String(step.version)),
          "description": StepCatalog.kinds.first { $0.kind == step.kind }.map { .string($0.summary) },
          "isPartOf": CrateEntity.reference(Self.engine),
        ])
    }
    return [language, engine, numbers] + tools
  }

  private var people: [JSONValue] {
    let license = CrateEntity.make(
      credits.license.id, "CreativeWork", members: ["name": .string(credits.license.name)])
    return credits.authors.map { CrateEntity.make($0.id, "Person", members: ["name": .string($0.name)]) } + [license]
  }

  var inputs: [CrateFile] { files.filter { $0.role == .input } }

  private var fileEntities: [JSONValue] {
    let record = files.first { $0.role == .record }?.id
    return files.filter { $0.role != .notebook }.map { file in
      let isInput = file.role == .input
      return CrateEntity.make(
        file.id, "File",
        members: [
          "name": .string(isInput ? file.sourcePath : file.name), "description": file.description.map { .string($0) },
          "encodingFormat": file.mediaType.map { .string($0) }, "contentSize": .string(String(file.size)),
          "sha256": .string(file.digest),
          "exampleOfWork": isInput
            ? CrateEntity.reference(CrateIdentifier.fragment("input", file.sourcePath)) : nil,
          "about": file.role == .signature ? record.map(CrateEntity.reference) : nil,
        ])
    }
  }

  /// What the notebook takes, declared and given: parameters and data files.
  private var inputEntities: [JSONValue] {
    let declared = parameters.flatMap { parameter -> [JSONValue] in
      let name = parameter.name.text
      let id = CrateIdentifier.fragment("parameter", name)
      let value = CrateIdentifier.fragment("value", name)
      let given = manifest.parameters.first { $0.name.isExactly(name) }?.value ?? parameter.value.text
      return [
        CrateEntity.make(
          id, "FormalParameter",
          members: [
            "name": .string(name), "additionalType": .string(Self.dataType(parameter.type)),
            "description": parameter.documentation.map { .string($0) }, "valueRequired": false,
            "defaultValue": .string(parameter.value.text), "workExample": CrateEntity.reference(value),
          ]),
        CrateEntity.make(
          value, "PropertyValue",
          members: [
            "name": .string(name), "value": .string(given), "exampleOfWork": CrateEntity.reference(id),
          ]),
      ]
    }
    return declared
      + inputs.map { file in
        CrateEntity.make(
          CrateIdentifier.fragment("input", file.sourcePath), "FormalParameter",
          members: [
            "name": .string(file.sourcePath), "additionalType": "File", "valueRequired": true,
            "workExample": CrateEntity.reference(file.id),
          ])
      }
  }

  /// A number with a unit is a text in the manifest and here: `24 wk`.
  private static func dataType(_ type: ParameterType) -> String {
    switch type {
    case .number(let unit): return unit == nil ? "Number" : "Text"
    case .integer: return "Integer"
    case .boolean: return "Boolean"
    case .text, .column, .file, .category: return "Text"
    }
  }
}
