/// Linear models for repeated measures of subjects at planned visits ("MMRM").
public enum RepeatedMeasuresModel {
  /// How standard errors and degrees of freedom of the fixed effects are computed.
  public enum Inference: Sendable, Equatable {
    case satterthwaite
    case kenwardRoger(KenwardRogerVariant)
    case betweenWithin
  }

  /// Kenward and Roger's method is several.
  public enum KenwardRogerVariant: Sendable, Equatable {
    /// Without second derivatives, the expected information of the covariance parameters: pbkrtest.
    case linearExpected
    /// Without second derivatives, the observed information: SAS `ddfm=kr(linear)`, mmrm's Kenward-Roger-Linear.
    case linearObserved
    /// With second derivatives in mmrm's parameters, the observed information: mmrm's Kenward-Roger.
    case full
  }

  /// Fits `response = fixed · β + error`, where the errors of a subject's visits have covariance Σ and subjects are
  /// independent.
  ///
  /// The rows are reduced per pattern of visits once. Newton's method then solves the score equation to the round-off
  /// floor, from the residuals' own covariance.
  ///
  /// - Parameters:
  ///   - response: `n` numbers.
  ///   - fixed: `n × p`; columns that depend on columns to their left are left out as `LeastSquares` does.
  ///   - subjects: `n` codes in `0..<subjectCount`, each with a row at least.
  ///   - visit: `n` numbers of visits in `0..<visitCount`; a missing visit has no row.
  ///   - structure: the form of Σ.
  ///   - method: REML or ML; Kenward and Roger's methods are those of REML.
  /// - Throws: `noRows`, `nonFinite`, `repeatedVisit`, `tooFewRows`, `visitWithoutVariance`, `zeroResidualVariance`;
  ///   `notConverged` where the end of the search is no estimate.
  public static func fit(
    response: [Double], fixed: Matrix, subjects: [Int32], subjectCount: Int, visit: [Int32], visitCount: Int,
    structure: CovarianceStructure, method: LinearMixedModel.Method = .reml,
    inference: Inference = .kenwardRoger(.linearObserved), iterations: Int = 100
  ) throws(StatisticsError) -> RepeatedMeasuresFit {
    let parameters = structure.parameterCount(visits: visitCount)
    let sums = try VisitPatterns(
      response: response, fixed: fixed, subjects: subjects, subjectCount: subjectCount, visit: visit,
      visitCount: visitCount, parameterCount: parameters)
    let deviance = RepeatedMeasuresDeviance(sums: sums, structure: structure, method: method)
    let start = try self.start(sums, structure, response: response)
    guard let outcome = try CovarianceSearch(deviance: deviance).run(from: start, iterations: iterations) else {
      throw .notConverged(.stuck)
    }
    guard outcome.converged else { throw .notConverged(outcome.stuck ? .stuck : .iterations(iterations)) }
    let expansion = outcome.expansion
    let directions = try Satterthwaite.positiveDirections(expansion.hessian)
    guard directions.count == parameters, try isDefinite(outcome.solution.covariance) else {
      throw .notConverged(.flat)
    }
    let record = OptimizerRecord(
      converged: true, iterations: outcome.iterations, evaluations: outcome.evaluations,
      gradientNorm: expansion.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot(),
      hessianEigenvalues: try SymmetricEigen.values(of: expansion.hessian))
    return try RepeatedMeasuresFit(
      deviance, outcome.solution, expansion, directions, record, inference: inference, response: response, fixed: fixed,
      subjects: subjects)
  }

  /// Whether Σ's correlations are away from ±1: a search towards them never ends.
  private static func isDefinite(_ covariance: Matrix) throws(StatisticsError) -> Bool {
    var correlation = covariance
    for row in 0..<covariance.rows {
      for column in 0..<covariance.columns {
        correlation[row, column] /= (covariance[row, row] * covariance[column, column]).squareRoot()
      }
    }
    return try SymmetricEigen(correlation).values[0] > 1e-9
  }

  private static func start(
    _ sums: VisitPatterns, _ structure: CovarianceStructure, response: [Double]
  ) throws(StatisticsError) -> [Double] {
    var squares = Matrix(rows: sums.visits, columns: sums.visits)
    var counts = squares
    let (width, stride) = (sums.width, sums.stride)
    for pattern in sums.patterns {
      let count = pattern.visits.count
      for (a, row) in pattern.visits.enumerated() {
        for (b, column) in pattern.visits[0...a].enumerated() {
          var sum = pattern.rest.isEmpty ? 0 : pattern.rest[a * count + b]
          for piece in 0..<pattern.pieces {
            let start = pattern.start + piece * count * stride + width - 1
            sum += sums.blocks[start + a * stride] * sums.blocks[start + b * stride]
          }
          squares[row, column] += sum
          counts[row, column] += Double(pattern.subjects)
        }
      }
    }
    let total = sums.residualSquares
    guard total > 1e-24 * DoubleDouble.sumOfSquares(response) else { throw .zeroResidualVariance }
    let common = (total / Double(sums.rows)).squareRoot()
    var deviations: [Double] = []
    for visit in 0..<sums.visits {
      let deviation = (squares[visit, visit] / max(counts[visit, visit], 1)).squareRoot()
      if structure.isHeterogeneous, !(deviation > 1e-9 * common) { throw .visitWithoutVariance(visit) }
      deviations.append(deviation > 1e-9 * common ? deviation : common)
    }
    var correlations = 0.0
    var pairs = 0.0
    for row in 0..<sums.visits {
      for column in 0..<row where counts[row, column] > 0 {
        correlations += squares[row, column] / (deviations[row] * deviations[column])
        pairs += counts[row, column]
      }
    }
    let mean = pairs > 0 ? correlations / pairs : 0
    var moments = squares
    for row in 0..<sums.visits {
      for column in 0...row {
        moments[row, column] = squares[row, column] / max(counts[row, column], 1)
        moments[column, row] = moments[row, column]
      }
    }
    return structure.start(
      deviations: deviations, correlation: min(max(mean, 0.05), 0.9), moments: PositiveDefinite(moments))
  }
}
