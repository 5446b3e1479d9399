internal import CGSL

/// Logarithms of gamma functions and factorials.
enum LogGamma {
  /// Γ(x + ½) / Γ(x), x > 0; by its asymptotic series where logarithms would cancel (DLMF 5.11.13).
  static func halfStep(_ x: Double) -> Double {
    if x >= 100 {
      let y = 1 / x
      let series = 1 + y * (-1.0 / 8 + y * (1.0 / 128 + y * (5.0 / 1024 + y * (-21.0 / 32768 + y * (-399.0 / 262144)))))
      return x.squareRoot() * series
    }
    var above = gsl_sf_result()
    var below = gsl_sf_result()
    let status = GSL.value {
      Double(gsl_sf_lngamma_e(x + 0.5, &above)) + Double(gsl_sf_lngamma_e(x, &below))
    }
    return status == 0 ? exp(above.val - below.val) : .nan
  }

  /// log n! for n = 0 ... `most`, summed with the rounding carried along, so that each has the digits of its size.
  static func factorials(_ most: Int) -> [Double] {
    var values = [0.0]
    values.reserveCapacity(most + 1)
    var sum = 0.0
    var carry = 0.0
    for n in 1..<max(2, most + 1) {
      let term = log(Double(n)) - carry
      let next = sum + term
      carry = (next - sum) - term
      sum = next
      values.append(sum)
    }
    return values
  }
}
