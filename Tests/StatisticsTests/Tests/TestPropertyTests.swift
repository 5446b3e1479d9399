import Statistics
import Testing

/// What must not change when data are written another way, and what must change with them; small cases counted out.
@Suite("Tests of hypotheses: properties")
struct TestPropertyTests {
  private func rankSum(
    _ x: [Double], _ y: [Double], _ alternative: Alternative = .twoSided, _ exactness: Exactness = .automatic
  ) throws -> TestResult {
    try RankSumTest.run(x, y, alternative: alternative, exactness: exactness, continuity: true, level: 0.95)
  }

  private func signedRank(
    _ x: [Double], _ y: [Double], _ alternative: Alternative = .twoSided, zeros: SignedRankTest.Zeros = .drop
  ) throws -> TestResult {
    try SignedRankTest.run(
      x, minus: y, mu: 0, alternative: alternative, exactness: .automatic, zeros: zeros, continuity: true, level: 0.95)
  }

  /// Small whole numbers, so that there are ties.
  private func sample(_ count: Int, _ generator: inout SplitMix64) -> [Double] {
    (0..<count).map { _ in Double(Int.random(in: 0..<8, using: &generator)) }
  }

  private func doubledRanks(_ values: [Double]) -> [Int] {
    values.map { value in 2 * values.count { $0 < value } + values.count { $0 == value } + 1 }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
  func rankSumsByEverySplit(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let size = 2 + Int(seed % 4)
    let values = sample(9, &generator)
    let ranks = doubledRanks(values)
    let observed = ranks.prefix(size).reduce(0, +)
    let mean = size * (values.count + 1)
    var (all, far, up, down) = (0, 0, 0, 0)
    for set in 0..<(1 << values.count) where set.nonzeroBitCount == size {
      let sum = ranks.indices.reduce(0) { set >> $1 & 1 == 1 ? $0 + ranks[$1] : $0 }
      all += 1
      far += abs(sum - mean) >= abs(observed - mean) ? 1 : 0
      up += sum >= observed ? 1 : 0
      down += sum <= observed ? 1 : 0
    }
    let (x, y) = (Array(values.prefix(size)), Array(values.dropFirst(size)))
    for (alternative, count) in [(Alternative.twoSided, far), (.greater, up), (.less, down)] {
      let p = try rankSum(x, y, alternative).pValue
      #expect(abs(p - Double(count) / Double(all)) < 1e-14, "seed \(seed), \(alternative)")
    }
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64], SignedRankTest.Zeros.allCases)
  func signedRanksByEverySign(seed: UInt64, zeros: SignedRankTest.Zeros) throws {
    var generator = SplitMix64(seed: seed)
    let (x, y) = (sample(10, &generator), sample(10, &generator))
    var differences = zip(x, y).map { $0 - $1 }
    if zeros == .drop { differences.removeAll { $0 == 0 } }
    let ranks = doubledRanks(differences.map(abs))
    let used = differences.indices.filter { differences[$0] != 0 }
    let observed = used.filter { differences[$0] > 0 }.reduce(0) { $0 + ranks[$1] }
    let total = used.reduce(0) { $0 + ranks[$1] }
    var (far, up) = (0, 0)
    for signs in 0..<(1 << used.count) {
      let sum = used.enumerated().reduce(0) { signs >> $1.offset & 1 == 1 ? $0 + ranks[$1.element] : $0 }
      far += abs(2 * sum - total) >= abs(2 * observed - total) ? 1 : 0
      up += sum >= observed ? 1 : 0
    }
    let all = Double(1 << used.count)
    #expect(try abs(signedRank(x, y, zeros: zeros).pValue - Double(far) / all) < 1e-14, "seed \(seed)")
    #expect(try abs(signedRank(x, y, .greater, zeros: zeros).pValue - Double(up) / all) < 1e-14, "seed \(seed)")
  }

