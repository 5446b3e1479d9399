internal import CGSL

/// −2 log-likelihood of a model for repeated measures, as a function of the parameters of Σ, with its exact gradient
/// and Hessian.
///
/// With M the inverse of a pattern's Σ, Φ = (X̃'V⁻¹X̃)⁻¹, r = y − X̃β̃, and Q(W) the form of `VisitPatterns`, the REML
/// criterion is Σ n log|Σ| − log|Φ| + r'V⁻¹r; its derivatives follow from ∂M = −M(∂Σ)M and ∂r = X̃ΦX̃'M(∂Σ)Mr.
/// ML leaves out log|Φ|. Jennrich & Schluchter (1986), Biometrics 42, 805–820.
struct RepeatedMeasuresDeviance: TwiceDifferentiable {
  let sums: VisitPatterns
  let structure: CovarianceStructure
  let method: LinearMixedModel.Method

  struct Solution: Sendable {
    let point: [Double]
    let jet: CovarianceJet
    /// Σ⁻¹ of each pattern.
    let inverses: [Matrix]
    /// Φ.
    let covariance: Matrix
    /// β̃, the change from least squares in the basis X̃.
    let effects: [Double]
    let deviance: Double
  }

  /// What derivatives are made of, per parameter.
  struct Pieces: Sendable {
    /// Q(M(∂Σ)M), lower triangles of `width`.
    var forms: [[Double]]
    /// X̃'M(∂Σ)MX̃, symmetric.
    var fixedForms: [Matrix]
    /// X̃'M(∂Σ)Mr.
    var cross: [[Double]]
  }

  func point(of solution: Solution) -> [Double] { solution.point }
  func value(of solution: Solution) -> Double { solution.deviance }

  func solution(at point: [Double]) -> Solution? {
    guard point.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else { return nil }
    let jet = CovarianceJet(structure, visits: sums.visits, at: point)
    guard jet.value.elements.allSatisfy(\.isFinite) else { return nil }
    var inverses: [Matrix] = []
    var logDeterminant = 0.0
    for pattern in sums.patterns {
      guard let factored = PositiveDefinite(Self.part(jet.value, pattern.visits)) else { return nil }
      inverses.append(factored.inverse)
      logDeterminant += Double(pattern.subjects) * factored.logDeterminant
    }
    let form = sums.form(inverses)
    let rank = sums.width - 1
    guard let fixed = PositiveDefinite(Self.square(form, rank)) else { return nil }
    let right = (0..<rank).map { form[rank * (rank + 1) / 2 + $0] }
    let effects = fixed.inverse.times(right)
    var residual = form[sums.triangle - 1]
    for index in 0..<rank { residual -= right[index] * effects[index] }
    let count = Double(sums.rows) - (method == .reml ? Double(rank) : 0)
    var deviance = logDeterminant + residual + count * log(2 * Double.pi)
    if method == .reml { deviance += fixed.logDeterminant + sums.design.logDeterminant }
    guard deviance.isFinite else { return nil }
    return Solution(
      point: point, jet: jet, inverses: inverses, covariance: fixed.inverse, effects: effects, deviance: deviance)
  }

  func derivatives(of solution: Solution) -> (gradient: [Double], hessian: Matrix) {
    let count = solution.point.count
    let weight = residualWeight(solution, withFixed: method == .reml)
    let packed = Self.packed(weight)
    var hessian = Matrix(rows: count, columns: count)
    // n M − MGM, embedded in all visits: what ∂Σ and ∂²Σ meet.
    var meeting = Matrix(rows: sums.visits, columns: sums.visits)
    for (pattern, inverse) in zip(sums.patterns, solution.inverses) {
      let double = inverse.times(sums.traces(pattern, packed)).times(inverse)
      var single = inverse
      for index in single.elements.indices {
        single.elements[index] = Double(pattern.subjects) * inverse.elements[index] - double.elements[index]
      }
      for (a, row) in pattern.visits.enumerated() {
        for (b, column) in pattern.visits.enumerated() { meeting[row, column] += single[a, b] }
      }
      var curved = double
      curved.add(single, times: -1)
      addTraceProducts(solution.jet, pattern, inverse, curved, to: &hessian)
    }
    var gradient = [Double](repeating: 0, count: count)
    for index in 0..<count {
      for (own, other) in zip(solution.jet.first[index].elements, meeting.elements) { gradient[index] += own * other }
    }
    for item in solution.jet.second {
      hessian[item.j, item.k] +=
        item.value * meeting[item.row, item.column] * (item.row == item.column ? 1 : 2)
    }
    let pieces = pieces(of: solution)
    let images = pieces.fixedForms.map { solution.covariance.times($0) }
    let crossImages = pieces.cross.map { solution.covariance.times($0) }
    for j in 0..<count {
      for k in 0...j {
        var value = hessian[j, k]
        for index in pieces.cross[j].indices { value -= 2 * pieces.cross[j][index] * crossImages[k][index] }
        if method == .reml { value -= Self.traceOfProduct(images[j], images[k]) }
        hessian[j, k] = value
        hessian[k, j] = value
      }
    }
    return (gradient, hessian)
  }

