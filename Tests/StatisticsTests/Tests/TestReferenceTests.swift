import Statistics
import Testing

/// Tests of hypotheses against R (`tests_101`) and against exact rational numbers and 40 digits (`tests_oracle`, written as
/// `oracle` here), on the same inputs.
@Suite("Tests of hypotheses against reference values")
struct TestReferenceTests {
  let r: JSON
  let oracle: JSON
  let inputs: JSON

  init() throws {
    let file = try ReferenceFolder.kept.expected("tests_101")
    r = file["expected"]
    inputs = file["inputs"]
    oracle = try ReferenceFolder.kept.expected("tests_oracle")
  }

  /// R's numbers carry 15 digits, its distribution functions 13 to 14.
  let ofR = 1e-12
  /// Sums of a few dozen numbers, incomplete beta functions of moderate arguments.
  let ofOracle = 1e-13
  /// Ends of intervals are roots of distribution functions that are right to about 1e-14 of 1; a probability's error is
  /// divided by its slope, which takes one digit or two.
  let ofRoots = 1e-11

  func close(_ got: Double?, _ want: JSON, _ tolerance: Double) throws {
    let got = try #require(got)
    let want = try want.number()
    #expect(worstError([got], [want], floors: [1e-3]) < tolerance, "\(got) for \(want)")
  }

  func close(_ got: ConfidenceInterval?, _ want: JSON, _ tolerance: Double) throws {
    let got = try #require(got)
    try close(got.low, want.list[0], tolerance)
    try close(got.high, want.list[1], tolerance)
  }

  func close(_ got: EffectSize?, _ want: JSON) throws {
    let got = try #require(got)
    try close(got.value, want.list[0], ofOracle)
    try close(got.interval, JSON(value: want.list[1...].map(\.value)), ofRoots)
  }

  func numbers(_ key: String) throws -> [Double] { try inputs[key].numbers() }

  func table(_ key: String) throws -> [[Int]] { try inputs[key].list.map { try $0.numbers().map { Int($0) } } }

  private func groups() throws -> [[Double]] {
    let names = try inputs["group"].list.map { try $0.text() }
    let values = try numbers("value")
    return ["A", "B", "C", "D"].map { name in zip(names, values).filter { $0.0 == name }.map(\.1) }
  }

  private func student(_ result: TestResult, _ name: String) throws {
    try close(result.statistic, r[name]["statistic"], ofR)
    try close(result.degreesOfFreedom, r[name]["parameter"], ofR)
    try close(result.pValue, r[name]["p.value"], ofR)
    try close(result.interval, r[name]["conf.int"], ofR)
    try close(result.statistic, oracle[name]["t"], ofOracle)
    try close(result.pValue, oracle[name]["p"], ofOracle)
    try close(result.effect, oracle[name]["g"])
  }

  @Test func means() throws {
    let (x, y) = (try numbers("x"), try numbers("y"))
    let equal = try StudentTest.pooled(x, y, alternative: .twoSided, level: 0.95)
    try student(equal, "t_equal")
    let means = try r["t_equal"]["estimate"].numbers()
    #expect(worstError([equal.estimate ?? 0], [means[0] - means[1]]) < ofR)
    try student(StudentTest.welch(x, y, alternative: .twoSided, level: 0.95), "t_welch")
    let (a, b) = (try numbers("a"), try numbers("b"))
    let paired = try StudentTest.oneSample(
      zip(a, b).map { $0 - $1 }, mu: 0, alternative: .twoSided, level: 0.95)
    // Differences of two decimals keep 14 digits of a value near 0.2.
    try close(paired.estimate, r["t_paired"]["estimate"], ofR)
    try student(paired, "t_paired")
    let one = try StudentTest.oneSample(x, mu: 28, alternative: .twoSided, level: 0.95)
    try close(one.estimate, r["t_one"]["estimate"], ofR)
    try student(one, "t_one")
  }

  @Test func oneSided() throws {
    let result = try StudentTest.welch(numbers("x"), numbers("y"), alternative: .less, level: 0.95)
    try close(result.pValue, r["t_less"]["p.value"], ofR)
    #expect(result.interval?.low == -.infinity)
    try close(result.interval?.high, r["t_less"]["conf.int"].list[1], ofR)
  }

