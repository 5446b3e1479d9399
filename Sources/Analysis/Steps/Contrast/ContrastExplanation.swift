/// How to read comparisons.
extension Contrast: Explaining, Scaled {
  func scale(_ context: ExplanationContext) -> ReadingScale? { context.scale(of: source) }

  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    guard let scale = scale(context) else { return [] }
    return EstimateReading(scale: scale, percent: context.percent).differences(
      EstimateReading.rows(result), pairs: method.comparesPairs)
  }
}
