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
}
