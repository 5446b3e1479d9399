/// Wilcoxon's rank-sum test of two independent samples (Mann and Whitney's U test).
public enum RankSumTest {
  /// Up to so many values, both samples together, the exact distribution is computed.
  public static let exactLimit = 200

  /// - Parameters:
  ///   - exactness: `automatic` is exact for at most `exactLimit` values.
  ///   - continuity: whether the normal approximation moves the statistic half a unit towards its mean.
  ///   - level: of the interval for the shift.
  ///
  /// The statistic is the number of pairs (x, y) with x > y, equal ones counted half: R's W. The exact P value is that of
  /// the permutation distribution of midranks; two-sided it is P(|W − E| ≥ |w − E|), which without ties is twice the
  /// smaller tail. The estimate is the median of all differences x − y; the ends of its interval are two of these
  /// differences, the k-th from below and from above (Moses 1953): k comes from the distribution without ties, with
  /// which a closed interval has at least its level also where values are tied (Noether 1967, JASA 62:184–188), or from
  /// the normal approximation. The interval is nil where the samples are too small for its level.
  public static func run(
    _ x: [Double], _ y: [Double], alternative: Alternative, exactness: Exactness, continuity: Bool, level: Double
  ) throws(TestProblem) -> TestResult {
    guard !x.isEmpty else { throw .smallGroup(0, has: 0, needs: 1) }
    guard !y.isEmpty else { throw .smallGroup(1, has: 0, needs: 1) }
    let total = x.count + y.count
    if exactness == .exact, total > exactLimit { throw .tooManyForExact(has: total, limit: exactLimit) }
    guard (x + y).allSatisfy({ $0.magnitude < 0.5 * Double.greatestFiniteMagnitude }) else { throw .outOfRange }
    let ranks = Midranks(x + y)
    guard ranks.sizes.count > 1 else { throw .constant }
    let isExact = exactness == .exact || (exactness == .automatic && total <= exactLimit)
    // Twice the rank sum of x, and twice U.
    let rankSum = ranks.doubled.prefix(x.count).reduce(0, +)
    let doubledU = rankSum - x.count * (x.count + 1)
    let (m, n) = (Double(x.count), Double(y.count))
    let u = Double(doubledU) / 2
    let pairs = OrderedPairs(differences: x, y)

    var result: TestResult
    let rank: Int?
    if isExact {
      result = TestResult(pValue: exactP(ranks, rankSum, x.count, alternative))
      let free = PermutationDistribution.sumOfSample(Array(0..<total), size: min(x.count, y.count))
      let smallest = min(x.count, y.count) * (min(x.count, y.count) - 1) / 2
      rank = IntervalRank.exact(free, offset: smallest, tail: tail(level, alternative))
    } else {
      let variance = m * n / 12 * (m + n + 1 - ranks.tieSum / ((m + n) * (m + n - 1)))
      result = TestResult(
        pValue: NormalApproximation.pValue(
          u - m * n / 2, deviation: variance.squareRoot(), continuity: continuity, alternative))
      // Away from the differences themselves only values of one sample can be tied.
      let ties = Midranks(x).tieSum + Midranks(y).tieSum
      let free = m * n / 12 * (m + n + 1 - ties / ((m + n) * (m + n - 1)))
      rank = IntervalRank.normal(
        mean: m * n / 2, deviation: max(0, free).squareRoot(), continuity: continuity, tail: tail(level, alternative))
    }
    result.isExact = isExact
    result.hasTies = ranks.hasTies
    result.statistic = u
    result.estimate = pairs.median
    result.interval = IntervalRank.interval(pairs, rank, alternative)
    let theta = u / (m * n)
    result.effect = EffectSize(
      .rankBiserial, 2 * theta - 1, areaInterval(theta, m, n, level).map { .init(2 * $0.low - 1, 2 * $0.high - 1) })
    return result
  }

  private static func tail(_ level: Double, _ alternative: Alternative) -> Double {
    alternative.isOneSided ? 1 - level : (1 - level) / 2
  }

  private static func exactP(_ ranks: Midranks, _ rankSum: Int, _ size: Int, _ alternative: Alternative) -> Double {
    let count = ranks.doubled.count
    // Halved again where all ranks are whole; the smaller sample is drawn.
    let unit = ranks.doubled.allSatisfy { $0 % 2 == 0 } ? 2 : 1
    let scores = ranks.doubled.map { $0 / unit }
    let isFirst = size <= count - size
    let drawn = isFirst ? size : count - size
    let sum = isFirst ? rankSum / unit : scores.reduce(0, +) - rankSum / unit
    let sided: Alternative =
      isFirst || alternative == .twoSided ? alternative : alternative == .less ? .greater : .less
    let distribution = PermutationDistribution.sumOfSample(scores, size: drawn)
    // The mean rank is (N + 1)/2: twice the mean sum in units of `unit`/2.
    return distribution.pValue(sum, doubledMean: 2 * drawn * (count + 1) / unit, sided)
  }

  /// An interval for P(X > Y) + P(X = Y)/2: Newcombe's (2006, Stat Med 25:559–573) fifth method, the θ at which the
  /// observed one is z standard errors away, with Hanley and McNeil's variance at θ. It stays inside 0 ... 1 and has a
  /// width where the samples do not overlap.
  private static func areaInterval(_ observed: Double, _ m: Double, _ n: Double, _ level: Double) -> ConfidenceInterval?
  {
    let z = Distributions.normalQuantile(0.5 + level / 2)
    let others = (m + n) / 2 - 1
    func excess(_ theta: Double) -> Double {
      let variance =
        theta * (1 - theta) * (1 + others * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / (m * n)
      return abs(theta - observed) - z * variance.squareRoot()
    }
    // At 0 and at 1 the variance is 0, and the observed value itself a root that is not meant.
    let low = observed == 0 ? 0 : MonotoneRoot.find(low: 0, high: min(observed, 1 - Double.ulpOfOne), excess)
    let high =
      observed == 1 ? 1 : MonotoneRoot.find(low: max(observed, Double.leastNormalMagnitude), high: 1, excess)
    guard let low, let high else { return nil }
    return ConfidenceInterval(low, high)
  }
}
