/// How to read slopes.
extension Trends: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { context.scale(of: model) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    guard let scale = scale(context) else { return [] }
    var text = scale.remark.map { [$0] } ?? []
    let rows = EstimateReading.rows(result)
    for row in rows.prefix(EstimateReading.most) {
      var sentence =
        "`\(row.keys.joined(separator: ", "))`: for each unit more of `\(slope.text)`, \(scale.difference(row.estimate, error: row.error))."
      if let low = row.low, let high = row.high {
        sentence += " " + scale.interval(low, high, error: row.error, percent: context.percent)
      }
      text.append(sentence)
    }
    if rows.count > EstimateReading.most {
      text.append("The other \(NumberFormat.count(rows.count - EstimateReading.most)) rows are read alike.")
    }
    return text
  }
}
