/// Error-free sums and products from plain IEEE operations (Dekker 1971; Knuth, TAOCP 2, 4.2.2).
///
/// No fused multiply-add: what libm or the CPU offers for it differs between machines, these do not.
enum DoubleDouble {
  /// `a + b` rounded, and exactly what the rounding lost.
  @inline(__always)
  static func sum(_ a: Double, _ b: Double) -> (value: Double, error: Double) {
    let value = a + b
    let part = value - a
    return (value, (a - (value - part)) + (b - part))
  }

  /// The leading 26 bits of a number and the rest.
  @inline(__always)
  static func split(_ a: Double) -> (high: Double, low: Double) {
    let scaled = 134_217_729 * a  // 2^27 + 1
    let high = scaled - (scaled - a)
    return (high, a - high)
  }

  /// Exactly what rounding `product = a · b` lost, from the halves of both factors.
  @inline(__always)
  static func productError(
    _ product: Double, _ a: (high: Double, low: Double), _ b: (high: Double, low: Double)
  ) -> Double {
    ((a.high * b.high - product) + a.high * b.low + a.low * b.high) + a.low * b.low
  }

  /// The sum of squares in twice the working precision, rounded once.
  static func sumOfSquares(_ numbers: [Double]) -> Double {
    var total = 0.0
    var lost = 0.0
    for number in numbers {
      let square = number * number
      let halves = split(number)
      let next = sum(total, square)
      total = next.value
      lost += next.error + productError(square, halves, halves)
    }
    return total + lost
  }

  /// The product of two unevaluated sums, to twice the working precision.
  static func product(_ a: (value: Double, error: Double), _ b: (value: Double, error: Double)) -> (
    value: Double, error: Double
  ) {
    let product = a.value * b.value
    let error = productError(product, split(a.value), split(b.value)) + (a.value * b.error + a.error * b.value)
    return sum(product, error)
  }
}

/// What a power of a number loses when it is rounded.
public enum PowerRounding {
  /// `base` to the power of `exponent`, less `rounded`.
  ///
  /// - Precondition: `exponent` is 1 or more, `rounded` close to the power.
  /// - Returns: 0 where the power is beyond what the computation can hold.
  public static func remainder(of base: Double, exponent: Int, beyond rounded: Double) -> Double {
    precondition(exponent >= 1, "a whole power")
    var power = (value: base, error: 0.0)
    for _ in 1..<exponent { power = DoubleDouble.product(power, (base, 0)) }
    let remainder = (power.value - rounded) + power.error
    // Near the ends of the range halves over- or underflow.
    return remainder.isFinite && abs(rounded) < 1e290 && abs(rounded) > 1e-250 ? remainder : 0
  }
}
