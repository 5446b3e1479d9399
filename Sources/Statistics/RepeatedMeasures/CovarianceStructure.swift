internal import CGSL

/// The form of the covariance Σ of a subject's visits.
///
/// Parameters are unbounded, as the R package mmrm has them (Sabanés Bové et al. 2023), because Kenward and Roger's
/// term of second derivatives depends on them: logarithms of standard deviations, and correlations as x/√(1+x²)
/// (that of compound symmetry within its bounds by a logistic function).
public enum CovarianceStructure: Sendable, Equatable {
  /// Σ = LL' with L = DL̃: D the exponentials, L̃ a lower triangle of unit diagonal.
  case unstructured
  case compoundSymmetry(isHeterogeneous: Bool)
  case autoregressive(isHeterogeneous: Bool)
  case toeplitz(isHeterogeneous: Bool)
  /// First-order ante-dependence: a correlation for each pair of neighbouring visits, multiplied along the way.
  case antedependence(isHeterogeneous: Bool)
  /// Continuous-time autoregression: the correlation of one unit of time, to the power of the distance.
  case continuousAutoregressive(times: [Double])

  /// The number of its parameters; one visit has only variances.
  public func parameterCount(visits: Int) -> Int { deviationCount(visits: visits) + shapeCount(visits: visits) }

  /// Parameters that are logarithms of standard deviations; they come first.
  func deviationCount(visits: Int) -> Int { isHeterogeneous ? visits : 1 }

  private func shapeCount(visits: Int) -> Int {
    switch self {
    case .unstructured: visits * (visits - 1) / 2
    case .compoundSymmetry, .autoregressive, .continuousAutoregressive: visits > 1 ? 1 : 0
    case .toeplitz, .antedependence: visits - 1
    }
  }

  var isHeterogeneous: Bool {
    switch self {
    case .unstructured: true
    case .continuousAutoregressive: false
    case .compoundSymmetry(let own), .autoregressive(let own), .toeplitz(let own), .antedependence(let own): own
    }
  }

  /// Σ, `visits × visits`.
  func matrix(visits: Int, at point: [Double]) -> Matrix {
    var result = Matrix(rows: visits, columns: visits)
    var lower: Matrix?
    if case .unstructured = self { lower = Self.factor(point, visits: visits).lower }
    for row in 0..<visits {
      for column in 0...row {
        var value = 0.0
        if let lower {
          for inner in 0...column { value += lower[row, inner] * lower[column, inner] }
        } else {
          value = entry(row, column, visits: visits, at: point).reduce(1) { $0 * $1.value }
        }
        result[row, column] = value
        result[column, row] = value
      }
    }
    return result
  }

  /// D and L of an unstructured Σ = LL', L = DL̃.
  static func factor(_ point: [Double], visits: Int) -> (deviations: [Double], lower: Matrix) {
    let deviations = (0..<visits).map { exp(point[$0]) }
    var lower = Matrix(rows: visits, columns: visits)
    var index = visits
    for row in 0..<visits {
      lower[row, row] = deviations[row]
      for column in 0..<row {
        lower[row, column] = deviations[row] * point[index]
        index += 1
      }
    }
    return (deviations, lower)
  }

  /// Σ's entry at two visits `row ≥ column`, as a product of functions of a parameter each, no parameter twice; not for
  /// `unstructured`.
  func entry(_ row: Int, _ column: Int, visits: Int, at point: [Double]) -> [Factor] {
    let first = isHeterogeneous ? row : 0
    let second = isHeterogeneous ? column : 0
    let scale: [Factor] =
      first == second
      ? [.exponential(2, first, point)] : [.exponential(1, first, point), .exponential(1, second, point)]
    func shape(_ index: Int) -> Int { deviationCount(visits: visits) + index }
    guard row > column else { return scale }
    let correlation: [Factor]
    switch self {
    case .unstructured: correlation = []
    case .compoundSymmetry: correlation = [.equalCorrelation(visits, shape(0), point)]
    case .autoregressive: correlation = [.correlation(row - column, shape(0), point)]
    case .toeplitz: correlation = [.correlation(1, shape(row - column - 1), point)]
    case .antedependence: correlation = (column..<row).map { .correlation(1, shape($0), point) }
    case .continuousAutoregressive(let times): correlation = [.decay(times[row] - times[column], shape(0), point)]
    }
    return scale + correlation
  }

