/// A least-squares problem at its solution: ordinary or weighted least squares itself, or the last step of iteratively
/// reweighted least squares. Leverages and robust covariances are the same sums in all three.
///
/// With X* = √w X and r* = √w r, and X*B = U whose columns are orthonormal.
public struct WorkingLeastSquares: Sendable {
  /// `n × p`, all columns.
  let design: Matrix
  /// √w, one per row; nil where all weights are 1.
  let rootWeights: [Double]?
  /// One over the working variance of each row's outcome, up to a common factor: w; w/V(μ) in a generalized linear
  /// model. nil where all are 1.
  let precisions: [Double]?
  /// r*, one per row.
  let residuals: [Double]
  /// The columns that were estimated, ascending.
  let kept: [Int]
  /// B, `rank × rank`, upper triangular: the covariance of the kept coefficients is proportional to BB'.
  let basis: Matrix

  init(_ factor: ColumnFactor, design: Matrix, rootWeights: [Double]?, precisions: [Double]?, residuals: [Double]) {
    self.design = design
    self.precisions = precisions
    self.rootWeights = rootWeights
    self.residuals = residuals
    kept = factor.kept
    var basis = factor.triangle.inverseOfUpper
    for row in 0..<factor.rank {
      for column in 0..<factor.rank { basis[row, column] *= factor.scales[factor.kept[row]] }
    }
    self.basis = basis
  }

  var rank: Int { kept.count }

  /// Calls `body` with each row's number and its row of U.
  func forEachRow(_ body: (Int, UnsafeBufferPointer<Double>) -> Void) {
    let rank = rank
    let width = design.columns
    var row = [Double](repeating: 0, count: rank)
    design.elements.withUnsafeBufferPointer { elements in
      basis.elements.withUnsafeBufferPointer { basis in
        row.withUnsafeMutableBufferPointer { row in
          for index in 0..<design.rows {
            let start = index &* width
            for column in 0..<rank { row[column] = 0 }
            for (position, column) in kept.enumerated() {
              let value = elements[start &+ column]
              guard value != 0 else { continue }
              let source = position &* rank
              for target in position..<rank { row[target] += value * basis[source &+ target] }
            }
            if let rootWeights {
              for column in 0..<rank { row[column] *= rootWeights[index] }
            }
            body(index, UnsafeBufferPointer(row))
          }
        }
      }
    }
  }

  /// The diagonal of U U', one per row: how far a row's own value determines its fit, from 0 to 1.
  public func leverages() -> [Double] {
    var result = [Double](repeating: 0, count: design.rows)
    forEachRow { index, row in
      var sum = 0.0
      for value in row { sum += value * value }
      result[index] = min(sum, 1)
    }
    return result
  }

  /// Where a leverage counts as 1: what is left is the rounding of U.
  static let leverageLimit = 1 - 1e-10
}

/// What single rows do to a fit.
public struct Influence: Sendable {
  /// The diagonal of the hat matrix.
  public let leverages: [Double]
  /// Residual / (σ √(1 − h)); nil where the leverage is 1, because then the residual is 0 whatever the data.
  public let standardizedResiduals: [Double?]
  /// Cook (1977), Technometrics 19:15–18: r*² h / (p σ² (1 − h)²); nil where the leverage is 1.
  public let cooksDistances: [Double?]

  /// - Parameters:
  ///   - variance: σ² or the dispersion.
  ///   - residuals: what is standardized; r* where nil.
  public init(_ working: WorkingLeastSquares, variance: Double, residuals: [Double]? = nil) {
    let leverages = working.leverages()
    let rank = Double(working.rank)
    self.leverages = leverages
    let shown = residuals ?? working.residuals
    standardizedResiduals = leverages.indices.map { row in
      let h = leverages[row]
      return h < WorkingLeastSquares.leverageLimit ? shown[row] / (variance * (1 - h)).squareRoot() : nil
    }
    cooksDistances = leverages.indices.map { row in
      let h = leverages[row]
      guard h < WorkingLeastSquares.leverageLimit else { return nil }
      let part = working.residuals[row] / (1 - h)
      return part * part * h / (variance * rank)
    }
  }
}
