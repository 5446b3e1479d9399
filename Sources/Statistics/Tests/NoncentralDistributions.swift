internal import CGSL

/// Distributions of test statistics when the hypothesis does not hold, and the noncentralities at which an observed
/// statistic stands at a given place of them: the ends of intervals for effect sizes (Steiger & Fouladi 1997).
public enum Noncentral {
  /// P(T ≤ t) for the noncentral t.
  ///
  /// T = (Z + δ)/s with ν s² chi-square, so P(T ≤ t) is the mean of Φ(ts − δ) over s. In u = ln s the density falls off
  /// exponentially on both sides, and the trapezoidal rule converges to rounding.
  ///
  /// - Precondition: `degreesOfFreedom > 0`.
  public static func student(_ t: Double, degreesOfFreedom nu: Double, noncentrality delta: Double) -> Double {
    precondition(nu > 0, "degrees of freedom are positive")
    guard t.isFinite, nu.isFinite else {
      return t.isFinite ? Normal.lower(t - delta) : (t > 0 ? 1 : 0)
    }
    // Smooth on the scale of the density, and of Φ where it falls.
    let step = min(0.1, 0.25 / (2 * nu).squareRoot(), 0.35 / max(1, abs(t)))
    func logWeight(_ u: Double) -> Double { nu * (u - expm1(2 * u) / 2) }
    var weights = 0.0
    var sum = 0.0
    func add(_ index: Int) -> Bool {
      let u = Double(index) * step
      let weight = exp(logWeight(u))
      weights += weight
      sum += weight * Normal.lower(t * exp(u) - delta)
      return weight > 1e-18
    }
    _ = add(0)
    var index = 1
    while add(index) { index += 1 }
    index = 1
    while add(-index) { index += 1 }
    return sum / weights
  }

  /// P(F ≤ f) for the noncentral F: central ones weighted by a Poisson distribution.
  ///
  /// - Precondition: degrees of freedom are positive, `noncentrality ≥ 0`.
  public static func fisher(
    _ f: Double, numerator: Double, denominator: Double, noncentrality: Double
  ) -> Double {
    precondition(numerator > 0 && denominator > 0 && noncentrality >= 0, "positive degrees of freedom")
    guard f > 0 else { return 0 }
    let odds = denominator / (numerator * f)
    return mixture(noncentrality) { index in
      IncompleteBeta.regularized(oddsAgainst: odds, a: numerator / 2 + index, b: denominator / 2)
    }
  }

  /// P(X ≤ x) for the noncentral chi-square.
  ///
  /// - Precondition: `degreesOfFreedom > 0`, `noncentrality ≥ 0`.
  public static func chiSquare(_ x: Double, degreesOfFreedom: Double, noncentrality: Double) -> Double {
    precondition(degreesOfFreedom > 0 && noncentrality >= 0, "positive degrees of freedom")
    guard x > 0 else { return 0 }
    return mixture(noncentrality) { index in
      GSL.value { gsl_cdf_chisq_P(x, degreesOfFreedom + 2 * index) }
    }
  }

  /// Σ Poisson(j; λ/2) term(j), from the likeliest j outwards on both sides.
  private static func mixture(_ noncentrality: Double, _ term: (Double) -> Double) -> Double {
    let mean = noncentrality / 2
    let middle = mean.rounded(.down)
    // Divided by their sum, the weights need no constant.
    var weights = 1.0
    var sum = term(middle)
    var weight = 1.0
    var index = middle
    while weight > 1e-18 {
      index += 1
      weight *= mean / index
      weights += weight
      sum += weight * term(index)
    }
    weight = 1
    index = middle
    while index > 0, weight > 1e-18 {
      weight *= index / mean
      index -= 1
      weights += weight
      sum += weight * term(index)
    }
    return sum / weights
  }

  /// The noncentralities of t between which the observed `t` is not improbable.
  public static func studentInterval(_ t: Double, degreesOfFreedom: Double, level: Double) -> ConfidenceInterval? {
    let tail = (1 - level) / 2
    let spread = -Distributions.normalQuantile(tail) * (1 + t * t / (2 * degreesOfFreedom)).squareRoot()
    func limit(_ probability: Double, _ guess: Double) -> Double? {
      MonotoneRoot.find(near: guess, step: spread / 8 + 0.1, within: -1e6...1e6) {
        student(t, degreesOfFreedom: degreesOfFreedom, noncentrality: $0) - probability
      }
    }
    guard abs(t) < 1000, let low = limit(1 - tail, t - spread), let high = limit(tail, t + spread) else { return nil }
    return ConfidenceInterval(low, high)
  }

  /// As `studentInterval`; an end is 0 where even no effect makes the statistic likely enough.
  public static func fisherInterval(
    _ f: Double, numerator: Double, denominator: Double, level: Double
  ) -> ConfidenceInterval? {
    interval(numerator * f, level: level) {
      fisher(f, numerator: numerator, denominator: denominator, noncentrality: $0)
    }
  }

  public static func chiSquareInterval(_ x: Double, degreesOfFreedom: Double, level: Double) -> ConfidenceInterval? {
    interval(x, level: level) { chiSquare(x, degreesOfFreedom: degreesOfFreedom, noncentrality: $0) }
  }

  private static func interval(
    _ guess: Double, level: Double, _ distribution: (Double) -> Double
  ) -> ConfidenceInterval? {
    let tail = (1 - level) / 2
    // A hundred thousand terms are far beyond any effect that needs an interval.
    guard guess < 1e6 else { return nil }
    func limit(_ probability: Double) -> Double? {
      if distribution(0) <= probability { return 0 }
      return MonotoneRoot.find(near: guess, step: 1 + guess.squareRoot(), within: 0...1e7) {
        distribution($0) - probability
      }
    }
    guard let low = limit(1 - tail), let high = limit(tail) else { return nil }
    return ConfidenceInterval(low, high)
  }
}
