import Tables

/// How to read a mixed model: the fixed part as in a regression, then how much groups differ.
extension Mixed: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { ReadingScale(formula.response) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    let scale = ReadingScale(formula.response)
    var text = TermReading(formula: formula, contrasts: contrasts, scale: scale, percent: context.percent)
      .paragraphs(result["terms"])
    guard let sigma = result["sigma"]?.double, case .keyed(_, let groups)? = result["varcorr"] else { return text }
    for group in groups {
      guard let name = group.keys.first, case .keyed(_, let deviations)? = group.value["sd"] else { continue }
      for entry in deviations {
        guard let term = entry.keys.first, let deviation = entry.value.double else { continue }
        let shown = NumberFormat.significant(deviation, 3)
        if term == ModelVariable.intercept {
          text.append(
            "The levels of `\(name)` have an own level each: these scatter about the common one with a standard deviation of \(shown)\(factor(scale, deviation))."
          )
        } else {
          text.append(
            "The coefficient of `\(term)` differs between the levels of `\(name)`, with a standard deviation of \(shown) about the common one."
          )
        }
      }
      if deviations.count == 1, groups.count == 1, let only = deviations.first?.value.double, only > 0 || sigma > 0 {
        let share = only * only / (only * only + sigma * sigma)
        text.append(
          "Two rows of one `\(name)` correlate by \(NumberFormat.fixed(share, 2)) beyond what the fixed terms say (\(NumberFormat.significant(only, 3))² / (\(NumberFormat.significant(only, 3))² + \(NumberFormat.significant(sigma, 3))²))."
        )
      }
    }
    text.append(
      "Single rows scatter about their own line with a standard deviation of \(NumberFormat.significant(sigma, 3))\(factor(scale, sigma))."
    )
    if case .boolean(true)? = result["singular"] {
      text.append(
        "The fit is singular: a variance is 0, or a correlation is ±1. These data do not carry so many ways in which the groups differ; the fixed terms are estimates all the same, of a simpler model."
      )
    }
    return text
  }

  /// On a logarithmic scale one standard deviation is a factor.
  private func factor(_ scale: ReadingScale, _ deviation: Double) -> String {
    guard case .logarithm = scale else { return "" }
    return ", a factor of \(NumberFormat.significant(Elementary.exp(deviation), 3)) up or down"
  }
}
