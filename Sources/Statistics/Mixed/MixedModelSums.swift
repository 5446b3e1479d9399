/// What a mixed model's likelihood needs from the rows, for random effects at any relative covariance factor Λ̃.
///
/// Λ̃ is block diagonal, a block per term. The fixed columns enter as X̃ = XB, orthonormal by the QR of X, and the
/// response as its least-squares residual: cross-products of raw columns would lose the digits that means and
/// collinearity take up.
protocol MixedModelSums: Sendable {
  /// The number of rows.
  var rows: Int { get }
  /// X̃, β_OLS and the least-squares residuals.
  var design: OrthonormalDesign { get }
  /// The sum of squares of the least-squares residuals.
  var residualSquares: Double { get }
  /// The basis Z̃ of the random columns, block diagonal.
  var randomBasis: RandomBasis { get }
  /// One per term.
  var blocks: [RandomBlock] { get }

  /// Where a search starts: the diagonal of Λ̃.
  var start: [Double] { get }

  /// The least share of the response's sum of squares, after the random effects, that is not rounding.
  var resolution: Double { get }

  /// What rounding does to the deviance because of a large Λ̃.
  func roundOff(_ lambda: Matrix) -> Double

  /// Solves for the fixed effects at one Λ̃.
  ///
  /// - Returns: nil where the deviance cannot be computed in doubles: Λ̃ beyond any sensible size.
  func solution(theta: [Double], lambda: Matrix, method: LinearMixedModel.Method) -> MixedModelSolution?

  /// The pieces of the deviance's derivatives at a solution.
  func derivatives(
    of solution: MixedModelSolution, shape: CovarianceFactor, method: LinearMixedModel.Method
  ) -> CovarianceDerivatives

  /// Σ_d X̃'WV_dWV_dWX̃ for V_d = Z̃E_dZ̃', symmetric, `rank × rank`.
  ///
  /// - Parameter directions: the symmetric, block diagonal E_d, of Λ̃'s size.
  func curvature(of solution: MixedModelSolution, along directions: [Matrix]) -> Matrix

  /// The sums of another response with the same columns, given by its least-squares residuals; `design` stays that of
  /// the first.
  func replacing(
    residuals: [Double], fixed: Matrix, random: Matrix, terms: [RandomEffectsTerm]
  ) -> any MixedModelSums

  /// The conditional modes and their standard deviations, one per term.
  func modes(of solution: MixedModelSolution, sigma: Double) -> [ConditionalModes]
}

extension MixedModelSums {
  /// A change of the deviance below this is rounding: N log r² turns a relative error of r² into N times that.
  func noise(_ solution: MixedModelSolution) -> Double {
    1e-13 * (Double(rows) + abs(solution.deviance)) + roundOff(solution.lambda)
  }

  /// The number of estimable fixed columns.
  var rank: Int { design.factor.rank }
  /// B, `rank × rank`: X̃ = X_kept B and β_kept = β_OLS + B β̃.
  var basis: Matrix { design.basis }
}
