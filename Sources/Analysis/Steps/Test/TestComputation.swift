import Statistics
import Tables

/// Why there is no result: as the end of a sentence, and what to do.
struct TestAbsence: Error {
  let reason: String
  var help: String?
}

/// One test of one sample.
struct TestComputation {
  let design: TestDesign
  let settings: TestSettings
  /// Of the outcome, where it has levels.
  let levels: [String]?

  struct Found {
    let result: TestResult
    /// Of an analysis of variance.
    var etaSquared: Double?
    /// The level whose shares are compared, where there are two.
    var event: String?
  }

  func run(_ sample: TestSample) throws(TestAbsence) -> Found {
    guard sample.observations > 0 else {
      throw TestAbsence(
        reason: design.form == .paired ? "no pair is complete" : "there are no rows to test",
        help: "look at the rules that filter the rows")
    }
    guard design.form != .groups && design.form != .paired || sample.groups.count >= 2 else {
      throw TestAbsence(
        reason: "there is only one group, \(sample.groups.first?.label ?? "")", help: "a comparison needs two")
    }
    do throws(TestProblem) {
      return settings.method.countsLevels ? try ofLevels(sample) : try ofNumbers(sample.groups.map(\.values))
    } catch {
      throw TestMessages.absence(error, sample, settings.method, design.form)
    }
  }

  private func ofNumbers(_ groups: [[Double]]) throws(TestProblem) -> Found {
    let (alternative, level) = (settings.alternative, settings.level)
    let x = groups[0]
    let y = groups.count > 1 ? groups[1] : []
    let result: TestResult
    switch settings.method {
    case .student:
      result =
        switch design.form {
        case .groups: try StudentTest.pooled(x, y, alternative: alternative, level: level)
        case .mu, .alone:
          try StudentTest.oneSample(x, mu: design.mu?.value ?? 0, alternative: alternative, level: level)
        case .paired, .with: try StudentTest.paired(x, y, alternative: alternative, level: level)
        }
    case .welch: result = try StudentTest.welch(x, y, alternative: alternative, level: level)
    case .signedRank:
      result = try SignedRankTest.run(
        x, minus: design.form == .mu ? nil : y, mu: design.mu?.value ?? 0, alternative: alternative,
        exactness: settings.exactness, zeros: settings.zeros, continuity: settings.continuity, level: level)
    case .rankSum:
      result = try RankSumTest.run(
        x, y, alternative: alternative, exactness: settings.exactness, continuity: settings.continuity, level: level)
    case .anova:
      let (result, etaSquared) = try GroupComparison.analysisOfVariance(groups, level: level)
      return Found(result: result, etaSquared: etaSquared)
    case .welchAnova: result = try GroupComparison.welch(groups)
    case .kruskalWallis: result = try GroupComparison.kruskalWallis(groups)
    case .shapiroWilk: result = try ShapiroWilk.run(x)
    case .pearson: result = try CorrelationTest.pearson(x, y, alternative: alternative, level: level)
    case .spearman:
      result = try CorrelationTest.spearman(
        x, y, alternative: alternative, exactness: settings.exactness, level: level)
    case .kendall:
      result = try CorrelationTest.kendall(
        x, y, alternative: alternative, exactness: settings.exactness, continuity: settings.continuity, level: level)
    case .chiSquare, .fisher, .mcNemar: preconditionFailure("a test of levels")
    }
    return Found(result: result)
  }

