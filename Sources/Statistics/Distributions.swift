internal import CGSL

/// Tail probabilities and quantiles. All are total on their stated domain and throw nothing.
public enum Distributions {
  /// P(|T| ≥ |t|) for Student's t.
  ///
  /// GSL's `gsl_cdf_tdist_Q` turns to a Cornish–Fisher series above 30 degrees of freedom, which keeps few
  /// digits in the tail; here the incomplete beta function serves all degrees of freedom.
  ///
  /// - Precondition: `degreesOfFreedom > 0`; infinity gives the normal distribution.
  public static func studentTwoSided(_ t: Double, degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
    if t.isNaN { return .nan }
    if degreesOfFreedom >= normalLimit { return 2 * Normal.upper(abs(t)) }
    // Divided first, so that neither square overflows.
    let ratio = (t / degreesOfFreedom.squareRoot()) * (t / degreesOfFreedom.squareRoot())
    return IncompleteBeta.regularized(oddsAgainst: ratio, a: degreesOfFreedom / 2, b: 0.5)
  }

  /// The quantile of Student's t: the t with P(T ≤ t) = `probability`.
  ///
  /// - Precondition: `0 < probability < 1`, `degreesOfFreedom > 0`.
  public static func studentQuantile(_ probability: Double, degreesOfFreedom: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a probability lies between 0 and 1")
    precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
    if probability == 0.5 { return 0 }
    if degreesOfFreedom >= normalLimit { return normalQuantile(probability) }
    let tail = probability < 0.5 ? probability : 1 - probability
    let upper = studentUpperQuantile(tail, degreesOfFreedom)
    return probability < 0.5 ? -upper : upper
  }

  /// P(F ≥ f) for Fisher's F with numerator and denominator degrees of freedom.
  ///
  /// - Precondition: both degrees of freedom are positive; an infinite denominator gives the chi-square limit.
  public static func fisherUpper(_ f: Double, numerator: Double, denominator: Double) -> Double {
    precondition(numerator > 0 && denominator > 0, "degrees of freedom are positive")
    if f.isNaN { return .nan }
    if f <= 0 { return 1 }
    if denominator.isInfinite { return chiSquareUpper(f * numerator, degreesOfFreedom: numerator) }
    return IncompleteBeta.regularized(oddsAgainst: numerator * (f / denominator), a: denominator / 2, b: numerator / 2)
  }

  /// P(X ≥ x) for chi-square.
  ///
  /// - Precondition: `degreesOfFreedom > 0`.
  public static func chiSquareUpper(_ x: Double, degreesOfFreedom: Double) -> Double {
    precondition(degreesOfFreedom > 0, "degrees of freedom are positive")
    if x <= 0 { return 1 }
    return GSL.value { gsl_cdf_chisq_Q(x, degreesOfFreedom) }
  }

