internal import CGSL

/// Wilcoxon's signed-rank test of one sample, or of the differences of pairs.
public enum SignedRankTest {
  /// What becomes of differences that are zero.
  public enum Zeros: String, Sendable, CaseIterable {
    /// They are left out before ranking (Wilcoxon 1945).
    case drop
    /// They are ranked with the others, and their ranks left out (Pratt 1959).
    case pratt
  }

  /// Up to so many differences the exact distribution is computed.
  public static let exactLimit = 200

  /// - Parameters:
  ///   - x: the values, or the first of each pair.
  ///   - y: the second of each pair; nil for a single sample.
  ///   - mu: what is subtracted: the median of the hypothesis.
  ///
  /// The statistic is the sum of the ranks of positive differences: R's V. The exact P value is that of midranks with
  /// random signs. The estimate is the median of the Walsh averages of *all* differences, zeros included, plus `mu`; its
  /// interval ends at two of these averages, as in `RankSumTest`. Zeros say something of the location: leaving them out,
  /// as the test does, would push the estimate away from `mu`.
  public static func run(
    _ x: [Double], minus y: [Double]? = nil, mu: Double, alternative: Alternative, exactness: Exactness,
    zeros: Zeros, continuity: Bool, level: Double
  ) throws(TestProblem) -> TestResult {
    guard !x.isEmpty else { throw .tooFew(has: 0, needs: 1) }
    let differences = x.indices.map { x[$0] - (y?[$0] ?? mu) }
    guard differences.allSatisfy({ $0.magnitude < 0.5 * Double.greatestFiniteMagnitude }) else { throw .outOfRange }
    // What subtracting decimals leaves behind: a few units in the last place of the larger one.
    let noise = x.indices.map { 8 * max(x[$0].magnitude, (y?[$0] ?? mu).magnitude).ulp }
    let isZero = differences.indices.map { differences[$0].magnitude <= noise[$0] }
    let zeroCount = isZero.count { $0 }
    let ranked = zeros == .pratt ? Array(differences.indices) : differences.indices.filter { !isZero[$0] }
    guard zeroCount < differences.count else { throw .allZero }
    if exactness == .exact, ranked.count > exactLimit {
      throw .tooManyForExact(has: ranked.count, limit: exactLimit)
    }
    let isExact = exactness == .exact || (exactness == .automatic && ranked.count <= exactLimit)
    let ranks = Midranks(
      ranked.map { isZero[$0] ? 0 : differences[$0].magnitude }, noise: ranked.map { noise[$0] })
    let scored = ranked.indices.filter { !isZero[ranked[$0]] }
    let scores = scored.map { ranks.doubled[$0] }
    let positive = scored.filter { differences[ranked[$0]] > 0 }.reduce(0) { $0 + ranks.doubled[$1] }
    let total = scores.reduce(0, +)

    let averages = OrderedPairs(averages: differences)
    let count = Double(differences.count)
    let tail = alternative.isOneSided ? 1 - level : (1 - level) / 2
    var result: TestResult
    let rank: Int?
    if isExact {
      let unit = scores.allSatisfy { $0 % 2 == 0 } ? 2 : 1
      let distribution = PermutationDistribution.sumOfCoins(scores.map { $0 / unit })
      result = TestResult(
        pValue: distribution.pValue(positive / unit, doubledMean: total / unit, alternative))
      rank =
        differences.count > exactLimit
        ? nil : IntervalRank.exact(.sumOfCoins(Array(1...differences.count)), offset: 0, tail: tail)
    } else {
      // Σ r²/4 over the ranks in use: n(n + 1)(2n + 1)/24 − Σ(t³ − t)/48 where no zeros are ranked.
      let variance = scores.reduce(0.0) { $0 + Double($1) * Double($1) } / 16
      result = TestResult(
        pValue: NormalApproximation.pValue(
          Double(positive) / 2 - Double(total) / 4, deviation: variance.squareRoot(), continuity: continuity,
          alternative))
      let ties = Midranks(differences, noise: noise).tieSum
      let free = count * (count + 1) * (2 * count + 1) / 24 - ties / 48
      rank = IntervalRank.normal(
        mean: count * (count + 1) / 4, deviation: max(0, free).squareRoot(), continuity: continuity, tail: tail)
    }
    result.isExact = isExact
    result.hasTies = Set(scores).count < scores.count
    result.zeros = zeroCount
    result.statistic = Double(positive) / 2
    result.estimate = averages.median + (y == nil ? mu : 0)
    result.interval = IntervalRank.interval(averages, rank, alternative).map {
      y == nil ? ConfidenceInterval($0.low + mu, $0.high + mu) : $0
    }
    result.effect = effect(Double(2 * positive - total) / Double(total), scores.count, level)
    return result
  }

  /// Kerby's (2014) matched-pairs rank-biserial correlation: the share of the rank sum that is positive minus the share
  /// that is negative. Its interval is Fisher's z with the standard error of the hypothesis, as the R package effectsize
  /// has it; none where all differences have one sign.
  private static func effect(_ value: Double, _ count: Int, _ level: Double) -> EffectSize {
    guard abs(value) < 1 else { return EffectSize(.matchedRankBiserial, value) }
    let n = Double(count)
    let error = ((2 * n + 1) * n * (n + 1) / 6).squareRoot() / (n * (n + 1) / 2)
    let half = Distributions.normalQuantile(0.5 + level / 2) * error
    let z = atanh(value)
    return EffectSize(.matchedRankBiserial, value, ConfidenceInterval(tanh(z - half), tanh(z + half)))
  }
}
