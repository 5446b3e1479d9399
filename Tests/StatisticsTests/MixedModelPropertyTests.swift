import Foundation
import Statistics
import Testing

/// What must not change a mixed model, and what must change it in a known way. Seeds name failures.
@Suite struct MixedModelPropertyTests {
  static let seeds: [UInt64] = [1, 2, 3, 20_260_101]

  /// Unbalanced groups with random intercept and slope.
  struct Sample {
    var response: [Double] = []
    var fixed: Matrix
    var random: Matrix
    var groups: [Int32] = []
    let groupCount: Int

    init(seed: UInt64, groupCount: Int = 25, interceptSD: Double = 1.5, slopeSD: Double = 0.4, noise: Double = 1) {
      var generator = SplitMix64(seed: seed)
      self.groupCount = groupCount
      var slope: [Double] = []
      var treated: [Double] = []
      for group in 0..<groupCount {
        let (intercept, tilt) = (interceptSD * generator.normal(), slopeSD * generator.normal())
        for _ in 0..<Int.random(in: 3...9, using: &generator) {
          let time = 6 * generator.uniform()
          slope.append(time)
          treated.append(Double(group % 2))
          groups.append(Int32(group))
          response.append(10 + intercept + (0.7 + tilt) * time - Double(group % 2) + noise * generator.normal())
        }
      }
      let ones = [Double](repeating: 1, count: slope.count)
      fixed = Matrix(columns: [ones, slope, treated])
      random = Matrix(columns: [ones, slope])
    }

    func fit(correlated: Bool = true, method: LinearMixedModel.Method = .reml) throws -> LinearMixedModelFit {
      try LinearMixedModel.fit(
        response: response, fixed: fixed,
        terms: [RandomEffectsTerm(columns: random, groups: groups, groupCount: groupCount, isCorrelated: correlated)],
        method: method)
    }

    func deviance(correlated: Bool, method: LinearMixedModel.Method) throws -> ProfiledDeviance {
      try ProfiledDeviance(
        response: response, fixed: fixed,
        terms: [RandomEffectsTerm(columns: random, groups: groups, groupCount: groupCount, isCorrelated: correlated)],
        method: method)
    }
  }

  private func same(_ a: LinearMixedModelFit, _ b: LinearMixedModelFit, within tolerance: Double) {
    let errors = a.standardErrors.compactMap { $0 }
    #expect(worstError(b.fixedEffects.compactMap { $0 }, a.fixedEffects.compactMap { $0 }, floors: errors) < tolerance)
    #expect(worstError(b.standardErrors.compactMap { $0 }, errors) < tolerance)
    #expect(worstError(b.theta, a.theta, floors: a.theta.map { _ in 0.1 }) < tolerance)
    #expect(worstError([b.sigma], [a.sigma]) < tolerance)
    #expect(worstError(b.degreesOfFreedom.compactMap { $0 }, a.degreesOfFreedom.compactMap { $0 }) < tolerance)
  }

  // Everything below changes only the order or the size of roundings: 1e-10 leaves room for theta near an edge.

  @Test(arguments: seeds)
  func rowOrderDoesNotMatter(seed: UInt64) throws {
    let sample = Sample(seed: seed)
    var generator = SplitMix64(seed: seed &+ 77)
    let order = sample.groups.indices.shuffled(using: &generator)
    var shuffled = sample
    shuffled.response = order.map { sample.response[$0] }
    shuffled.groups = order.map { sample.groups[$0] }
    shuffled.fixed = Matrix(rows: order.count, columns: 3, elements: order.flatMap { sample.fixed.row($0) })
    shuffled.random = Matrix(rows: order.count, columns: 2, elements: order.flatMap { sample.random.row($0) })
    let (a, b) = (try sample.fit(), try shuffled.fit())
    same(a, b, within: 1e-10)
    let scale = order.map { _ in a.sigma }
    #expect(worstError(b.fitted, order.map { a.fitted[$0] }, floors: scale) < 1e-10)
  }

