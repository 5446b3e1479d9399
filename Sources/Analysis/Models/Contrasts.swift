import Digests
import NotebookSyntax

/// How factors are coded where they are not coded by all their levels.
struct Contrasts: Sendable {
  enum Coding: String, Sendable, CaseIterable {
    /// The first level is the reference.
    case treatment
    /// Levels against the mean of all; the last level is minus the sum of the others.
    case sum
  }

  static let treatment = Contrasts(standard: .treatment, named: [])

  let standard: Coding
  /// Factors with a coding of their own, as the formula writes them.
  let named: [(factor: SourcedText, coding: Coding)]

  /// For telling one coding from another.
  var description: String {
    ([standard.rawValue] + named.map { "\($0.factor.text) \($0.coding.rawValue)" }.sorted()).joined(separator: ", ")
  }

  func coding(of variable: String) -> Coding {
    named.first { $0.factor.text == variable }?.coding ?? standard
  }

  /// Reports names that are no factor of the formula.
  func check(_ formula: Formula, _ check: FormulaCheck, _ context: inout PlanContext) {
    guard !named.isEmpty else { return }
    var factors: [String] = []
    for variable in formula.terms.flatMap(\.variables) {
      var scratch = context
      if case .factor? = check.variable(variable, &scratch) { factors.append(variable.description) }
    }
    for (factor, _) in named where !factors.contains(factor.text) {
      context.report(
        "unknown-factor", "`\(factor.text)` is no factor of the formula", factor.span,
        help: Suggestion.help(for: factor.text, among: factors))
    }
  }

  static let key = Key.optional(
    "contrasts", "treatment, sum or factor: coding",
    "How factors are coded: `treatment` against their first level, `sum` against the mean of all levels. For single factors `{group: sum}`. Default: treatment."
  )
}

extension CellDecoder {
  /// The key `contrasts`.
  mutating func contrasts() -> Contrasts {
    var standard = Contrasts.Coding.treatment
    var named: [(factor: SourcedText, coding: Contrasts.Coding)] = []
    let words = Contrasts.Coding.allCases.map(\.rawValue)
    func coding(_ text: SourcedText, _ cell: inout CellDecoder) -> Contrasts.Coding? {
      if let found = Contrasts.Coding(rawValue: text.text) { return found }
      cell.report(
        "choice", "`contrasts` cannot be `\(text.text)`", text.span,
        help: Suggestion.help(for: text.text, among: words) ?? "use \(words.joined(separator: " or "))")
      return nil
    }
    if let node = node("contrasts") {
      if node.scalar != nil {
        if let text = text(node, "contrasts"), let found = coding(text, &self) { standard = found }
      } else {
        for entry in mapping(node, "contrasts", help: "write `contrasts: sum` or `contrasts: {group: sum}`") ?? [] {
          guard let text = text(entry.value, "contrasts"), let found = coding(text, &self) else { continue }
          named.append((entry.key, found))
        }
      }
      // Not recorded where it is not written: steps had this coding before they had the key.
      record(
        "contrasts",
        .object([
          .init("standard", .string(standard.rawValue)),
          .init("factors", .object(named.map { .init($0.factor.text, .string($0.coding.rawValue)) })),
        ]))
    }
    return Contrasts(standard: standard, named: named)
  }
}
