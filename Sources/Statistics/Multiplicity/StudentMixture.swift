internal import CGSL

/// Averages over the estimated standard deviation: what is known for the normal distribution becomes Student's.
enum StudentMixture {
  /// E[tail(t s)] where ν s² is chi-square with ν degrees of freedom.
  ///
  /// In u = ln s the density falls off exponentially on both sides, and so does the integrand; the trapezoidal rule then
  /// converges to rounding. Where t is large the integrand lies at u near −½ ln(1 + t²/ν), and the sum covers both places,
  /// so that small tails keep their digits.
  ///
  /// - Parameter tail: of the normal distribution, falling like exp(−x²/2) or slower, at most 1.
  /// - Precondition: `t ≥ 0`, `degreesOfFreedom > 0`; infinity gives `tail(t)`.
  static func average(
    at t: Double, degreesOfFreedom nu: Double, _ tail: (Double) -> Double
  ) -> Double {
    precondition(nu > 0 && t >= 0, "degrees of freedom are positive")
    // The density of s is then narrower than the spacing of doubles.
    guard nu < 1e15 else { return tail(t) }
    // Beyond, squares would overflow; the tail at 1e140 is an upper bound.
    let t = min(t, 1e140)
    let shift = -log1p(t / nu * t) / 2
    // No double is that small.
    if -nu * shift > 800 { return 0 }
    let width = 1 / (2 * nu).squareRoot()
    let step = min(0.08, width / 2)
    // 46 = −ln 1e-20. To the right the density falls faster than a normal of this width does.
    let start = shift - 46 / nu - 9 * width
    // Where t s is below 1e-17, the tail is 1 and the density exp(νu) but for a factor: the rest is a geometric series.
    let near = -39 - log(max(t, 1))
    let left = Int((max(start, near) / step).rounded(.down))
    let right = Int((9 * width / step).rounded(.up)) + 1
    var weights = 0.0
    var sum = 0.0
    for index in left...right {
      let u = Double(index) * step
      let weight = exp(nu * (u - expm1(2 * u) / 2))
      weights += weight
      if weight > 0 { sum += weight * tail(t * exp(u)) }
    }
    let edge = Double(left) * step
    let rest = start < near ? exp(nu * (edge - expm1(2 * edge) / 2)) / expm1(nu * step) : 0
    return min(1, (sum + rest) / (weights + rest))
  }
}
