/// How to read a regression.
extension Regression: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? {
    if case .gaussian = family { return ReadingScale(formula.response) }
    let outcome = formula.response.description
    switch family.ratio {
    case "Odds ratio"?: return .ratio("odds", outcome: outcome)
    case "Risk ratio"?: return .ratio("risk", outcome: outcome)
    case "Ratio of means"?: return .ratio("mean", outcome: outcome)
    case .some: return .ratio("rate", outcome: outcome)
    case nil: return .other("\(family.link.rawValue) of \(outcome)")
    }
  }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    guard let scale = scale(context) else { return [] }
    let terms = result["terms"]
    var text = TermReading(formula, contrasts, scale, percent: context.percent, terms: terms).paragraphs(terms)
    if formula.hasIntercept, let share = result["r_squared"]?.double, let sigma = result["sigma"]?.double {
      text.append(
        "The formula accounts for \(NumberFormat.fixed(100 * share, 1))% of the outcome's variance in these data; what is left scatters with a standard deviation of \(NumberFormat.significant(sigma, 3)) about it."
      )
    }
    return text
  }
}
