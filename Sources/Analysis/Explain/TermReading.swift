import NotebookSyntax

/// The terms of a model's fixed part, each in a sentence.
struct TermReading {
  let formula: Formula
  let contrasts: Contrasts
  let scale: ReadingScale
  let percent: String

  /// So many terms are explained; those behind them are read alike.
  private static let most = 12

  /// - Parameter terms: the result's coefficients.
  func paragraphs(_ terms: ResultValue?) -> [String] {
    guard case .keyed(_, let entries)? = terms else { return [] }
    var text = scale.remark.map { [$0] } ?? []
    for entry in entries.prefix(Self.most) {
      if let name = entry.keys.first { text.append(sentence(name, entry.value)) }
    }
    if entries.count > Self.most {
      text.append("The other \(NumberFormat.count(entries.count - Self.most)) terms are read alike.")
    }
    if entries.contains(where: { $0.value["p_value"]?.double != nil }) {
      text.append(
        "P of a term is how often an estimate at least so far from no difference, on either side, would come about by chance alone if there were none and the model held. It is neither the chance that there is none nor the size of anything."
      )
    }
    text.append(
      "All of this is what goes together in these data. It says nothing of what would happen if something were changed."
    )
    return text
  }

  private func sentence(_ name: String, _ record: ResultValue) -> String {
    guard let estimate = record["estimate"]?.double else {
      return "`\(name)` has no estimate: it depends on other terms."
    }
    let error = record["std_error"]?.double
    if name == ModelVariable.intercept {
      return
        "`\(name)`: where every number in the formula is 0 and every category at its first level, \(scale.level(estimate, error: error)). That place may lie outside of the data; the line is what matters."
    }
    var text = "`\(name)`: \(meaning(name, estimate, error))."
    if let low = record["conf_low"]?.double, let high = record["conf_high"]?.double, !isCurve(name) {
      text += " " + scale.interval(low, high, error: error, percent: percent)
    }
    return text
  }

  private func meaning(_ name: String, _ estimate: Double, _ error: Double?) -> String {
    let difference = scale.difference(estimate, error: error)
    if isInteraction(name) {
      return
        "what one of these makes of a difference depends on the others; beyond what they come to by themselves, \(difference)"
    }
    if isCurve(name) { return "one part of a curve, which is read from a figure and not from its parts" }
    guard let variable = variable(of: name) else { return difference }
    let alike = others(of: variable)
    if name == variable { return "for each unit more of `\(name)`, \(alike), \(difference)" }
    let level = String(name.dropFirst(variable.count))
    guard contrasts.coding(of: variable) == .treatment else {
      return "for `\(level)` against the mean of all levels of `\(variable)`, \(alike), \(difference)"
    }
    return "for `\(level)` against the first level of `\(variable)`, \(alike), \(difference)"
  }

  /// What is held: other terms alike, and those that this one interacts with at their start.
  private func others(of variable: String) -> String {
    var partners: [String] = []
    for term in formula.terms where term.variables.count > 1 {
      let names = term.variables.map(\.description)
      guard names.contains(variable) else { continue }
      for name in names where name != variable && !partners.contains(name) { partners.append(name) }
    }
    let rest = formula.terms.count > 1 ? "all else in the formula alike" : "in these data"
    guard !partners.isEmpty else { return rest }
    return "where \(partners.map { "`\($0)`" }.joined(separator: " and ")) is 0 or at the first level"
  }

  private var variables: [String] {
    formula.terms.flatMap(\.variables).map(\.description).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The longest name that a column's name begins with: `group` of `groupD`.
  private func variable(of name: String) -> String? {
    variables.filter { name.hasPrefix($0) }.max { $0.utf8.count < $1.utf8.count }
  }

  private func isInteraction(_ name: String) -> Bool {
    guard name.contains(":") else { return false }
    // A level may hold a colon as well.
    return formula.terms.contains { term in
      term.variables.count > 1 && term.variables.allSatisfy { name.contains($0.description) }
    }
  }

  private func isCurve(_ name: String) -> Bool {
    guard let variable = variable(of: name) else { return false }
    return ["poly(", "ns(", "bs(", "I("].contains { variable.hasPrefix($0) }
  }
}
