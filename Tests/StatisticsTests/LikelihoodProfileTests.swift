import Statistics
import Testing

/// Profile intervals against lme4's, whose own interpolation of the profile is off by 1e-5 to 1e-4.
@Suite struct LikelihoodProfileTests {
  static let single = [
    "dyestuff_ml", "dyestuff_reml", "orthodont_int_ri_reml", "pbcseq_logbili_ris_reml", "sleepstudy_ri_ml",
    "sleepstudy_ri_reml", "sleepstudy_ris_ml", "sleepstudy_ris_reml",
  ]
  static let several = ["pastes_ml", "pastes_reml", "penicillin_ml", "penicillin_reml", "sleepstudy_uncorr_ml"]

  @Test(arguments: single)
  func oneTerm(id: String) throws {
    let model = try MixedModelCase(id)
    let term = RandomEffectsTerm(
      columns: model.random, groups: model.groups, groupCount: model.groupNames.count, isCorrelated: model.correlated)
    try compare(id, model.fit(), model.response, model.fixed, [term])
  }

  @Test(arguments: several, [false, true])
  func severalTerms(id: String, recoded: Bool) throws {
    let plain = try CrossedModelCase(id)
    let model = recoded ? plain.recoded : plain
    try compare(id, model.fit(), model.response, model.fixed, model.terms)
  }

  private func compare(
    _ id: String, _ fit: LinearMixedModelFit, _ response: [Double], _ fixed: Matrix, _ terms: [RandomEffectsTerm]
  ) throws {
    let result = try fit.profile(response: response, fixed: fixed, terms: terms, level: 0.95)
    // lme4's order: Λ column by column, sigma, fixed effects.
    var found: [(ParameterIntervals.Interval, Double)] = []
    for (term, estimate) in zip(result.terms, fit.terms) {
      for column in term.standardDeviations.indices {
        found.append((try #require(term.standardDeviations[column]), estimate.standardDeviations[column]))
        for row in (column + 1)..<max(term.standardDeviations.count, column + 1) where terms[0].isCorrelated {
          found.append((try #require(term.correlations[row][column]), 1))
        }
      }
    }
    found.append((try #require(result.sigma), fit.sigma))
    for (interval, error) in zip(result.fixedEffects, fit.standardErrors) {
      found.append((try #require(interval), try #require(error)))
    }
    let expected = try ReferenceFolder.kept.expected(id)["profile_ci95"].list
    #expect(found.count == expected.count)
    for ((interval, scale), row) in zip(found, expected) {
      let name = try row["term"].text()
      let (low, high) = (try row["2.5 %"].number(), try row["97.5 %"].number())
      #expect(abs(interval.low - low) < 1e-4 * max(abs(low), scale), "\(name) \(interval.low) \(low)")
      #expect(abs(interval.high - high) < 1e-4 * max(abs(high), scale), "\(name) \(interval.high) \(high)")
    }
  }

  @Test func aVarianceOfZero() throws {
    let model = try MixedModelCase("dyestuff2_ml")
    let fit = try model.fit()
    let term = RandomEffectsTerm(columns: model.random, groups: model.groups, groupCount: model.groupNames.count)
    let result = try fit.profile(response: model.response, fixed: model.fixed, terms: [term], level: 0.95)
    let deviation = try #require(result.terms[0].standardDeviations[0])
    #expect(deviation.low == 0 && deviation.high > 0)
    // Its end is where the deviance has risen by the quantile.
    let wide = try fit.profile(response: model.response, fixed: model.fixed, terms: [term], level: 0.99)
    #expect(try #require(wide.terms[0].standardDeviations[0]).high > deviation.high)
  }

  @Test(arguments: CrossedSample.Shape.allCases)
  func endsAreWhereTheDevianceHasRisen(shape: CrossedSample.Shape) throws {
    let sample = CrossedSample(shape, seed: 2)
    let fit = try sample.fit(.ml)
    let result = try fit.profile(response: sample.response, fixed: sample.fixed, terms: sample.terms, level: 0.95)
    // The response less the column at the interval's end, fitted without the column.
    let others = Matrix(columns: (0..<2).map { column in (0..<sample.fixed.rows).map { sample.fixed[$0, column] } })
    let interval = try #require(result.fixedEffects[2])
    for end in [interval.low, interval.high] {
      let response = sample.response.enumerated().map { $1 - end * sample.fixed[$0, 2] }
      let held = try LinearMixedModel.fit(response: response, fixed: others, terms: sample.terms, method: .ml)
      #expect(abs(held.deviance - fit.deviance - 3.841_458_820_694_124) < 1e-8)
    }
    // Every interval holds its estimate, ends at an edge at most.
    for (term, estimate) in zip(result.terms, fit.terms) {
      for (found, deviation) in zip(term.standardDeviations, estimate.standardDeviations) {
        let interval = try #require(found)
        #expect(0 <= interval.low && interval.low <= deviation && deviation < interval.high)
      }
      for interval in term.correlations.flatMap({ $0 }).compactMap({ $0 }) {
        #expect(-1 <= interval.low && interval.low < interval.high && interval.high <= 1)
      }
    }
  }
}
