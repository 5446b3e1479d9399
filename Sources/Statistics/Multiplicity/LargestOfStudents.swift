internal import CGSL

/// The largest of several correlated t statistics in absolute value, that share their standard deviation: what single-step
/// adjustments of Dunnett's kind ask for.
///
/// Dunnett (1955), J Am Stat Assoc 50:1096–1121; Hsu (1996), Multiple Comparisons, ch. 3 and 7.
public struct LargestOfStudents: Sendable {
  /// A probability and how far it may be off.
  public struct Tail: Sendable, Equatable {
    public let value: Double
    /// 0 where nothing but rounding stands between it and the truth.
    public let error: Double
  }

  /// How the integral is done.
  public enum Method: Sendable, Equatable {
    /// ρ_ij = λ_i λ_j: given one variable all are independent, so that one integral over it and one over s remain.
    case quadrature([Double])
    /// Any correlation: a lattice rule over the cube (`LatticeIntegral`).
    case lattice
  }

  public let method: Method
  public let count: Int
  private let lattice: LatticeIntegral?

  /// - Parameters:
  ///   - correlation: symmetric with ones on its diagonal; it may be singular.
  ///   - usesLattice: true for the lattice rule also where quadrature would do, so that the two can be compared.
  public init(correlation: Matrix, usesLattice: Bool = false) {
    count = correlation.rows
    if !usesLattice, let loadings = Self.loadings(correlation) {
      method = .quadrature(loadings)
      lattice = nil
    } else {
      method = .lattice
      lattice = LatticeIntegral(correlation: correlation)
    }
  }

  /// P(max |T_i| > |t|).
  ///
  /// - Precondition: `degreesOfFreedom > 0`; infinity is the normal distribution.
  public func upper(_ t: Double, degreesOfFreedom: Double) -> Tail {
    let single = Distributions.studentTwoSided(t, degreesOfFreedom: degreesOfFreedom)
    if count == 1 { return Tail(value: single, error: 0) }
    if case .quadrature(let loadings) = method {
      let value = StudentMixture.average(at: abs(t), degreesOfFreedom: degreesOfFreedom) {
        Self.normalUpper($0, loadings)
      }
      return Tail(value: value, error: 0)
    }
    guard let lattice else { return Tail(value: .nan, error: .nan) }
    let found = lattice.upper(abs(t), degreesOfFreedom: degreesOfFreedom)
    // Not below the one statistic alone, and not above all of them added up (Bonferroni): no integration error passes.
    let value = min(max(found.value, single), min(1, Double(count) * single))
    return Tail(value: value, error: found.error)
  }

  /// λ with ρ_ij = λ_i λ_j for i ≠ j, |λ| < 1; nil where there are none. Signs of statistics do not matter to the largest,
  /// and the correlation may have any.
  private static func loadings(_ correlation: Matrix) -> [Double]? {
    let size = correlation.rows
    if size == 1 { return [0] }
    if size == 2 {
      let root = abs(correlation[0, 1]).squareRoot()
      return root < limit ? [root, correlation[0, 1] < 0 ? -root : root] : nil
    }
    // λ_a² = ρ_ab ρ_ac / ρ_bc for the pair b, c that is most correlated.
    var loadings = [Double](repeating: 0, count: size)
    for a in 0..<size {
      var best = (strength: 0.0, square: 0.0)
      for b in 0..<size where b != a {
        for c in 0..<b where c != a {
          if abs(correlation[b, c]) > best.strength {
            best = (abs(correlation[b, c]), correlation[a, b] * correlation[a, c] / correlation[b, c])
          }
        }
      }
      guard best.square >= 0, best.square.squareRoot() < limit else { return nil }
      loadings[a] = best.square.squareRoot()
    }
    // Signs follow the first that has a loading.
    if let first = loadings.firstIndex(where: { $0 > 1e-8 }) {
      for index in loadings.indices where index != first && correlation[first, index] < 0 { loadings[index].negate() }
    }
    for a in 0..<size {
      for b in 0..<a where abs(loadings[a] * loadings[b] - correlation[a, b]) > 1e-10 { return nil }
    }
    return loadings
  }

  /// Loadings nearer 1 make the integrand a step that the trapezoidal rule would need very many points for.
  private static let limit = 0.999

  /// P(max |Z_i| > w) = ∫ φ(z) (1 − Π (1 − P(|λ_i z + √(1 − λ_i²) e| > w))) dz.
  private static func normalUpper(_ w: Double, _ loadings: [Double]) -> Double {
    guard w > 0 else { return 1 }
    guard w < 39 else { return 0 }
    let parts = loadings.map { (slope: $0, scale: (1 - $0 * $0).squareRoot()) }
    let sharpest = parts.reduce(1.0) { min($0, $1.slope == 0 ? 1 : $1.scale / max(0.3, abs($1.slope))) }
    let step = 0.15 * sharpest
    // Beyond, the density is nothing beside the integrand's largest value, which lies between 0 and w.
    let last = Int((w + 9) / step)
    var sum = 0.0
    // The integrand is even.
    for index in 0...last {
      let z = Double(index) * step
      var inside = 0.0
      for part in parts {
        let outside =
          Normal.upper((w - part.slope * z) / part.scale) + Normal.upper((w + part.slope * z) / part.scale)
        inside += log1p(-min(1, outside))
      }
      sum += (index == 0 ? 1 : 2) * exp(-z * z / 2) * -expm1(inside)
    }
    return min(1, sum * step * Normal.densityAtZero)
  }
}