  @Test(arguments: [15, 16, 17, 18] as [UInt64])
  func rankCorrelationsByEveryPermutation(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let count = 6
    // One of them without ties for odd seeds.
    let x = seed % 2 == 1 ? (0..<count).map { _ in generator.normal() } : sample(count, &generator)
    let y = (0..<count).map { _ in Double(Int.random(in: 0..<4, using: &generator)) }
    let (a, b) = (doubledRanks(x), doubledRanks(y))
    let observed = zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
    let mean = count * (count + 1) * (count + 1)
    var (all, far, up) = (0, 0, 0)
    func permute(_ chosen: [Int]) {
      guard chosen.count < count else {
        let sum = zip(a, chosen).reduce(0) { $0 + $1.0 * b[$1.1] }
        all += 1
        far += abs(sum - mean) >= abs(observed - mean) ? 1 : 0
        up += sum >= observed ? 1 : 0
        return
      }
      for next in 0..<count where !chosen.contains(next) { permute(chosen + [next]) }
    }
    permute([])
    func p(_ x: [Double], _ y: [Double], _ alternative: Alternative) throws -> Double {
      try CorrelationTest.spearman(x, y, alternative: alternative, exactness: .exact, level: 0.95).pValue
    }
    #expect(all == 720)
    #expect(try abs(p(x, y, .twoSided) - Double(far) / 720) < 1e-14, "seed \(seed)")
    #expect(try abs(p(y, x, .greater) - Double(up) / 720) < 1e-14, "seed \(seed)")
  }

  @Test(arguments: [21, 22, 23] as [UInt64])
  func swappingAndShifting(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let x = (0..<12).map { _ in generator.normal() }
    let y = (0..<9).map { _ in generator.normal() + 0.5 }
    let shift = 2.5
    let tests: [([Double], [Double], Alternative) throws -> TestResult] = [
      { try StudentTest.pooled($0, $1, alternative: $2, level: 0.95) },
      { try StudentTest.welch($0, $1, alternative: $2, level: 0.95) },
      { try RankSumTest.run($0, $1, alternative: $2, exactness: .exact, continuity: true, level: 0.95) },
      { try RankSumTest.run($0, $1, alternative: $2, exactness: .approximate, continuity: true, level: 0.95) },
      { try StudentTest.paired(Array($0.prefix(9)), Array($1.prefix(9)), alternative: $2, level: 0.95) },
      {
        try SignedRankTest.run(
          Array($0.prefix(9)), minus: Array($1.prefix(9)), mu: 0, alternative: $2, exactness: .automatic, zeros: .drop,
          continuity: true, level: 0.95)
      },
    ]
    for (number, test) in tests.enumerated() {
      let plain = try test(x, y, .twoSided)
      let swapped = try test(y, x, .twoSided)
      let estimate = try #require(plain.estimate)
      let interval = try #require(plain.interval)
      let effect = try #require(plain.effect?.interval)
      // Sums in another order, and roots found from the other side.
      #expect(abs(swapped.pValue - plain.pValue) < 1e-12, "test \(number)")
      #expect(abs((swapped.estimate ?? 0) + estimate) < 1e-12, "test \(number)")
      #expect(abs((swapped.interval?.low ?? 0) + interval.high) < 1e-12, "test \(number)")
      #expect(abs((swapped.effect?.value ?? 0) + (plain.effect?.value ?? 9)) < 1e-12, "test \(number)")
      #expect(abs((swapped.effect?.interval?.low ?? 0) + effect.high) < 1e-11, "test \(number)")
      #expect(try abs(test(x, y, .less).pValue - test(y, x, .greater).pValue) < 1e-12, "test \(number)")
      let moved = try test(x.map { $0 + shift }, y, .twoSided)
      #expect(abs((moved.estimate ?? 0) - estimate - shift) < 1e-12, "test \(number)")
      #expect(abs((moved.interval?.low ?? 0) - interval.low - shift) < 1e-12, "test \(number)")
      // A power of two rounds nothing.
      let scaled = try test(x.map { $0 * 8 }, y.map { $0 * 8 }, .twoSided)
      #expect(scaled.pValue == plain.pValue && scaled.effect == plain.effect, "test \(number)")
      #expect(scaled.estimate == estimate * 8, "test \(number)")
    }
  }

