/// What a test of a hypothesis found.
public struct TestResult: Sendable, Equatable {
  /// A difference, a location, an odds ratio or a correlation; nil where the test estimates none.
  public var estimate: Double?
  /// Of `estimate`; one-sided where the alternative is.
  public var interval: ConfidenceInterval?
  public var statistic: Double?
  public var degreesOfFreedom: Double?
  /// The denominator's, of an F test.
  public var residualDegreesOfFreedom: Double?
  public var pValue: Double
  public var effect: EffectSize?
  /// Whether `pValue` comes from the statistic's own permutation or binomial distribution.
  public var isExact = false
  /// Whether equal values share midranks.
  public var hasTies = false
  /// Differences of zero that a signed-rank test set aside.
  public var zeros = 0
  /// The smallest expected count of a table.
  public var smallestExpected: Double?

  public init(pValue: Double) { self.pValue = pValue }
}

/// The ends may be infinite, for a one-sided interval.
public struct ConfidenceInterval: Sendable, Equatable {
  public let low: Double
  public let high: Double

  public init(_ low: Double, _ high: Double) {
    self.low = low
    self.high = high
  }
}

/// How large an effect is, free of units.
public struct EffectSize: Sendable, Equatable {
  public enum Kind: String, Sendable {
    case hedgesG = "Hedges' g"
    case rankBiserial = "rank-biserial correlation"
    case matchedRankBiserial = "matched-pairs rank-biserial correlation"
    case omegaSquared = "omega squared"
    case rankEpsilonSquared = "rank epsilon squared"
    case cramersV = "Cramér's V"
    case oddsRatio = "odds ratio"
    case cohensG = "Cohen's g"
    case pearson = "Pearson's r"
    case spearman = "Spearman's rho"
    case kendall = "Kendall's tau-b"
  }

  public let kind: Kind
  public let value: Double
  /// Always two-sided; nil where none is established, or none exists.
  public let interval: ConfidenceInterval?

  public init(_ kind: Kind, _ value: Double, _ interval: ConfidenceInterval? = nil) {
    self.kind = kind
    self.value = value
    self.interval = interval
  }
}

/// The hypothesis against which a test is made.
public enum Alternative: String, Sendable, CaseIterable {
  case twoSided = "two-sided"
  case greater, less

  /// Whether only one side counts.
  var isOneSided: Bool { self != .twoSided }
}

/// Whether a test takes its statistic's own distribution or an approximation to it.
public enum Exactness: String, Sendable, CaseIterable {
  /// Exact up to the method's limit, approximate beyond.
  case automatic = "auto"
  case exact = "true"
  case approximate = "false"
}

/// Why data do not admit a test. Numbers only: whoever knows the names makes sentences of them.
public enum TestProblem: Error, Sendable, Equatable {
  /// Fewer values, pairs or groups than the test needs.
  case tooFew(has: Int, needs: Int)
  /// A group has fewer values than the test needs; groups are counted from 0.
  case smallGroup(Int, has: Int, needs: Int)
  /// All values, or all values within their groups, are the same.
  case constant
  /// As `constant`, for the first or the second of two variables.
  case constantVariable(Int)
  /// Every difference is zero.
  case allZero
  /// No pair changed.
  case noChange
  /// More values than an exact distribution is computed for.
  case tooManyForExact(has: Int, limit: Int)
  /// An exact distribution is computed without ties only.
  case tiesInExact
  /// More values than the method is made for.
  case tooMany(has: Int, limit: Int)
  /// The outcome has more levels than the test compares.
  case tooManyLevels(has: Int)
  /// The tables to be counted are too many.
  case tooManyTables
  /// The values are too large, or too far apart, for a number to hold their squares.
  case outOfRange
}