  private func ofLevels(_ sample: TestSample) throws(TestProblem) -> Found {
    let levels = levels ?? []
    let groups = sample.groups.map { $0.values.map { Int($0) } }
    let present = levels.indices.filter { level in groups.contains { $0.contains(level) } }
    // The level asked for; else the last of two.
    let event =
      design.event.flatMap { levels.firstIndex(ofExactly: $0.text) } ?? (levels.count == 2 ? 1 : present.last)
    if settings.method == .mcNemar {
      guard present.count <= 2 else { throw .tooManyLevels(has: present.count) }
      let pairs = zip(groups[0], groups[1])
      let result = try McNemarTest.run(
        gained: pairs.count { $0.0 == event && $0.1 != event }, lost: pairs.count { $0.0 != event && $0.1 == event },
        alternative: settings.alternative, exactness: settings.exactness, continuity: settings.continuity,
        level: settings.level)
      return Found(result: result, event: event.map { levels[$0] })
    }
    guard present.count >= 2 else { throw .constant }
    if let empty = groups.firstIndex(where: \.isEmpty) { throw .smallGroup(empty, has: 0, needs: 1) }
    // The event's column first: an odds ratio above 1 means more of it in the first group.
    let columns = present.count == 2 ? present.filter { $0 == event } + present.filter { $0 != event } : present
    let table = groups.map { group in columns.map { level in group.count { $0 == level } } }
    let result =
      settings.method == .chiSquare
      ? try ChiSquareTest.run(table, continuity: settings.continuity, level: settings.level)
      : try FisherExactTest.run(table, alternative: settings.alternative, level: settings.level)
    let isSmall = table.count == 2 && columns.count == 2
    return Found(result: result, event: isSmall ? event.map { levels[$0] } : nil)
  }
}

/// Why a sample does not admit a test, in words.
enum TestMessages {
  static func absence(
    _ problem: TestProblem, _ sample: TestSample, _ method: TestMethod, _ form: TestMethod.Form
  ) -> TestAbsence {
    func group(_ index: Int) -> String {
      sample.groups.indices.contains(index) ? sample.groups[index].label : "a group"
    }
    switch problem {
    case .tooFew(let has, let needs):
      let what = form == .paired || form == .with ? "pairs" : method.countsLevels ? "levels" : "values"
      return TestAbsence(
        reason: "the test needs \(NumberFormat.count(needs)) \(what), and there \(has == 1 ? "is" : "are") \(has)")
    case .smallGroup(let index, let has, let needs):
      guard has > 0 else { return TestAbsence(reason: "\(group(index)) has no values") }
      return TestAbsence(
        reason: "\(group(index)) has \(NumberFormat.counted(has, "value")), and the test needs \(needs) in each group")
    case .constant:
      if method.countsLevels { return TestAbsence(reason: "every row has the same outcome") }
      if method == .student, form != .mu, form != .groups {
        return TestAbsence(reason: "all differences are the same")
      }
      let within = [.student, .welch, .anova].contains(method) && form == .groups ? " within each group" : ""
      return TestAbsence(reason: "all values are the same\(within)")
    case .constantVariable(let index):
      return TestAbsence(reason: "all values of \(group(index)) are the same")
    case .allZero: return TestAbsence(reason: "every difference is zero")
    case .noChange: return TestAbsence(reason: "no pair differs")
    case .tooManyForExact(let has, let limit):
      return TestAbsence(
        reason: "\(NumberFormat.count(has)) values are too many for the exact test, which is computed up to \(limit)",
        help: "use `exact: auto` or `exact: false`")
    case .tiesInExact:
      return TestAbsence(
        reason: "the exact distribution is for values without ties", help: "use `exact: auto` or `exact: false`")
    case .tooMany(let has, let limit):
      return TestAbsence(
        reason: "\(NumberFormat.count(has)) values are more than the \(NumberFormat.count(limit)) this test is made for"
      )
    case .tooManyTables:
      return TestAbsence(
        reason: "too many tables have these margins to count them all", help: "use `chi-square`")
    case .tooManyLevels(let has):
      return TestAbsence(
        reason: "the outcome has \(has) levels, and `\(method.rawValue)` takes two",
        help: "make a condition of it with `derive`")
    case .outOfRange:
      return TestAbsence(
        reason: "the values are too large for their squares, or too close for their size", help: "use another unit")
    }
  }
}
