internal import CGSL

/// Tests of association between two variables measured in pairs.
public enum CorrelationTest {
  /// Up to so many pairs the permutation distribution of Spearman's coefficient is computed.
  public static let exactSpearmanLimit = 12
  /// Up to so many pairs without ties the distribution of Kendall's coefficient is computed.
  public static let exactKendallLimit = 200

  /// Pearson's product-moment correlation, tested by Student's t; the interval is Fisher's z.
  public static func pearson(
    _ x: [Double], _ y: [Double], alternative: Alternative, level: Double
  ) throws(TestProblem) -> TestResult {
    let r = try coefficient(x, y)
    return finish(t(r, x.count, alternative), r, .pearson, error(x.count, 3), alternative, level)
  }

  /// Spearman's correlation of midranks.
  ///
  /// The statistic is Σ(rank x − rank y)². Exact P values come from all permutations of the midranks, with ties too; two
  /// sided P(|S − E| ≥ |s − E|). The approximation is Student's t. Bonett and Wright's (2000) standard error of Fisher's z
  /// makes the interval.
  public static func spearman(
    _ x: [Double], _ y: [Double], alternative: Alternative, exactness: Exactness, level: Double
  ) throws(TestProblem) -> TestResult {
    try check(x, y)
    if exactness == .exact, x.count > exactSpearmanLimit {
      throw .tooManyForExact(has: x.count, limit: exactSpearmanLimit)
    }
    let (first, second) = (Midranks(x), Midranks(y))
    if first.sizes.count < 2 { throw .constantVariable(0) }
    if second.sizes.count < 2 { throw .constantVariable(1) }
    let r = try coefficient(first.doubled.map(Double.init), second.doubled.map(Double.init))
    let isExact = exactness != .approximate && x.count <= exactSpearmanLimit
    var result = t(r, x.count, alternative)
    if isExact {
      let observed = zip(first.doubled, second.doubled).reduce(0) { $0 + $1.0 * $1.1 }
      let n = x.count
      let distribution = PermutationDistribution.sumOfProducts(first.doubled, second.doubled)
      // Doubled ranks add up to n(n + 1), so the mean of the sum of products is n(n + 1)².
      result.pValue = distribution.pValue(observed, doubledMean: 2 * n * (n + 1) * (n + 1), alternative)
      result.isExact = true
      result.degreesOfFreedom = nil
    }
    result.statistic =
      zip(first.doubled, second.doubled).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) } / 4
    result.hasTies = first.hasTies || second.hasTies
    return finish(
      result, r, .spearman, error(x.count, 3).map { $0 * (1 + r * r / 2).squareRoot() }, alternative, level)
  }

  /// Kendall's tau-b.
  ///
  /// Exact without ties, by the number of concordant pairs; the approximation has the variance with ties (Kendall 1970).
  /// The statistic is concordant minus discordant pairs. The standard error of Fisher's z is that of Fieller, Hartley and
  /// Pearson (1957).
  public static func kendall(
    _ x: [Double], _ y: [Double], alternative: Alternative, exactness: Exactness, continuity: Bool, level: Double
  ) throws(TestProblem) -> TestResult {
    try check(x, y)
    let (first, second) = (Midranks(x), Midranks(y))
    if first.sizes.count < 2 { throw .constantVariable(0) }
    if second.sizes.count < 2 { throw .constantVariable(1) }
    let hasTies = first.hasTies || second.hasTies
    if exactness == .exact {
      if hasTies { throw .tiesInExact }
      if x.count > exactKendallLimit { throw .tooManyForExact(has: x.count, limit: exactKendallLimit) }
    }
    guard x.count <= 20_000 else { throw .tooMany(has: x.count, limit: 20_000) }
    var score = 0
    for i in first.doubled.indices {
      for j in 0..<i {
        score += (first.doubled[i] - first.doubled[j]).signum() * (second.doubled[i] - second.doubled[j]).signum()
      }
    }
    let n = Double(x.count)
    let pairs = n * (n - 1) / 2
    func tied(_ sizes: [Int]) -> Double { sizes.reduce(0) { $0 + Double($1 * ($1 - 1)) / 2 } }
    let tau = Double(score) / ((pairs - tied(first.sizes)) * (pairs - tied(second.sizes))).squareRoot()
    var result: TestResult
    if exactness != .approximate, !hasTies, x.count <= exactKendallLimit {
      let distribution = PermutationDistribution.inversions(x.count)
      let all = x.count * (x.count - 1) / 2
      result = TestResult(pValue: distribution.pValue((all + score) / 2, doubledMean: all, alternative))
      result.isExact = true
    } else {
      // Ties in one variable alone, and in both (R's cor.test).
      func sum(_ sizes: [Int], _ term: (Double) -> Double) -> Double { sizes.reduce(0) { $0 + term(Double($1)) } }
      let (a, b) = (first.sizes, second.sizes)
      let single = { (t: Double) in t * (t - 1) * (2 * t + 5) }
      let pair = { (t: Double) in t * (t - 1) }
      let triple = { (t: Double) in t * (t - 1) * (t - 2) }
      let variance =
        (single(n) - sum(a, single) - sum(b, single)) / 18 + sum(a, pair) * sum(b, pair) / (2 * pair(n))
        + (x.count > 2 ? sum(a, triple) * sum(b, triple) / (9 * triple(n)) : 0)
      // Half a step of the score, which moves by two.
      result = TestResult(
        pValue: NormalApproximation.pValue(
          Double(score) / 2, deviation: variance.squareRoot() / 2, continuity: continuity, alternative))
    }
    result.statistic = Double(score)
    result.hasTies = hasTies
    return finish(
      result, min(1, max(-1, tau)), .kendall, x.count > 4 ? (0.437 / (n - 4)).squareRoot() : nil, alternative, level)
  }

  private static func check(_ x: [Double], _ y: [Double]) throws(TestProblem) {
    precondition(x.count == y.count, "pairs")
    guard x.count >= 3 else { throw .tooFew(has: x.count, needs: 3) }
  }

  private static func coefficient(_ x: [Double], _ y: [Double]) throws(TestProblem) -> Double {
    try check(x, y)
    let (first, second) = (try Moments(x), try Moments(y))
    if !first.hasSpread { throw .constantVariable(0) }
    if !second.hasSpread { throw .constantVariable(1) }
    let scale = (first.sumOfSquares.squareRoot(), second.sumOfSquares.squareRoot())
    guard scale.0 > 0, scale.1 > 0 else { throw .outOfRange }
    let r = zip(x, y).reduce(0) { $0 + ($1.0 - first.mean) / scale.0 * (($1.1 - second.mean) / scale.1) }
    return min(1, max(-1, r))
  }

  private static func t(_ r: Double, _ count: Int, _ alternative: Alternative) -> TestResult {
    let freedom = Double(count - 2)
    let remainder = (1 - r) * (1 + r)
    let t = remainder > 0 ? r * (freedom / remainder).squareRoot() : r * .infinity
    var result = TestResult(pValue: StudentTest.pValue(t, degreesOfFreedom: freedom, alternative))
    result.statistic = t
    result.degreesOfFreedom = freedom
    return result
  }

  /// Fisher's standard error of z with n − `lost`.
  private static func error(_ count: Int, _ lost: Int) -> Double? {
    count > lost ? 1 / Double(count - lost).squareRoot() : nil
  }

  private static func finish(
    _ result: TestResult, _ r: Double, _ kind: EffectSize.Kind, _ error: Double?, _ alternative: Alternative,
    _ level: Double
  ) -> TestResult {
    var result = result
    result.estimate = r
    func interval(_ alternative: Alternative) -> ConfidenceInterval? {
      // A perfect correlation of a sample has no standard error.
      guard let error, abs(r) < 1 else { return nil }
      let half = Distributions.normalQuantile(alternative.isOneSided ? level : 0.5 + level / 2) * error
      let z = atanh(r)
      return ConfidenceInterval(
        alternative == .less ? -1 : tanh(z - half), alternative == .greater ? 1 : tanh(z + half))
    }
    result.interval = interval(alternative)
    result.effect = EffectSize(kind, r, interval(.twoSided))
    return result
  }
}