  @Test func orderOfRows() throws {
    var generator = SplitMix64(seed: 31)
    let groups = (0..<3).map { _ in sample(7, &generator) }
    let shuffled = groups.map { $0.shuffled(using: &generator) }
    #expect(try rankSum(groups[0], groups[1]) == rankSum(shuffled[0], shuffled[1]))
    #expect(try GroupComparison.kruskalWallis(groups) == GroupComparison.kruskalWallis(shuffled))
    let (plain, other) = (
      try GroupComparison.analysisOfVariance(groups, level: 0.95).result,
      try GroupComparison.analysisOfVariance([shuffled[2], shuffled[0], shuffled[1]], level: 0.95).result
    )
    #expect(abs(plain.pValue - other.pValue) < 1e-13)
  }

  /// An interval holds exactly the shifts that the test does not reject.
  @Test(arguments: [41, 42, 43] as [UInt64], [Exactness.exact, .approximate])
  func intervalsInvertTests(seed: UInt64, exactness: Exactness) throws {
    var generator = SplitMix64(seed: seed)
    let x = (0..<11).map { _ in generator.normal() }
    let y = (0..<8).map { _ in generator.normal() }
    let shift = try #require(try rankSum(x, y, .twoSided, exactness).interval)
    func p(_ shift: Double) throws -> Double { try rankSum(x.map { $0 - shift }, y, .twoSided, exactness).pValue }
    #expect(try p(shift.low - 1e-6) < 0.05 && p(shift.low + 1e-6) > 0.05, "seed \(seed)")
    #expect(try p(shift.high + 1e-6) < 0.05 && p(shift.high - 1e-6) > 0.05, "seed \(seed)")
    func signed(_ mu: Double) throws -> TestResult {
      try SignedRankTest.run(
        x, mu: mu, alternative: .twoSided, exactness: exactness, zeros: .drop, continuity: true, level: 0.95)
    }
    let median = try #require(try signed(0).interval)
    #expect(try signed(median.low - 1e-6).pValue < 0.05 && signed(median.low + 1e-6).pValue > 0.05, "seed \(seed)")
    #expect(try signed(median.high + 1e-6).pValue < 0.05 && signed(median.high - 1e-6).pValue > 0.05, "seed \(seed)")
  }

  @Test func hodgesLehmannIsTheMiddleOfAllPairs() throws {
    var generator = SplitMix64(seed: 51)
    let x = (0..<14).map { _ in generator.normal() * 1e3 }
    let y = (0..<9).map { _ in generator.normal() }
    let differences = x.flatMap { x in y.map { x - $0 } }.sorted()
    #expect(try rankSum(x, y).estimate == (differences[62] + differences[63]) / 2)
    let averages = x.indices.flatMap { i in (i..<x.count).map { (x[i] + x[$0]) / 2 } }.sorted()
    let result = try SignedRankTest.run(
      x, mu: 0, alternative: .twoSided, exactness: .exact, zeros: .drop, continuity: true, level: 0.95)
    #expect(result.estimate == averages[52])
  }

