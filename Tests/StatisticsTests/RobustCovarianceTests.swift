import Foundation
import Statistics
import Testing

/// Sandwich covariances, leverages, weights and sums of squares against R's sandwich, clubSandwich, stats and car.
@Suite struct RobustCovarianceTests {
  private func errors(_ covariance: RobustCovariance, _ rank: Int) -> (errors: [Double], freedom: [Double]) {
    let units = (0..<rank).map { index in (0..<rank).map { $0 == index ? 1.0 : 0 } }
    return (
      units.map { covariance.standardError(contrast: $0) }, units.map { covariance.degreesOfFreedom(contrast: $0) }
    )
  }

  private func compare(_ fit: LeastSquaresFit, _ expected: JSON, _ names: [String], codes: [Int32]) throws {
    let kinds: [(String, RobustErrors)] = [("HC0", .hc0), ("HC1", .hc1), ("HC2", .hc2), ("HC3", .hc3)]
    for (name, kind) in kinds {
      let covariance = try RobustCovariance(fit.working, kind, residualDegreesOfFreedom: 9)
      // Both sides are right to some units of the last of 15 digits, the square root of a sum of squares.
      #expect(
        worstError(errors(covariance, fit.rank).errors, try expected["HC"][name].numbers(inOrderOf: names)) < 1e-12)
      #expect(covariance.degreesOfFreedom(contrast: [Double](repeating: 1, count: fit.rank)) == 9)
    }
    let count = RegressionCase.count(codes)
    for (name, kind) in [
      ("CR0", RobustErrors.cr0(codes: codes, count: count)), ("CR2", .cr2(codes: codes, count: count)),
    ] {
      let covariance = try RobustCovariance(fit.working, kind, residualDegreesOfFreedom: 9)
      let own = errors(covariance, fit.rank)
      let coefficients = expected["CR"][name]["coef_test"].list
      // clubSandwich takes powers of I − H by eigenvalues of n × n blocks: its own last digits.
      #expect(worstError(own.errors, try coefficients.map { try $0["SE"].number() }) < 1e-10)
      #expect(worstError(own.freedom, try coefficients.map { try $0["df_Satt"].number() }) < 1e-9)
    }
  }

  @Test func mtcarsAsSandwichAndClubSandwich() throws {
    let model = try RegressionCase.mtcars()
    let expected = try ReferenceFolder.kept.expected("ols_mtcars")
    let fit = try LeastSquares.fit(response: model.response, design: model.design, interceptColumn: 0)
    let gears = RegressionCase.codes(try ReferenceFolder.kept.table("mtcars").texts("gear"))
    try compare(fit, expected, ["(Intercept)", "wt", "hp", "factor(cyl)6", "factor(cyl)8"], codes: gears)
    let influence = Influence(fit.working, variance: try #require(fit.sigma) * #require(fit.sigma))
    #expect(worstError(Array(influence.leverages.prefix(6)), try expected["hat_head"].numbers()) < 1e-12)
    #expect(
      worstError(influence.cooksDistances.prefix(6).compactMap { $0 }, try expected["cooks_head"].numbers()) < 1e-11)
    // Externally studentized residuals follow from the internal ones.
    let freedom = Double(fit.degreesOfFreedom)
    let external = influence.standardizedResiduals.prefix(6).compactMap { $0 }.map {
      $0 * ((freedom - 1) / (freedom - $0 * $0)).squareRoot()
    }
    #expect(worstError(external, try expected["rstudent_head"].numbers()) < 1e-11)
    for (columns, others, index) in [([1], [0], 0), ([2], [0, 1], 1), ([3, 4], [0, 1, 2], 2)] {
      let explained = fit.explained(by: columns, after: others)
      let row = expected["anova_type1"].list[index]
      #expect(explained.degreesOfFreedom == columns.count)
      #expect(worstError([explained.sumOfSquares], [try row["Sum Sq"].number()]) < 1e-11)
    }
  }

  @Test func trialAsSandwichAndClubSandwich() throws {
    let (model, patients) = try RegressionCase.trial24()
    let expected = try ReferenceFolder.kept.expected("ols_trial24_alb")
    let fit = try LeastSquares.fit(response: model.response, design: model.design, interceptColumn: 0)
    #expect(
      worstError(fit.coefficients.compactMap { $0 }, try expected["coef"].list.map { try $0["Estimate"].number() })
        < 1e-12)
    let names = try expected["coef"].list.map { try $0["term"].text() }
    try compare(fit, expected, names, codes: patients)
  }

  @Test func weightsAsR() throws {
    let model = try RegressionCase.mtcars()
    let data = try ReferenceFolder.kept.table("mtcars")
    let expected = try ReferenceFolder.kept.expected("regression_r")["wls"]
    let weights = try data.numbers("qsec")
    let fit = try LeastSquares.fit(
      response: model.response, design: model.design, interceptColumn: 0, weights: weights)
    #expect(worstError(fit.coefficients.compactMap { $0 }, try expected["coef"].numbers()) < 1e-12)
    #expect(worstError(fit.standardErrors.compactMap { $0 }, try expected["se"].numbers()) < 1e-12)
    for (name, value) in [
      ("sigma", fit.sigma), ("r2", fit.rSquared), ("adj_r2", fit.adjustedRSquared), ("logLik", fit.logLikelihood),
      ("AIC", fit.aic), ("BIC", fit.bic),
    ] { #expect(worstError([try #require(value)], [try expected[name].number()]) < 1e-12, "\(name)") }
    let test = try #require(fit.fTest)
    #expect(worstError([test.statistic, test.numerator, test.denominator], try expected["F"].numbers()) < 1e-12)
    let kinds: [(String, RobustErrors)] = [("HC0", .hc0), ("HC1", .hc1), ("HC2", .hc2), ("HC3", .hc3)]
    for (name, kind) in kinds {
      let covariance = try RobustCovariance(fit.working, kind, residualDegreesOfFreedom: 27)
      #expect(worstError(errors(covariance, 5).errors, try expected["HC"][name].numbers()) < 1e-12)
    }
    let gears = RegressionCase.codes(try data.texts("gear"))
    for (name, kind) in [("CR0", RobustErrors.cr0(codes: gears, count: 3)), ("CR2", .cr2(codes: gears, count: 3))] {
      let own = errors(try RobustCovariance(fit.working, kind, residualDegreesOfFreedom: 27), 5)
      #expect(worstError(own.errors, try expected[name]["se"].numbers()) < 1e-10)
      #expect(worstError(own.freedom, try expected[name]["df"].numbers()) < 1e-9)
    }
    let influence = Influence(fit.working, variance: try #require(fit.sigma) * #require(fit.sigma))
    #expect(worstError(influence.leverages, try expected["hat"].numbers()) < 1e-12)
    #expect(worstError(influence.standardizedResiduals.compactMap { $0 }, try expected["rstandard"].numbers()) < 1e-10)
    #expect(worstError(influence.cooksDistances.compactMap { $0 }, try expected["cooks"].numbers()) < 1e-9)
  }

  @Test(arguments: [UInt64(11), 12, 13]) func wholeWeightsAreRepeatedRows(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let rows = 300
    let design = Matrix(
      rows: rows, columns: 3, elements: (0..<3 * rows).map { $0 % 3 == 0 ? 1 : 5 + generator.normal() })
    let response = (0..<rows).map { _ in generator.normal() }
    let weights = (0..<rows).map { _ in Double(Int.random(in: 1...4, using: &generator)) }
    let weighted = try LeastSquares.fit(response: response, design: design, interceptColumn: 0, weights: weights)
    let repeats = (0..<rows).flatMap { [Int](repeating: $0, count: Int(weights[$0])) }
    let repeated = try LeastSquares.fit(
      response: repeats.map { response[$0] },
      design: Matrix(rows: repeats.count, columns: 3, elements: repeats.flatMap { design.row($0) }), interceptColumn: 0)
    // Coefficients and sums of squares agree, degrees of freedom must not.
    #expect(worstError(weighted.coefficients.compactMap { $0 }, repeated.coefficients.compactMap { $0 }) < 1e-12)
    #expect(worstError([weighted.residualSumOfSquares], [repeated.residualSumOfSquares]) < 1e-12)
    #expect(worstError([weighted.rSquared ?? .nan], [repeated.rSquared ?? .nan]) < 1e-11)
    #expect(repeated.degreesOfFreedom - weighted.degreesOfFreedom == repeats.count - rows)
    // A cluster of its own for each row is HC0, and CR2 is then HC2.
    let codes = (0..<rows).map { Int32($0) }
    for (own, other) in [
      (RobustErrors.cr0(codes: codes, count: rows), RobustErrors.hc0), (.cr2(codes: codes, count: rows), .hc2),
    ] {
      let a = try RobustCovariance(weighted.working, own, residualDegreesOfFreedom: 1).matrix.elements
      let b = try RobustCovariance(weighted.working, other, residualDegreesOfFreedom: 1).matrix.elements
      #expect(worstError(a, b, floors: b.map { _ in 1e-3 }) < 1e-12)
    }
  }

  @Test func aRowOfItsOwn() throws {
    let design = Matrix(columns: [[1, 1, 1, 1, 1], [0, 0, 0, 0, 1], [1, 2, 3, 5, 4]])
    let fit = try LeastSquares.fit(response: [1, 2, 2, 4, 9], design: design, interceptColumn: 0)
    #expect(throws: StatisticsError.leverageOfOne(row: 4)) {
      try RobustCovariance(fit.working, .hc3, residualDegreesOfFreedom: 2)
    }
    let influence = Influence(fit.working, variance: 1)
    #expect(influence.standardizedResiduals[4] == nil)
    #expect(influence.cooksDistances[4] == nil)
    #expect(influence.cooksDistances[3] != nil)
  }
}