  /// Parameters to start from.
  ///
  /// - Parameters:
  ///   - deviations: a standard deviation per visit.
  ///   - correlation: the mean correlation of two visits.
  ///   - moments: a covariance of all visits, if there is one that is positive definite.
  func start(deviations: [Double], correlation: Double, moments: PositiveDefinite?) -> [Double] {
    let visits = deviations.count
    var mean = 0.0
    for deviation in deviations { mean += log(deviation) }
    var point = isHeterogeneous ? deviations.map { log($0) } : [mean / Double(visits)]
    let slope = correlation / (1 - correlation * correlation).squareRoot()
    switch self {
    case .unstructured:
      var lower = moments?.lower
      if lower == nil {
        var matrix = Matrix(rows: visits, columns: visits)
        for row in 0..<visits {
          for column in 0..<visits {
            matrix[row, column] = deviations[row] * deviations[column] * (row == column ? 1 : correlation)
          }
        }
        lower = PositiveDefinite(matrix)?.lower
      }
      guard let lower else { return point + [Double](repeating: 0, count: visits * (visits - 1) / 2) }
      for row in 0..<visits {
        point[row] = log(lower[row, row])
        for column in 0..<row { point.append(lower[row, column] / lower[row, row]) }
      }
    case .toeplitz, .antedependence: point += [Double](repeating: slope, count: visits - 1)
    case .autoregressive: if visits > 1 { point.append(slope) }
    case .compoundSymmetry:
      let share = (correlation * Double(visits - 1) + 1) / Double(visits)
      if visits > 1 { point.append(log(share / (1 - share))) }
    case .continuousAutoregressive(let times):
      guard visits > 1 else { break }
      let gap = (times[visits - 1] - times[0]) / Double(visits - 1)
      // exp(−exp(−x)·gap) = correlation.
      point.append(-log(-log(min(max(correlation, 0.05), 0.95)) / gap))
    }
    return point
  }

  /// A function of one parameter with its derivatives.
  struct Factor: Sendable {
    let parameter: Int
    let value: Double
    let first: Double
    let second: Double

    /// exp(times · x).
    static func exponential(_ times: Double, _ parameter: Int, _ point: [Double]) -> Factor {
      let value = exp(times * point[parameter])
      return Factor(parameter: parameter, value: value, first: times * value, second: times * times * value)
    }

    /// (x/√(1+x²)) to a power of at least 1.
    static func correlation(_ exponent: Int, _ parameter: Int, _ point: [Double]) -> Factor {
      let x = point[parameter]
      let root = (1 + x * x).squareRoot()
      let r = x / root
      let slope = 1 / (root * root * root)
      let bend = -3 * r / (root * root * root * root)
      var powers = [1.0]
      for _ in 0..<exponent { powers.append(powers[powers.count - 1] * r) }
      let n = Double(exponent)
      let curve = exponent > 1 ? n * (n - 1) * powers[exponent - 2] : 0
      return Factor(
        parameter: parameter, value: powers[exponent], first: n * powers[exponent - 1] * slope,
        second: curve * slope * slope + n * powers[exponent - 1] * bend)
    }

    /// Between −1/(m − 1), where m equally correlated visits become dependent, and 1: (m/(1 + e⁻ˣ) − 1)/(m − 1).
    static func equalCorrelation(_ visits: Int, _ parameter: Int, _ point: [Double]) -> Factor {
      let share = 1 / (1 + exp(-point[parameter]))
      let stretch = Double(visits) / Double(visits - 1)
      let slope = stretch * share * (1 - share)
      return Factor(
        parameter: parameter, value: stretch * share - 1 / Double(visits - 1), first: slope,
        second: slope * (1 - 2 * share))
    }

    /// exp(−exp(−x) · distance): a correlation between 0 and 1.
    static func decay(_ distance: Double, _ parameter: Int, _ point: [Double]) -> Factor {
      let rate = exp(-point[parameter]) * distance
      let value = exp(-rate)
      return Factor(
        parameter: parameter, value: value, first: value * rate, second: value * rate * (rate - 1))
    }
  }
}
