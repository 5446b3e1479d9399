import NotebookSyntax
import Digests

/// Stage two: notebook → plan. Collects every mistake that can be found without running anything.
public struct Planner {
  private let notebook: Notebook
  private let workspace: Workspace
  private let scope: ParameterScope
  private var diagnostics: [Diagnostic]

  private struct Decoded {
    var step: (any Step)?
    /// Whether the step is what was meant: with mistakes in its body it is checked, but nothing is concluded from it.
    var isSound = true
    var references: [Reference]
    var parameters: JSONValue
    var caption: String?
    var note: String?
    var show: String
  }

  /// - Parameter overrides: parameters given from outside the notebook.
  /// - Throws: all mistakes at once, those of the parser included.
  public static func plan(
    _ source: SourceFile, in workspace: Workspace, overrides: [(name: String, value: String)] = []
  ) throws(Diagnostics) -> Plan {
    let (notebook, problems) = NotebookParser.parse(source)
    var diagnostics = problems
    let scope = ParameterScope(notebook, overrides: overrides, diagnostics: &diagnostics)
    var planner = Planner(notebook: notebook, workspace: workspace, scope: scope, diagnostics: diagnostics)
    return try planner.plan()
  }

  private mutating func plan() throws(Diagnostics) -> Plan {
    let cells = uniqueCells()
    var decoded: [String: Decoded] = [:]
    for cell in cells { decoded[cell.name.text] = decode(cell) }
    let byName = Dictionary(uniqueKeysWithValues: cells.map { ($0.name.text, $0) })
    resolve(cells, decoded, byName)
    let order = sort(cells, decoded)
    var yields: [String: Yield?] = [:]
    for cell in cells { yields[cell.name.text] = .some(nil) }
    var steps: [PlannedStep] = []
    var digests: [String: Digest] = [:]
    var planned: [String: PlannedStep] = [:]
    for cell in order {
      let name = cell.name.text
      guard let item = decoded[name], let step = item.step else { continue }
      var context = PlanContext(
        cell: cell, frontMatter: notebook.frontMatter, yields: yields, cells: byName, workspace: workspace,
        planned: planned)
      let yield = step.plan(&context)
      diagnostics += context.diagnostics
      guard let yield else { continue }
      if item.isSound { yields[name] = .some(yield) }
      var producers: [String] = []
      for name in item.references.map(\.name) + context.followed where !producers.contains(name) {
        producers.append(name)
      }
      let digest = Sealer.planDigest(
        kind: cell.kind.text, version: type(of: step).version, parameters: item.parameters,
        producers: producers.map { digests[$0]?.hex ?? "" })
      digests[name] = digest
      let new = PlannedStep(
        name: name, cell: cell, step: step, yield: yield, producers: producers,
        columnsRead: context.columnsRead.mapValues {
          $0.map { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
        },
        resultsRead: context.resultsRead, parameters: item.parameters, caption: item.caption, note: item.note,
        show: item.show, planDigest: digest)
      planned[name] = new
      steps.append(new)
    }
    checkValues(yields, byName)
    if diagnostics.contains(where: { $0.severity == .error }) { throw Diagnostics(sorted(diagnostics)) }
    return Plan(
      notebook: notebook, steps: steps, parameters: scope.values, warnings: sorted(diagnostics + scope.unused))
  }

  private func sorted(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted {
      ($0.element.span?.start ?? -1, $0.offset) < ($1.element.span?.start ?? -1, $1.offset)
    }.map(\.element)
  }

  /// Cells with a name of their own; a second cell of one name is reported and left out.
  private mutating func uniqueCells() -> [Cell] {
    var cells: [Cell] = []
    for cell in notebook.cells {
      if let first = cells.first(where: { $0.name.text.lowercased() == cell.name.text.lowercased() }) {
        diagnostics.append(
          Diagnostic(
            "repeated-name", "a second step is named `\(cell.name.text)`", at: cell.name.span,
            help: "names are unique, upper and lower case alike: rename one",
            notes: [.init("the first stands here", at: first.name.span)]))
      } else {
        cells.append(cell)
      }
    }
    return cells
  }

  private mutating func decode(_ cell: Cell) -> Decoded {
    guard let kind = StepCatalog.kinds.first(where: { $0.kind == cell.kind.text }) else {
      diagnostics.append(
        Diagnostic(
          "unknown-kind", "there is no step kind `\(cell.kind.text)`", at: cell.kind.span,
          help: Suggestion.help(for: cell.kind.text, among: StepCatalog.kinds.map { $0.kind })))
      return Decoded(step: nil, references: [], parameters: .null, show: "open")
    }
    // A body that is not YAML has been reported; its step stays known by name.
    guard cell.body.isReadable else { return Decoded(step: nil, references: [], parameters: .null, show: "open") }
    var decoder = CellDecoder(
      cell, keys: kind.keys, scope: scope, level: notebook.frontMatter.level)
    let step = kind.init(&decoder)
    if step == nil, decoder.diagnostics.isEmpty {
      // A step that could not be made says why; where it doesn't, one of its lists is empty.
      let lists = kind.keys.filter(\.isRequired).map { "`\($0.name)`" }.joined(separator: ", ")
      decoder.report(
        "empty-key", "`\(cell.name.text)` has nothing to work on: a list or a block in it is empty", cell.kind.span,
        help: "`\(cell.kind.text)` needs \(lists), each with something in it")
    }
    let parameters = JSONValue.object(decoder.canonical)
    if step != nil, decoder.diagnostics.isEmpty, let key = decoder.unrecorded.first {
      decoder.report("internal", "`\(cell.kind.text)` reads `\(key)` and does not record it", cell.kind.span)
    }
    // Captions and notes are prose: they change no plan digest.
    let caption = decoder.text("caption")?.text
    let note = decoder.text("note")?.text
    let standard = kind.isPreparation ? "folded" : "open"
    let show = decoder.choice("show", ["none", "folded", "open", "explained"], default: standard)
    diagnostics += decoder.diagnostics
    // A key too many leaves the rest as it was meant.
    let isSound = decoder.diagnostics.allSatisfy { $0.code == "unknown-key" }
    return Decoded(
      step: step, isSound: isSound, references: decoder.references, parameters: parameters, caption: caption,
      note: note,
      show: show)
  }

  private mutating func resolve(_ cells: [Cell], _ decoded: [String: Decoded], _ byName: [String: Cell]) {
    for cell in cells {
      for reference in decoded[cell.name.text]?.references ?? [] where byName[reference.name] == nil {
        diagnostics.append(
          Diagnostic(
            "unknown-step", "there is no step `\(reference.name)`", at: reference.span,
            help: Suggestion.help(for: reference.name, among: cells.map(\.name.text).filter { $0 != cell.name.text })))
      }
    }
  }

  /// Steps so that each follows what it reads, otherwise in page order; steps of a cycle are reported and left out.
  private mutating func sort(_ cells: [Cell], _ decoded: [String: Decoded]) -> [Cell] {
    var remaining = cells
    var done: Set<String> = []
    let names = Set(cells.map(\.name.text))
    var order: [Cell] = []
    func waits(_ cell: Cell) -> [Reference] {
      (decoded[cell.name.text]?.references ?? []).filter { names.contains($0.name) && !done.contains($0.name) }
    }
    while let index = remaining.firstIndex(where: { waits($0).isEmpty }) {
      let cell = remaining.remove(at: index)
      done.insert(cell.name.text)
      order.append(cell)
    }
    while let cycle = cycle(among: remaining, waits) {
      report(cycle)
      remaining.removeAll { cell in cycle.contains { $0.name == cell.name.text } }
    }
    return order
  }

  /// A circle among cells that wait; nil where there is none.
  private func cycle(among cells: [Cell], _ waits: (Cell) -> [Reference]) -> [(name: String, via: Reference)]? {
    for start in cells {
      // Whoever waits is followed until a step comes up again, or one that waits for a circle already reported.
      var cell = start
      var path: [(name: String, via: Reference)] = []
      while !path.contains(where: { $0.name == cell.name.text }) {
        let next = waits(cell).lazy.compactMap { reference in
          cells.first { $0.name.text == reference.name }.map { (reference, $0) }
        }.first
        guard let (reference, target) = next else { break }
        path.append((cell.name.text, reference))
        cell = target
      }
      if let first = path.firstIndex(where: { $0.name == cell.name.text }) { return Array(path[first...]) }
    }
    return nil
  }

  private mutating func report(_ cycle: [(name: String, via: Reference)]) {
    guard let first = cycle.first else { return }
    let names = cycle.map { "`\($0.name)`" } + ["`\(first.name)`"]
    diagnostics.append(
      Diagnostic(
        "cycle", "these steps wait for each other: \(names.joined(separator: " reads "))", at: first.via.span,
        help: "one of them has to read something else",
        notes: cycle.dropFirst().map { .init("`\($0.name)` reads `\($0.via.name)`", at: $0.via.span) }))
  }

  /// Checks every `{value}` in prose.
  private mutating func checkValues(_ yields: [String: Yield?], _ cells: [String: Cell]) {
    for prose in notebook.prose {
      for value in prose.values {
        if case .name(let name) = value.path.node, name.hasPrefix("$") {
          if value.format != nil {
            diagnostics.append(
              Diagnostic("format", "a parameter is written as it stands and takes no format", at: value.formatSpan))
          }
          do throws(Diagnostic) { _ = try scope.resolve(String(name.dropFirst()), at: value.path.span) } catch {
            diagnostics.append(error)
          }
          continue
        }
        guard let cell = notebook.cells.first else {
          diagnostics.append(
            Diagnostic("unknown-step", "the notebook has no steps, so it has no values", at: value.span))
          return
        }
        var context = PlanContext(
          cell: cell, frontMatter: notebook.frontMatter, yields: yields, cells: cells, workspace: workspace)
        if let shape = context.shape(of: value.path), let problem = ValueText.check(value, shape) {
          diagnostics.append(problem)
        }
        diagnostics += context.diagnostics
      }
    }
  }
}
