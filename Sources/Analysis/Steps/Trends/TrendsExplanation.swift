/// How to read slopes.
extension Trends: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { context.scale(of: model) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    guard let scale = scale(context) else { return [] }
    var text = scale.remark.map { [$0] } ?? []
    for row in EstimateReading.rows(result).prefix(EstimateReading.most) {
      var sentence =
        "`\(row.keys.joined(separator: ", "))`: for each unit more of `\(slope.text)`, \(scale.difference(row.estimate, error: row.error))."
      if let low = row.low, let high = row.high {
        sentence += " " + scale.interval(low, high, error: row.error, percent: context.percent)
      }
      text.append(sentence)
    }
    return text
  }
}
