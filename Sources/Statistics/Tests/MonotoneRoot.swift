/// The root of a continuous function of one variable inside a bracket.
enum MonotoneRoot {
  /// Chandrupatla's method (1997, Adv Eng Softw 28:145–149): inverse quadratic interpolation where it is safe, bisection
  /// elsewhere. Ends where the bracket is as narrow as the numbers allow, so that the result has no tolerance of its own.
  ///
  /// - Parameters:
  ///   - low: `function(low)` and `function(high)` have different signs, or one of them is zero.
  /// - Returns: the end of the last bracket where the function is smaller; nil where there was no change of sign.
  static func find(low: Double, high: Double, _ function: (Double) -> Double) -> Double? {
    var (a, b) = (high, low)
    var (valueA, valueB) = (function(a), function(b))
    if valueA == 0 { return a }
    if valueB == 0 { return b }
    guard (valueA < 0) != (valueB < 0), !valueA.isNaN, !valueB.isNaN else { return nil }
    var t = 0.5
    for _ in 0..<400 {
      let x = a + t * (b - a)
      let value = function(x)
      guard !value.isNaN else { return nil }
      let (c, valueC): (Double, Double)
      if (value < 0) == (valueA < 0) {
        (c, valueC) = (a, valueA)
      } else {
        (c, valueC) = (b, valueB)
        (b, valueB) = (a, valueA)
      }
      (a, valueA) = (x, value)
      let best = abs(valueA) < abs(valueB) ? a : b
      if valueA == 0 { return a }
      let narrowest = 2 * best.ulp / abs(b - a)
      if narrowest > 0.5 { return best }
      let xi = (a - b) / (c - b)
      let phi = (valueA - valueB) / (valueC - valueB)
      if phi * phi < xi, (1 - phi) * (1 - phi) < 1 - xi {
        t =
          valueA / (valueB - valueA) * valueC / (valueB - valueC)
          + (c - a) / (b - a) * valueA / (valueC - valueA) * valueB / (valueC - valueB)
      } else {
        t = 0.5
      }
      t = min(1 - narrowest, max(narrowest, t.isNaN ? 0.5 : t))
    }
    return abs(valueA) < abs(valueB) ? a : b
  }

  /// As `find`, beginning from a guess: the bracket is widened by doubling its half-width until the sign changes.
  /// - Parameter within: the bracket never leaves this range; where the function keeps its sign up to an end of it, the
  ///   result is nil.
  static func find(
    near guess: Double, step: Double, within range: ClosedRange<Double>, _ function: (Double) -> Double
  ) -> Double? {
    var width = step
    var low = max(range.lowerBound, guess - width)
    var high = min(range.upperBound, guess + width)
    for _ in 0..<1100 {
      if (function(low) < 0) != (function(high) < 0) { return find(low: low, high: high, function) }
      if low == range.lowerBound, high == range.upperBound { return nil }
      width *= 2
      low = max(range.lowerBound, guess - width)
      high = min(range.upperBound, guess + width)
    }
    return nil
  }
}
