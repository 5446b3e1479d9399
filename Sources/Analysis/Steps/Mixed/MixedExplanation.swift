/// How to read a mixed model: the fixed part as in a regression, then how much groups differ.
extension Mixed: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { ReadingScale(formula.response) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    let scale = ReadingScale(formula.response)
    let terms = result["terms"]
    var text = TermReading(formula, contrasts, scale, percent: context.percent, terms: terms).paragraphs(terms)
    guard let sigma = result["sigma"]?.double, case .keyed(_, let groups)? = result["varcorr"] else { return text }
    for group in groups {
      guard let name = group.keys.first, case .keyed(_, let deviations)? = group.value["sd"] else { continue }
      for entry in deviations {
        guard let term = entry.keys.first, let deviation = entry.value.double else { continue }
        if term == ModelVariable.intercept {
          text.append(
            "Each `\(name)` has a value of its own\(deviations.count > 1 ? ", here where the variables of the other random terms are 0" : ""): these scatter about the common one with a standard deviation of \(scale.scatter(deviation))."
          )
        } else {
          text.append(
            "The coefficient of `\(term)` differs between the levels of `\(name)`, with a standard deviation of \(NumberFormat.significant(deviation, 3)) about the common one."
          )
        }
      }
      if deviations.count == 1, groups.count == 1, deviations[0].keys == [ModelVariable.intercept],
        let only = deviations[0].value.double, only > 0 || sigma > 0
      {
        let share = only * only / (only * only + sigma * sigma)
        text.append(
          "Two rows of one `\(name)` correlate by \(NumberFormat.fixed(share, 2)) beyond what the fixed terms say (\(NumberFormat.significant(only, 3))² / (\(NumberFormat.significant(only, 3))² + \(NumberFormat.significant(sigma, 3))²))."
        )
      }
    }
    text.append(
      "Single rows scatter about their own line with a standard deviation of \(scale.scatter(sigma))."
    )
    if case .boolean(true)? = result["singular"] {
      text.append(
        "The fit is singular: a variance is 0, or a correlation is ±1. These data do not carry so many ways in which the groups differ; the fixed terms are estimates all the same, of a simpler model."
      )
    }
    return text
  }
}