  /// `result_jk += tr(∂_jΣ · left · ∂_kΣ · right)` for j ≥ k, over a pattern's visits.
  func addTraceProducts(
    _ jet: CovarianceJet, _ pattern: VisitPatterns.Pattern, _ left: Matrix, _ right: Matrix, to result: inout Matrix
  ) {
    let slopes = jet.first.map { Self.part($0, pattern.visits) }
    let first = slopes.map { $0.times(left) }
    let second = slopes.map { $0.times(right).transposed }
    let size = left.elements.count
    for j in slopes.indices {
      for k in 0...j {
        var sum = 0.0
        for index in 0..<size { sum += first[j].elements[index] * second[k].elements[index] }
        result[j, k] += sum
      }
    }
  }

  func pieces(of solution: Solution) -> Pieces {
    let count = solution.point.count
    let rank = sums.width - 1
    var forms = [[Double]](repeating: [Double](repeating: 0, count: sums.triangle), count: count)
    for (pattern, inverse) in zip(sums.patterns, solution.inverses) {
      for index in 0..<count {
        let slope = Self.part(solution.jet.first[index], pattern.visits)
        sums.add(pattern, inverse.times(slope).times(inverse), to: &forms[index])
      }
    }
    let fixed = forms.map { Self.square($0, rank) }
    let cross = zip(forms, fixed).map { form, square in
      (0..<rank).map { row in
        var sum = form[rank * (rank + 1) / 2 + row]
        for column in 0..<rank { sum -= square[row, column] * solution.effects[column] }
        return sum
      }
    }
    return Pieces(forms: forms, fixedForms: fixed, cross: cross)
  }

  /// K with tr(K Q(W)) = r'Wr, and with the fixed effects' part tr(Φ X̃'WX̃) on top.
  private func residualWeight(_ solution: Solution, withFixed: Bool) -> Matrix {
    let vector = solution.effects.map { -$0 } + [1]
    var weight = Matrix(rows: vector.count, columns: vector.count)
    for row in vector.indices {
      for column in vector.indices {
        weight[row, column] = vector[row] * vector[column]
        if withFixed, row < vector.count - 1, column < vector.count - 1 {
          weight[row, column] += solution.covariance[row, column]
        }
      }
    }
    return weight
  }

  /// A symmetric matrix's lower triangle with off-diagonals doubled.
  static func packed(_ matrix: Matrix) -> [Double] {
    (0..<matrix.rows).flatMap { row in (0...row).map { matrix[row, $0] * ($0 == row ? 1 : 2) } }
  }

  /// The leading square of a packed lower triangle.
  static func square(_ triangle: [Double], _ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in 0...row {
        result[row, column] = triangle[row * (row + 1) / 2 + column]
        result[column, row] = result[row, column]
      }
    }
    return result
  }

  static func part(_ matrix: Matrix, _ visits: [Int]) -> Matrix {
    Matrix(
      rows: visits.count, columns: visits.count,
      elements: visits.flatMap { row in visits.map { matrix.elements[row &* matrix.columns &+ $0] } })
  }

  static func traceOfProduct(_ left: Matrix, _ right: Matrix) -> Double {
    var sum = 0.0
    for row in 0..<left.rows {
      for column in 0..<left.columns { sum += left[row, column] * right[column, row] }
    }
    return sum
  }
}
