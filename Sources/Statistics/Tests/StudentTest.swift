internal import CGSL

/// Student's and Welch's tests of means.
public enum StudentTest {
  /// One sample against `mu`.
  ///
  /// The effect is Hedges' g of one sample: (mean − mu)/SD with the small-sample correction.
  public static func oneSample(
    _ values: [Double], mu: Double, alternative: Alternative, level: Double
  ) throws(TestProblem) -> TestResult {
    guard values.count >= 2 else { throw .tooFew(has: values.count, needs: 2) }
    let moments = try Moments(values)
    let count = Double(values.count)
    let error = (moments.variance / count).squareRoot()
    guard moments.hasSpread, error > 0 else { throw .constant }
    var result = try inference(
      moments.mean - mu, error: error, degreesOfFreedom: count - 1, alternative: alternative, level: level)
    result.estimate = moments.mean
    result.interval = result.interval.map { ConfidenceInterval($0.low + mu, $0.high + mu) }
    result.effect = StandardizedDifference.hedgesG(
      t: result.statistic ?? 0, scale: (1 / count).squareRoot(), degreesOfFreedom: count - 1, level: level)
    return result
  }

  /// The differences x − y of pairs against zero.
  public static func paired(
    _ x: [Double], _ y: [Double], alternative: Alternative, level: Double
  ) throws(TestProblem) -> TestResult {
    precondition(x.count == y.count, "pairs")
    let differences = x.indices.map { x[$0] - y[$0] }
    // Equal differences of decimals differ by the rounding of what they are differences of.
    let largest = zip(x, y).reduce(0) { max($0, max($1.0.magnitude, $1.1.magnitude)) }
    if differences.count >= 2, let low = differences.min(), let high = differences.max(), high - low <= 8 * largest.ulp
    {
      throw .constant
    }
    return try oneSample(differences, mu: 0, alternative: alternative, level: level)
  }

  /// Two independent samples with one variance.
  ///
  /// The effect is Hedges' g with the pooled standard deviation.
  public static func pooled(
    _ x: [Double], _ y: [Double], alternative: Alternative, level: Double
  ) throws(TestProblem) -> TestResult {
    guard !x.isEmpty else { throw .smallGroup(0, has: 0, needs: 1) }
    guard !y.isEmpty else { throw .smallGroup(1, has: 0, needs: 1) }
    guard x.count + y.count >= 3 else { throw .tooFew(has: x.count + y.count, needs: 3) }
    let (first, second) = (try Moments(x), try Moments(y))
    guard first.hasSpread || second.hasSpread else { throw .constant }
    let freedom = Double(x.count + y.count - 2)
    let variance = (first.sumOfSquares + second.sumOfSquares) / freedom
    let scale = (1 / Double(x.count) + 1 / Double(y.count)).squareRoot()
    var result = try inference(
      first.mean - second.mean, error: variance.squareRoot() * scale, degreesOfFreedom: freedom,
      alternative: alternative, level: level)
    result.effect = StandardizedDifference.hedgesG(
      t: result.statistic ?? 0, scale: scale, degreesOfFreedom: freedom, level: level)
    return result
  }

  /// Two independent samples, each with its own variance (Welch 1947), with Satterthwaite's degrees of freedom.
  ///
  /// The effect is Hedges' g with the root of the mean of both variances as its unit (Delacre et al. 2021); its interval
  /// takes Welch's t for noncentral t with his degrees of freedom, which is an approximation.
  public static func welch(
    _ x: [Double], _ y: [Double], alternative: Alternative, level: Double
  ) throws(TestProblem) -> TestResult {
    guard x.count >= 2 else { throw .smallGroup(0, has: x.count, needs: 2) }
    guard y.count >= 2 else { throw .smallGroup(1, has: y.count, needs: 2) }
    let (first, second) = (try Moments(x), try Moments(y))
    guard first.hasSpread || second.hasSpread else { throw .constant }
    let squares = (first.variance / Double(x.count), second.variance / Double(y.count))
    let total = squares.0 + squares.1
    // Shares of the squared error, so that no fourth power overflows.
    let shares = (squares.0 / total, squares.1 / total)
    let freedom = 1 / (shares.0 * shares.0 / Double(x.count - 1) + shares.1 * shares.1 / Double(y.count - 1))
    var result = try inference(
      first.mean - second.mean, error: total.squareRoot(), degreesOfFreedom: freedom, alternative: alternative,
      level: level)
    result.effect = StandardizedDifference.hedgesG(
      t: result.statistic ?? 0, scale: (2 * total / (first.variance + second.variance)).squareRoot(),
      degreesOfFreedom: freedom, level: level)
    return result
  }

