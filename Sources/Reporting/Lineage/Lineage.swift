import NotebookSyntax

/// What each step goes back to.
struct Lineage {
  struct Origin {
    /// The steps before it, in the order they ran.
    let steps: [RunDocument.Step]
    /// The files that it and they read.
    let inputs: [RunDocument.Input]
  }

  private let document: RunDocument
  private let files: [String: [String]]

  init(_ document: RunDocument) {
    self.document = document
    let inputs = document.inputs.map(\.path)
    let parameters = Dictionary(document.parameters.map { ("$" + $0.name, $0.value) }) { first, _ in first }
    var files: [String: [String]] = [:]
    for cell in document.notebook.cells {
      let named = Self.scalars(cell.body).map { parameters[$0] ?? $0 }
      files[cell.name.text] = inputs.filter(Set(named).contains)
    }
    self.files = files
  }

  private static func scalars(_ node: YAMLNode) -> [String] {
    switch node.content {
    case .scalar(let text, _): return [text.text]
    case .sequence(let nodes): return nodes.flatMap(scalars)
    case .mapping(let entries): return entries.flatMap { scalars($0.value) }
    }
  }

  /// Paths of the files that a step reads by itself.
  func files(of step: RunDocument.Step) -> [String] { files[step.name] ?? [] }

  func origin(of step: RunDocument.Step) -> Origin {
    var wanted: Set<String> = [step.name]
    var before: [RunDocument.Step] = []
    // Steps stand behind what they read.
    for candidate in document.steps.reversed() where wanted.contains(candidate.name) {
      wanted.formUnion(candidate.producers)
      if candidate.name != step.name { before.append(candidate) }
    }
    let read = Set((before + [step]).flatMap { files(of: $0) })
    return Origin(steps: before.reversed(), inputs: document.inputs.filter { read.contains($0.path) })
  }
}
