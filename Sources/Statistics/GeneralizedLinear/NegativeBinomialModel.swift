internal import CGSL

/// Counts with variance μ + μ²/θ, θ estimated with the coefficients.
///
/// Venables & Ripley (2002), Modern Applied Statistics with S, 7.4: coefficients given θ by scoring, θ given the means
/// by Newton's method on its likelihood, in turn until neither moves. The two are asymptotically independent, so the
/// coefficients' standard errors are those at θ.
public enum NegativeBinomialModel {
  /// - Throws: as `GeneralizedLinearModel.fit`; `notOverdispersed` where θ runs to infinity.
  /// - Precondition: whole counts, zero or more.
  public static func fit(
    response: [Double], design: Matrix, link: Link, weights: [Double]? = nil, offset: [Double]? = nil,
    interceptColumn: Int? = nil, iterations: Int = 100
  ) throws(StatisticsError) -> GeneralizedLinearModelFit {
    let weights = weights ?? [Double](repeating: 1, count: response.count)
    var fit = try GeneralizedLinearModel.fit(
      response: response, design: design, family: .poisson, link: link, weights: weights, offset: offset,
      interceptColumn: interceptColumn, iterations: iterations)
    guard fit.degreesOfFreedom > 0 else {
      throw .tooFewRows(rows: response.count, parameters: fit.rank + 1)
    }
    // The derivative of the likelihood by 1/θ at 0 is half this sum: where it is not positive the maximum is at 0.
    var excess = 0.0
    for row in response.indices {
      let residual = response[row] - fit.fitted[row]
      excess += weights[row] * (residual * residual - response[row])
    }
    guard excess > 0 else { throw .notOverdispersed }
    var theta = ThetaEquation.start(response, fit.fitted, weights)
    for _ in 1...iterations {
      theta = try ThetaEquation.solve(response, fit.fitted, weights, from: theta)
      fit = try GeneralizedLinearModel.fit(
        response: response, design: design, family: .negativeBinomial(theta: theta), link: link, weights: weights,
        offset: offset, interceptColumn: interceptColumn, iterations: iterations)
      let point = ThetaEquation(response, fit.fitted, weights, theta)
      // The score at the new means, in units of θ's standard error.
      guard point.information > 0 else { continue }
      if abs(point.score) <= 1e-10 * point.information.squareRoot() {
        fit.theta = (theta, 1 / point.information.squareRoot())
        return fit
      }
    }
    throw .notConverged(.iterations(iterations))
  }
}

/// The likelihood's first derivative by θ at given means, and minus the second.
struct ThetaEquation {
  private(set) var score = 0.0
  private(set) var information = 0.0

  init(_ response: [Double], _ means: [Double], _ weights: [Double], _ theta: Double) {
    let digamma = GSL.value { gsl_sf_psi(theta) }
    let trigamma = GSL.value { gsl_sf_psi_1(theta) }
    for row in response.indices {
      let y = response[row]
      let mu = means[row]
      var first = 0.0
      var second = 0.0
      // ψ(y + θ) − ψ(θ) is a short sum for small counts, and exact.
      if y < 40 {
        for index in 0..<Int(y) {
          let part = 1 / (theta + Double(index))
          first += part
          second += part * part
        }
      } else {
        first = GSL.value { gsl_sf_psi(y + theta) } - digamma
        second = trigamma - GSL.value { gsl_sf_psi_1(y + theta) }
      }
      let sum = mu + theta
      score += weights[row] * (first - log1p(mu / theta) + (mu - y) / sum)
      information += weights[row] * (second - mu / (theta * sum) + (mu - y) / (sum * sum))
    }
  }

  /// A moment estimate.
  static func start(_ response: [Double], _ means: [Double], _ weights: [Double]) -> Double {
    var sum = 0.0
    var total = 0.0
    for row in response.indices {
      let ratio = response[row] / means[row] - 1
      sum += weights[row] * ratio * ratio
      total += weights[row]
    }
    return min(max(total / sum, 1e-3), 1e6)
  }

  /// Newton's method on log θ, with steps that stay where the likelihood rises.
  static func solve(
    _ response: [Double], _ means: [Double], _ weights: [Double], from start: Double
  ) throws(StatisticsError) -> Double {
    var theta = start
    for _ in 0..<100 {
      let point = ThetaEquation(response, means, weights, theta)
      // Second derivative by log θ is θ²·(−information) + θ·score.
      let curvature = theta * theta * point.information - theta * point.score
      let slope = theta * point.score
      let step = curvature > 0 ? min(max(slope / curvature, -2), 2) : (slope > 0 ? 1 : -1)
      theta *= exp(step)
      guard theta < 1e10 else { throw .notOverdispersed }
      guard theta > 1e-10 else { throw .notConverged(.flat) }
      if abs(step) < 1e-13 { break }
    }
    return theta
  }
}
