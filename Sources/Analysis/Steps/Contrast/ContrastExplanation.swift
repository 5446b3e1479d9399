/// How to read comparisons.
extension Contrast: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { context.scale(of: source) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    guard let scale = scale(context) else { return [] }
    let rows = EstimateReading.rows(result)
    // Only a difference of two means is one of the outcome, and can be read aloud row by row.
    guard let other = otherThanMeans(context) else {
      return EstimateReading(scale: scale, percent: context.percent).differences(rows)
    }
    return (scale.remark.map { [$0] } ?? []) + [other] + EstimateReading.closing(rows)
  }

  private func otherThanMeans(_ context: ExplanationContext) -> String? {
    let step = context.steps(source.name)
    if step is Trends {
      return
        "What is compared are slopes: a row is by how much the change for each unit more differs, or the ratio of the two factors for each unit more where the scale is logarithmic. It is no difference of the outcome itself."
    }
    if step is Contrast { return "What is compared are differences: a row is a difference of differences." }
    guard method.comparesPairs else {
      return
        "A row is a sum of the levels' means with the weights below the table. It is a difference of means only where the weights are 1 and −1, or shares that sum to them."
    }
    return nil
  }
}