  @Test(arguments: seeds)
  func groupLabelsDoNotMatter(seed: UInt64) throws {
    let sample = Sample(seed: seed)
    var generator = SplitMix64(seed: seed &+ 78)
    let labels = (0..<sample.groupCount + 4).map { Int32($0) }.shuffled(using: &generator)
    let relabelled = try LinearMixedModel.fit(
      response: sample.response, fixed: sample.fixed,
      terms: [
        RandomEffectsTerm(
          columns: sample.random, groups: sample.groups.map { labels[Int($0)] }, groupCount: labels.count)
      ])
    let fit = try sample.fit()
    same(fit, relabelled, within: 1e-10)
    let deviations = fit.terms[0].standardDeviations
    for group in 0..<sample.groupCount {
      let row = relabelled.terms[0].effects.row(Int(labels[group]))
      #expect(worstError(row, fit.terms[0].effects.row(group), floors: deviations) < 1e-10)
    }
    // A code without rows: no mode, and no less spread than before the data.
    let unused = Int(labels[sample.groupCount])
    #expect(relabelled.terms[0].effects.row(unused) == [0, 0])
    #expect(worstError(relabelled.terms[0].conditionalStandardDeviations.row(unused), deviations) < 1e-9)
  }

  @Test(arguments: seeds)
  func shiftingTheResponseMovesTheInterceptOnly(seed: UInt64) throws {
    let sample = Sample(seed: seed)
    var shifted = sample
    shifted.response = sample.response.map { $0 + 1000 }
    let (a, b) = (try sample.fit(), try shifted.fit())
    let moved = b.fixedEffects.compactMap { $0 }.enumerated().map { $0.offset == 0 ? $0.element - 1000 : $0.element }
    // The shift itself rounds the response at 1e-13.
    #expect(worstError(moved, a.fixedEffects.compactMap { $0 }) < 1e-10)
    #expect(worstError(b.theta, a.theta, floors: a.theta.map { _ in 0.1 }) < 1e-9)
    #expect(worstError([b.logLikelihood], [a.logLikelihood]) < 1e-12)
  }

  @Test(arguments: seeds)
  func scalingTheResponseScalesEstimates(seed: UInt64) throws {
    let sample = Sample(seed: seed)
    var scaled = sample
    scaled.response = sample.response.map { $0 * 1024 }
    let (a, b) = (try sample.fit(), try scaled.fit())
    #expect(worstError(b.fixedEffects.compactMap { $0 }, a.fixedEffects.compactMap { $0 }.map { $0 * 1024 }) < 1e-12)
    #expect(worstError(b.theta, a.theta, floors: a.theta.map { _ in 0.1 }) < 1e-10)
    #expect(worstError([b.sigma], [a.sigma * 1024]) < 1e-12)
    let degrees = b.degreesOfFreedom.compactMap { $0 }
    #expect(worstError(degrees, a.degreesOfFreedom.compactMap { $0 }) < 1e-10)
  }

  @Test(arguments: seeds)
  func scalingARandomColumnScalesTheta(seed: UInt64) throws {
    let sample = Sample(seed: seed)
    var scaled = sample
    for row in 0..<scaled.random.rows { scaled.random[row, 1] *= 1e6 }
    let (a, b) = (try sample.fit(), try scaled.fit())
    #expect(worstError([b.logLikelihood], [a.logLikelihood]) < 1e-13)
    #expect(worstError(b.theta, [a.theta[0], a.theta[1] / 1e6, a.theta[2] / 1e6]) < 1e-9)
  }

  @Test(arguments: seeds)
  func shiftingTimeDescribesTheSameModel(seed: UInt64) throws {
    // Calendar years: intercept and slope nearly collinear, in the fixed and in the random part.
    let sample = Sample(seed: seed)
    var shifted = sample
    for row in 0..<sample.random.rows {
      shifted.random[row, 1] += 2000
      shifted.fixed[row, 1] += 2000
    }
    let (a, b) = (try sample.fit(), try shifted.fit())
    #expect(b.optimizer.converged)
    // The shift rounds time at 2e-13, and cond(X) is 2e3.
    #expect(worstError([b.logLikelihood], [a.logLikelihood]) < 1e-11)
    #expect(worstError([b.sigma], [a.sigma]) < 1e-9)
    for column in 1...2 {
      #expect(worstError([b.fixedEffects[column] ?? .nan], [a.fixedEffects[column] ?? .nan]) < 1e-8)
      #expect(worstError([b.degreesOfFreedom[column] ?? .nan], [a.degreesOfFreedom[column] ?? .nan]) < 1e-7)
    }
    #expect(worstError(b.fitted, a.fitted, floors: a.fitted.map { _ in a.sigma }) < 1e-8)
  }

