/// Comparisons of several independent samples.
public enum GroupComparison {
  /// One-way analysis of variance.
  ///
  /// The effect is omega squared, (SSB − df₁ MSW)/(SST + MSW), not below 0; its interval is Steiger's (2004, Psychol
  /// Methods 9:164–182): λ/(λ + N) with λ from the noncentral F distribution.
  public static func analysisOfVariance(
    _ groups: [[Double]], level: Double
  ) throws(TestProblem) -> (result: TestResult, etaSquared: Double) {
    try check(groups, needs: 1)
    let moments = try groups.map { group throws(TestProblem) in try Moments(group) }
    let total = groups.reduce(0) { $0 + $1.count }
    let freedom = (between: Double(groups.count - 1), within: Double(total - groups.count))
    guard freedom.within > 0 else { throw .tooFew(has: total, needs: groups.count + 1) }
    guard moments.contains(where: \.hasSpread) else { throw .constant }
    let within = moments.reduce(0) { $0 + $1.sumOfSquares }
    // About the first group's mean, so that a large common mean costs no digits.
    let shift = moments[0].mean
    let grand = moments.reduce(0) { $0 + Double($1.count) * ($1.mean - shift) } / Double(total)
    let between = moments.reduce(0) { sum, group in
      let deviation = group.mean - shift - grand
      return sum + Double(group.count) * deviation * deviation
    }
    let meanSquare = within / freedom.within
    let f = between / freedom.between / meanSquare
    guard f.isFinite else { throw .outOfRange }
    var result = self.result(f, freedom.between, freedom.within)
    let omega = (between - freedom.between * meanSquare) / (between + within + meanSquare)
    let interval = Noncentral.fisherInterval(
      f, numerator: freedom.between, denominator: freedom.within, level: level)
    let count = Double(total)
    result.effect = EffectSize(
      .omegaSquared, max(0, omega),
      interval.map { ConfidenceInterval($0.low / ($0.low + count), $0.high / ($0.high + count)) })
    return (result, between / (between + within))
  }

  /// Welch's (1951) test of means with a variance for each group.
  ///
  /// The effect is omega squared as it follows from F, df₁(F − 1)/(df₁(F − 1) + N), not below 0 (Carroll & Nordholm
  /// 1975). No interval for it is established.
  public static func welch(_ groups: [[Double]]) throws(TestProblem) -> TestResult {
    try check(groups, needs: 2)
    let moments = try groups.map { group throws(TestProblem) in try Moments(group) }
    for (index, group) in moments.enumerated() where !group.hasSpread {
      throw .constantVariable(index)
    }
    let weights = moments.map { Double($0.count) / $0.variance }
    let sum = weights.reduce(0, +)
    guard sum.isFinite, sum > 0 else { throw .outOfRange }
    let shift = moments[0].mean
    let grand = zip(weights, moments).reduce(0) { $0 + $1.0 * ($1.1.mean - shift) } / sum
    let k = Double(groups.count)
    let spread =
      zip(weights, moments).reduce(0) { partial, item in
        let rest = 1 - item.0 / sum
        return partial + rest * rest / Double(item.1.count - 1)
      } / (k * k - 1)
    let between =
      zip(weights, moments).reduce(0) { partial, item in
        let deviation = item.1.mean - shift - grand
        return partial + item.0 * deviation * deviation
      } / (k - 1)
    let f = between / (1 + 2 * (k - 2) * spread)
    guard f.isFinite, spread > 0 else { throw .outOfRange }
    var result = self.result(f, k - 1, 1 / (3 * spread))
    let excess = (k - 1) * (f - 1)
    let total = Double(groups.reduce(0) { $0 + $1.count })
    result.effect = EffectSize(.omegaSquared, max(0, excess / (excess + total)))
    return result
  }

  /// Kruskal and Wallis' (1952) rank test, corrected for ties, with the chi-square approximation.
  ///
  /// The effect is the rank epsilon squared, H/(N − 1); no interval for it is established.
  public static func kruskalWallis(_ groups: [[Double]]) throws(TestProblem) -> TestResult {
    try check(groups, needs: 1)
    let ranks = Midranks(groups.flatMap { $0 })
    guard ranks.sizes.count > 1 else { throw .constant }
    let count = Double(ranks.doubled.count)
    var start = 0
    // About the mean rank (N + 1)/2; doubled ranks are whole, so the deviations have no rounding.
    var sum = 0.0
    for group in groups {
      let own = ranks.doubled[start..<(start + group.count)].reduce(0, +)
      start += group.count
      let deviation = Double(own - group.count * (ranks.doubled.count + 1)) / 2
      sum += deviation * deviation / Double(group.count)
    }
    let correction = 1 - ranks.tieSum / (count * count * count - count)
    let h = 12 / (count * (count + 1)) * sum / correction
    var result = TestResult(
      pValue: Distributions.chiSquareUpper(h, degreesOfFreedom: Double(groups.count - 1)))
    result.statistic = h
    result.degreesOfFreedom = Double(groups.count - 1)
    result.hasTies = ranks.hasTies
    result.effect = EffectSize(.rankEpsilonSquared, h / (count - 1))
    return result
  }

  private static func result(_ f: Double, _ numerator: Double, _ denominator: Double) -> TestResult {
    var result = TestResult(
      pValue: Distributions.fisherUpper(f, numerator: numerator, denominator: denominator))
    result.statistic = f
    result.degreesOfFreedom = numerator
    result.residualDegreesOfFreedom = denominator
    return result
  }

  private static func check(_ groups: [[Double]], needs: Int) throws(TestProblem) {
    guard groups.count >= 2 else { throw .tooFew(has: groups.count, needs: 2) }
    for (index, group) in groups.enumerated() where group.count < needs {
      throw .smallGroup(index, has: group.count, needs: needs)
    }
  }
}
