import Statistics

/// What is computed for a certified set, by the kernels that notebooks use.
enum Problem: Sendable {
  case function(@Sendable (Double) -> Double, at: [Double])
  case univariate([Double])
  case regression(response: [Double], columns: [[Double]], hasIntercept: Bool)
  /// `tolerance` as `LeastSquares.fit` takes it.
  case polynomial(response: [Double], x: [Double], degree: Int, tolerance: Double, hasIntercept: Bool)
  case mixed(response: [Double], fixed: Matrix, terms: [RandomEffectsTerm], method: LinearMixedModel.Method)
  case repeated(RepeatedMeasures)

  struct RepeatedMeasures: Sendable {
    let response: [Double]
    let fixed: Matrix
    let subjects: [Int32]
    let subjectCount: Int
    let visit: [Int32]
    let visitCount: Int
    let structure: CovarianceStructure
  }

  /// A quantity with its values; nil where there is none to compute.
  struct Result: Sendable {
    let name: CertifiedQuantity.Name
    let values: [Double?]
  }

  func solve() throws(StatisticsError) -> [Result] {
    switch self {
    case .function(let function, let points): return [Result(name: .values, values: points.map(function))]
    case .univariate(let numbers):
      let summary = try Summary(numbers)
      return [
        Result(name: .mean, values: [summary.mean]),
        Result(name: .standardDeviation, values: [summary.standardDeviation]),
      ]
    case .regression(let response, let columns, let hasIntercept):
      return Self.results(
        try LeastSquares.fit(
          response: response, design: Matrix(columns: columns), interceptColumn: hasIntercept ? 0 : nil))
    case .polynomial(let response, let x, let degree, let tolerance, let hasIntercept):
      return Self.results(
        try Self.polynomial(response: response, x: x, degree: degree, tolerance: tolerance, hasIntercept: hasIntercept))
    case .mixed(let response, let fixed, let terms, let method):
      return try Self.results(
        LinearMixedModel.fit(response: response, fixed: fixed, terms: terms, method: method), isREML: method == .reml)
    case .repeated(let model): return try model.solve()
    }
  }

  private static func polynomial(
    response: [Double], x: [Double], degree: Int, tolerance: Double, hasIntercept: Bool
  ) throws(StatisticsError) -> LeastSquaresFit {
    var columns: [[Double]] = hasIntercept ? [x.map { _ in 1 }] : []
    var low: [Int: [Double]] = [:]
    var power = x
    for exponent in 1...degree {
      if exponent > 1 {
        power = zip(power, x).map { $0 * $1 }
        low[columns.count] = zip(power, x).map { PowerRounding.remainder(of: $1, exponent: exponent, beyond: $0) }
      }
      columns.append(power)
    }
    return try LeastSquares.fit(
      response: response, design: Matrix(columns: columns), tolerance: tolerance,
      interceptColumn: hasIntercept ? 0 : nil, low: low)
  }

  private static func results(_ fit: LeastSquaresFit) -> [Result] {
    [
      Result(name: .coefficients, values: fit.coefficients),
      Result(name: .standardErrors, values: fit.standardErrors),
      Result(name: .sigma, values: [fit.sigma]),
    ]
  }

  private static func results(_ fit: LinearMixedModelFit, isREML: Bool) throws(StatisticsError) -> [Result] {
    var results = [
      Result(name: .logLikelihood, values: [fit.logLikelihood]),
      Result(name: .coefficients, values: fit.fixedEffects),
      Result(name: .standardErrors, values: fit.standardErrors),
      Result(name: .sigma, values: [fit.sigma]),
      Result(name: .theta, values: fit.theta),
      Result(name: .satterthwaite, values: fit.degreesOfFreedom),
    ]
    if isREML {
      let adjusted = try fit.kenwardRoger()
      results += [
        Result(name: .kenwardRogerErrors, values: adjusted.standardErrors),
        Result(name: .kenwardRogerDegrees, values: adjusted.degreesOfFreedom),
      ]
    }
    return results
  }
}

extension Problem.RepeatedMeasures {
  private func fit(_ inference: RepeatedMeasuresModel.Inference) throws(StatisticsError) -> RepeatedMeasuresFit {
    try RepeatedMeasuresModel.fit(
      response: response, fixed: fixed, subjects: subjects, subjectCount: subjectCount, visit: visit,
      visitCount: visitCount, structure: structure, method: .reml, inference: inference)
  }

  fileprivate func solve() throws(StatisticsError) -> [Problem.Result] {
    let plain = try fit(.satterthwaite)
    let adjusted = try fit(.kenwardRoger(.linearObserved))
    return [
      .init(name: .logLikelihood, values: [plain.logLikelihood]),
      .init(name: .coefficients, values: plain.fixedEffects),
      .init(name: .standardErrors, values: plain.standardErrors),
      .init(name: .satterthwaite, values: plain.degreesOfFreedom),
      .init(name: .kenwardRogerErrors, values: adjusted.standardErrors),
      .init(name: .kenwardRogerDegrees, values: adjusted.degreesOfFreedom),
    ]
  }
}
