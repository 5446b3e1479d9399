/// Orthogonal polynomials over equally spaced levels, as whole numbers without a common divisor: the tables of Fisher &
/// Yates (1938), which emmeans' `poly` follows.
public enum PolynomialContrast {
  /// The weights of a degree. They rise at the last level.
  ///
  /// The discrete Chebyshev polynomial over x = 0 … n − 1 is Σ_j (−1)^(d−j) C(n−1−j, d−j) C(d+j, d) C(x, j), whole numbers.
  ///
  /// - Precondition: `1 ≤ degree ≤ 6`, `degree < levels ≤ 60`: all is exact then.
  public static func weights(degree: Int, levels: Int) -> [Double] {
    precondition((1...6).contains(degree) && degree < levels && levels <= 60, "a degree below the number of levels")
    let values = (0..<levels).map { x in
      (0...degree).reduce(0) { sum, j in
        let term = choose(levels - 1 - j, degree - j) * choose(degree + j, degree) * choose(x, j)
        return sum + ((degree - j).isMultiple(of: 2) ? term : -term)
      }
    }
    let divisor = values.reduce(0) { gcd($0, abs($1)) }
    return values.map { Double($0 / max(divisor, 1)) }
  }

  private static func choose(_ n: Int, _ k: Int) -> Int {
    guard k <= n else { return 0 }
    return (0..<k).reduce(1) { $0 * (n - $1) / ($1 + 1) }
  }

  private static func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }
}
