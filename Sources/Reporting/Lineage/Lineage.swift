import NotebookSyntax

/// What each step goes back to.
struct Lineage {
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
  func files(of step: RunDocument.Step) -> [String] { files[String(step.name.prefix { $0 != "[" })] ?? [] }

  /// The files that a step goes back to, through whatever stands before it.
  func inputs(of step: RunDocument.Step) -> [RunDocument.Input] {
    var wanted: Set<String> = [step.name]
    var read: Set<String> = []
    // Steps stand behind what they read.
    for candidate in document.steps.reversed() where wanted.contains(candidate.name) {
      wanted.formUnion(candidate.producers)
      read.formUnion(files(of: candidate))
    }
    return document.inputs.filter { read.contains($0.path) }
  }

  /// Where a step stands on the page; all of a cell with `each` at one place.
  static func anchor(_ step: String) -> String { "step-" + step.prefix { $0 != "[" } }
}
