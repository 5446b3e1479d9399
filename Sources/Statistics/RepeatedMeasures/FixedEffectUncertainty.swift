/// The covariance of the fixed effects and the degrees of freedom of their contrasts.
///
/// Fai & Cornelius (1996), J Stat Comput Simul 54, 363–378, for Satterthwaite's; Kenward & Roger (1997), Biometrics 53,
/// 983–997: Φ_A = Φ + 2Φ[Σ W_jk(Q_jk − P_jΦP_k − R_jk/4)]Φ and, for one contrast, df = 2/A. The linear variants leave
/// R out, and then nothing depends on the parameters chosen for Σ.
struct FixedEffectUncertainty: Sendable {
  /// Of the kept columns' effects.
  let covariance: Matrix

  private enum Rule: Sendable {
    /// C'B', with Φ = CC' in the basis X̃ = XB, and how Φ moves along directions d of θ with Cov(θ̂) = 2 Σ dd': packed
    /// lower triangles of C'P_dC.
    case moments(root: Matrix, slopes: [[Double]])
    /// Per kept column.
    case fixed([Double])
  }

  private let rule: Rule

  init(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution,
    _ expansion: LikelihoodExpansion, _ observed: [(eigenvalue: Double, vector: [Double])],
    _ inference: RepeatedMeasuresModel.Inference, fixed: Matrix, subjects: [Int32]
  ) throws(StatisticsError) {
    let root = deviance.sums.design.basis.times(solution.root)
    guard inference != .betweenWithin else {
      covariance = root.times(root.transposed)
      rule = .fixed(Self.betweenWithin(deviance.sums, fixed, subjects))
      return
    }
    var eigen = observed
    if inference == .kenwardRoger(.linearExpected) {
      eigen = try Satterthwaite.positiveDirections(LikelihoodExpansion(deviance, solution, .expected).hessian)
    }
    let directions = eigen.map { item in item.vector.map { $0 / item.eigenvalue.squareRoot() } }
    let slopes = directions.map { Self.combination(expansion.fixedForms, $0) }
    rule = .moments(root: root.transposed, slopes: slopes)
    guard case .kenwardRoger(let variant) = inference else {
      covariance = root.times(root.transposed)
      return
    }
    precondition(deviance.method == .reml, "Kenward and Roger's method is defined for REML")
    let rank = deviance.sums.width - 1
    var adjusted = Adjustment(deviance, solution, expansion.jet, directions, slopes, isFull: variant == .full).change
    for index in adjusted.elements.indices { adjusted.elements[index] *= 2 }
    for index in 0..<rank { adjusted[index, index] += 1 }
    covariance = root.times(adjusted).times(root.transposed)
  }

  /// The degrees of freedom of a contrast of the kept columns; NaN for a contrast of zeros.
  func degreesOfFreedom(_ weights: [Double]) -> Double {
    switch rule {
    case .fixed(let degrees):
      // A contrast that leans on effects between and within subjects is as uncertain as the worse of them.
      return zip(weights, degrees).filter { $0.0 != 0 }.map(\.1).min() ?? .nan
    case .moments(let root, let slopes):
      let contrast = root.times(weights)
      var variance = 0.0
      var products: [Double] = []
      products.reserveCapacity(contrast.count * (contrast.count + 1) / 2)
      for row in contrast.indices {
        variance += contrast[row] * contrast[row]
        for column in 0...row { products.append(contrast[row] * contrast[column] * (column == row ? 1 : 2)) }
      }
      var sum = 0.0
      for slope in slopes {
        var part = 0.0
        for index in products.indices { part += products[index] * slope[index] }
        sum += (part / variance) * (part / variance)
      }
      return 1 / sum
    }
  }

  private static func combination(_ vectors: [[Double]], _ weights: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: vectors.first?.count ?? 0)
    for (vector, weight) in zip(vectors, weights) {
      for index in sum.indices { sum[index] += weight * vector[index] }
    }
    return sum
  }

  /// A column that varies within a subject has rows − subjects − (columns within) degrees of freedom, any other
  /// subjects − (columns between). The intercept is counted as between and takes the degrees within, as in mmrm.
  private static func betweenWithin(_ sums: VisitPatterns, _ fixed: Matrix, _ subjects: [Int32]) -> [Double] {
    var isConstant = [Bool](repeating: true, count: fixed.columns)
    var firstRow = [Int](repeating: -1, count: sums.subjects)
    var isWithin = [Bool](repeating: false, count: fixed.columns)
    for row in 0..<fixed.rows {
      let subject = Int(subjects[row])
      if firstRow[subject] < 0 { firstRow[subject] = row }
      for column in 0..<fixed.columns where fixed[row, column] != fixed[firstRow[subject], column] {
        isWithin[column] = true
      }
      for column in 0..<fixed.columns where fixed[row, column] != fixed[0, column] { isConstant[column] = false }
    }
    let kept = sums.design.factor.kept
    let within = kept.filter { isWithin[$0] }.count
    let degrees = (
      within: Double(sums.rows - sums.subjects - within), between: Double(sums.subjects - (kept.count - within))
    )
    return kept.map { isWithin[$0] || isConstant[$0] ? degrees.within : degrees.between }
  }
}