  private static func inference(
    _ difference: Double, error: Double, degreesOfFreedom: Double, alternative: Alternative, level: Double
  ) throws(TestProblem) -> TestResult {
    guard error > 0, error.isFinite, difference.isFinite, degreesOfFreedom > 0 else { throw .outOfRange }
    let t = difference / error
    var result = TestResult(pValue: pValue(t, degreesOfFreedom: degreesOfFreedom, alternative))
    result.statistic = t
    result.degreesOfFreedom = degreesOfFreedom
    result.estimate = difference
    let probability = alternative.isOneSided ? level : 0.5 + level / 2
    let half = Distributions.studentQuantile(probability, degreesOfFreedom: degreesOfFreedom) * error
    guard half.isFinite else { throw .outOfRange }
    result.interval = ConfidenceInterval(
      alternative == .less ? -.infinity : difference - half, alternative == .greater ? .infinity : difference + half)
    return result
  }

  static func pValue(_ t: Double, degreesOfFreedom: Double, _ alternative: Alternative) -> Double {
    let both = Distributions.studentTwoSided(t, degreesOfFreedom: degreesOfFreedom)
    switch alternative {
    case .twoSided: return both
    case .greater: return t > 0 ? both / 2 : 1 - both / 2
    case .less: return t < 0 ? both / 2 : 1 - both / 2
    }
  }
}

/// Mean and sum of squares about it, of values that may be equal but for rounding.
struct Moments {
  let count: Int
  let mean: Double
  let sumOfSquares: Double
  /// Whether the values differ by more than rounding: R's rule for a test of means, 10 · ε of the largest value.
  let hasSpread: Bool

  var variance: Double { sumOfSquares / Double(count - 1) }

  init(_ values: [Double]) throws(TestProblem) {
    count = values.count
    let summary: Summary
    do throws(StatisticsError) { summary = try Summary(values) } catch { throw .outOfRange }
    mean = summary.mean
    let deviation = summary.standardDeviation ?? 0
    sumOfSquares = deviation * deviation * Double(values.count - 1)
    guard mean.isFinite, sumOfSquares.isFinite else { throw .outOfRange }
    let largest = max(summary.minimum.magnitude, summary.maximum.magnitude)
    hasSpread = summary.maximum - summary.minimum > 10 * largest * Double.ulpOfOne
  }
}

/// Hedges' g: Cohen's d without its bias.
enum StandardizedDifference {
  /// - Parameters:
  ///   - scale: d / t.
  ///
  /// g = J d with J = Γ(ν/2) / (√(ν/2) Γ((ν − 1)/2)) (Hedges 1981). The interval is that of d, from the noncentral t
  /// distribution, times J.
  static func hedgesG(t: Double, scale: Double, degreesOfFreedom: Double, level: Double) -> EffectSize? {
    // With ν = 1 the mean of d does not exist.
    guard degreesOfFreedom > 1 else { return nil }
    let correction = LogGamma.halfStep((degreesOfFreedom - 1) / 2) / (degreesOfFreedom / 2).squareRoot()
    let interval = Noncentral.studentInterval(t, degreesOfFreedom: degreesOfFreedom, level: level)
    return EffectSize(
      .hedgesG, correction * scale * t,
      interval.map { ConfidenceInterval(correction * scale * $0.low, correction * scale * $0.high) })
  }
}
