import NotebookSyntax
import Digests

/// Stage two: notebook → plan. Collects every mistake that can be found without running anything.
public struct Planner {
  private let notebook: Notebook
  private let workspace: Workspace
  private let scope: ParameterScope
  private var diagnostics: [Diagnostic]

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
    let keyed = KeyedCells(
      cells, taken: notebook.frontMatter.parameters.map(\.name.text), references: references)
    diagnostics += keyed.diagnostics
    var decoded: [String: DecodedCell] = [:]
    for cell in cells { decoded[cell.name.text] = decode(cell, keyed) }
    let byName = Dictionary(uniqueKeysWithValues: cells.map { ($0.name.text, $0) })
    resolve(cells, decoded, byName)
    let order = sort(cells, decoded)
    var planned = PlannedCells(cells)
    for cell in order {
      guard let item = decoded[cell.name.text] else { continue }
      plan(cell, item, byName, &planned)
    }
    checkValues(planned.yields, byName)
    diagnostics += BibliographyFile.check(notebook, in: workspace)
    diagnostics += ProseReferences.check(notebook) { decoded[$0]?.instances.first?.show }
    if diagnostics.contains(where: { $0.severity == .error }) { throw Diagnostics(sorted(diagnostics)) }
    return Plan(
      notebook: notebook, steps: planned.steps, parameters: scope.values, warnings: sorted(diagnostics + scope.unused))
  }

  /// Plans a cell, or each of its instances.
  private mutating func plan(_ cell: Cell, _ item: DecodedCell, _ cells: [String: Cell], _ planned: inout PlannedCells)
  {
    var found: [[Diagnostic]] = []
    var steps: [PlannedStep] = []
    var yields: [String: Yield?] = [:]
    for (index, instance) in item.instances.enumerated() {
      guard let step = instance.step else { continue }
      let value = item.each?.values[index].text
      var context = PlanContext(
        cell: instance.cell, frontMatter: notebook.frontMatter, yields: planned.yields(for: value),
        wholes: planned.wholes, cells: cells, workspace: workspace, planned: planned.steps(for: value))
      let yield = step.plan(&context)
      found.append(context.diagnostics)
      guard let yield else { continue }
      if let value, item.isSound { yields[value] = .some(yield) }
      steps.append(planned.step(instance, step, yield, context, value: value))
    }
    guard let each = item.each else {
      diagnostics += found.flatMap(\.self)
      if let step = steps.first { planned.add(step, isSound: item.isSound) }
      return
    }
    diagnostics += KeyedDiagnostics.merge(found, each)
    guard steps.count == each.values.count else { return }
    planned.add(steps, of: cell, each, yields, isSound: item.isSound)
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

  /// What a cell reads, where keys have these values; mistakes are left to `decode`.
  private func references(_ cell: Cell, _ own: [(name: String, value: ParameterValue)]) -> [Reference] {
    guard cell.body.isReadable, let kind = StepCatalog.kinds.first(where: { $0.kind == cell.kind.text }) else {
      return []
    }
    var decoder = CellDecoder(
      cell, keys: kind.keys, scope: scope, level: notebook.frontMatter.level, own: own)
    _ = kind.init(&decoder)
    return decoder.references
  }

  /// Decodes a cell, or an instance of it for each value of its key.
  private mutating func decode(_ cell: Cell, _ keyed: KeyedCells) -> DecodedCell {
    guard !keyed.broken.contains(cell.name.text) else { return DecodedCell(instances: []) }
    guard let each = keyed.keys[cell.name.text] else {
      let (item, problems) = decode(cell, each: nil, value: nil)
      diagnostics += problems
      return DecodedCell(instances: [item])
    }
    var item = DecodedCell(each: each, instances: [])
    var found: [[Diagnostic]] = []
    for value in each.values {
      let name = SourcedText("\(cell.name.text)[\"\(value.text)\"]", span: cell.name.span, verbatimStart: nil)
      let own = Cell(kind: cell.kind, name: name, body: cell.body, span: cell.span)
      let (instance, problems) = decode(own, each: each, value: value.value)
      item.instances.append(instance)
      found.append(problems)
    }
    diagnostics += KeyedDiagnostics.merge(found, each)
    let isOwn = !item.instances.flatMap(\.references).contains { keyed.keys[$0.name] != nil && !$0.isWhole }
    if isOwn, item.isSound, each.values.count > 1, item.instances.allSatisfy({ $0.step != nil }),
      item.instances.dropFirst().allSatisfy({
        $0.parameters.canonicalBytes == item.instances[0].parameters.canonicalBytes
      })
    {
      diagnostics.append(
        Diagnostic(
          "each", "nothing in this cell uses `$\(each.name)`, so it would do the same for every value", at: each.span,
          help: "write `$\(each.name)` where the values differ, or leave `each` out"))
    }
    return item
  }

  private func decode(
    _ cell: Cell, each: EachKey?, value: ParameterValue?
  ) -> (item: Decoded, diagnostics: [Diagnostic]) {
    let nothing = Decoded(cell: cell, step: nil, references: [], parameters: .null, show: "open")
    guard let kind = StepCatalog.kinds.first(where: { $0.kind == cell.kind.text }) else {
      return (
        nothing,
        [
          Diagnostic(
            "unknown-kind", "there is no step kind `\(cell.kind.text)`", at: cell.kind.span,
            help: Suggestion.help(for: cell.kind.text, among: StepCatalog.kinds.map { $0.kind }))
        ]
      )
    }
    // A body that is not YAML has been reported; its step stays known by name.
    guard cell.body.isReadable else { return (nothing, []) }
    var own: [(name: String, value: ParameterValue)] = []
    if let each, let value { own = [(each.name, value)] }
    var decoder = CellDecoder(
      cell, keys: kind.keys, scope: scope, level: notebook.frontMatter.level, each: each, own: own)
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
    // A key too many leaves the rest as it was meant.
    let isSound = decoder.diagnostics.allSatisfy { $0.code == "unknown-key" }
    return (
      Decoded(
        cell: cell, step: step, isSound: isSound, references: decoder.references, parameters: parameters,
        caption: caption, note: note, show: show),
      decoder.diagnostics
    )
  }

  private mutating func resolve(_ cells: [Cell], _ decoded: [String: DecodedCell], _ byName: [String: Cell]) {
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
  private mutating func sort(_ cells: [Cell], _ decoded: [String: DecodedCell]) -> [Cell] {
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