  /// Changes from baseline carry the rounding of their subtraction.
  @Test func differencesOfDecimals() throws {
    let result = try signedRank([0.3, 0.2, 1.1, 0.3], [0.1, 0, 0.8, 0.1 + 0.2])
    // 0.3 − 0.1 and 0.2 are tied, 0.3 − (0.1 + 0.2) is zero.
    #expect(result.zeros == 1 && result.hasTies && result.statistic == 6 && result.pValue == 0.25)
    #expect(throws: TestProblem.constant) {
      try StudentTest.paired([1.1, 1.3], [1, 1.2], alternative: .twoSided, level: 0.95)
    }
  }

  @Test func exactAndApproximateAgree() throws {
    var generator = SplitMix64(seed: 61)
    let x = (0..<100).map { _ in (generator.normal() * 4).rounded() }
    let y = (0..<100).map { _ in (generator.normal() * 4 + 1).rounded() }
    let exact = try rankSum(x, y)
    #expect(exact.isExact)
    // The error of a continuity-corrected approximation at n = 100 is of the order of 1/n of P.
    let normal = try rankSum(x, y, .twoSided, .approximate).pValue
    #expect(abs(exact.pValue - normal) < 0.02 * normal)
    #expect(try !rankSum(x + [0], y).isExact)
    #expect(throws: TestProblem.tooManyForExact(has: 201, limit: 200)) { try rankSum(x + [0], y, .twoSided, .exact) }
  }

  @Test func separatedSamplesHaveAnIntervalOfTheirEffect() throws {
    let effect = try #require(try rankSum([1, 2, 3], [4, 5, 6, 7]).effect)
    let interval = try #require(effect.interval)
    #expect(effect.value == -1 && interval.low == -1)
    // Newcombe's equation at θ = 0: θ = z² (1 − θ)(1 + o ((1 − θ)/(2 − θ) + θ/(1 + θ)))/(mn).
    let theta = (interval.high + 1) / 2
    let z = Distributions.normalQuantile(0.975)
    let right = z * z * (1 - theta) * (1 + 2.5 * ((1 - theta) / (2 - theta) + theta / (1 + theta))) / 12
    #expect(abs(theta - right) < 1e-12 && theta > 0.3)
  }

  @Test func oddsRatiosTurnWithTheirTable() throws {
    let table = [[12, 5], [7, 9]]
    let plain = try FisherExactTest.run(table, alternative: .twoSided, level: 0.95)
    let turned = try FisherExactTest.run([table[1], table[0]], alternative: .twoSided, level: 0.95)
    let (odds, other) = (try #require(plain.estimate), try #require(turned.estimate))
    #expect(abs(odds * other - 1) < 1e-12)
    #expect(abs(plain.pValue - turned.pValue) < 1e-14)
    #expect(abs((plain.interval?.low ?? 0) * (turned.interval?.high ?? 0) - 1) < 1e-11)
    let empty = try FisherExactTest.run([[4, 0], [2, 3]], alternative: .twoSided, level: 0.95)
    #expect(empty.estimate == .infinity && empty.interval?.high == .infinity && (empty.interval?.low ?? 0) > 0)
  }

  @Test func noncentralityZeroIsTheCentralDistribution() {
    for t in [-3.1, 0, 0.4, 7] {
      let central = Distributions.studentTwoSided(t, degreesOfFreedom: 6.5) / 2
      let lower = Noncentral.student(t, degreesOfFreedom: 6.5, noncentrality: 0)
      #expect(abs(lower - (t > 0 ? 1 - central : central)) < 1e-14)
    }
    for f in [0.2, 1, 5] {
      let lower = Noncentral.fisher(f, numerator: 3, denominator: 11.5, noncentrality: 0)
      #expect(abs(lower + Distributions.fisherUpper(f, numerator: 3, denominator: 11.5) - 1) < 1e-14)
    }
  }

  @Test func whatDataCanDoWrong() {
    func expect(_ problem: TestProblem, _ run: () throws -> TestResult) {
      #expect(throws: problem) { _ = try run() }
    }
    expect(.tooFew(has: 1, needs: 2)) { try StudentTest.oneSample([1], mu: 0, alternative: .twoSided, level: 0.95) }
    expect(.constant) { try StudentTest.oneSample([2, 2, 2], mu: 0, alternative: .twoSided, level: 0.95) }
    expect(.smallGroup(1, has: 1, needs: 2)) {
      try StudentTest.welch([1, 2], [3], alternative: .twoSided, level: 0.95)
    }
    expect(.constant) { try StudentTest.pooled([1, 1], [2, 2], alternative: .twoSided, level: 0.95) }
    expect(.outOfRange) { try StudentTest.pooled([1e200, -1e200], [2, 3], alternative: .twoSided, level: 0.95) }
    expect(.smallGroup(0, has: 0, needs: 1)) { try rankSum([], [1]) }
    expect(.constant) { try rankSum([1, 1], [1]) }
    expect(.allZero) { try signedRank([1, 2], [1, 2]) }
    expect(.constantVariable(1)) { try GroupComparison.welch([[1, 2], [3, 3]]) }
    expect(.constant) { try GroupComparison.kruskalWallis([[1, 1], [1]]) }
    expect(.tooFew(has: 1, needs: 2)) { try GroupComparison.kruskalWallis([[1, 2]]) }
    expect(.constant) { try ChiSquareTest.run([[3, 0], [4, 0]], continuity: true, level: 0.95) }
    expect(.noChange) {
      try McNemarTest.run(
        gained: 0, lost: 0, alternative: .twoSided, exactness: .automatic, continuity: true, level: 0.95)
    }
    expect(.tooFew(has: 2, needs: 3)) { try ShapiroWilk.run([1, 2]) }
    expect(.tooMany(has: 5001, limit: 5000)) { try ShapiroWilk.run((0...5000).map { Double($0) }) }
    expect(.constant) { try ShapiroWilk.run([3, 3, 3, 3]) }
    expect(.constantVariable(1)) {
      try CorrelationTest.pearson([1, 2, 3], [5, 5, 5], alternative: .twoSided, level: 0.95)
    }
    expect(.tiesInExact) {
      try CorrelationTest.kendall(
        [1, 2, 2], [5, 6, 7], alternative: .twoSided, exactness: .exact, continuity: false, level: 0.95)
    }
    expect(.tooManyTables) {
      let table = (0..<8).map { row in (0..<8).map { 5 + (row * $0) % 7 } }
      return try FisherExactTest.run(table, alternative: .twoSided, level: 0.95)
    }
  }

  /// Numbers that a result can hold, whatever the data are.
  @Test(arguments: [71, 72, 73, 74, 75, 76, 77, 78] as [UInt64])
  func neverNotANumber(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let scale = [1e-300, 1e-150, 1, 1e150, 1e300][Int(seed % 5)]
    let x = sample(2 + Int(seed % 5), &generator).map { $0 * scale }
    let y = sample(2 + Int(seed % 3), &generator).map { $0 * scale }
    let level = 0.95
    let runs: [() throws -> TestResult] = [
      { try StudentTest.pooled(x, y, alternative: .twoSided, level: level) },
      { try StudentTest.welch(x, y, alternative: .less, level: level) },
      { try StudentTest.oneSample(x, mu: 0, alternative: .greater, level: level) },
      { try rankSum(x, y) }, { try rankSum(x, y, .greater, .approximate) },
      { try GroupComparison.analysisOfVariance([x, y], level: level).result }, { try GroupComparison.welch([x, y]) },
      { try GroupComparison.kruskalWallis([x, y]) }, { try ShapiroWilk.run(x) },
      { try CorrelationTest.pearson(x, x.map { $0 * 2 }, alternative: .twoSided, level: level) },
    ]
    for (number, run) in runs.enumerated() {
      guard let result = try? run() else { continue }
      let numbers = [
        result.pValue, result.estimate, result.statistic, result.degreesOfFreedom, result.interval?.low,
        result.interval?.high, result.effect?.value, result.effect?.interval?.low, result.effect?.interval?.high,
      ].compactMap { $0 }
      #expect(numbers.allSatisfy { !$0.isNaN } && (0...1).contains(result.pValue), "seed \(seed), run \(number)")
    }
  }
}