  @Test(arguments: seeds)
  func aliasedColumnIsLeftOut(seed: UInt64) throws {
    let sample = Sample(seed: seed)
    let rows = sample.fixed.rows
    let columns = (0..<3).map { column in (0..<rows).map { sample.fixed[$0, column] } }
    var aliased = sample
    aliased.fixed = Matrix(columns: [columns[0], columns[1], zip(columns[0], columns[1]).map { $0 - $1 }, columns[2]])
    let (a, b) = (try sample.fit(), try aliased.fit())
    #expect(b.aliased == [2])
    #expect(b.estimable == [0, 1, 3])
    #expect(b.fixedEffects[2] == nil && b.standardErrors[2] == nil && b.degreesOfFreedom[2] == nil)
    #expect(b.parameterCount == a.parameterCount)
    same(a, b, within: 1e-10)
  }

  @Test(arguments: seeds)
  func singularFitsConverge(seed: UInt64) throws {
    for (interceptSD, slopeSD) in [(0.0, 0.0), (0.02, 0.02), (1.0, 0.0), (0.0, 0.5)] {
      let sample = Sample(seed: seed, groupCount: 12, interceptSD: interceptSD, slopeSD: slopeSD)
      for method in [LinearMixedModel.Method.reml, .ml] {
        for correlated in [true, false] {
          let fit = try sample.fit(correlated: correlated, method: method)
          #expect(fit.optimizer.converged, "\(interceptSD) \(slopeSD) \(method) \(correlated)")
          #expect(fit.optimizer.gradientNorm < 1e-5, "\(interceptSD) \(slopeSD) \(method) \(correlated)")
          #expect(fit.degreesOfFreedom.allSatisfy { ($0 ?? 0).isFinite })
          // A minimum: no small step in theta leads lower.
          let deviance = try sample.deviance(correlated: correlated, method: method)
          for index in fit.theta.indices {
            for step in [1e-3, -1e-3, 0.1, -0.1] {
              var theta = fit.theta
              theta[index] += step
              #expect(deviance(theta) >= fit.deviance - 1e-9)
            }
          }
        }
      }
    }
  }

  @Test func perfectCorrelationIsAResult() throws {
    // Slopes are an exact multiple of intercepts, and few groups: the estimate is at the edge.
    var generator = SplitMix64(seed: 5)
    var sample = Sample(seed: 5, groupCount: 8)
    let effects = (0..<8).map { _ in 3 * generator.normal() }
    sample.response = sample.groups.indices.map { row in
      let effect = effects[Int(sample.groups[row])]
      return effect + 0.5 * effect * sample.fixed[row, 1] + 0.3 * generator.normal()
    }
    let fit = try sample.fit()
    #expect(fit.optimizer.converged)
    #expect(fit.theta[2] == 0)
    let pair = try #require(fit.terms[0].singularity?.perfectCorrelation.first)
    #expect(pair.first == 0 && pair.second == 1 && !pair.isNegative)
    #expect(fit.terms[0].singularity?.zeroVariance == [])
  }

  @Test func iterationsRunningOutIsReported() throws {
    let fit = try MixedModelCase("pbcseq_logbili_ris_reml").fit(iterations: 2)
    #expect(!fit.optimizer.converged)
    #expect(fit.optimizer.iterations == 2)
  }

  @Test func largeVarianceRatio() throws {
    // Noise ten thousand times smaller than the groups' spread: theta is 1e4, far from its start of 1.
    let fit = try Sample(seed: 9, interceptSD: 100, slopeSD: 30, noise: 0.01).fit()
    #expect(fit.optimizer.converged)
    #expect(abs(fit.sigma - 0.01) < 0.002)
    #expect(fit.theta[0] > 5e3)
  }

