import NotebookSyntax
import Statistics

/// `kind: caterpillar`: predicted random effects of a mixed model, ordered.
struct Caterpillar: FigureKind {
  static let word = "caterpillar"
  static let takes: Set<String> = ["of", "group", "interval"]

  /// Of `mixed`, and of `diagnose`.
  private static let fields = ["ranef", "effects"]

  let source: Reference
  let group: SourcedText?
  let level: Double
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    let source = cell.step("of")
    cell.needs("of", "step", of: Self.word, isThere: source != nil)
    group = cell.writtenName("group")
    let notebook = cell.confidenceLevel()
    if let number = cell.writtenNumber("interval") {
      level = number.value
      if number.value <= 0 || number.value >= 1 {
        cell.report("type", "`interval` is a level between 0 and 1", number.span, help: "for example `interval: 0.95`")
      }
    } else {
      level = notebook
    }
    alternative = cell.text("alt")?.text
    guard let source else { return nil }
    self.source = source
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let shape = context.result(source) else { return nil }
    guard case .record(let fields) = shape, let field = fields.first(where: { Self.fields.contains($0.name) }),
      case .keyed(let keys, _) = field.shape
    else {
      context.report(
        "type", "`\(source.name)` has no random effects", source.span,
        help: "name a `mixed` step, or a `diagnose` of one")
      return nil
    }
    if let group, let names = keys.first?.values, !names.contains(group.text) {
      context.report(
        "unknown-key", "`\(source.name)` has no random effects of `\(group.text)`", group.span,
        help: Suggestion.help(for: group.text, among: names) ?? "it has those of \(names.joined(separator: ", "))")
    }
    return Self.countShape
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let result = try context.result(source)
    guard case .keyed(_, let groups)? = Self.fields.lazy.compactMap({ result[$0] }).first,
      let chosen = group.map({ name in groups.first { $0.keys == [name.text] } }) ?? groups.first,
      case .keyed(_, let levels) = chosen.value
    else { throw FigureMessages.noRows("`\(source.name)` has no random effects", source.span) }
    var terms: [CaterpillarFigure.Term] = []
    for level in levels {
      guard case .keyed(_, let effects) = level.value else { continue }
      for effect in effects {
        guard let name = effect.keys.first, let key = level.keys.first,
          let estimate = effect.value["estimate"]?.finite
        else { continue }
        if !terms.contains(where: { $0.name == name }) { terms.append(.init(name: name, effects: [])) }
        for index in terms.indices where terms[index].name == name {
          terms[index].effects.append((key, estimate, effect.value["cond_sd"]?.finite ?? 0))
        }
      }
    }
    let name = chosen.keys.first ?? ""
    guard
      let figure = CaterpillarFigure.build(
        caption: "Random effects of \(name) in \(source.name)", group: name, terms: terms, level: level,
        half: Distributions.normalQuantile(0.5 + level / 2), alternative: alternative)
    else { throw FigureMessages.noAxis(source.span) }
    return outcome(figure, count: levels.count, of: nil, showsIndividualRows: true)
  }
}
