import NotebookSyntax

/// The terms of a model's fixed part, each in a sentence.
struct TermReading {
  let formula: Formula
  let contrasts: Contrasts
  let scale: ReadingScale
  let percent: String
  /// The names of all coefficients.
  let columns: [String]

  init(_ formula: Formula, _ contrasts: Contrasts, _ scale: ReadingScale, percent: String, terms: ResultValue?) {
    self.formula = formula
    self.contrasts = contrasts
    self.scale = scale
    self.percent = percent
    if case .keyed(_, let entries)? = terms { columns = entries.flatMap(\.keys) } else { columns = [] }
  }

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
    if text.contains(where: { $0.contains("the reference level of") || $0.contains("is at its reference level") }) {
      text.append("The reference level of a category is the first declared one that a row used has.")
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
        "`\(name)`: where every number in the formula is 0 and every category \(isTreatment ? "at its reference" : "where its coding is 0"), \(scale.level(estimate, error: error)). That place may lie outside of the data; the line is what matters."
    }
    var text = "`\(name)`: \(meaning(name, estimate, error))."
    if let low = record["conf_low"]?.double, let high = record["conf_high"]?.double, isDifference(name) {
      text += " " + scale.interval(low, high, error: error, percent: percent)
    }
    return text
  }

  private func meaning(_ name: String, _ estimate: Double, _ error: Double?) -> String {
    let difference = scale.difference(estimate, error: error)
    if isInteraction(name) {
      guard hasMargins(name) else { return Self.unread }
      return
        "what one of these makes of a difference depends on the others; beyond what they come to by themselves, \(difference)"
    }
    if isCurve(name) { return "one part of a curve, which is read from a figure and not from its parts" }
    guard let variable = variable(of: name) else { return difference }
    let alike = others(of: variable)
    if name != variable, variable == fullyCoded {
      return "for `\(name.dropFirst(variable.count))`, where numbers are 0, \(scale.level(estimate, error: error))"
    }
    if name == variable { return "for each unit more of `\(name)`, \(alike), \(difference)" }
    let level = String(name.dropFirst(variable.count))
    guard contrasts.coding(of: variable) == .treatment else {
      return "for level number \(level) of `\(variable)` against the mean of all its levels, \(alike), \(difference)"
    }
    return "for `\(level)` against the reference level of `\(variable)`, \(alike), \(difference)"
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
    // A number is part of a column under its own name, a category under that of a level.
    let parts = columns.flatMap { $0.split(separator: ":").map(String.init) }
    let numbers = partners.filter(parts.contains)
    let categories = partners.filter { !parts.contains($0) }
    func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: " and ") }
    var places: [String] = []
    if !numbers.isEmpty { places.append("\(list(numbers)) \(numbers.count > 1 ? "are" : "is") 0") }
    for name in categories {
      places.append(isTreatment ? "`\(name)` is at its reference level" : "the coding of `\(name)` is 0")
    }
    return "where \(places.joined(separator: " and "))"
  }

  private static let unread =
    "its parts do not all stand in the formula by themselves, so it is read together with them"

  /// Whether a category's columns are 0 at its reference level.
  private var isTreatment: Bool { contrasts.standard == .treatment && contrasts.named.isEmpty }

  /// Whether all that is inside an interaction stands in the formula as well: only then is it a difference of differences.
  private func hasMargins(_ name: String) -> Bool {
    let sets = formula.terms.map { Set($0.variables.map(\.description)) }
    let inside = sets.filter { set in set.count > 1 && set.allSatisfy { name.contains($0) } }
    guard formula.hasIntercept, let whole = inside.max(by: { $0.count < $1.count }) else { return false }
    return whole.allSatisfy { part in
      sets.contains([part]) && (whole.count < 3 || sets.contains(whole.subtracting([part])))
    }
  }

  /// Without an intercept the first category has a column for each of its levels, which are no differences.
  private var fullyCoded: String? {
    guard !formula.hasIntercept else { return nil }
    return formula.terms.filter { $0.variables.count == 1 }.map(\.variables[0].description).first {
      !columns.contains($0) && !Self.isCurve(variable: $0)
    }
  }

  private func isDifference(_ name: String) -> Bool {
    if isCurve(name) || (isInteraction(name) && !hasMargins(name)) { return false }
    guard let variable = variable(of: name) else { return true }
    return name == variable || variable != fullyCoded
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
    variable(of: name).map(Self.isCurve(variable:)) ?? false
  }

  private static func isCurve(variable: String) -> Bool {
    ["poly(", "ns(", "I("].contains { variable.hasPrefix($0) }
  }
}
