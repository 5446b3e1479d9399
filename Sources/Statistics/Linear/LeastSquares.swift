internal import CGSL

/// Ordinary and weighted least squares.
public enum LeastSquares {
  /// Fits `response = design · coefficients + error` by least squares.
  ///
  /// Householder QR in chunks of rows, then iterative refinement with residuals in double-double, so that
  /// coefficients and residuals are right to the last digits unless the columns are collinear to 1e-15.
  /// Columns that depend on columns to their left are found as R's `lm` finds them and reported as aliased.
  ///
  /// - Parameters:
  ///   - response: `n` numbers.
  ///   - design: `n × p`, the intercept's ones among the columns if there is an intercept.
  ///   - tolerance: a column whose norm after projection on the columns to its left is below this part of its
  ///     own norm counts as aliased.
  ///   - interceptColumn: which column holds the intercept; it decides what R² and F compare with.
  ///   - low: of some columns, by their number, what each entry lost to rounding: coefficients and residuals are those
  ///     of the sums, standard errors too. Not with weights.
  ///   - weights: one per row, inversely proportional to the variance of its error; all 1 where nil.
  /// - Returns: the fit; `sigma` is nil when no degree of freedom is left.
  /// - Throws: `noRows`; `nonFinite` with its row and column.
  /// - Precondition: `response.count == design.rows`; weights are finite and above zero.
  public static func fit(
    response: [Double], design: Matrix, tolerance: Double = 1e-7, interceptColumn: Int? = nil,
    low: [Int: [Double]] = [:], weights: [Double]? = nil
  ) throws(StatisticsError) -> LeastSquaresFit {
    precondition(weights?.allSatisfy { $0 > 0 && $0.isFinite } ?? true, "weights are finite and above zero")
    let roots = weights?.map { $0.squareRoot() }
    let ownResponse = roots.map { zip($0, response).map { $0 * $1 } } ?? response
    let ownDesign = roots.map { design.scalingRows(by: $0) } ?? design
    let factor = try ColumnFactor(response: ownResponse, design: ownDesign, tolerance: tolerance)
    let refined = IterativeRefinement(
      factor, response: ownResponse, design: ownDesign, low: weights == nil ? low : [:])
    let residuals = roots.map { zip(refined.residuals, $0).map { $0 / $1 } } ?? refined.residuals
    let rows = response.count
    let rank = factor.rank

    var coefficients = [Double?](repeating: nil, count: design.columns)
    for (position, column) in factor.kept.enumerated() {
      coefficients[column] = refined.coefficients[position] * factor.scales[column] / factor.responseScale
    }
    let inverse = factor.triangle.inverseOfUpper
    var unscaled = inverse.times(inverse.transposed)
    if weights == nil, factor.kept.contains(where: { low[$0] != nil }),
      let refined = InverseRefinement.unscaledCovariance(inverse, factor, design: design, low: low)
    {
      unscaled = refined
    }
    for row in 0..<rank {
      for column in 0..<rank {
        unscaled[row, column] *= factor.scales[factor.kept[row]] * factor.scales[factor.kept[column]]
      }
    }
    let fitted = zip(response, residuals).map { $0 - $1 }
    let hasIntercept = interceptColumn.map { factor.kept.contains($0) } ?? false
    return LeastSquaresFit(
      coefficients: coefficients,
      estimable: factor.kept,
      aliased: factor.aliased,
      unscaledCovariance: unscaled,
      residualSumOfSquares: DoubleDouble.sumOfSquares(refined.residuals),
      modelSumOfSquares: modelSumOfSquares(fitted, weights, centred: hasIntercept),
      hasIntercept: hasIntercept,
      degreesOfFreedom: rows - rank,
      fitted: fitted,
      residuals: residuals,
      logWeights: weights.map { $0.reduce(0) { $0 + log($1) } } ?? 0,
      working: WorkingLeastSquares(
        factor, design: design, rootWeights: roots, precisions: weights, residuals: refined.residuals),
      triangle: factor.full,
      responseScale: factor.responseScale,
      tolerance: tolerance)
  }

  private static func modelSumOfSquares(_ fitted: [Double], _ weights: [Double]?, centred: Bool) -> Double {
    if let weights { return weightedModelSumOfSquares(fitted, weights, centred: centred) }
    guard centred else { return DoubleDouble.sumOfSquares(fitted) }
    var sum = 0.0
    for value in fitted { sum += value }
    let mean = sum / Double(fitted.count)
    var left = 0.0
    for value in fitted { left += value - mean }
    let centre = mean + left / Double(fitted.count)
    return DoubleDouble.sumOfSquares(fitted.map { $0 - centre })
  }

  private static func weightedModelSumOfSquares(_ fitted: [Double], _ weights: [Double], centred: Bool) -> Double {
    var centre = 0.0
    if centred {
      var total = 0.0
      for (value, weight) in zip(fitted, weights) {
        centre += weight * value
        total += weight
      }
      centre /= total
      var left = 0.0
      for (value, weight) in zip(fitted, weights) { left += weight * (value - centre) }
      centre += left / total
    }
    return DoubleDouble.sumOfSquares(zip(fitted, weights).map { ($0 - centre) * $1.squareRoot() })
  }
}

