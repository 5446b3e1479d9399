/// Kenward and Roger's standard errors and degrees of freedom for the fixed effects of a REML fit.
///
/// Kenward & Roger (1997), Biometrics 53, 983–997, as Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9), compute it in
/// pbkrtest: V is linear in its parameters φ (σ² and the unique entries of the random effects' covariance), so that
/// second derivatives vanish, and W, the covariance of the estimates of φ, is the inverse of the expected REML
/// information.
///
/// For one contrast A₁ = A₂ = A, and pbkrtest's g, c₁, c₂, c₃, E*, V* and ρ come down to df = 2/A and λ = 1: the t
/// statistic is the estimate over the adjusted standard error, without a scale of its own.
///
/// The result does not depend on the basis of the Vᵢ. Here it is V itself and Z̃E_kZ̃' rather than I and Z̃E_kZ̃':
/// with PVP = P most terms of the formulas drop out, and none is left as a difference of large numbers.
///
/// At a singular fit the parameters stay where they are, a variance of 0 included; being linear in φ, the formulas need
/// no interior point. Only where φ itself is not identified has the information no inverse; its eigenvalues below
/// 1e-9, after scaling to a unit diagonal, are then left out, as pbkrtest takes a pseudo-inverse.
public struct KenwardRoger: Sendable {
  /// Φ_A, the adjusted covariance of the estimable columns' effects, in the order of `estimable`.
  public let covariance: Matrix
  /// The root of `covariance`'s diagonal, one per fixed column; nil where the column is aliased.
  public let standardErrors: [Double?]
  /// One per fixed column; nil where the column is aliased.
  public let degreesOfFreedom: [Double?]

  /// (X̃'WX̃)⁻¹.
  private let unadjusted: Matrix
  /// B of `MixedModelSums`: a contrast l of the kept columns is B'l in the basis X̃.
  private let basis: Matrix
  /// How `unadjusted` moves along directions d of φ with W = 2 Σ dd'.
  private let slopes: [Matrix]

  init(_ deviance: DevianceChart, _ solution: MixedModelSolution, columns: Int) throws(StatisticsError) {
    precondition(deviance.method == .reml, "Kenward and Roger's method is defined for REML")
    let sums = deviance.sums
    let inner = solution.covariance
    let pieces = sums.derivatives(of: solution, shape: deviance.shape, method: .reml)
    let directions = try Self.directions(deviance, solution, pieces)

    var slopes: [Matrix] = []
    var change = sums.curvature(of: solution, along: directions.map { deviance.shape.symmetric($0.entries) })
    for direction in directions {
      var form = Matrix(rows: inner.rows, columns: inner.rows)
      for (weight, fixed) in zip(direction.entries, pieces.fixedForms) { form.add(fixed, times: weight) }
      let image = inner.times(form)
      change.add(form.times(image), times: -1)
      var slope = image.times(inner)
      slope.add(inner, times: direction.scale)
      slopes.append(slope)
    }
    // Φ + 2Φ[Σ W_ij(Q_ij − P_iΦP_j)]Φ with W = 2 Σ dd'.
    var adjusted = inner
    adjusted.add(inner.times(change).times(inner), times: 4)
    var covariance = sums.basis.times(adjusted).times(sums.basis.transposed)
    let variance = solution.residualSquares / deviance.count
    for index in covariance.elements.indices { covariance.elements[index] *= variance }

    self.covariance = covariance
    self.slopes = slopes
    unadjusted = inner
    basis = sums.basis
    var errors = [Double?](repeating: nil, count: columns)
    var degrees = errors
    for (position, column) in sums.design.factor.kept.enumerated() {
      errors[column] = covariance[position, position].squareRoot()
      let image = (0..<inner.rows).map { sums.basis[position, $0] }
      degrees[column] = Self.degreesOfFreedom(image, inner, slopes)
    }
    standardErrors = errors
    degreesOfFreedom = degrees
  }

  /// The adjusted standard error and the degrees of freedom of a contrast.
  ///
  /// - Parameter weights: one weight per estimable column, in the order of `estimable`.
  /// - Returns: (l'Φ_A l)^½ and df = 2/A; 0 and NaN for a contrast of zeros.
  public func contrast(_ weights: [Double]) -> (standardError: Double, degreesOfFreedom: Double) {
    precondition(weights.count == covariance.rows, "one weight per estimable column")
    return (
      covariance.form(weights, weights).squareRoot(),
      Self.degreesOfFreedom(basis.transposed.times(weights), unadjusted, slopes)
    )
  }

  /// 2/A with A = Σ W_ij tr(ΘΦP_iΦ) tr(ΘΦP_jΦ), for a contrast in the basis X̃.
  private static func degreesOfFreedom(_ contrast: [Double], _ covariance: Matrix, _ slopes: [Matrix]) -> Double {
    let variance = covariance.form(contrast, contrast)
    var sum = 0.0
    for slope in slopes {
      let relative = slope.form(contrast, contrast) / variance
      sum += relative * relative
    }
    return 1 / sum
  }

  /// Directions d of φ with 2 Σ dd' = W = (tr(PVᵢPVⱼ)/2)⁻¹: their weights of V and of the free entries of Γ̃.
  private static func directions(
    _ deviance: DevianceChart, _ solution: MixedModelSolution, _ pieces: CovarianceDerivatives
  ) throws(StatisticsError) -> [(scale: Double, entries: [Double])] {
    let shape = deviance.shape
    let count = shape.positions.count
    // Along the principal axes of Γ̃ a large variance does not hide a small one.
    let blocks = deviance.sums.blocks
    let axes = try PrincipalAxes(solution.lambda, blocks).directions
    let turn = CovarianceFactor(blocks: blocks, transform: axes).jacobian(axes)
    let products = turn.transposed.times(pieces.traceProducts).times(turn)
    let traces = turn.transposed.times(pieces.traces)
    // tr(PVPV) = n − p and tr(PVPV_k) = tr(PV_k).
    var information = Matrix(rows: count + 1, columns: count + 1)
    for row in 0..<count {
      for column in 0..<count { information[row, column] = products[row, column] }
      information[row, count] = traces[row]
      information[count, row] = traces[row]
    }
    information[count, count] = deviance.count
    return try Satterthwaite.positiveDirections(information).map { direction in
      let vector = direction.vector.map { $0 / direction.eigenvalue.squareRoot() }
      return (vector[count], turn.times(Array(vector.prefix(count))))
    }
  }
}

extension LinearMixedModelFit {
  /// Kenward and Roger's standard errors and degrees of freedom, computed at every call.
  ///
  /// - Throws: `numerical` if the information matrix has no eigenvalues to be found.
  /// - Precondition: a REML fit.
  /// - Complexity: with one grouping factor O(groups · (q³ + q²p + q²p² + q⁵)), whatever the number of rows.
  public func kenwardRoger() throws(StatisticsError) -> KenwardRoger {
    try KenwardRoger(chart, solution, columns: fixedEffects.count)
  }
}
