/// The covariance of the fixed effects and the degrees of freedom of their contrasts.
///
/// Fai & Cornelius (1996), J Stat Comput Simul 54, 363–378, for Satterthwaite's; Kenward & Roger (1997), Biometrics 53,
/// 983–997: Φ_A = Φ + 2Φ[Σ W_jk(Q_jk − P_jΦP_k − R_jk/4)]Φ and, for one contrast, df = 2/A. The linear variants leave
/// R out, and then nothing depends on the parameters chosen for Σ.
struct FixedEffectUncertainty: Sendable {
  /// Of the kept columns' effects.
  let covariance: Matrix

  private enum Rule: Sendable {
    /// Φ in the basis X̃, and how it moves along directions d of θ with Cov(θ̂) = 2 Σ dd'.
    case moments(Matrix, basis: Matrix, slopes: [Matrix])
    /// Per kept column.
    case fixed([Double])
  }

  private let rule: Rule

  init(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution,
    _ observed: [(eigenvalue: Double, vector: [Double])], _ inference: RepeatedMeasuresModel.Inference,
    fixed: Matrix, subjects: [Int32]
  ) throws(StatisticsError) {
    let basis = deviance.sums.design.basis
    func outer(_ inner: Matrix) -> Matrix { basis.times(inner).times(basis.transposed) }
    let inner = solution.covariance
    guard inference != .betweenWithin else {
      covariance = outer(inner)
      rule = .fixed(Self.betweenWithin(deviance.sums, fixed, subjects))
      return
    }
    let pieces = deviance.pieces(of: solution)
    var eigen = observed
    if inference == .kenwardRoger(.linearExpected) {
      eigen = try Satterthwaite.positiveDirections(Self.expectedInformation(deviance, solution, pieces))
    }
    let directions = eigen.map { item in item.vector.map { $0 / item.eigenvalue.squareRoot() } }
    rule = .moments(
      inner, basis: basis,
      slopes: directions.map { inner.times(Self.combination(pieces.fixedForms, $0)).times(inner) })
    guard case .kenwardRoger(let variant) = inference else {
      covariance = outer(inner)
      return
    }
    precondition(deviance.method == .reml, "Kenward and Roger's method is defined for REML")
    let change = Self.change(deviance, solution, pieces, directions, isFull: variant == .full)
    var adjusted = inner
    adjusted.add(inner.times(change).times(inner), times: 2)
    covariance = outer(adjusted)
  }

  /// The degrees of freedom of a contrast of the kept columns; NaN for a contrast of zeros.
  func degreesOfFreedom(_ weights: [Double]) -> Double {
    switch rule {
    case .fixed(let degrees):
      // A contrast that leans on effects between and within subjects is as uncertain as the worse of them.
      return zip(weights, degrees).filter { $0.0 != 0 }.map(\.1).min() ?? .nan
    case .moments(let inner, let basis, let slopes):
      let contrast = basis.transposed.times(weights)
      let variance = inner.form(contrast, contrast)
      var sum = 0.0
      for slope in slopes {
        let relative = slope.form(contrast, contrast) / variance
        sum += relative * relative
      }
      return 1 / sum
    }
  }

  private static func combination(_ matrices: [Matrix], _ weights: [Double]) -> Matrix {
    var sum = Matrix(rows: matrices[0].rows, columns: matrices[0].columns)
    for (matrix, weight) in zip(matrices, weights) { sum.add(matrix, times: weight) }
    return sum
  }

  /// Σ W_jk(Q_jk − P_jΦP_k − R_jk/4) with W = 2 Σ dd'.
  private static func change(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution,
    _ pieces: RepeatedMeasuresDeviance.Pieces, _ directions: [[Double]], isFull: Bool
  ) -> Matrix {
    let sums = deviance.sums
    // Σ W_jk ∂_j∂_kΣ.
    var bend = Matrix(rows: sums.visits, columns: sums.visits)
    if isFull {
      for item in solution.jet.second {
        var weight = 0.0
        for direction in directions { weight += 2 * direction[item.j] * direction[item.k] }
        let value = weight * item.value * (item.j == item.k ? 1 : 2)
        bend[item.row, item.column] += value
        if item.row != item.column { bend[item.column, item.row] += value }
      }
    }
    let slopes = directions.map { combination(solution.jet.first, $0) }
    let weights = zip(sums.patterns, solution.inverses).map { pattern, inverse in
      var weight = inverse.times(RepeatedMeasuresDeviance.part(bend, pattern.visits)).times(inverse)
      for index in weight.elements.indices { weight.elements[index] *= -0.25 }
      for slope in slopes {
        let left = inverse.times(RepeatedMeasuresDeviance.part(slope, pattern.visits))
        weight.add(left.times(left).times(inverse), times: 2)
      }
      return weight
    }
    var change = RepeatedMeasuresDeviance.square(sums.form(weights), sums.width - 1)
    for direction in directions {
      let form = combination(pieces.fixedForms, direction)
      change.add(form.times(solution.covariance).times(form), times: -2)
    }
    return change
  }

  /// tr(P ∂_jV P ∂_kV), twice the expected REML information.
  private static func expectedInformation(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution,
    _ pieces: RepeatedMeasuresDeviance.Pieces
  ) -> Matrix {
    let width = deviance.sums.width
    var weight = Matrix(rows: width, columns: width)
    for row in 0..<(width - 1) {
      for column in 0..<(width - 1) { weight[row, column] = solution.covariance[row, column] }
    }
    let packed = RepeatedMeasuresDeviance.packed(weight)
    var information = Matrix(rows: solution.point.count, columns: solution.point.count)
    for (pattern, inverse) in zip(deviance.sums.patterns, solution.inverses) {
      // n M − 2 M tr(Φ X̃'·X̃) M.
      let overlap = inverse.times(deviance.sums.traces(pattern, packed)).times(inverse)
      var right = inverse
      for index in right.elements.indices {
        right.elements[index] = Double(pattern.subjects) * inverse.elements[index] - 2 * overlap.elements[index]
      }
      deviance.addTraceProducts(solution.jet, pattern, inverse, right, to: &information)
    }
    let images = pieces.fixedForms.map { solution.covariance.times($0) }
    for j in 0..<information.rows {
      for k in 0...j {
        information[j, k] += RepeatedMeasuresDeviance.traceOfProduct(images[j], images[k])
        information[k, j] = information[j, k]
      }
    }
    return information
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
