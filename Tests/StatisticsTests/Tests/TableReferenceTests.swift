import Statistics
import Testing

/// Tests of counts in tables.
extension TestReferenceTests {
  @Test func tables() throws {
    for (name, key, continuity) in [
      ("chisq22_cc", "tab22", true), ("chisq22", "tab22", false), ("chisq34", "tab34", true),
    ] {
      let result = try ChiSquareTest.run(table(key), continuity: continuity, level: 0.95)
      try close(result.statistic, r[name]["statistic"], ofR)
      try close(result.degreesOfFreedom, r[name]["parameter"], 1e-16)
      try close(result.pValue, r[name]["p.value"], ofR)
      let exact = oracle[key == "tab22" ? "chisq22" : "chisq34"]
      try close(result.effect, exact["V"])
      if key == "tab22" {
        try close(result.estimate, exact["difference"].list[0], ofOracle)
        try close(result.interval, JSON(value: exact["difference"].list[1...].map(\.value)), ofOracle)
      }
    }
  }

  @Test func fisher() throws {
    let both = try FisherExactTest.run(table("tab22"), alternative: .twoSided, level: 0.95)
    let expected = oracle["fisher22"]
    try close(both.pValue, r["fisher22"]["p.value"], ofR)
    try close(both.pValue, expected["p"], ofOracle)
    try close(both.estimate, expected["estimate"], ofRoots)
    try close(both.interval, expected["interval"], ofRoots)
    // R's uniroot stops at 1.2e-4 of the odds ratio or of its inverse: 3.9e-6 and 3.0e-5 off.
    try close(both.estimate, r["fisher22"]["estimate"], 1e-5)
    try close(both.interval, r["fisher22"]["conf.int"], 1e-4)
    let greater = try FisherExactTest.run(table("tab22"), alternative: .greater, level: 0.95)
    try close(greater.pValue, r["fisher22_greater"]["p.value"], ofR)
    try close(greater.pValue, expected["p_greater"], ofOracle)
    try close(greater.interval?.low, oracle["fisher22_greater"]["low"], ofRoots)
    try close(greater.interval?.low, r["fisher22_greater"]["conf.int"].list[0], 1e-4)
    #expect(greater.interval?.high == .infinity)
    let large = try FisherExactTest.run(table("tab34"), alternative: .twoSided, level: 0.95)
    // Logarithms of factorials of size 350.
    try close(large.pValue, r["fisher34"]["p.value"], 2e-12)
    try close(large.pValue, oracle["fisher34"]["p"], 2e-12)
  }

  @Test(arguments: ["fisher33", "fisher42", "fisher43"])
  func fisherOfLargerTables(name: String) throws {
    let table = try oracle[name]["table"].list.map { try $0.numbers().map { Int($0) } }
    let transposed = table[0].indices.map { column in table.map { $0[column] } }
    for table in [table, transposed] {
      let result = try FisherExactTest.run(table, alternative: .twoSided, level: 0.95)
      try close(result.pValue, oracle[name]["p"], ofOracle)
    }
  }

  @Test func mcNemar() throws {
    let counts = try table("mcnemar")
    let expected = oracle["mcnemar"]
    func run(_ exactness: Exactness, continuity: Bool = true) throws -> TestResult {
      try McNemarTest.run(
        gained: counts[0][1], lost: counts[1][0], alternative: .twoSided, exactness: exactness, continuity: continuity,
        level: 0.95)
    }
    func shares(_ result: TestResult) -> [Double] {
      [(result.effect?.interval?.low ?? 0) + 0.5, (result.effect?.interval?.high ?? 0) + 0.5]
    }
    let exact = try run(.automatic)
    try close(exact.pValue, r["mcnemar_exact"]["p.value"], ofR)
    try close(exact.pValue, expected["p_exact"], ofOracle)
    try close(exact.statistic, r["mcnemar_exact"]["statistic"], 1e-16)
    #expect(exact.estimate == 23.0 / 12)
    // R's qbeta: 1e-12 at best; the odds magnify an error by up to 1/(1 − p)².
    let limits = try r["mcnemar_exact"]["conf.int"].numbers()
    #expect(worstError(shares(exact), limits) < 1e-11)
    #expect(try worstError(shares(exact), expected["share_exact"].numbers()) < ofRoots)
    let odds = limits.map { $0 / (1 - $0) }
    #expect(worstError([exact.interval?.low ?? 0, exact.interval?.high ?? 0], odds) < 1e-10)
    let corrected = try run(.approximate)
    try close(corrected.statistic, r["mcnemar_cc"]["statistic"], ofR)
    try close(corrected.pValue, r["mcnemar_cc"]["p.value"], ofR)
    #expect(try worstError(shares(corrected), expected["share_wilson_cc"].numbers()) < ofOracle)
    let plain = try run(.approximate, continuity: false)
    try close(plain.statistic, r["mcnemar"]["statistic"], ofR)
    try close(plain.pValue, r["mcnemar"]["p.value"], ofR)
    #expect(try worstError(shares(plain), expected["share_wilson"].numbers()) < ofOracle)
  }
}