  private func rankSum(
    _ x: [Double], _ y: [Double], _ exactness: Exactness, continuity: Bool = true,
    _ alternative: Alternative = .twoSided
  ) throws -> TestResult {
    try RankSumTest.run(
      x, y, alternative: alternative, exactness: exactness, continuity: continuity, level: 0.95)
  }

  @Test func rankSumWithoutTies() throws {
    let given = r["wilcox_exact_inputs"]
    let (x, y) = (try given["x"].numbers(), try given["y"].numbers())
    let result = try rankSum(x, y, .automatic)
    let expected = oracle["ranksum_noties"]
    #expect(result.isExact && !result.hasTies)
    try close(result.statistic, r["wilcox_exact_noties"]["statistic"], 1e-16)
    try close(result.pValue, r["wilcox_exact_noties"]["p.value"], ofR)
    // Exact, R too takes differences of the data and searches nothing.
    try close(result.estimate, r["wilcox_exact_noties"]["estimate"], ofR)
    try close(result.interval, r["wilcox_exact_noties"]["conf.int"], ofR)
    // Products of thirty fractions.
    try close(result.pValue, expected["p"], ofOracle)
    try close(rankSum(x, y, .exact, .greater).pValue, expected["p_greater"], ofOracle)
    try close(rankSum(x, y, .exact, .less).pValue, expected["p_less"], ofOracle)
    try close(result.estimate, expected["estimate"], 1e-12)
    try close(result.interval, expected["interval"], 1e-12)
    try close(result.effect, expected["rank_biserial"])
    try close(rankSum(x, y, .approximate).interval, expected["interval_asymp_cc"], ofOracle)
  }

  @Test func rankSumWithTies() throws {
    let (x, y) = (try numbers("xt"), try numbers("yt"))
    let expected = oracle["ranksum_ties"]
    let exact = try rankSum(x, y, .exact)
    #expect(exact.isExact && exact.hasTies)
    try close(exact.statistic, r["wilcox_exact_ties_exactRankTests"]["statistic"], 1e-16)
    try close(exact.pValue, r["wilcox_exact_ties_exactRankTests"]["p.value"], ofR)
    try close(exact.pValue, expected["p"], ofOracle)
    try close(rankSum(x, y, .exact, .greater).pValue, expected["p_greater"], ofOracle)
    try close(rankSum(x, y, .exact, .less).pValue, expected["p_less"], ofOracle)
    try close(exact.estimate, expected["estimate"], 1e-16)
    try close(exact.interval, expected["interval"], 1e-16)
    try close(exact.effect, expected["rank_biserial"])
    let corrected = try rankSum(x, y, .approximate)
    #expect(!corrected.isExact)
    try close(corrected.pValue, r["wilcox_asymp_cc"]["p.value"], ofR)
    try close(corrected.interval, expected["interval_asymp_cc"], 1e-16)
    let plain = try rankSum(x, y, .approximate, continuity: false)
    try close(plain.pValue, r["wilcox_asymp_nocc"]["p.value"], ofR)
    try close(plain.interval, expected["interval_asymp_nocc"], 1e-16)
    // R searches the same ends with uniroot, whose tolerance is 1e-4: it says −2.0000017 and 0.0000147.
  }

  private func signedRank(
    _ x: [Double], minus y: [Double], _ exactness: Exactness, zeros: SignedRankTest.Zeros = .drop,
    continuity: Bool = true, _ alternative: Alternative = .twoSided
  ) throws -> TestResult {
    try SignedRankTest.run(
      x, minus: y, mu: 0, alternative: alternative, exactness: exactness, zeros: zeros, continuity: continuity,
      level: 0.95)
  }

