/// Satterthwaite's degrees of freedom for contrasts of fixed effects.
///
/// df = 2f² / (g'Ag) with f the contrast's variance, g its gradient in the variance parameters and A = 2H⁻¹ from the
/// observed Hessian H of the deviance. Giesbrecht & Burns (1985), Biometrics 41, 477–486; Kuznetsova, Brockhoff &
/// Christensen (2017), J. Stat. Softw. 82(13).
///
/// The parameters are those the search ended in and log σ²: the estimate solves the score equation, so any
/// parametrisation gives the same number, and this one has no units.
struct Satterthwaite: Sendable {
  /// (X̃'WX̃)⁻¹.
  private let covariance: Matrix
  /// B of `MixedModelSums`: a contrast l of the kept columns is B'l in the basis X̃.
  private let basis: Matrix
  /// Cv F_j Cv, how the covariance moves with each θ_j.
  private let slopes: [Matrix]
  /// The eigenvectors of the scaled Hessian with positive eigenvalues, already divided by what scaled it.
  private let directions: [(eigenvalue: Double, vector: [Double])]

  init(_ deviance: DevianceChart, _ solution: MixedModelSolution) throws(StatisticsError) {
    let pieces = deviance.sums.derivatives(of: solution, shape: deviance.shape, method: deviance.method)
    let variance = solution.residualSquares / deviance.count
    let jacobian = deviance.shape.jacobian(solution.lambda)
    let theta = deviance.shape.hessian(
      gradient: pieces.gradient(variance: variance), hessian: pieces.hessian(variance: variance), jacobian: jacobian)
    // ∂²/∂γ_k ∂log σ² = a_k/s and ∂²/∂(log σ²)² = N at the optimum.
    let mixed = jacobian.transposed.times(pieces.quadratics.map { $0 / variance })
    let count = mixed.count
    var hessian = Matrix(rows: count + 1, columns: count + 1)
    for row in 0..<count {
      for column in 0..<count { hessian[row, column] = theta[row, column] }
      hessian[row, count] = mixed[row]
      hessian[count, row] = mixed[row]
    }
    hessian[count, count] = deviance.count

    covariance = solution.covariance
    basis = deviance.sums.basis
    slopes = (0..<count).map { parameter in
      var form = Matrix(rows: solution.covariance.rows, columns: solution.covariance.rows)
      for (entry, fixed) in pieces.fixedForms.enumerated() {
        for index in form.elements.indices {
          form.elements[index] += jacobian[entry, parameter] * fixed.elements[index]
        }
      }
      return solution.covariance.times(form).times(solution.covariance)
    }
    directions = try Self.positiveDirections(hessian)
  }

  /// Eigenvectors after scaling to a unit diagonal, without those that are flat to rounding or point uphill.
  static func positiveDirections(
    _ hessian: Matrix
  ) throws(StatisticsError) -> [(eigenvalue: Double, vector: [Double])] {
    let size = hessian.rows
    let scales = (0..<size).map { hessian[$0, $0] > 0 ? 1 / hessian[$0, $0].squareRoot() : 0 }
    var scaled = hessian
    for row in 0..<size {
      for column in 0..<size { scaled[row, column] *= scales[row] * scales[column] }
    }
    let eigen = try SymmetricEigen(scaled)
    return (0..<size).compactMap { index in
      guard eigen.values[index] > 1e-9 else { return nil }
      return (eigen.values[index], (0..<size).map { eigen.vectors[$0, index] * scales[$0] })
    }
  }

  /// The degrees of freedom of a contrast of the kept columns.
  func callAsFunction(_ contrast: [Double]) -> Double {
    let inner = basis.transposed.times(contrast)
    let variance = covariance.form(inner, inner)
    let gradient = slopes.map { $0.form(inner, inner) } + [variance]
    var sum = 0.0
    for direction in directions {
      var part = 0.0
      for (left, right) in zip(direction.vector, gradient) { part += left * right }
      sum += part * part / direction.eigenvalue
    }
    return variance * variance / sum
  }
}
