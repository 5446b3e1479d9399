internal import CGSL

/// A distribution of the exponential family, or a variance function alone (quasi-likelihood).
public enum Family: Sendable, Equatable {
  case binomial, quasibinomial, poisson, quasipoisson, gamma
  /// Var = μ + μ²/θ.
  case negativeBinomial(theta: Double)

  /// The link that is used where none is named.
  public var standardLink: Link {
    switch self {
    case .binomial, .quasibinomial: return .logit
    case .poisson, .quasipoisson, .negativeBinomial: return .log
    case .gamma: return .inverse
    }
  }

  public var links: [Link] {
    switch self {
    case .binomial, .quasibinomial: return [.logit, .probit, .cloglog, .log, .identity]
    case .poisson, .quasipoisson, .negativeBinomial: return [.log, .identity, .sqrt]
    case .gamma: return [.inverse, .log, .identity]
    }
  }

  /// Whether the outcome is a proportion between 0 and 1.
  public var isProportion: Bool { self == .binomial || self == .quasibinomial }

  /// Whether the dispersion is estimated; it is 1 otherwise.
  public var estimatesDispersion: Bool {
    switch self {
    case .quasibinomial, .quasipoisson, .gamma: return true
    case .binomial, .poisson, .negativeBinomial: return false
    }
  }

  func variance(_ mean: Link.Mean) -> Double {
    switch self {
    case .binomial, .quasibinomial: return mean.value * mean.complement
    case .poisson, .quasipoisson: return mean.value
    case .gamma: return mean.value * mean.value
    case .negativeBinomial(let theta): return mean.value * (1 + mean.value / theta)
    }
  }

  /// Whether the family allows this mean.
  func allows(_ mean: Link.Mean) -> Bool {
    guard mean.value.isFinite else { return false }
    return isProportion ? mean.value >= 0 && mean.complement >= 0 : mean.value > 0
  }

  /// y − μ, with the digits that a proportion next to 1 has.
  func residual(_ y: Double, _ mean: Link.Mean) -> Double {
    isProportion ? y * mean.complement - (1 - y) * mean.value : y - mean.value
  }

  /// A mean near the outcome that every link of the family accepts, to begin with.
  func initialMean(_ y: Double, weight: Double) -> Double {
    switch self {
    case .binomial, .quasibinomial: return (weight * y + 0.5) / (weight + 1)
    case .poisson, .quasipoisson: return y + 0.1
    case .negativeBinomial: return y == 0 ? 1.0 / 6 : y
    case .gamma: return y
    }
  }

  /// One row's part of the deviance: twice the log-likelihood it lacks to that of a model with μ = y.
  func unitDeviance(_ y: Double, _ mean: Link.Mean) -> Double {
    let mu = mean.value
    switch self {
    case .binomial, .quasibinomial:
      var sum = 0.0
      if y > 0 { sum += y * log(y / mu) }
      if y < 1 { sum += (1 - y) * log((1 - y) / mean.complement) }
      return 2 * max(sum, 0)
    case .poisson, .quasipoisson: return 2 * Self.poissonDeviance(y, mu)
    case .gamma:
      // log(1 + t) − t, t = (y − μ)/μ
      return -2 * GSL.value { gsl_sf_log_1plusx_mx((y - mu) / mu) }
    case .negativeBinomial(let theta):
      let own = y > 0 ? y * log(y / mu) : 0
      return 2 * max(own - (y + theta) * log1p((y - mu) / (mu + theta)), 0)
    }
  }

  /// y log(y/μ) − (y − μ) without the cancellation where y is close to μ. Loader (2000), "Fast and accurate computation
  /// of binomial probabilities".
  private static func poissonDeviance(_ y: Double, _ mu: Double) -> Double {
    guard y > 0 else { return mu }
    if abs(y - mu) >= 0.1 * (y + mu) { return y * log(y / mu) + mu - y }
    let ratio = (y - mu) / (y + mu)
    var sum = (y - mu) * ratio
    var term = 2 * y * ratio
    for index in 1..<100 {
      term *= ratio * ratio
      let next = sum + term / Double(2 * index + 1)
      if next == sum { break }
      sum = next
    }
    return sum
  }

  /// One row's log-likelihood, as R's `logLik` counts it; nil for quasi-likelihoods.
  ///
  /// - Parameters:
  ///   - weight: the row's prior weight; the number of trials for a binomial proportion.
  ///   - dispersion: Gamma's 1/shape, which R sets to the deviance over the sum of weights.
  func logLikelihood(_ y: Double, _ mean: Link.Mean, weight: Double, dispersion: Double) -> Double? {
    let mu = mean.value
    func logGamma(_ x: Double) -> Double { GSL.value { gsl_sf_lngamma(x) } }
    switch self {
    case .quasibinomial, .quasipoisson: return nil
    case .binomial:
      let successes = (weight * y).rounded()
      let failures = weight.rounded() - successes
      var sum = logGamma(weight.rounded() + 1) - logGamma(successes + 1) - logGamma(failures + 1)
      if successes > 0 { sum += successes * log(mu) }
      if failures > 0 { sum += failures * log(mean.complement) }
      return sum
    case .poisson: return weight * ((y > 0 ? y * log(mu) : 0) - mu - logGamma(y + 1))
    case .gamma:
      let shape = 1 / dispersion
      return weight * ((shape - 1) * log(y) - shape * y / mu - shape * log(mu / shape) - logGamma(shape))
    case .negativeBinomial(let theta):
      let own = y > 0 ? y * log(mu / (mu + theta)) : 0
      return weight
        * (logGamma(theta + y) - logGamma(theta) - logGamma(y + 1) - theta * log1p(mu / theta) + own)
    }
  }
}
