import Statistics
import Testing

/// Refits of drawn responses. What is random has a seed, so every number here is the same in every run.
@Suite struct ParametricBootstrapTests {
  /// xoshiro256++ of Blackman & Vigna's C code has no published test vectors for these states: what is held is that
  /// numbers look uniform and normal, and streams differ.
  @Test func streams() {
    var stream = RandomStream(key: [1, 2], number: 0)
    let uniforms = (0..<20_000).map { _ in stream.uniform() }
    let mean = uniforms.reduce(0, +) / 20_000
    let square = uniforms.reduce(0) { $0 + $1 * $1 } / 20_000
    // Four standard errors of the mean of 20,000.
    #expect(abs(mean - 0.5) < 4 * 0.2887 / 141.4)
    #expect(abs(square - 1.0 / 3) < 4 * 0.2981 / 141.4)
    #expect(uniforms.allSatisfy { $0 > 0 && $0 < 1 })
    var (same, other, key) = (
      RandomStream(key: [1, 2], number: 0), RandomStream(key: [1, 2], number: 1), RandomStream(key: [2, 1], number: 0)
    )
    #expect(uniforms.prefix(10).allSatisfy { $0 == same.uniform() })
    #expect(uniforms.prefix(10).allSatisfy { $0 != other.uniform() })
    #expect(uniforms.prefix(10).allSatisfy { $0 != key.uniform() })
  }

  @Test func sleepstudy() throws {
    let model = try MixedModelCase("sleepstudy_ris_reml")
    let fit = try model.fit()
    let terms = [
      RandomEffectsTerm(columns: model.random, groups: model.groups, groupCount: model.groupNames.count)
    ]
    let start = ContinuousClock.now
    let result = try fit.bootstrap(fixed: model.fixed, terms: terms, replicates: 1000, key: [7], level: 0.95)
    print("1000 refits of sleepstudy: \(ContinuousClock.now - start), \(result.singular) singular")
    #expect(result.failed == 0)
    // The balanced design makes fixed effects normal with the model's own standard error: half widths agree to the
    // noise of a percentile of 1,000, about 5 %.
    for (column, estimate) in fit.fixedEffects.enumerated() {
      let interval = try #require(result.parameters.fixedEffects[column])
      let (value, error) = (try #require(estimate), try #require(fit.standardErrors[column]))
      #expect(abs((interval.high - interval.low) / (2 * 1.96 * error) - 1) < 0.15)
      #expect(abs((interval.high + interval.low) / 2 - value) < 0.25 * error)
    }
    let sigma = try #require(result.parameters.sigma)
    #expect(sigma.low < fit.sigma && fit.sigma < sigma.high)
    // σ²·144/σ̂² is near chi-square of 144 degrees of freedom: ±11.6 % of σ.
    #expect(abs((sigma.high - sigma.low) / fit.sigma - 0.2316) < 0.03)
    let again = try fit.bootstrap(fixed: model.fixed, terms: terms, replicates: 1000, key: [7], level: 0.95)
    #expect(again.parameters == result.parameters)
    let other = try fit.bootstrap(fixed: model.fixed, terms: terms, replicates: 100, key: [8], level: 0.95)
    #expect(other.parameters != result.parameters)
  }

  @Test func severalTerms() throws {
    // Nested and crossed terms with slopes, many of the refits at an edge.
    for shape in CrossedSample.Shape.allCases {
      let sample = CrossedSample(shape, seed: 3)
      let fit = try sample.fit()
      let result = try fit.bootstrap(
        fixed: sample.fixed, terms: sample.terms, replicates: 40, key: [1], level: 0.9)
      #expect(result.failed == 0)
      for (term, estimate) in zip(result.parameters.terms, fit.terms) {
        for (found, deviation) in zip(term.standardDeviations, estimate.standardDeviations) {
          let interval = try #require(found)
          #expect(interval.low <= interval.high && interval.low >= 0)
          #expect(interval.low <= 1.5 * deviation + 0.1 && interval.high >= 0.5 * deviation)
        }
      }
      let sigma = try #require(result.parameters.sigma)
      #expect(sigma.low < fit.sigma && fit.sigma < sigma.high)
    }
  }
}