  @Test func signedRank() throws {
    let (a, b) = (try numbers("a"), try numbers("b"))
    let corrected = try signedRank(a, minus: b, .approximate)
    let expected = oracle["signrank"]
    // 6.43 − 7.39 and 5.58 − 6.54 are one tie, of which R's file has the correction.
    #expect(corrected.hasTies && corrected.zeros == 0)
    try close(corrected.statistic, r["signrank_asymp_cc"]["statistic"], 1e-16)
    try close(corrected.pValue, r["signrank_asymp_cc"]["p.value"], ofR)
    try close(corrected.pValue, r["signrank_exact"]["p.value"], ofR)
    try close(corrected.interval, expected["interval_asymp_cc"], ofR)
    let plain = try signedRank(a, minus: b, .approximate, continuity: false)
    try close(plain.pValue, r["signrank_asymp_nocc"]["p.value"], ofR)
    try close(plain.interval, expected["interval_asymp_nocc"], ofR)
    let exact = try signedRank(a, minus: b, .automatic)
    #expect(exact.isExact)
    try close(exact.pValue, expected["p"], ofOracle)
    try close(signedRank(a, minus: b, .exact, .greater).pValue, expected["p_greater"], ofOracle)
    try close(signedRank(a, minus: b, .exact, .less).pValue, expected["p_less"], ofOracle)
    // Averages of differences near 0.2 of numbers near 6: 14 digits.
    try close(exact.estimate, expected["estimate"], ofR)
    try close(exact.interval, expected["interval"], ofR)
    try close(exact.effect, expected["rank_biserial"])
  }

  @Test(arguments: SignedRankTest.Zeros.allCases)
  func signedRankWithZeros(zeros: SignedRankTest.Zeros) throws {
    let given = oracle["signrank_rounded"]
    let expected = given[zeros.rawValue]
    let result = try signedRank(given["a"].numbers(), minus: given["b"].numbers(), .exact, zeros: zeros)
    #expect(result.zeros == 7 && result.isExact)
    try close(result.statistic, expected["statistic"], 1e-16)
    if zeros == .drop {
      try close(result.statistic, r["signrank_exact_ties"]["statistic"], 1e-16)
      try close(result.pValue, r["signrank_exact_ties"]["p.value"], 1e-16)
    }
    try close(result.pValue, expected["p"], ofOracle)
    try close(result.estimate, expected["estimate"], 1e-16)
    try close(result.interval, expected["interval"], 1e-16)
    try close(result.effect, expected["rank_biserial"])
  }

  @Test func severalGroups() throws {
    let groups = try groups()
    let (anova, etaSquared) = try GroupComparison.analysisOfVariance(groups, level: 0.95)
    let rows = r["anova"].list
    try close(anova.statistic, rows[0]["F value"], ofR)
    try close(anova.degreesOfFreedom, rows[0]["Df"], 1e-16)
    try close(anova.residualDegreesOfFreedom, rows[1]["Df"], 1e-16)
    try close(anova.pValue, rows[0]["Pr(>F)"], ofR)
    try close(anova.statistic, oracle["anova"]["F"], ofOracle)
    try close(anova.pValue, oracle["anova"]["p"], ofOracle)
    // A difference of sums of squares of 13.7 and 12.6.
    try close(anova.effect?.value, oracle["anova"]["omega"].list[0], 1e-12)
    try close(anova.effect?.interval?.low, oracle["anova"]["omega"].list[1], ofRoots)
    try close(anova.effect?.interval?.high, oracle["anova"]["omega"].list[2], ofRoots)
    try close(etaSquared, oracle["anova"]["eta"], ofOracle)
    let welch = try GroupComparison.welch(groups)
    try close(welch.statistic, r["welch_anova"]["statistic"], ofR)
    try close(welch.degreesOfFreedom, r["welch_anova"]["parameter"].list[0], 1e-16)
    try close(welch.residualDegreesOfFreedom, r["welch_anova"]["parameter"].list[1], ofR)
    try close(welch.pValue, r["welch_anova"]["p.value"], ofR)
    let kruskal = try GroupComparison.kruskalWallis(groups)
    try close(kruskal.statistic, r["kruskal"]["statistic"], ofR)
    try close(kruskal.degreesOfFreedom, r["kruskal"]["parameter"], 1e-16)
    try close(kruskal.pValue, r["kruskal"]["p.value"], ofR)
  }

