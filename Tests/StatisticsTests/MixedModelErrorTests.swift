import Statistics
import Testing

/// Everything a user's data can do wrong to a mixed model.
@Suite struct MixedModelErrorTests {
  private func fit(
    _ response: [Double], fixed: Matrix? = nil, random: Matrix? = nil, groups: [Int32], groupCount: Int,
    correlated: Bool = true
  ) throws -> LinearMixedModelFit {
    let ones = Matrix(columns: [response.map { _ in 1 }])
    return try LinearMixedModel.fit(
      response: response, fixed: fixed ?? ones,
      terms: [
        RandomEffectsTerm(
          columns: random ?? ones, groups: groups, groupCount: groupCount, isCorrelated: correlated)
      ])
  }

  @Test func noRows() {
    #expect(throws: StatisticsError.noRows) { try fit([], groups: [], groupCount: 2) }
  }

  @Test func fewerRowsThanParameters() {
    #expect(throws: StatisticsError.tooFewRows(rows: 2, parameters: 3)) {
      try fit([1, 2], groups: [0, 1], groupCount: 2)
    }
  }

  @Test func oneGroup() {
    #expect(throws: StatisticsError.oneGroup(code: 2)) {
      try fit([1, 2, 3, 4], groups: [2, 2, 2, 2], groupCount: 5)
    }
  }

  @Test func oneRowPerGroup() {
    #expect(throws: StatisticsError.randomEffectsNotSeparable(effects: 4, rows: 4)) {
      try fit([1, 2, 4, 3], groups: [0, 1, 2, 3], groupCount: 4)
    }
  }

  @Test func asManyEffectsAsRows() throws {
    let response: [Double] = [1, 2, 4, 3, 7, 5, 6, 9]
    let random = Matrix(columns: [response.map { _ in 1 }, [0, 1, 0, 1, 0, 2, 0, 3]])
    let groups: [Int32] = [0, 0, 1, 1, 2, 2, 3, 3]
    #expect(throws: StatisticsError.randomEffectsNotSeparable(effects: 8, rows: 8)) {
      try fit(response, random: random, groups: groups, groupCount: 4)
    }
    // lme4 counts per term, and uncorrelated columns are terms of their own.
    _ = try fit(response, random: random, groups: groups, groupCount: 4, correlated: false)
  }

  @Test func constantResponse() {
    #expect(throws: StatisticsError.zeroResidualVariance) {
      try fit([3.3, 3.3, 3.3, 3.3, 3.3, 3.3], groups: [0, 0, 0, 1, 1, 1], groupCount: 2)
    }
  }

  @Test func responseConstantWithinGroups() {
    #expect(throws: StatisticsError.zeroResidualVariance) {
      try fit([1, 1, 1, 2, 2, 2, 4, 4, 4], groups: [0, 0, 0, 1, 1, 1, 2, 2, 2], groupCount: 3)
    }
  }

  @Test func valuesThatAreNotFinite() {
    let good: [Double] = [1, 2, 4, 3, 5, 6]
    let groups: [Int32] = [0, 0, 0, 1, 1, 1]
    #expect(throws: StatisticsError.nonFinite(row: 2, column: .response)) {
      try fit([1, 2, .nan, 3, 5, 6], groups: groups, groupCount: 2)
    }
    #expect(throws: StatisticsError.nonFinite(row: 4, column: .design(1))) {
      let fixed = Matrix(columns: [good.map { _ in 1 }, [0, 1, 2, 3, .infinity, 5]])
      _ = try fit(good, fixed: fixed, groups: groups, groupCount: 2)
    }
    #expect(throws: StatisticsError.nonFinite(row: 0, column: .random(0))) {
      let random = Matrix(columns: [[-.infinity, 1, 1, 1, 1, 1]])
      _ = try fit(good, random: random, groups: groups, groupCount: 2)
    }
  }

  @Test func emptyRandomColumn() {
    #expect(throws: StatisticsError.zeroRandomColumn(1)) {
      let random = Matrix(columns: [[1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]])
      _ = try fit([1, 2, 4, 3, 5, 6], random: random, groups: [0, 0, 0, 1, 1, 1], groupCount: 2)
    }
  }

  /// 12 rows: groups of three, of two crossed with them, and columns.
  private func fitTwo(
    _ second: [Int32], _ count: Int, column: [Double] = [], fixed: Matrix? = nil,
    method: LinearMixedModel.Method = .reml
  ) throws -> LinearMixedModelFit {
    let response: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    let ones = Matrix(columns: [response.map { _ in 1 }])
    return try LinearMixedModel.fit(
      response: response, fixed: fixed ?? ones,
      terms: [
        RandomEffectsTerm(columns: ones, groups: [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], groupCount: 4),
        RandomEffectsTerm(
          columns: column.isEmpty ? ones : Matrix(columns: [column]), groups: second, groupCount: count),
      ], method: method)
  }

  private static let crossed: [Int32] = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]

  @Test func errorsOfSeveralTermsNameTheTerm() throws {
    #expect(throws: StatisticsError.inTerm(1, .oneGroup(code: 0))) {
      try fitTwo([Int32](repeating: 0, count: 12), 1)
    }
    #expect(throws: StatisticsError.inTerm(1, .randomEffectsNotSeparable(effects: 12, rows: 12))) {
      try fitTwo(Array(0..<12), 12)
    }
    #expect(throws: StatisticsError.inTerm(1, .zeroRandomColumn(0))) {
      try fitTwo(Self.crossed, 2, column: [Double](repeating: 0, count: 12))
    }
    var infinite = [Double](repeating: 1, count: 12)
    infinite[4] = .infinity
    #expect(throws: StatisticsError.inTerm(1, .nonFinite(row: 4, column: .random(0)))) {
      try fitTwo(Self.crossed, 2, column: infinite)
    }
    #expect(throws: StatisticsError.confoundedTerms(first: 0, second: 1)) {
      // The same groups under other codes, and a column that is a multiple.
      try fitTwo([3, 3, 3, 2, 2, 2, 1, 1, 1, 0, 0, 0], 4, column: [Double](repeating: 2, count: 12))
    }
  }

  @Test func aTermThatTheFixedPartAbsorbs() throws {
    let ones = [Double](repeating: 1, count: 12)
    let fixed = Matrix(columns: [ones, Self.crossed.map { Double($0) }])
    #expect(throws: StatisticsError.inTerm(1, .absorbedRandomColumn(0))) {
      try fitTwo(Self.crossed, 2, fixed: fixed)
    }
    // Under ML the variance is known: it is zero.
    let fit = try fitTwo(Self.crossed, 2, fixed: fixed, method: .ml)
    #expect(fit.terms[1].standardDeviations[0] < 1e-6 * fit.sigma)
  }

  @Test func randomColumnsThatDependOnEachOther() throws {
    let response: [Double] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8]
    let ones = response.map { _ in 1.0 }
    for correlated in [true, false] {
      #expect(throws: StatisticsError.dependentRandomColumn(1)) {
        try fit(
          response, random: Matrix(columns: [ones, ones.map { 3 * $0 }]),
          groups: [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], groupCount: 4, correlated: correlated)
      }
    }
  }

  @Test func tooManyCrossedEffects() throws {
    // Two factors of 5,000 levels that hang together.
    let count = 10_000
    let response = (0..<count).map { Double($0 * 7919 % 101) }
    let ones = Matrix(columns: [response.map { _ in 1 }])
    let terms = [
      RandomEffectsTerm(columns: ones, groups: (0..<count).map { Int32($0 / 2) }, groupCount: 5000),
      RandomEffectsTerm(columns: ones, groups: (0..<count).map { Int32(($0 + 1) / 2 % 5000) }, groupCount: 5000),
    ]
    #expect(throws: StatisticsError.tooManyCrossedEffects(count: 5000, limit: 4096)) {
      try LinearMixedModel.fit(response: response, fixed: ones, terms: terms)
    }
  }
}
