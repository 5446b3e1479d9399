internal import CGSL

/// How the variance of the errors is estimated without assuming that it is constant.
public enum RobustErrors: Sendable, Equatable {
  /// White (1980), Econometrica 48:817–838; HC1 as HC0 times n/(n − p); HC2 and HC3 as MacKinnon & White (1985),
  /// J Econometrics 29:305–325, HC3 with residuals over 1 − h.
  case hc0, hc1, hc2, hc3
  /// Liang & Zeger (1986), Biometrika 73:13–22: codes 0 ..< `count` of each row's cluster.
  case cr0(codes: [Int32], count: Int)
  /// The bias-reduced linearization of Bell & McCaffrey (2002), Survey Methodology 28:169–181, as Pustejovsky & Tipton
  /// (2018), J Bus Econ Stat 36:672–683, define it for any rank.
  case cr2(codes: [Int32], count: Int)
}

/// A sandwich covariance of estimated coefficients.
public struct RobustCovariance: Sendable {
  /// S in V = B S B'.
  private let meat: Matrix
  private let basis: Matrix
  private let clusters: [Cluster]
  private let residualDegreesOfFreedom: Double

  /// What a cluster adds: with N = U'A (CR0: U'), and everything in the units of r*.
  private struct Cluster {
    /// NN'
    let square: Matrix
    /// U'N'
    let cross: Matrix
  }

  /// - Parameters:
  ///   - working: the fit.
  ///   - residualDegreesOfFreedom: of the t distribution that HC errors are used with; infinite for the normal one.
  /// - Throws: `leverageOfOne` for HC2 and HC3, which divide by 1 − h; `numerical`.
  /// - Precondition: one code per row, in 0 ..< count.
  public init(
    _ working: WorkingLeastSquares, _ errors: RobustErrors, residualDegreesOfFreedom: Double
  ) throws(StatisticsError) {
    basis = working.basis
    self.residualDegreesOfFreedom = residualDegreesOfFreedom
    switch errors {
    case .hc0, .hc1, .hc2, .hc3:
      meat = try Self.heteroskedastic(working, errors)
      clusters = []
    case .cr0(let codes, let count):
      (meat, clusters) = try Self.clustered(working, codes, count, isAdjusted: false)
    case .cr2(let codes, let count):
      (meat, clusters) = try Self.clustered(working, codes, count, isAdjusted: true)
    }
  }

  private static func heteroskedastic(
    _ working: WorkingLeastSquares, _ errors: RobustErrors
  ) throws(StatisticsError) -> Matrix {
    let rank = working.rank
    let rows = working.design.rows
    var meat = Matrix(rows: rank, columns: rank)
    var failed: Int?
    working.forEachRow { index, row in
      var h = 0.0
      for value in row { h += value * value }
      let residual = working.residuals[index]
      var square = residual * residual
      if errors == .hc2 || errors == .hc3 {
        if h >= WorkingLeastSquares.leverageLimit, failed == nil { failed = index }
        square /= errors == .hc2 ? 1 - h : (1 - h) * (1 - h)
      }
      for a in 0..<rank {
        let part = square * row[a]
        for b in 0...a { meat.elements[a &* rank &+ b] += part * row[b] }
      }
    }
    if let failed { throw .leverageOfOne(row: failed) }
    let factor = errors == .hc1 ? Double(rows) / Double(rows - rank) : 1
    for a in 0..<rank {
      for b in 0...a {
        meat[a, b] *= factor
        meat[b, a] = meat[a, b]
      }
    }
    return meat
  }

  /// Without weights, or where they are the same in all of a cluster, A = (I − UU')^(−1/2); that is n × n, but
  /// U'A = (I − U'U)^(−1/2) U' needs rank × rank only. Otherwise A is what clubSandwich takes for a working covariance
  /// Φ = W⁻¹: D'(D (I − H) Φ D')^(−1/2) D with Φ = D'D, here in the units of r*.
  private static func clustered(
    _ working: WorkingLeastSquares, _ codes: [Int32], _ count: Int, isAdjusted: Bool
  ) throws(StatisticsError) -> (Matrix, [Cluster]) {
    let rank = working.rank
    var members = [[Int]](repeating: [], count: count)
    for (row, code) in codes.enumerated() { members[Int(code)].append(row) }
    var rotated = Matrix(rows: codes.count, columns: rank)
    working.forEachRow { index, row in
      for column in 0..<rank { rotated.elements[index &* rank &+ column] = row[column] }
    }
    var meat = Matrix(rows: rank, columns: rank)
    var clusters: [Cluster] = []
    for rows in members {
      var own = Matrix(rows: rows.count, columns: rank)
      for (position, row) in rows.enumerated() {
        for column in 0..<rank { own[position, column] = rotated[row, column] }
      }
      let residuals = rows.map { working.residuals[$0] }
      let transposed = own.transposed
      let gram = transposed.times(own)
      let score: [Double]
      if !isAdjusted {
        score = transposed.times(residuals)
        clusters.append(Cluster(square: gram, cross: gram))
      } else if let precisions = working.precisions, rows.contains(where: { precisions[$0] != precisions[rows[0]] }) {
        let adjusted = try weighted(own, rows.map { precisions[$0] })
        score = adjusted.times(residuals)
        clusters.append(
          Cluster(square: adjusted.times(adjusted.transposed), cross: transposed.times(adjusted.transposed)))
      } else {
        var complement = Matrix(rows: rank, columns: rank)
        for a in 0..<rank {
          for b in 0..<rank { complement[a, b] = (a == b ? 1 : 0) - gram[a, b] }
        }
        let root = try inverseRoot(complement)
        score = root.times(transposed.times(residuals))
        let cross = gram.times(root)
        clusters.append(Cluster(square: root.times(cross), cross: cross))
      }
      for a in 0..<rank {
        for b in 0..<rank { meat[a, b] += score[a] * score[b] }
      }
    }
    return (meat, clusters)
  }

