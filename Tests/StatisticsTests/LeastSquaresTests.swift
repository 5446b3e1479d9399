import Foundation
import Statistics
import Testing

@Suite struct LeastSquaresTests {
  @Test func mtcarsAsR() throws {
    let data = try ReferenceFolder.kept.table("mtcars")
    let expected = try ReferenceFolder.kept.expected("ols_mtcars")
    let response = try data.numbers("mpg")
    let cylinders = try data.numbers("cyl")
    let design = Matrix(columns: [
      response.map { _ in 1 }, try data.numbers("wt"), try data.numbers("hp"),
      cylinders.map { $0 == 6 ? 1 : 0 }, cylinders.map { $0 == 8 ? 1 : 0 },
    ])
    let fit = try LeastSquares.fit(response: response, design: design, interceptColumn: 0)
    // R prints 15 digits and its QR is good to some units of the last.
    let estimates = try expected["coef"].list.map { try $0["Estimate"].number() }
    #expect(worstError(fit.coefficients.compactMap { $0 }, estimates) < 1e-13)
    let errors = try expected["coef"].list.map { try $0["Std. Error"].number() }
    #expect(worstError(fit.standardErrors.compactMap { $0 }, errors) < 1e-13)
    #expect(try worstError([#require(fit.sigma)], [expected["sigma"].number()]) < 1e-14)
    #expect(try worstError([#require(fit.rSquared)], [expected["r2"].number()]) < 1e-14)
    #expect(try worstError([#require(fit.adjustedRSquared)], [expected["adj_r2"].number()]) < 1e-14)
    let test = try #require(fit.fTest)
    #expect(try worstError([test.statistic, test.numerator, test.denominator], expected["F"].numbers()) < 1e-13)
    #expect(try worstError([test.pValue], [expected["F_p"].number()]) < 1e-12)
    #expect(try worstError([fit.logLikelihood], [expected["logLik"].number()]) < 1e-14)
    #expect(try worstError([fit.aic], [expected["AIC"].number()]) < 1e-14)
    #expect(try worstError([fit.bic], [expected["BIC"].number()]) < 1e-14)
    #expect(fit.degreesOfFreedom == 27)
    #expect(fit.aliased == [])
  }

  @Test func aliasedColumnsAsInR() throws {
    var generator = SplitMix64(seed: 4)
    let rows = 700  // more than two chunks
    let ones = [Double](repeating: 1, count: rows)
    let x = ones.map { _ in generator.normal() }
    let w = ones.map { _ in 1e6 + generator.normal() }
    let response = ones.map { _ in generator.normal() }
    let zero = ones.map { _ in 0.0 }
    let design = Matrix(columns: [ones, x, zip(ones, x).map { 2 * $0 - 3 * $1 }, zero, w, zip(w, x).map { $0 + $1 }])
    let fit = try LeastSquares.fit(response: response, design: design, interceptColumn: 0)
    #expect(fit.aliased == [2, 3, 5])
    #expect(fit.estimable == [0, 1, 4])
    #expect(fit.rank == 3)
    #expect(fit.coefficients.map { $0 == nil } == [false, false, true, true, false, true])
    let small = try LeastSquares.fit(response: response, design: Matrix(columns: [ones, x, w]), interceptColumn: 0)
    #expect(worstError(fit.coefficients.compactMap { $0 }, small.coefficients.compactMap { $0 }) < 1e-14)
    #expect(worstError(fit.unscaledCovariance.elements, small.unscaledCovariance.elements) < 1e-8)
  }

  @Test func rowOrderDoesNotMatter() throws {
    var generator = SplitMix64(seed: 8)
    let rows = 1000
    let design = Matrix(
      rows: rows, columns: 4, elements: (0..<4 * rows).map { $0 % 4 == 0 ? 1 : 100 + generator.normal() })
    let response = (0..<rows).map { _ in generator.normal() }
    let order = (0..<rows).shuffled(using: &generator)
    let shuffled = Matrix(rows: rows, columns: 4, elements: order.flatMap { design.row($0) })
    let a = try LeastSquares.fit(response: response, design: design, interceptColumn: 0)
    let b = try LeastSquares.fit(response: order.map { response[$0] }, design: shuffled, interceptColumn: 0)
    // Refined coefficients are right to the last digits in either order.
    #expect(worstError(b.coefficients.compactMap { $0 }, a.coefficients.compactMap { $0 }) < 1e-15)
    #expect(worstError([b.residualSumOfSquares], [a.residualSumOfSquares]) < 1e-15)
  }

