internal import CGSL

/// P(max |T_i| > t) for any correlation, by a lattice rule.
///
/// Genz & Bretz (2009), Computation of Multivariate Normal and t Probabilities: the variables are conditioned one after the
/// other through a pivoted Cholesky factor, so that the integrand is a product of normal probabilities over a cube. Rows
/// that the factor's rank leaves over bound the last variable they hold. The points are multiples of square roots of
/// primes under the tent transformation, moved by shifts that are fixed here: the same points always, hence the same bits.
/// What the shifts disagree about estimates the error.
///
/// The normal probabilities are computed once, over the one statistic's own at Chebyshev points, and serve every t and all
/// degrees of freedom: their average over s is Student's.
struct LatticeIntegral: Sendable {
  /// Lattice points of each shift.
  private static let points = 2_048
  private static let shifts = 8
  /// Beyond `reach` the ratio to one statistic's tail does not change any more to the digits that this rule has.
  private static let reach = 8.0
  private static let nodes = 32

  /// Of each shift, the Chebyshev coefficients of log (P(max |Z_i| > w) / P(|Z| > w)).
  private let series: [[Double]]

  init(correlation: Matrix) {
    let rows = Self.factor(correlation)
    let generator = Self.primes(rows.count).map { Double($0).squareRoot() }
    let places = (0..<Self.nodes).map { cos(Double.pi * (Double($0) + 0.5) / Double(Self.nodes)) }
    series = (0..<Self.shifts).map { shift in
      let values = places.map { place -> Double in
        let w = Self.reach * (place + 1) / 2
        return log(Self.normalUpper(w, rows, generator, shift) / (2 * Normal.upper(w)))
      }
      return (0..<Self.nodes).map { order in
        var sum = 0.0
        for (index, value) in values.enumerated() {
          sum += value * cos(Double.pi * Double(order) * (Double(index) + 0.5) / Double(Self.nodes))
        }
        return sum * (order == 0 ? 1 : 2) / Double(Self.nodes)
      }
    }
  }

  private typealias Row = (coefficients: [Double], last: Double)

  /// For each variable the rows of the factor that end with it.
  private static func factor(_ correlation: Matrix) -> [[Row]] {
    let size = correlation.rows
    // Pivoted Cholesky: the rank is that of the comparisons, which is less than their number for all pairs.
    var rest = (0..<size).map { correlation[$0, $0] }
    var factor = [[Double]](repeating: [], count: size)
    var free = Array(0..<size)
    while let pivot = free.max(by: { (rest[$0], -$0) < (rest[$1], -$1) }), rest[pivot] > 1e-10 {
      let scale = rest[pivot].squareRoot()
      let own = factor[pivot]
      free.removeAll { $0 == pivot }
      for row in 0..<size {
        if row == pivot {
          factor[row].append(scale)
        } else if free.contains(row) {
          var sum = correlation[row, pivot]
          for (a, b) in zip(factor[row], own) { sum -= a * b }
          factor[row].append(sum / scale)
          rest[row] -= sum / scale * (sum / scale)
        }
      }
    }
    let rank = factor.map(\.count).max() ?? 0
    var rows = [[Row]](repeating: [], count: rank)
    for row in factor {
      guard let end = row.lastIndex(where: { abs($0) > 1e-9 }) else { continue }
      rows[end].append((Array(row[..<end]), row[end]))
    }
    return rows
  }

  private static func primes(_ count: Int) -> [Int] {
    var found: [Int] = []
    var next = 2
    while found.count < count {
      if !found.contains(where: { next % $0 == 0 }) { found.append(next) }
      next += 1
    }
    return found
  }

  /// - Returns: the probability, and three standard errors of its mean over the shifts.
  func upper(_ t: Double, degreesOfFreedom: Double) -> (value: Double, error: Double) {
    let means = series.map { series in
      StudentMixture.average(at: t, degreesOfFreedom: degreesOfFreedom) { w in
        min(1, 2 * Normal.upper(w) * exp(Self.sum(series, min(1, 2 * w / Self.reach - 1))))
      }
    }
    let count = Double(Self.shifts)
    let mean = means.reduce(0, +) / count
    var squares = 0.0
    for value in means { squares += (value - mean) * (value - mean) }
    return (mean, 3 * (squares / (count * (count - 1))).squareRoot())
  }

  /// Clenshaw's recurrence.
  private static func sum(_ series: [Double], _ x: Double) -> Double {
    var last = 0.0
    var before = 0.0
    for coefficient in series.dropFirst().reversed() { (last, before) = (coefficient + 2 * x * last - before, last) }
    return (series.first ?? 0) + x * last - before
  }

  /// P(max |Z_i| > w) as the mean of 1 − Π (1 − d_k), d_k what falls outside at the k-th variable: no difference of nearly
  /// equal numbers where it is small.
  private static func normalUpper(_ w: Double, _ rows: [[Row]], _ generator: [Double], _ shift: Int) -> Double {
    // Weyl's multiples of the golden ratio spread the shifts.
    let golden = 0.6180339887498949
    var total = 0.0
    var variables = [Double](repeating: 0, count: rows.count)
    for point in 1...points {
      var inside = 0.0
      for (index, group) in rows.enumerated() {
        var low = -Double.infinity
        var high = Double.infinity
        for row in group {
          var centre = 0.0
          for (a, b) in zip(row.coefficients, variables) { centre += a * b }
          let ends = ((-w - centre) / row.last, (w - centre) / row.last)
          low = max(low, min(ends.0, ends.1))
          high = min(high, max(ends.0, ends.1))
        }
        guard low < high else {
          inside = -.infinity
          break
        }
        let below = Normal.lower(low)
        inside += log1p(-min(1, below + Normal.upper(high)))
        if index + 1 == rows.count { break }
        let place = Double(point) * generator[index] + Double(shift * rows.count + index + 1) * golden
        let uniform = abs(2 * (place - place.rounded(.down)) - 1)
        let probability = below + uniform * (1 - below - Normal.upper(high))
        variables[index] = Distributions.normalQuantile(min(max(probability, 1e-300), 1 - 0x1p-53))
      }
      total -= expm1(inside)
    }
    return total / Double(points)
  }
}
