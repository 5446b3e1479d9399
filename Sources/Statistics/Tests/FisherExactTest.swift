internal import CGSL

/// Fisher's exact test of a table of counts, given its margins.
public enum FisherExactTest {
  /// Up to so many counts: the distribution is written out.
  public static let limit = 1_000_000

  /// - Parameter table: rows of counts, no row or column without a count.
  ///
  /// Two by two, the P value comes from the hypergeometric distribution, two-sided the sum over all tables that are not
  /// likelier than the observed one (by more than 1e-7 of its probability, as in R). The estimate is the conditional
  /// maximum-likelihood odds ratio ad/bc; its interval inverts both one-sided tests (Cornfield 1956). Larger tables have a
  /// P value only, by the same rule, and Cramér's V.
  public static func run(_ table: [[Int]], alternative: Alternative, level: Double) throws(TestProblem) -> TestResult {
    let margins = try Margins(table)
    guard margins.total <= Double(limit) else { throw .tooMany(has: Int(margins.total), limit: limit) }
    var result: TestResult
    if table.count == 2, margins.columns.count == 2 {
      let distribution = HypergeometricOdds(table)
      result = TestResult(pValue: distribution.pValue(alternative))
      result.estimate = distribution.estimate
      result.interval = distribution.interval(alternative, level: level)
      result.effect = EffectSize(
        .oddsRatio, distribution.estimate, distribution.interval(.twoSided, level: level))
    } else {
      result = TestResult(pValue: try TableProbability(table, margins).pValue())
      result.effect = ChiSquareTest.cramersV(margins.chiSquare(table, correction: 0), margins, level)
    }
    result.isExact = true
    result.smallestExpected = margins.smallestExpected
    return result
  }
}

/// The first count of a two-by-two table given its margins, at any odds ratio: Fisher's noncentral hypergeometric
/// distribution.
struct HypergeometricOdds {
  private let observed: Int
  private let lowest: Int
  /// Logarithms of the probabilities at odds ratio 1, but for a constant, from `lowest` on.
  private let logWeights: [Double]

  init(_ table: [[Int]]) {
    let (a, b, c, d) = (table[0][0], table[0][1], table[1][0], table[1][1])
    observed = a
    lowest = max(0, a - d)
    let highest = min(a + b, a + c)
    let factorial = LogGamma.factorials(a + b + c + d)
    logWeights = (lowest...highest).map { x in
      -factorial[x] - factorial[a + b - x] - factorial[a + c - x] - factorial[d - a + x]
    }
  }

  private var highest: Int { lowest + logWeights.count - 1 }

  /// Probabilities at a logarithm of the odds ratio, of which the largest weight is 1 before they are divided by their sum.
  private func probabilities(_ logOdds: Double) -> [Double] {
    let logs = logWeights.enumerated().map { $1 + Double($0) * logOdds }
    let most = logs.max() ?? 0
    let weights = logs.map { exp($0 - most) }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private func lower(_ logOdds: Double) -> Double {
    probabilities(logOdds).prefix(observed - lowest + 1).reduce(0, +)
  }

  private func upper(_ logOdds: Double) -> Double {
    probabilities(logOdds).suffix(highest - observed + 1).reversed().reduce(0, +)
  }

  func pValue(_ alternative: Alternative) -> Double {
    switch alternative {
    case .greater: return min(1, upper(0))
    case .less: return min(1, lower(0))
    case .twoSided:
      let all = probabilities(0)
      let bound = all[observed - lowest] * (1 + 1e-7)
      // From the small ones up.
      return min(1, all.filter { $0 <= bound }.sorted().reduce(0, +))
    }
  }

  /// The odds ratio at which the observed count is the expected one: 0 or infinite at the ends.
  var estimate: Double {
    if observed == lowest { return 0 }
    if observed == highest { return .infinity }
    let root = solve { logOdds in
      let distances = probabilities(logOdds).enumerated().map { $1 * Double(lowest + $0 - observed) }
      return distances.reduce(0, +)
    }
    return root.map { exp($0) } ?? .nan
  }

  func interval(_ alternative: Alternative, level: Double) -> ConfidenceInterval? {
    let tail = alternative.isOneSided ? 1 - level : (1 - level) / 2
    let low =
      alternative == .less || observed == lowest ? 0 : solve { upper($0) - tail }.map { exp($0) }
    let high =
      alternative == .greater || observed == highest ? .infinity : solve { lower($0) - tail }.map { exp($0) }
    guard let low, let high else { return nil }
    return ConfidenceInterval(low, high)
  }

  private func solve(_ function: (Double) -> Double) -> Double? {
    MonotoneRoot.find(near: 0, step: 1, within: -700...700, function)
  }
}
