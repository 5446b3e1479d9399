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
}
