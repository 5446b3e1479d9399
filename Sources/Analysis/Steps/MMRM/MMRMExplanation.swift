/// How to read a model for repeated measures: the fixed part as in a regression, then how the visits hang together.
extension MMRM: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { ReadingScale(formula.response) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    let scale = ReadingScale(formula.response)
    let terms = result["terms"]
    var text = TermReading(formula, contrasts, scale, percent: context.percent, terms: terms).paragraphs(terms)
    guard let covariance = result["covariance"], let structure = covariance["structure"]?.string else { return text }
    text.append(
      "Visits of one subject are not independent. Their standard deviations and correlations were estimated with the structure `\(structure)`\(structure == "us" ? ", which assumes nothing about them" : "")."
    )
    if case .keyed(_, let deviations)? = covariance["sd"], let first = deviations.first, let last = deviations.last,
      deviations.count > 1, let start = first.value.double, let end = last.value.double
    {
      text.append(
        "About what the fixed terms say, the outcome scatters with a standard deviation of \(scale.scatter(start)) at visit \(first.keys.joined()), and of \(scale.scatter(end)) at visit \(last.keys.joined())."
      )
    }
    text.append(
      "A subject that misses a visit counts with its others. That is right if missing a visit depends only on what was observed before; the data cannot show that it does."
    )
    return text
  }
}