  @Test func shapiroWilk() throws {
    for (values, name) in [(try numbers("x"), "shapiro_x"), (try numbers("value"), "shapiro_v")] {
      let result = try ShapiroWilk.run(values)
      try close(result.statistic, r[name]["statistic"], ofR)
      // 1 − W of 0.02 has lost two digits of R's W.
      try close(result.pValue, r[name]["p.value"], 1e-11)
    }
  }

  @Test func correlation() throws {
    let (a, b) = (try numbers("a"), try numbers("b"))
    let pearson = try CorrelationTest.pearson(a, b, alternative: .twoSided, level: 0.95)
    try close(pearson.estimate, r["cor_pearson"]["estimate"], ofR)
    try close(pearson.statistic, r["cor_pearson"]["statistic"], ofR)
    try close(pearson.degreesOfFreedom, r["cor_pearson"]["parameter"], 1e-16)
    try close(pearson.pValue, r["cor_pearson"]["p.value"], ofR)
    try close(pearson.interval, r["cor_pearson"]["conf.int"], ofR)
    func spearman(_ exactness: Exactness, _ alternative: Alternative = .twoSided) throws -> TestResult {
      try CorrelationTest.spearman(a, b, alternative: alternative, exactness: exactness, level: 0.95)
    }
    // R's file has the t approximation.
    let approximate = try spearman(.approximate)
    try close(approximate.estimate, r["cor_spearman"]["estimate"], ofR)
    try close(approximate.statistic, r["cor_spearman"]["statistic"], 1e-16)
    try close(approximate.pValue, r["cor_spearman"]["p.value"], ofR)
    try close(approximate.interval, oracle["spearman"]["interval"], ofOracle)
    try close(spearman(.automatic).pValue, oracle["spearman"]["p"], ofOracle)
    try close(spearman(.exact, .greater).pValue, oracle["spearman"]["p_greater"], ofOracle)
    try close(spearman(.exact, .less).pValue, oracle["spearman"]["p_less"], ofOracle)
    // R's statistic is z.
    func kendall(_ exactness: Exactness, _ alternative: Alternative = .twoSided) throws -> TestResult {
      try CorrelationTest.kendall(
        a, b, alternative: alternative, exactness: exactness, continuity: false, level: 0.95)
    }
    try close(kendall(.approximate).estimate, r["cor_kendall"]["estimate"], ofR)
    try close(kendall(.approximate).pValue, r["cor_kendall"]["p.value"], ofR)
    try close(kendall(.automatic).pValue, oracle["kendall"]["p"], ofOracle)
    try close(kendall(.exact, .greater).pValue, oracle["kendall"]["p_greater"], ofOracle)
    try close(kendall(.exact).statistic, oracle["kendall"]["S"], 1e-16)
    try close(kendall(.exact).interval, oracle["kendall"]["interval"], ofOracle)
  }

  @Test func spearmanWithTies() throws {
    let given = oracle["spearman_ties"]
    for (alternative, key) in [(Alternative.twoSided, "p"), (.greater, "p_greater"), (.less, "p_less")] {
      let result = try CorrelationTest.spearman(
        given["x"].numbers(), given["y"].numbers(), alternative: alternative, exactness: .exact, level: 0.95)
      try close(result.statistic, given["S"], 1e-16)
      try close(result.pValue, given[key], ofOracle)
    }
  }

  @Test func noncentralDistributions() throws {
    for row in oracle["noncentral_t"].list {
      let values = try row.numbers()
      let got = Noncentral.student(values[0], degreesOfFreedom: values[1], noncentrality: values[2])
      #expect(abs(got - values[3]) < 1e-14, "\(values)")
    }
    for row in oracle["noncentral_f"].list {
      let values = try row.numbers()
      let got = Noncentral.fisher(values[0], numerator: values[1], denominator: values[2], noncentrality: values[3])
      #expect(abs(got - values[4]) < 1e-14, "\(values)")
    }
    for row in oracle["noncentral_chisq"].list {
      let values = try row.numbers()
      let got = Noncentral.chiSquare(values[0], degreesOfFreedom: values[1], noncentrality: values[2])
      #expect(abs(got - values[3]) < 1e-13, "\(values)")
    }
  }
}