  /// Many rows take another way, without refinement. Rows in pairs of opposite errors have coefficients that are known.
  @Test(arguments: [16_384, 20_001]) func manyRows(rows: Int) throws {
    var generator = SplitMix64(seed: 9)
    var elements: [Double] = []
    var response: [Double] = []
    let truth: [Double] = [3, -0.5, 0.25, 7]
    for pair in 0..<rows / 2 {
      let x = [1] + (0..<3).map { _ in Double(Int.random(in: -64...64, using: &generator)) / 8 + 100 }
      let error = Double(pair % 17) / 16
      let value = zip(x, truth).reduce(0) { $0 + $1.0 * $1.1 }
      for sign in [1.0, -1] {
        elements += x
        response.append(value + sign * error)
      }
    }
    if rows % 2 == 1 {
      elements += [1, 100, 100, 100]
      response.append(3 + 675)
    }
    let fit = try LeastSquares.fit(
      response: response, design: Matrix(rows: rows, columns: 4, elements: elements), interceptColumn: 0)
    // The condition number is some hundreds.
    #expect(worstError(fit.coefficients.compactMap { $0 }, truth) < 1e-12)
    var errors = 0.0
    for pair in 0..<rows / 2 { errors += 2 * Double(pair % 17) / 16 * Double(pair % 17) / 16 }
    #expect(worstError([fit.residualSumOfSquares], [errors]) < 1e-12)
    // The same from columns so large that their squares overflow, which takes the scaled way.
    let large = try LeastSquares.fit(
      response: response, design: Matrix(rows: rows, columns: 4, elements: elements.map { $0 * 0x1p400 }),
      interceptColumn: 0)
    #expect(worstError(large.coefficients.compactMap { $0.map { $0 * 0x1p400 } }, truth) < 1e-12)
  }

  @Test func manyRowsWithAnInfinity() {
    var response = [Double](repeating: 1, count: 17_000)
    response[16_500] = .infinity
    let design = Matrix(rows: 17_000, columns: 1, elements: response.map { _ in 1 })
    #expect(throws: StatisticsError.nonFinite(row: 16_500, column: .response)) {
      try LeastSquares.fit(response: response, design: design)
    }
  }

  @Test func noDegreesOfFreedom() throws {
    let fit = try LeastSquares.fit(response: [1, 3], design: Matrix(columns: [[1, 1], [0, 1]]), interceptColumn: 0)
    #expect(fit.degreesOfFreedom == 0)
    #expect(fit.sigma == nil)
    #expect(fit.covariance == nil)
    #expect(fit.fTest == nil)
    #expect(fit.coefficients == [1, 2])
  }

  @Test func moreColumnsThanRows() throws {
    let fit = try LeastSquares.fit(response: [1, 3], design: Matrix(columns: [[1, 1], [0, 1], [3, 4], [9, 2]]))
    #expect(fit.aliased == [2, 3])
    #expect(fit.degreesOfFreedom == 0)
  }

  @Test func noColumns() throws {
    let fit = try LeastSquares.fit(response: [1, 3], design: Matrix(rows: 2, columns: 0))
    #expect(fit.residuals == [1, 3])
    #expect(fit.rank == 0)
  }

  @Test func constantResponse() throws {
    let fit = try LeastSquares.fit(
      response: [2.5, 2.5, 2.5, 2.5], design: Matrix(columns: [[1, 1, 1, 1], [0, 1, 2, 3]]), interceptColumn: 0)
    #expect(fit.coefficients == [2.5, 0])
    #expect(fit.residualSumOfSquares == 0)
    #expect(fit.rSquared == nil)
    #expect(fit.fTest == nil)
  }

  @Test func columnsOfVeryDifferentSize() throws {
    let tiny = [1e-200, 2e-200, 4e-200, 3e-200, 7e-200]
    let design = Matrix(columns: [[1, 1, 1, 1, 1], tiny, [1e200, 0, 3e200, 1e200, 0]])
    let fit = try LeastSquares.fit(response: [1, 2, 4, 3, 6], design: design, interceptColumn: 0)
    #expect(fit.aliased == [])
    #expect(fit.coefficients.allSatisfy { ($0 ?? .nan).isFinite })
  }

  @Test func errors() {
    #expect(throws: StatisticsError.noRows) {
      try LeastSquares.fit(response: [], design: Matrix(rows: 0, columns: 2))
    }
    #expect(throws: StatisticsError.nonFinite(row: 1, column: .design(1))) {
      try LeastSquares.fit(response: [1, 2], design: Matrix(columns: [[1, 1], [0, .nan]]))
    }
    #expect(throws: StatisticsError.nonFinite(row: 0, column: .response)) {
      try LeastSquares.fit(response: [.infinity, 2], design: Matrix(columns: [[1, 1]]))
    }
  }
}
