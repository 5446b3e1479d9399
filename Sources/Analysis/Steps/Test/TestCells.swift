import Statistics

/// Numbers of a test as the report prints them.
struct TestCells {
  let decimals: Int

  /// As many as show two digits of what would be the standard error; of a ratio or a correlation, two.
  static func decimals(_ record: TestRecord) -> Int? {
    guard let result = record.result, let estimate = result.estimate else { return nil }
    let method = record.settings.method
    if method.isCorrelation { return 2 }
    if method == .fisher || method == .mcNemar {
      // A ratio far below 1 shows two digits.
      return estimate > 0 && estimate < 1 ? min(6, max(2, NumberFormat.decimals(for: estimate, digits: 2))) : 2
    }
    if method == .chiSquare { return 3 }
    let ends = [result.interval?.low, result.interval?.high].compactMap { $0 }.filter(\.isFinite)
    let half = ends.map { abs($0 - estimate) }.max() ?? 0
    // Half of the half-width is about a standard error.
    return half > 0 ? NumberFormat.decimals(for: half / 2, digits: 2) : NumberFormat.decimals(for: estimate, digits: 3)
  }

  func estimate(_ result: TestResult) -> [TableCell] {
    guard let estimate = result.estimate else { return [.absent("–"), .absent("–")] }
    return [
      .number(estimate, decimals: decimals),
      result.interval.map { .interval($0.low, $0.high, decimals: decimals) } ?? .absent("–"),
    ]
  }

  func statistic(_ result: TestResult, _ method: TestMethod) -> TableCell {
    guard let statistic = result.statistic else { return .absent("–") }
    switch method {
    // Sums of ranks and counts have halves at most.
    case .rankSum, .signedRank, .spearman, .kendall:
      return .number(statistic, decimals: statistic.rounded() == statistic ? 0 : 1)
    case .mcNemar: return .number(statistic, decimals: result.isExact ? 0 : 2)
    case .shapiroWilk: return .number(statistic, decimals: 4)
    default: return .number(statistic, decimals: 2)
    }
  }

  func freedom(_ result: TestResult) -> TableCell {
    guard let df = result.degreesOfFreedom else { return .absent("–") }
    func text(_ value: Double) -> String { NumberFormat.fixed(value, value.rounded() == value ? 0 : 1) }
    guard let residual = result.residualDegreesOfFreedom else { return .text(text(df)) }
    return .text("\(text(df)), \(text(residual))")
  }

  static func title(_ effect: EffectSize.Kind) -> String {
    let name = effect.rawValue
    return effect == .rankBiserial || effect == .matchedRankBiserial
      ? "Rank-biserial r" : name.prefix(1).uppercased() + name.dropFirst()
  }

  static func definition(_ effect: EffectSize.Kind, _ method: TestMethod) -> String {
    switch effect {
    case .hedgesG:
      method == .welch
        ? "Hedges' g: the difference in units of the root of the mean variance, corrected for small samples."
        : "Hedges' g: the difference in standard deviations, corrected for small samples."
    case .rankBiserial:
      "Rank-biserial r: the share of pairs in which the first group is larger, minus the share in which it is smaller."
    case .matchedRankBiserial:
      "Rank-biserial r: the share of the rank sum that belongs to positive differences, minus the share of negative ones."
    case .omegaSquared: "Omega squared: the share of the variance that lies between the groups, not below 0."
    case .rankEpsilonSquared: "Rank epsilon squared: the share of the ranks' variance between the groups, H/(n − 1)."
    case .cramersV: "Cramér's V: 0 for independence, 1 for a complete association; without Yates' correction."
    case .cohensG: "Cohen's g: the share of the first direction among pairs that differ, minus ½."
    case .oddsRatio, .pearson, .spearman, .kendall: ""
    }
  }
}