  /// U'(W⁻² − W⁻¹UU'W⁻¹)^(−1/2) W⁻¹, `rank × n`.
  private static func weighted(_ own: Matrix, _ weights: [Double]) throws(StatisticsError) -> Matrix {
    guard weights.count <= largestWeightedCluster else { throw .clusterTooLarge(rows: weights.count) }
    let hat = own.times(own.transposed)
    var inner = hat
    for a in 0..<hat.rows {
      for b in 0..<hat.rows { inner[a, b] = ((a == b ? 1 : 0) - hat[a, b]) / weights[a] / weights[b] }
    }
    var adjusted = own.transposed.times(try inverseRoot(inner))
    for row in 0..<adjusted.rows {
      for column in 0..<adjusted.columns { adjusted[row, column] /= weights[column] }
    }
    return adjusted
  }

  /// Eigenvalues of larger clusters would take minutes.
  private static let largestWeightedCluster = 2000

  /// A^(−1/2) of a symmetric matrix in the sense of Moore and Penrose: directions that a cluster determines alone are
  /// left out.
  private static func inverseRoot(_ matrix: Matrix) throws(StatisticsError) -> Matrix {
    let eigen = try SymmetricEigen(matrix)
    let size = matrix.rows
    var root = Matrix(rows: size, columns: size)
    // As clubSandwich has it: eigenvalues below 1e-12, which is what rounding leaves of zero, count as zero; here
    // relative to the largest, so that the unit of weights does not matter.
    let limit = 1e-12 * max(eigen.values.last ?? 0, 0)
    for index in 0..<size where eigen.values[index] > limit {
      let factor = 1 / eigen.values[index].squareRoot()
      for a in 0..<size {
        let part = factor * eigen.vectors[a, index]
        for b in 0..<size { root[a, b] += part * eigen.vectors[b, index] }
      }
    }
    return root
  }

  /// The covariance of the kept coefficients.
  public var matrix: Matrix { basis.times(meat).times(basis.transposed) }

  /// Wald's test that some of the kept coefficients are zero, as an F statistic; nil where their covariance is singular.
  ///
  /// - Precondition: no clusters, whose joint test needs another distribution.
  public func waldTest(_ coefficients: [Double], at positions: [Int]) -> FTest? {
    precondition(clusters.isEmpty, "clusters have no F test of this form")
    guard !positions.isEmpty else { return nil }
    let all = matrix
    var part = Matrix(rows: positions.count, columns: positions.count)
    for (row, a) in positions.enumerated() {
      for (column, b) in positions.enumerated() { part[row, column] = all[a, b] }
    }
    guard let inverse = PositiveDefinite(part)?.inverse else { return nil }
    let chosen = positions.map { coefficients[$0] }
    return FTest(
      statistic: inverse.form(chosen, chosen) / Double(positions.count), numerator: Double(positions.count),
      denominator: residualDegreesOfFreedom)
  }

  /// The standard error of a combination of the kept coefficients.
  public func standardError(contrast: [Double]) -> Double {
    let image = basis.transposed.times(contrast)
    return max(0, meat.form(image, image)).squareRoot()
  }

  /// Degrees of freedom for a combination: the residual ones without clusters, else Satterthwaite's.
  ///
  /// The variance estimator is a quadratic form in the residuals; under independent errors of equal (weighted) variance
  /// twice its squared mean over its variance is (Σ P_jj)² / Σ P_jk², where P_jk = g_j'g_k of clusters j and k.
  public func degreesOfFreedom(contrast: [Double]) -> Double {
    guard !clusters.isEmpty else { return residualDegreesOfFreedom }
    let image = basis.transposed.times(contrast)
    let rank = image.count
    var trace = 0.0
    var squares = 0.0
    var outer = Matrix(rows: rank, columns: rank)
    for cluster in clusters {
      let vector = cluster.cross.times(image)
      let own = cluster.square.form(image, image)
      var cross = 0.0
      for value in vector { cross += value * value }
      trace += own - cross
      squares += (own - cross) * (own - cross) - cross * cross
      for a in 0..<rank {
        for b in 0..<rank { outer[a, b] += vector[a] * vector[b] }
      }
    }
    for value in outer.elements { squares += value * value }
    return squares > 0 && trace > 0 ? trace * trace / squares : 0
  }
}
