/// Wald's F test that several combinations of coefficients are zero at once.
///
/// An orthonormal basis of the rows is turned to the eigenvectors of its covariance, so that the parts are independent, and
/// F is the mean of their squared t statistics. With ν_m degrees of freedom of each, E = Σ ν_m/(ν_m − 2) and the
/// denominator has 2E/(E − q): Fai & Cornelius (1996), J Stat Comput Simul 54:363–378. Nothing depends on which rows span
/// the hypothesis.
public struct LinearHypothesis: Sendable {
  public let statistic: Double
  /// How many independent combinations there are: q.
  public let rank: Int
  public let degreesOfFreedom: Double
  public let p: Double

  /// - Parameters:
  ///   - rows: weights of the coefficients; they may depend on each other.
  ///   - estimate: of weights, the estimate, its standard error and its degrees of freedom; errors come from one covariance
  ///     matrix.
  /// - Returns: nil where nothing has a standard error.
  /// - Throws: `numerical` where eigenvalues cannot be found.
  public init?(
    _ rows: [[Double]],
    estimate: ([Double]) -> (value: Double, standardError: Double, degreesOfFreedom: Double)?
  ) throws(StatisticsError) {
    guard let width = rows.first?.count else { return nil }
    let basis = try Self.basis(rows, width)
    let covariance = Self.covariance(basis) { estimate($0)?.standardError }
    guard let covariance else { return nil }
    let eigen = try SymmetricEigen(covariance)
    let largest = eigen.values.last ?? 0
    var sum = 0.0
    var freedoms: [Double] = []
    for index in eigen.values.indices where eigen.values[index] > 1e-12 * largest && largest > 0 {
      var direction = [Double](repeating: 0, count: width)
      for (part, row) in basis.enumerated() {
        for column in 0..<width { direction[column] += eigen.vectors[part, index] * row[column] }
      }
      guard let found = estimate(direction), found.standardError > 0, found.degreesOfFreedom > 0 else { continue }
      sum += (found.value / found.standardError) * (found.value / found.standardError)
      freedoms.append(found.degreesOfFreedom)
    }
    guard !freedoms.isEmpty else { return nil }
    rank = freedoms.count
    statistic = sum / Double(rank)
    degreesOfFreedom = Self.denominator(freedoms)
    p = Distributions.fisherUpper(statistic, numerator: Double(rank), denominator: degreesOfFreedom)
  }

  /// Fai and Cornelius's, from the parts' own.
  private static func denominator(_ freedoms: [Double]) -> Double {
    let low = freedoms.min() ?? 0
    let high = freedoms.max() ?? 0
    // The formula would subtract nearly equal numbers.
    if low.isInfinite || high - low <= 1e-8 * high { return low }
    guard low > 2 else { return 2 }
    // E − q, each part without cancellation.
    let excess = freedoms.reduce(0) { $0 + ($1.isInfinite ? 0 : 2 / ($1 - 2)) }
    return 2 * (excess + Double(freedoms.count)) / excess
  }

  /// An orthonormal basis of what the rows span.
  private static func basis(_ rows: [[Double]], _ width: Int) throws(StatisticsError) -> [[Double]] {
    // The smaller of the two Gram matrices would do; this one gives the basis itself.
    var gram = Matrix(rows: width, columns: width)
    for row in rows {
      for a in 0..<width where row[a] != 0 {
        for b in 0..<width { gram[a, b] += row[a] * row[b] }
      }
    }
    let eigen = try SymmetricEigen(gram)
    let largest = eigen.values.last ?? 0
    return eigen.values.indices.filter { eigen.values[$0] > 1e-10 * largest }.map { index in
      (0..<width).map { eigen.vectors[$0, index] }
    }
  }

  /// Covariances by polarization: 4 Cov(a, b) = Var(a + b) − Var(a − b).
  static func covariance(_ rows: [[Double]], _ error: ([Double]) -> Double?) -> Matrix? {
    var matrix = Matrix(rows: rows.count, columns: rows.count)
    for a in rows.indices {
      guard let own = error(rows[a]), own.isFinite else { return nil }
      matrix[a, a] = own * own
      for b in 0..<a {
        guard let sum = error(zip(rows[a], rows[b]).map { $0 + $1 }),
          let difference = error(zip(rows[a], rows[b]).map { $0 - $1 })
        else { return nil }
        matrix[a, b] = (sum - difference) * (sum + difference) / 4
        matrix[b, a] = matrix[a, b]
      }
    }
    return matrix
  }
}
