/// The variance of the error of x'β̂ + Σ z'b̂ as a prediction of x'β + Σ z'b, given the variances.
///
/// With c the covariance of Σ z'b and the rows, it is x̃'C x̃ + Var(Σ z'b) − c'V⁻¹c with x̃ = x − X'V⁻¹c and C the covariance of
/// β̂: Henderson (1975), Biometrics 31:423–447, without his equations' size.
public struct ConditionalVariance {
  /// A level's random effects with the weights of a prediction.
  public struct Effect: Sendable {
    public let term: Int
    public let level: Int
    public let weights: [Double]

    public init(term: Int, level: Int, weights: [Double]) {
      self.term = term
      self.level = level
      self.weights = weights
    }
  }

  private static let largest = 2000

  private let design: Matrix
  private let fixedCovariance: Matrix
  private let covariance: RowCovariance
  private let terms: [RandomEffectsTerm]
  private let covariances: [Matrix]
  /// By term and level; −1 for a level without rows.
  private let blockOfLevel: [[Int]]
  private var solved: [Int: (factor: LowerTriangle, design: Matrix)] = [:]

  /// - Parameters:
  ///   - design: the estimable columns.
  ///   - fixedCovariance: of their effects, σ²(X'V⁻¹X)⁻¹.
  public init?(design: Matrix, fixedCovariance: Matrix, covariance: RowCovariance) {
    guard case .random(_, let terms, let covariances) = covariance.form else { return nil }
    self.design = design
    self.fixedCovariance = fixedCovariance
    self.covariance = covariance
    self.terms = terms
    self.covariances = covariances
    blockOfLevel = terms.map { term in
      var blocks = [Int](repeating: -1, count: term.groupCount)
      for (row, level) in term.groups.enumerated() { blocks[Int(level)] = covariance.blockOfRow[row] }
      return blocks
    }
  }

  /// - Parameters:
  ///   - weights: x, one per estimable column.
  ///   - effects: levels that have rows, each with z.
  /// - Returns: nil where too many rows depend on each other, or V is not positive definite.
  public mutating func variance(_ weights: [Double], _ effects: [Effect]) -> Double? {
    var shifted = weights
    var own = 0.0
    for effect in effects { own += covariances[effect.term].form(effect.weights, effect.weights) }
    for block in Set(effects.map { blockOfLevel[$0.term][$0.level] }).sorted() {
      guard block >= 0 else { return nil }
      let rows = covariance.blocks[block]
      if solved[block] == nil {
        guard rows.count <= Self.largest, let factor = LowerTriangle(covariance.matrix(rows)) else { return nil }
        solved[block] = (factor, factor.solve(design.rows(rows)))
      }
      guard let (factor, whitened) = solved[block] else { return nil }
      var cross = [Double](repeating: 0, count: rows.count)
      for effect in effects {
        let image = covariances[effect.term].times(effect.weights)
        for (place, row) in rows.enumerated() where Int(terms[effect.term].groups[row]) == effect.level {
          for (value, other) in zip(image, terms[effect.term].row(row)) { cross[place] += value * other }
        }
      }
      let white = factor.solve(Matrix(rows: rows.count, columns: 1, elements: cross)).elements
      for value in white { own -= value * value }
      let back = whitened.transposed.times(white)
      for column in shifted.indices { shifted[column] -= back[column] }
    }
    let variance = fixedCovariance.form(shifted, shifted) + own
    // Of a term without variance nothing is left but rounding.
    return variance.isFinite ? max(variance, 0) : nil
  }
}
