import Statistics

/// The tests a notebook may name.
enum TestMethod: String, CaseIterable, Sendable {
  case student = "t"
  case welch
  case signedRank = "signed-rank"
  case rankSum = "rank-sum"
  case anova
  case welchAnova = "welch-anova"
  case kruskalWallis = "kruskal-wallis"
  case chiSquare = "chi-square"
  case fisher
  case mcNemar = "mcnemar"
  case shapiroWilk = "shapiro-wilk"
  case pearson
  case spearman
  case kendall

  static let words = allCases.map(\.rawValue)

  /// What is compared with what.
  enum Form: String, Sendable {
    /// One sample against a number.
    case mu
    /// One sample by itself.
    case alone
    /// Independent groups.
    case groups
    /// Rows that belong together in pairs.
    case paired
    /// Two columns of one row.
    case with

    /// How a cell says it.
    var keys: String {
      switch self {
      case .mu: "`mu: 0` (one sample)"
      case .alone: "neither `groups` nor `mu`"
      case .groups: "`groups: column`"
      case .paired: "`groups: {column: [first, second]}` with `paired: column`"
      case .with: "`with: column` (pairs within a row)"
      }
    }
  }

  var forms: [Form] {
    switch self {
    case .student: [.mu, .groups, .paired, .with]
    case .welch, .rankSum, .anova, .welchAnova, .kruskalWallis, .chiSquare, .fisher: [.groups]
    case .signedRank: [.mu, .paired, .with]
    case .mcNemar: [.paired, .with]
    case .shapiroWilk: [.alone]
    case .pearson, .spearman, .kendall: [.with, .paired]
    }
  }

  /// Whether the outcome has levels instead of numbers.
  var countsLevels: Bool { [.chiSquare, .fisher, .mcNemar].contains(self) }

  /// Whether exactly two groups are compared.
  var needsTwoGroups: Bool { [.student, .welch, .rankSum, .signedRank, .mcNemar].contains(self) || isCorrelation }

  var isCorrelation: Bool { [.pearson, .spearman, .kendall].contains(self) }

  /// Whether both columns of a pair must be in one unit.
  var subtracts: Bool { self == .student || self == .signedRank }

  /// Which of `alternative`, `exact`, `zeros` and `continuity` mean something.
  var options: [String] {
    switch self {
    case .student, .welch, .pearson, .fisher: ["alternative"]
    case .rankSum, .mcNemar, .kendall: ["alternative", "exact", "continuity"]
    case .signedRank: ["alternative", "exact", "zeros", "continuity"]
    case .spearman: ["alternative", "exact"]
    case .chiSquare: ["continuity"]
    case .anova, .welchAnova, .kruskalWallis, .shapiroWilk: []
    }
  }

  /// R's defaults.
  var correctsContinuity: Bool { self != .kendall }

  var hasResidualDegreesOfFreedom: Bool { self == .anova || self == .welchAnova }

  /// What the report calls the statistic.
  var statistic: String {
    switch self {
    case .student, .welch, .pearson: "t"
    case .signedRank: "V"
    case .rankSum: "W"
    case .anova, .welchAnova: "F"
    case .kruskalWallis: "H"
    case .chiSquare: "χ²"
    case .fisher: ""
    case .mcNemar: "Statistic"
    case .shapiroWilk: "W"
    case .spearman: "S"
    case .kendall: "S"
    }
  }

  /// The estimate's name; nil for tests that have none.
  /// - Parameter event: the level whose shares are compared.
  func estimate(_ form: Form, event: String?) -> String? {
    switch self {
    case .student, .welch: form == .mu ? "Mean" : form == .groups ? "Difference in means" : "Mean difference"
    case .signedRank: form == .mu ? "Pseudomedian" : "Hodges–Lehmann difference"
    case .rankSum: "Hodges–Lehmann shift"
    case .chiSquare: event.map { "Difference in shares of \($0)" }
    case .fisher: event.map { "Odds ratio of \($0)" }
    case .mcNemar: event.map { "Odds ratio of \($0)" }
    case .pearson, .spearman, .kendall: "Correlation"
    case .anova, .welchAnova, .kruskalWallis, .shapiroWilk: nil
    }
  }
}

/// A test with its settings: everything the computation needs besides the data.
struct TestSettings: Sendable {
  let method: TestMethod
  let alternative: Alternative
  let exactness: Exactness
  let zeros: SignedRankTest.Zeros
  let continuity: Bool
  let level: Double

  /// The method that led to a result, named so that it can be repeated.
  func name(_ form: TestMethod.Form, _ result: TestResult, groups: Int) -> String {
    let approximation =
      "normal approximation"
      + (continuity ? " with continuity correction" : "") + (result.hasTies ? ", corrected for ties" : "")
    let midranks = result.hasTies ? "exact: permutation distribution of midranks" : "exact"
    switch method {
    case .student:
      return form == .groups
        ? "two-sample t test with equal variances" : form == .mu ? "one-sample t test" : "paired t test"
    case .welch: return "Welch's two-sample t test"
    case .rankSum: return "Wilcoxon rank-sum test, \(result.isExact ? midranks : approximation)"
    case .signedRank:
      let zeros = result.zeros > 0 ? self.zeros == .drop ? ", zeros dropped" : ", zeros by Pratt's rule" : ""
      return "Wilcoxon signed-rank test, \(result.isExact ? midranks : approximation)\(zeros)"
    case .anova: return "one-way analysis of variance"
    case .welchAnova: return "Welch's analysis of variance, variances not assumed equal"
    case .kruskalWallis: return "Kruskal–Wallis rank test\(result.hasTies ? ", corrected for ties" : "")"
    case .chiSquare:
      let isSmall = result.estimate != nil
      return "Pearson's chi-square test\(isSmall ? continuity ? " with Yates' correction" : " without correction" : "")"
    case .fisher: return "Fisher's exact test"
    case .mcNemar:
      return result.isExact
        ? "McNemar's test, exact (binomial)"
        : "McNemar's chi-square test \(continuity ? "with continuity correction" : "without correction")"
    case .shapiroWilk: return "Shapiro–Wilk test of normality"
    case .pearson: return "Pearson's correlation, t test"
    case .spearman:
      return "Spearman's rank correlation, \(result.isExact ? midranks : "t approximation")"
    case .kendall: return "Kendall's rank correlation, \(result.isExact ? "exact" : approximation)"
    }
  }
}