/// What least squares found. Units are those of the response unless said.
public struct LeastSquaresFit: Sendable {
  /// One per design column; nil where the column is aliased.
  public let coefficients: [Double?]
  /// The columns that were estimated, ascending: the rows and columns of the covariances.
  public let estimable: [Int]
  /// The columns that depend on columns to their left, ascending.
  public let aliased: [Int]
  /// (X'X)⁻¹ of the estimable columns.
  public let unscaledCovariance: Matrix
  /// The sum of squared residuals, weighted.
  public let residualSumOfSquares: Double
  /// The sum of squares of the fit, about its mean when there is an intercept.
  public let modelSumOfSquares: Double
  /// Whether an intercept was among the estimated columns.
  public let hasIntercept: Bool
  /// Rows minus rank; 0 is allowed.
  public let degreesOfFreedom: Int
  /// The fitted response, one per row.
  public let fitted: [Double]
  /// Response minus fit, one per row.
  public let residuals: [Double]
  /// The sum of the weights' logarithms.
  let logWeights: Double
  /// The fit as leverages and robust covariances read it.
  public let working: WorkingLeastSquares
  /// The triangle of all scaled columns and the scaled response, for sums of squares.
  let triangle: Matrix
  /// What the response was multiplied by in `triangle`.
  let responseScale: Double
  let tolerance: Double

  /// The number of estimated columns.
  public var rank: Int { estimable.count }

  /// The residual standard deviation; nil without degrees of freedom.
  public var sigma: Double? {
    degreesOfFreedom > 0 ? (residualSumOfSquares / Double(degreesOfFreedom)).squareRoot() : nil
  }

  /// σ²(X'X)⁻¹ of the estimable columns; nil without degrees of freedom.
  public var covariance: Matrix? {
    guard degreesOfFreedom > 0 else { return nil }
    let variance = residualSumOfSquares / Double(degreesOfFreedom)
    return Matrix(rows: rank, columns: rank, elements: unscaledCovariance.elements.map { $0 * variance })
  }

  /// The standard error of a contrast; nil without residual degrees of freedom.
  ///
  /// - Parameter contrast: one weight per estimable column, in the order of `estimable`.
  public func standardError(contrast: [Double]) -> Double? {
    precondition(contrast.count == estimable.count, "one weight per estimable column")
    return covariance?.form(contrast, contrast).squareRoot()
  }

  /// One per design column; nil where aliased or without degrees of freedom.
  public var standardErrors: [Double?] {
    var errors = [Double?](repeating: nil, count: coefficients.count)
    guard let sigma else { return errors }
    for (position, column) in estimable.enumerated() {
      errors[column] = sigma * unscaledCovariance[position, position].squareRoot()
    }
    return errors
  }

  /// The share of the sum of squares (about the mean if there is an intercept) the model explains; nil when
  /// there is nothing to explain.
  public var rSquared: Double? {
    let total = modelSumOfSquares + residualSumOfSquares
    return total > 0 ? modelSumOfSquares / total : nil
  }

  /// R² adjusted for the number of columns, as R defines it.
  public var adjustedRSquared: Double? {
    guard let rSquared, degreesOfFreedom > 0 else { return nil }
    let intercept = hasIntercept ? 1 : 0
    return 1 - (1 - rSquared) * Double(fitted.count - intercept) / Double(degreesOfFreedom)
  }

  /// The test of all estimated columns but the intercept; nil when there are none, without degrees of freedom,
  /// or when the fit is exact.
  public var fTest: FTest? {
    let numerator = rank - (hasIntercept ? 1 : 0)
    guard numerator > 0, degreesOfFreedom > 0, residualSumOfSquares > 0 else { return nil }
    let statistic =
      modelSumOfSquares / Double(numerator) / (residualSumOfSquares / Double(degreesOfFreedom))
    return FTest(statistic: statistic, numerator: Double(numerator), denominator: Double(degreesOfFreedom))
  }

  /// The normal log-likelihood at its maximum, as R's `logLik`; infinite when the fit is exact.
  public var logLikelihood: Double {
    let rows = Double(fitted.count)
    let plain = -rows / 2 * (log(2 * Double.pi) + 1 + log(residualSumOfSquares / rows))
    return logWeights == 0 ? plain : plain + logWeights / 2
  }

  /// Akaike's criterion; σ counts as a parameter.
  public var aic: Double { -2 * logLikelihood + 2 * Double(rank + 1) }

  /// Schwarz's criterion; σ counts as a parameter.
  public var bic: Double { -2 * logLikelihood + log(Double(fitted.count)) * Double(rank + 1) }
}

/// An F statistic with its degrees of freedom.
public struct FTest: Sendable, Equatable {
  /// The statistic.
  public let statistic: Double
  /// Degrees of freedom of the numerator.
  public let numerator: Double
  /// Degrees of freedom of the denominator.
  public let denominator: Double

  public init(statistic: Double, numerator: Double, denominator: Double) {
    self.statistic = statistic
    self.numerator = numerator
    self.denominator = denominator
  }

  /// P(F ≥ statistic).
  public var pValue: Double {
    Distributions.fisherUpper(statistic, numerator: numerator, denominator: denominator)
  }
}