  @Test(arguments: [LinearMixedModel.Method.reml, .ml], [true, false])
  func derivativesAgreeWithDifferences(method: LinearMixedModel.Method, correlated: Bool) throws {
    let deviance = try Sample(seed: 11).deviance(correlated: correlated, method: method)
    let theta = correlated ? [0.8, -0.15, 0.3] : [0.8, 0.3]
    let exact = try #require(deviance.derivatives(at: theta))
    let step = 1e-4
    for index in theta.indices {
      var (up, down) = (theta, theta)
      up[index] += step
      down[index] -= step
      // Central differences: truncation 1e-8 of the third derivative, rounding 1e-13/1e-4.
      let slope = (deviance(up) - deviance(down)) / (2 * step)
      #expect(abs(slope - exact.gradient[index]) < 1e-5 * max(1, abs(slope)))
      let above = try #require(deviance.derivatives(at: up))
      let below = try #require(deviance.derivatives(at: down))
      for other in theta.indices {
        let curvature = (above.gradient[other] - below.gradient[other]) / (2 * step)
        #expect(abs(curvature - exact.hessian[index, other]) < 1e-5 * max(1, abs(curvature)))
      }
    }
  }

  /// From 1,024 groups on those with the same random columns are reduced to few. Two copies of 600 groups are, 600 are
  /// not; and each term of the deviance counts a copy twice.
  @Test func groupsOfOneKind() throws {
    var generator = SplitMix64(seed: 20_200_632)
    func draw() -> Double { Double.random(in: -1...1, using: &generator) }
    var rows: [[Double]] = []
    var response: [Double] = []
    var groups: [Int32] = []
    for group in 0..<600 {
      let (level, slope, arm) = (draw(), draw(), Double(group % 2))
      // Every seventh lacks its last week: two kinds.
      for week in 0..<(group % 7 == 0 ? 3 : 4) {
        let time = Double(week)
        rows.append([1, time, arm, arm * time])
        response.append(5 + 2 * level + (slope - arm) * time + draw())
        groups.append(Int32(group))
      }
    }
    func deviance(copies: Int, _ method: LinearMixedModel.Method) throws -> ProfiledDeviance {
      let all = (0..<copies).flatMap { _ in rows }
      let term = RandomEffectsTerm(
        columns: Matrix(rows: all.count, columns: 2, elements: all.flatMap { $0[0...1] }),
        groups: (0..<copies).flatMap { copy in groups.map { $0 + Int32(600 * copy) } }, groupCount: 600 * copies)
      return try ProfiledDeviance(
        response: (0..<copies).flatMap { _ in response },
        fixed: Matrix(rows: all.count, columns: 4, elements: all.flatMap { $0 }), terms: [term], method: method)
    }
    let theta = [1.3, 0.2, 0.8]
    let one = try #require(try deviance(copies: 1, .ml).derivatives(at: theta))
    let two = try #require(try deviance(copies: 2, .ml).derivatives(at: theta))
    #expect(abs(two.deviance / (2 * one.deviance) - 1) < 1e-13)
    #expect(worstError(two.gradient, one.gradient.map { 2 * $0 }, floors: [1, 1, 1]) < 1e-10)
    #expect(worstError(two.hessian.elements, one.hessian.elements.map { 2 * $0 }) < 1e-10)
    // REML adds what does not double: central differences with steps of 1e-5 are good to some 1e-6.
    let restricted = try deviance(copies: 2, .reml)
    let exact = try #require(restricted.derivatives(at: theta))
    for index in theta.indices {
      var (up, down) = (theta, theta)
      up[index] += 1e-5
      down[index] -= 1e-5
      let slope = (restricted(up) - restricted(down)) / 2e-5
      #expect(abs(slope - exact.gradient[index]) < 1e-5 * max(1, abs(slope)))
      let (high, low) = (restricted.derivatives(at: up), restricted.derivatives(at: down))
      for other in theta.indices {
        let bend = ((high?.gradient[other] ?? .nan) - (low?.gradient[other] ?? .nan)) / 2e-5
        #expect(abs(bend - exact.hessian[other, index]) < 1e-5 * max(1, abs(exact.hessian[index, index])))
      }
    }
  }
}
