/// How to read estimated means.
extension Means: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { context.scale(of: model) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    guard let scale = scale(context) else { return [] }
    let rows = EstimateReading.rows(result)
    var text = [
      "These are means by the model, not averages of rows: what the model expects at each combination of levels, with other numbers of the formula at \(values.isEmpty ? "their means" : "their means or where the cell puts them") and other categories averaged, \(isProportional ? "as often as the rows have them" : "all levels alike"). So groups are compared at the same values of what else is in the formula."
    ]
    for row in rows.prefix(EstimateReading.most) {
      text.append("`\(row.keys.joined(separator: ", "))`: \(scale.level(row.estimate, error: row.error)).")
    }
    if rows.count > EstimateReading.most {
      text.append("The other \(NumberFormat.count(rows.count - EstimateReading.most)) rows are read alike.")
    }
    text.append(
      "Whether two means differ is not seen from whether their \(context.percent)% intervals overlap: `contrast` gives the difference with an interval of its own."
    )
    return text
  }
}