  /// The quantile of the standard normal distribution (Wichura 1988, AS 241, by GSL).
  ///
  /// - Precondition: `0 < probability < 1`.
  public static func normalQuantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a probability lies between 0 and 1")
    return GSL.value { gsl_cdf_ugaussian_Pinv(probability) }
  }

  /// What the ordered values of `count` normal numbers are set against in a normal quantile plot: the quantiles of
  /// (i − a) / (n + 1 − 2a), with a = 3/8 up to ten values and 1/2 beyond, as R's `ppoints` has them.
  public static func normalScores(count: Int) -> [(probability: Double, quantile: Double)] {
    let shift = count <= 10 ? 0.375 : 0.5
    return (0..<count).map { rank in
      let probability = (Double(rank + 1) - shift) / (Double(count) + 1 - 2 * shift)
      return (probability, normalQuantile(probability))
    }
  }

  /// Beyond this t and the normal agree to the last bit of a double in all but the outermost tail.
  private static let normalLimit = 1e17

  /// The t > 0 whose upper tail is `tail` < ½: Newton on log tail against log t, kept inside a bracket.
  private static func studentUpperQuantile(_ tail: Double, _ degreesOfFreedom: Double) -> Double {
    let logBeta = IncompleteBeta.logBeta(degreesOfFreedom / 2, 0.5)
    let guess = GSL.value { gsl_cdf_tdist_Qinv(tail, degreesOfFreedom) }
    var t = guess.isFinite && guess > 0 ? guess : -normalQuantile(tail)
    var low = 0.0
    var high = Double.infinity
    for _ in 0..<200 {
      let current = studentTwoSided(t, degreesOfFreedom: degreesOfFreedom) / 2
      if current == tail { break }
      if current > tail { low = t } else { high = t }
      let scaled = t / degreesOfFreedom.squareRoot()
      let logDensity = -(degreesOfFreedom + 1) / 2 * log1p(scaled * scaled) - logBeta - log(degreesOfFreedom) / 2
      var next = t * exp(log(current / tail) * current / (t * exp(logDensity)))
      if !(next > low && next < high) {
        // Few degrees of freedom have tails of hundreds of powers of ten: bisect the exponent.
        next = high.isFinite ? (low > 0 ? low.squareRoot() * high.squareRoot() : high / 16) : t * 1e10
      }
      guard next.isFinite else { return .infinity }
      let moved = abs(next - t)
      t = next
      if moved <= 2 * t.ulp { break }
    }
    return t
  }
}

/// The standard normal distribution.
enum Normal {
  /// 1/√(2π).
  static let densityAtZero = 0.3989422804014326779399460599343819

  static func upper(_ z: Double) -> Double { GSL.value { gsl_cdf_ugaussian_Q(z) } }
  static func lower(_ z: Double) -> Double { GSL.value { gsl_cdf_ugaussian_P(z) } }
}

/// The regularised incomplete beta function by its continued fraction.
enum IncompleteBeta {
  /// log B(a, b).
  static func logBeta(_ a: Double, _ b: Double) -> Double {
    var result = gsl_sf_result()
    let status = GSL.value { Double(gsl_sf_lnbeta_e(a, b, &result)) }
    return status == 0 ? result.val : .nan
  }

  /// I_x(a, b) at x = 1 / (1 + odds).
  ///
  /// Taking the odds instead of x keeps the digits of both x and 1 − x.
  static func regularized(oddsAgainst odds: Double, a: Double, b: Double) -> Double {
    if odds == 0 { return 1 }
    if odds.isInfinite { return 0 }
    let x = 1 / (1 + odds)
    let y = odds / (1 + odds)
    let logPower = -a * log1p(odds) - b * log1p(1 / odds) - logBeta(a, b)
    let front = exp(logPower)
    if x < (a + 1) / (a + b + 2) { return front / fraction(x, y, a, b) }
    return max(0, 1 - front / fraction(y, x, b, a))
  }

  /// The fraction whose inverse times x^a y^b / B(a, b) is I_x(a, b), by Lentz's algorithm.
  ///
  /// An even contraction of DLMF 8.17.22 (Didonato & Morris 1992, ACM TOMS 708) in which x and y = 1 − x both
  /// appear: the shorter form cancels when `a` is large and x next to 1.
  private static func fraction(_ x: Double, _ y: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func guarded(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    let start = a * y - b * x + 1
    var value = guarded(a / (a + 1) * start)
    var c = value
    var d = 0.0
    // Convergence takes about √max(a, b) terms.
    let limit = 1000 + 10 * Int(min(max(a, b).squareRoot(), 1e6))
    for term in 1...limit {
      let m = Double(term)
      let odd = a + 2 * m - 1
      let numerator = ((a + m - 1) / odd) * ((a + b + m - 1) / odd) * m * (b - m) * x * x
      let denominator = m + m * (b - m) * x / odd + (a + m) / (a + 2 * m + 1) * (start + m * (2 - x))
      d = 1 / guarded(denominator + numerator * d)
      c = guarded(denominator + numerator / c)
      let factor = c * d
      value *= factor
      if abs(factor - 1) < 1e-16 { break }
    }
    return value
  }
}
