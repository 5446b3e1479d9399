import Statistics
import Testing

/// Several random terms against their definition with V of `n × n`. Seeds name failures.
@Suite struct CrossedModelPropertyTests {
  static let seeds: [UInt64] = [1, 2, 20_260_101]

  @Test(arguments: CrossedSample.Shape.allCases, seeds)
  func devianceIsItsDefinition(shape: CrossedSample.Shape, seed: UInt64) throws {
    let sample = CrossedSample(shape, seed: seed)
    for method in [LinearMixedModel.Method.reml, .ml] {
      let deviance = try sample.deviance(method)
      for (zeros, scale) in [(false, 1.0), (true, 1), (false, 30), (false, 0.01)] {
        let theta = sample.theta(seed: seed &+ 5, zeros: zeros, scale: scale)
        let dense = sample.denseDeviance(theta, method)
        // n × n matrices lose the digits of the variance ratio: 900 at a scale of 30.
        #expect(worstError([deviance(theta)], [dense]) < (scale > 1 ? 1e-10 : 1e-12), "\(method) \(zeros) \(scale)")
      }
    }
  }

  @Test(arguments: CrossedSample.Shape.allCases, seeds)
  func derivativesAgreeWithDifferences(shape: CrossedSample.Shape, seed: UInt64) throws {
    let sample = CrossedSample(shape, seed: seed)
    for method in [LinearMixedModel.Method.reml, .ml] {
      let deviance = try sample.deviance(method)
      // Where Λ has no inverse, or none of a sensible size, blocks of Z'WZ are computed in another way.
      for (zeros, scale) in [(false, 1.0), (true, 1), (false, 0.02)] {
        let theta = sample.theta(seed: seed &+ 9, zeros: zeros, scale: scale)
        let exact = try #require(deviance.derivatives(at: theta))
        let step = 1e-4
        for index in theta.indices {
          var (up, down) = (theta, theta)
          up[index] += step
          down[index] -= step
          // Central differences: truncation 1e-8 of the third derivative, rounding 1e-12/1e-4.
          let slope = (deviance(up) - deviance(down)) / (2 * step)
          #expect(abs(slope - exact.gradient[index]) < 1e-5 * max(1, abs(slope)), "\(method) \(zeros) \(index)")
          let above = try #require(deviance.derivatives(at: up))
          let below = try #require(deviance.derivatives(at: down))
          for other in theta.indices {
            let curvature = (above.gradient[other] - below.gradient[other]) / (2 * step)
            #expect(
              abs(curvature - exact.hessian[index, other]) < 1e-5 * max(1, abs(curvature)),
              "\(method) \(zeros) \(index) \(other)")
          }
        }
      }
    }
  }

  @Test(arguments: CrossedSample.Shape.allCases, seeds)
  func kenwardRogerIsItsDefinition(shape: CrossedSample.Shape, seed: UInt64) throws {
    // A spread of 0.1 mostly ends at the edge of the covariances.
    for spread in [1.0, 0.1] {
      let sample = CrossedSample(shape, seed: seed, spread: spread)
      let fit = try sample.fit()
      #expect(fit.optimizer.converged)
      let result = try fit.kenwardRoger()
      let dense = DenseKenwardRoger(
        fixed: sample.fixed, terms: sample.terms, sigma: fit.sigma, covariances: fit.terms.map(\.covariance))
      let errors = result.standardErrors.compactMap { $0 }
      let floors = errors.flatMap { first in errors.map { first * $0 } }
      let covariance = worstError(result.covariance.elements, dense.adjusted.elements, floors: floors)
      let contrasts = [[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, 3, 0.5]]
      let degrees = worstError(
        contrasts.map { result.contrast($0).degreesOfFreedom }, contrasts.map(dense.degreesOfFreedom))
      // 3e-14 reached by the covariance, 8e-14 by df.
      #expect(covariance < 1e-11)
      #expect(degrees < 1e-11)
    }
  }

  @Test(arguments: CrossedSample.Shape.allCases, seeds)
  func modesAreTheirDefinition(shape: CrossedSample.Shape, seed: UInt64) throws {
    let sample = CrossedSample(shape, seed: seed)
    let fit = try sample.fit(.ml)
    let count = sample.response.count
    var total = Matrix(rows: count, columns: count)
    for index in 0..<count { total[index, index] = fit.sigma * fit.sigma }
    // Cov(b, y) of every effect of a term.
    let crossings = zip(sample.terms, fit.terms).map { term, estimate in
      var crossing = Matrix(rows: term.groupCount * term.columns.columns, columns: count)
      for row in 0..<count {
        for a in 0..<term.columns.columns {
          for b in 0..<term.columns.columns {
            crossing[Int(term.groups[row]) * term.columns.columns + a, row] +=
              estimate.covariance[a, b] * term.columns[row, b]
          }
        }
      }
      for row in 0..<count {
        for column in 0..<count {
          for a in 0..<term.columns.columns {
            total[row, column] +=
              term.columns[row, a] * crossing[Int(term.groups[row]) * term.columns.columns + a, column]
          }
        }
      }
      return crossing
    }
    let inverse = total.inverted
    let rest = Matrix(columns: [zip(sample.response, fit.fittedFixedOnly).map { $0 - $1 }])
    for (index, crossing) in crossings.enumerated() {
      let estimate = fit.terms[index]
      let q = estimate.covariance.rows
      let modes = crossing * inverse * rest
      let explained = crossing * inverse * crossing.flipped
      for effect in 0..<modes.rows {
        let (level, column) = (effect / q, effect % q)
        let deviation = estimate.standardDeviations[column]
        #expect(abs(estimate.effects[level, column] - modes[effect, 0]) < 1e-9 * max(deviation, 1))
        let variance = max(estimate.covariance[column, column] - explained[effect, effect], 0)
        let conditional = estimate.conditionalStandardDeviations[level, column]
        #expect(abs(conditional * conditional - variance) < 1e-9 * max(deviation * deviation, 1))
      }
    }
    for row in 0..<count { #expect(abs(fit.fitted[row] + fit.residuals[row] - sample.response[row]) < 1e-10) }
  }

  @Test(arguments: CrossedSample.Shape.allCases, seeds)
  func orderDoesNotMatter(shape: CrossedSample.Shape, seed: UInt64) throws {
    let sample = CrossedSample(shape, seed: seed)
    let fit = try sample.fit()
    var generator = SplitMix64(seed: seed &+ 3)
    let order = sample.response.indices.shuffled(using: &generator)
    let terms = sample.terms.reversed().map { term in
      RandomEffectsTerm(
        columns: Matrix(
          rows: order.count, columns: term.columns.columns, elements: order.flatMap { term.columns.row($0) }),
        groups: order.map { term.groups[$0] }, groupCount: term.groupCount, isCorrelated: term.isCorrelated)
    }
    let other = try LinearMixedModel.fit(
      response: order.map { sample.response[$0] },
      fixed: Matrix(rows: order.count, columns: 3, elements: order.flatMap { sample.fixed.row($0) }), terms: terms)
    #expect(worstError([other.logLikelihood], [fit.logLikelihood]) < 1e-12)
    let errors = fit.standardErrors.compactMap { $0 }
    #expect(
      worstError(other.fixedEffects.compactMap { $0 }, fit.fixedEffects.compactMap { $0 }, floors: errors) < 1e-9)
    #expect(worstError(other.standardErrors.compactMap { $0 }, errors) < 1e-9)
    for (mine, its) in zip(fit.terms, other.terms.reversed()) {
      #expect(worstError(its.standardDeviations, mine.standardDeviations, floors: [0.1, 0.1]) < 1e-8)
    }
  }

  @Test func columnsThatVaryByThemselvesAreTermsOfTheirOwn() throws {
    // (x || g) is (1 | g) + (0 + x | g), to the last bit.
    let sample = MixedModelPropertyTests.Sample(seed: 4)
    let parts = (0..<2).map { column in
      RandomEffectsTerm(
        columns: Matrix(columns: [(0..<sample.random.rows).map { sample.random[$0, column] }]), groups: sample.groups,
        groupCount: sample.groupCount)
    }
    let fit = try LinearMixedModel.fit(response: sample.response, fixed: sample.fixed, terms: parts)
    let together = try sample.fit(correlated: false)
    #expect(fit.theta == together.theta)
    #expect(fit.fixedEffects == together.fixedEffects)
    #expect(fit.terms.map { $0.standardDeviations[0] } == together.terms[0].standardDeviations)
    #expect(fit.terms[1].effects[3, 0] == together.terms[0].effects[3, 1])
  }
}
