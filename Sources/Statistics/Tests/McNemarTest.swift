internal import CGSL

/// McNemar's test of paired proportions.
public enum McNemarTest {
  /// Up to so many pairs that changed, `automatic` is exact.
  public static let exactLimit = 200

  /// - Parameters:
  ///   - gained: pairs with the event in the first measurement only.
  ///   - lost: pairs with the event in the second only.
  ///
  /// Given how many pairs changed, each way has probability ½. The estimate is the odds ratio `gained`/`lost`; its
  /// interval is that of the share of `gained` among both: Clopper and Pearson's where the test is exact, else Wilson's,
  /// with the continuity correction if the test has it, so that interval and test agree. The effect is Cohen's g, that
  /// share minus ½.
  public static func run(
    gained: Int, lost: Int, alternative: Alternative, exactness: Exactness, continuity: Bool, level: Double
  ) throws(TestProblem) -> TestResult {
    let changed = gained + lost
    guard changed > 0 else { throw .noChange }
    let isExact = exactness == .exact || (exactness == .automatic && changed <= exactLimit)
    var result: TestResult
    func share(_ alternative: Alternative) -> ConfidenceInterval? {
      isExact
        ? clopperPearson(gained, changed, alternative, level)
        : wilson(gained, changed, alternative, continuity, level)
    }
    if isExact {
      result = TestResult(pValue: exactP(gained, changed, alternative))
      result.isExact = true
      result.statistic = Double(gained)
    } else {
      let distance = Double(gained - lost)
      let corrected = max(0, abs(distance) - (continuity ? 1 : 0))
      result = TestResult(
        pValue: NormalApproximation.pValue(
          distance / 2, deviation: Double(changed).squareRoot() / 2, continuity: continuity, alternative))
      result.statistic = corrected * corrected / Double(changed)
      result.degreesOfFreedom = 1
      if alternative == .twoSided {
        result.pValue = Distributions.chiSquareUpper(result.statistic ?? 0, degreesOfFreedom: 1)
      }
    }
    result.estimate = lost == 0 ? .infinity : Double(gained) / Double(lost)
    result.interval = share(alternative).map { ConfidenceInterval(odds($0.low), odds($0.high)) }
    result.effect = EffectSize(
      .cohensG, Double(gained) / Double(changed) - 0.5,
      share(.twoSided).map { ConfidenceInterval($0.low - 0.5, $0.high - 0.5) })
    return result
  }

  private static func odds(_ share: Double) -> Double { share >= 1 ? .infinity : share / (1 - share) }

  /// P(X ≥ k) of `count` fair coins.
  private static func upper(_ k: Int, _ count: Int) -> Double {
    k <= 0 ? 1 : IncompleteBeta.regularized(oddsAgainst: 1, a: Double(k), b: Double(count - k + 1))
  }

  private static func exactP(_ k: Int, _ count: Int, _ alternative: Alternative) -> Double {
    switch alternative {
    case .greater: upper(k, count)
    case .less: upper(count - k, count)
    case .twoSided: min(1, 2 * upper(max(k, count - k), count))
    }
  }

  private static func clopperPearson(_ k: Int, _ count: Int, _ alternative: Alternative, _ level: Double)
    -> ConfidenceInterval?
  {
    let tail = alternative.isOneSided ? 1 - level : (1 - level) / 2
    // P(X ≥ k) = I_p(k, n − k + 1), solved for the logarithm of the odds of p.
    func limit(_ k: Int) -> Double? {
      MonotoneRoot.find(near: 0, step: 1, within: -700...700) {
        IncompleteBeta.regularized(oddsAgainst: exp(-$0), a: Double(k), b: Double(count - k + 1)) - tail
      }.map { 1 / (1 + exp(-$0)) }
    }
    let low = alternative == .less || k == 0 ? 0 : limit(k)
    let high = alternative == .greater || k == count ? 1 : limit(count - k).map { 1 - $0 }
    guard let low, let high else { return nil }
    return ConfidenceInterval(low, high)
  }

  private static func wilson(
    _ k: Int, _ count: Int, _ alternative: Alternative, _ continuity: Bool, _ level: Double
  ) -> ConfidenceInterval {
    let z = Distributions.normalQuantile(alternative.isOneSided ? level : 0.5 + level / 2)
    let interval = Proportion(k, of: count).wilson(z: z, continuity: continuity)
    return ConfidenceInterval(alternative == .less ? 0 : interval.low, alternative == .greater ? 1 : interval.high)
  }
}
