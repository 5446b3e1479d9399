import Foundation
import Statistics
import Testing

/// Generalized linear models against R's glm (tolerance of the iteration 1e-14), MASS, sandwich and clubSandwich.
@Suite struct GeneralizedLinearModelTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    /// nil for a negative binomial whose θ is estimated.
    let family: Family?
    let link: Link
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "glm_logistic_pbc", family: .binomial, link: .logit),
    Case(name: "glm_probit_pbc", family: .binomial, link: .probit),
    Case(name: "glm_cloglog_pbc", family: .binomial, link: .cloglog),
    Case(name: "glm_poisson_insectsprays", family: .poisson, link: .log),
    Case(name: "glm_quasipoisson_insectsprays", family: .quasipoisson, link: .log),
    Case(name: "glm_gamma_clotting", family: .gamma, link: .inverse),
    Case(name: "glm_gamma_log_clotting", family: .gamma, link: .log),
    Case(name: "glm_nb_quine", family: nil, link: .log),
  ]

  private static func model(_ name: String) throws -> RegressionCase {
    let log = { (x: Double) in Foundation.log(x) }
    switch name {
    case "glm_logistic_pbc": return try .pbc(full: true)
    case "glm_probit_pbc", "glm_cloglog_pbc": return try .pbc(full: false)
    case "glm_nb_quine":
      let data = try ReferenceFolder.kept.table("quine")
      let columns = [("Eth", ["N"]), ("Sex", ["M"]), ("Age", ["F1", "F2", "F3"]), ("Lrn", ["SL"])]
      return RegressionCase(
        response: try data.numbers("Days"),
        try columns.flatMap { RegressionCase.indicators(try data.texts($0.0), $0.1) })
    case "glm_gamma_clotting", "glm_gamma_log_clotting":
      let data = try ReferenceFolder.kept.table("clotting")
      return RegressionCase(
        response: try data.numbers(name == "glm_gamma_clotting" ? "lot1" : "lot2"), [try data.numbers("u").map(log)])
    default:
      let data = try ReferenceFolder.kept.table("insectsprays")
      return RegressionCase(
        response: try data.numbers("count"),
        RegressionCase.indicators(try data.texts("spray"), ["B", "C", "D", "E", "F"]))
    }
  }

  private static func fit(_ model: RegressionCase, _ item: Case) throws -> GeneralizedLinearModelFit {
    guard let family = item.family else {
      return try NegativeBinomialModel.fit(
        response: model.response, design: model.design, link: item.link, interceptColumn: 0)
    }
    return try GeneralizedLinearModel.fit(
      response: model.response, design: model.design, family: family, link: item.link, interceptColumn: 0)
  }

  @Test(arguments: cases) func asR(item: Case) throws {
    let expected = try ReferenceFolder.kept.expected(item.name)
    let fit = try Self.fit(try Self.model(item.name), item)
    // `polished` are the same fits in R, begun again where they ended until the deviance does not change at all. Where
    // scoring converges linearly (probit, cloglog) what is left is about what the deviance cannot see;
    // glm.nb's θ is good to 1e-8.
    let polished = try ReferenceFolder.kept.expected("regression_r")["polished"][item.name]
    let tolerance = [Link.probit, .cloglog].contains(item.link) || item.family == nil ? 1e-9 : 1e-12
    let errors = try polished["se"].numbers()
    let estimates = try polished["coef"].numbers()
    #expect(worstError(estimates, try expected["coef"].list.map { try $0["Estimate"].number() }, floors: errors) < 1e-7)
    let found = fit.coefficients.compactMap { $0 }
    #expect(worstError(found, estimates, floors: errors) < tolerance)
    #expect(worstError(fit.standardErrors.compactMap { $0 }, errors) < tolerance)
    #expect(
      worstError(
        [fit.deviance, fit.nullDeviance], [try polished["deviance"].number(), try expected["null_deviance"].number()])
        < tolerance)
    #expect(worstError([fit.pearson], [try polished["pearson_chi2"].number()]) < tolerance)
    #expect(
      fit.dispersion.map { worstError([$0], [(try? polished["dispersion"].number()) ?? .nan]) < tolerance } ?? false)
    #expect(Double(fit.degreesOfFreedom) == (try expected["df_residual"].number()))
    if item.family != .quasipoisson {
      let wanted = try [expected["logLik"].number(), expected["AIC"].number(), expected["BIC"].number()]
      #expect(worstError([fit.logLikelihood ?? .nan, fit.aic ?? .nan, fit.bic ?? .nan], wanted) < 1e-12)
    } else {
      #expect(fit.logLikelihood == nil && fit.aic == nil)
    }
    #expect(worstError(Array(fit.fitted.prefix(8)), try polished["fitted_head"].numbers()) < tolerance)
    // R's log(y/μ) − (y − μ)/μ of a gamma cancels where y is near μ, ours does not.
    let cancellation = item.family == .gamma ? 100.0 : 1
    #expect(
      worstError(Array(fit.devianceResiduals.prefix(8)), try polished["resid_deviance_head"].numbers())
        < 10 * cancellation * tolerance)
    #expect(worstError(Array(fit.working.leverages().prefix(8)), try polished["hat_head"].numbers()) < 10 * tolerance)
    let names = try expected["coef"].list.map { try $0["term"].text() }
    for (name, kind) in [("HC0", RobustErrors.hc0), ("HC1", .hc1)] {
      let covariance = try RobustCovariance(fit.working, kind, residualDegreesOfFreedom: .infinity)
      let own = (0..<fit.rank).map { index in
        covariance.standardError(contrast: (0..<fit.rank).map { $0 == index ? 1 : 0 })
      }
      #expect(worstError(own, try polished[name].numbers()) < 10 * tolerance)
    }
    if let theta = fit.theta {
      #expect(worstError([theta.estimate], [try expected["theta"].number()]) < 1e-6)
      #expect(worstError([theta.standardError], [try expected["se_theta"].number()]) < 1e-5)
    }
    for (row, term) in zip(expected["lrt_drop1"].list.dropFirst(), 1...) where item.name.contains("pbc") {
      // One column each: what is left when it is taken away.
      let smaller = try fit.deviance(of: (0..<fit.rank).filter { $0 != term })
      #expect(worstError([smaller.deviance], [try row["Deviance"].number()]) < tolerance)
    }
    for (column, row) in expected["profile_ci95"].list.enumerated() {
      let interval = try ProfileLikelihood(fit, column: column).interval(
        quantile: Distributions.normalQuantile(0.975))
      let wanted = try [row["2.5 %"].number(), row["97.5 %"].number()]
      // MASS interpolates its profile by a spline.
      #expect(
        worstError([interval.low ?? .nan, interval.high ?? .nan], wanted, floors: [errors[column], errors[column]])
          < 1e-3, "\(names[column])")
    }
  }

  @Test func linksTrialsAndOffsetsAsR() throws {
    let expected = try ReferenceFolder.kept.expected("regression_r")
    let trials = expected["trials"]["data"].list
    let dose = try trials.map { try $0["dose"].number() }
    let count = try trials.map { try $0["n"].number() }
    let share = try zip(trials, count).map { try $0["k"].number() / $1 }
    func check(_ fit: GeneralizedLinearModelFit, _ name: String) throws {
      let wanted = expected[name]
      let errors = try wanted["se"].numbers()
      #expect(
        worstError(fit.coefficients.compactMap { $0 }, try wanted["coef"].numbers(), floors: errors) < 1e-9, "\(name)")
      #expect(worstError(fit.standardErrors.compactMap { $0 }, errors) < 1e-8, "\(name)")
      #expect(worstError([fit.dispersion ?? .nan], [try wanted["dispersion"].number()]) < 1e-9, "\(name)")
      guard wanted["deviance"].exists else { return }
      #expect(worstError([fit.deviance], [try wanted["deviance"].number()]) < 1e-10, "\(name)")
      #expect(worstError([fit.nullDeviance], [try wanted["null"].number()]) < 1e-10, "\(name)")
      #expect(
        worstError(
          [fit.logLikelihood ?? .nan, fit.aic ?? .nan], [try wanted["logLik"].number(), try wanted["AIC"].number()])
          < 1e-11, "\(name)")
    }
    let design = Matrix(columns: [dose.map { _ in 1 }, dose])
    for family in [Family.binomial, .quasibinomial] {
      try check(
        try GeneralizedLinearModel.fit(
          response: share, design: design, family: family, link: .logit, weights: count, interceptColumn: 0),
        family == .binomial ? "trials" : "quasibinomial")
    }
    try check(
      try GeneralizedLinearModel.fit(
        response: Array(share.prefix(6)),
        design: Matrix(columns: [dose.prefix(6).map { _ in 1 }, Array(dose.prefix(6))]),
        family: .binomial, link: .log, weights: Array(count.prefix(6)), interceptColumn: 0), "binomial_log")
    let counts = expected["offset"]["data"].list
    let x = try counts.map { try $0["x"].number() }
    let y = try counts.map { try $0["y"].number() }
    let ones = Matrix(columns: [x.map { _ in 1 }, x])
    let offset = try counts.map { Foundation.log(try $0["t"].number()) }
    try check(
      try GeneralizedLinearModel.fit(
        response: y, design: ones, family: .poisson, link: .log, offset: offset, interceptColumn: 0), "offset")
    for link in [Link.sqrt, .identity] {
      try check(
        try GeneralizedLinearModel.fit(
          response: y, design: ones, family: .poisson, link: link, interceptColumn: 0), "poisson_\(link.rawValue)")
    }
    let clotting = try ReferenceFolder.kept.table("clotting")
    let u = try clotting.numbers("u")
    try check(
      try GeneralizedLinearModel.fit(
        response: try clotting.numbers("lot1"), design: Matrix(columns: [u.map { _ in 1 }, u.map { 1 / $0 }]),
        family: .gamma, link: .identity, interceptColumn: 0), "gamma_identity")
  }

  @Test func robustErrorsOfALogisticModelAsClubSandwich() throws {
    let expected = try ReferenceFolder.kept.expected("regression_r")["glm_robust"]
    let fit = try Self.fit(try .pbc(full: true), Self.cases[0])
    let age = try ReferenceFolder.kept.table("pbc").numbers("age")
    let least = age.min() ?? 0
    let width = ((age.max() ?? 0) - least) / 12
    // As R's `cut(age, 12)`: intervals closed on the right.
    let codes = age.map { Int32(min(max(Int((($0 - least) / width).rounded(.up)) - 1, 0), 11)) }
    func errors(_ kind: RobustErrors) throws -> (errors: [Double], freedom: [Double]) {
      let covariance = try RobustCovariance(fit.working, kind, residualDegreesOfFreedom: .infinity)
      let units = (0..<5).map { index in (0..<5).map { $0 == index ? 1.0 : 0 } }
      return (
        units.map { covariance.standardError(contrast: $0) }, units.map { covariance.degreesOfFreedom(contrast: $0) }
      )
    }
    for (name, kind) in [("HC2", RobustErrors.hc2), ("HC3", .hc3)] {
      #expect(worstError(try errors(kind).errors, try expected[name].numbers()) < 1e-8, "\(name)")
    }
    for (name, kind) in [("CR0", RobustErrors.cr0(codes: codes, count: 12)), ("CR2", .cr2(codes: codes, count: 12))] {
      let own = try errors(kind)
      #expect(worstError(own.errors, try expected[name]["se"].numbers()) < 1e-8, "\(name)")
      #expect(worstError(own.freedom, try expected[name]["df"].numbers()) < 1e-7, "\(name)")
    }
    let influence = Influence(fit.working, variance: 1, residuals: fit.devianceResiduals)
    #expect(
      worstError(influence.standardizedResiduals.prefix(20).compactMap { $0 }, try expected["rstandard"].numbers())
        < 1e-9)
    #expect(worstError(influence.cooksDistances.prefix(20).compactMap { $0 }, try expected["cooks"].numbers()) < 1e-8)
  }

  @Test(arguments: [Link.logit, .probit, .cloglog]) func separationIsNamed(link: Link) throws {
    let ones = [Double](repeating: 1, count: 8)
    let x: [Double] = [1, 2, 3, 4, 5, 6, 7, 8]
    // Complete: x splits the outcome.
    #expect(throws: StatisticsError.separation(columns: [0, 1], rows: 8, isComplete: true)) {
      try GeneralizedLinearModel.fit(
        response: [0, 0, 0, 0, 1, 1, 1, 1], design: Matrix(columns: [ones, x]), family: .binomial, link: link)
    }
    // Quasi-complete: a group in which all have the outcome, beside groups with both.
    let group: [Double] = [0, 0, 0, 0, 0, 1, 1, 1]
    #expect(throws: StatisticsError.separation(columns: [1], rows: 3, isComplete: false)) {
      try GeneralizedLinearModel.fit(
        response: [0, 1, 0, 1, 1, 1, 1, 1], design: Matrix(columns: [ones, group]), family: .binomial, link: link)
    }
    #expect(throws: StatisticsError.separation(columns: [1], rows: 3, isComplete: false)) {
      try GeneralizedLinearModel.fit(
        response: [0, 1, 0, 1, 1, 0, 0, 0], design: Matrix(columns: [ones, group]), family: .binomial, link: link)
    }
    // Overlap by one row, however far out: there is an estimate.
    let fit = try GeneralizedLinearModel.fit(
      response: [0, 0, 0, 1, 0, 1, 1, 1], design: Matrix(columns: [ones, x]), family: .binomial, link: link)
    #expect(fit.coefficients.allSatisfy { abs($0 ?? .nan) < 20 })
    // The same in every row.
    #expect(throws: StatisticsError.separation(columns: [0], rows: 8, isComplete: true)) {
      try GeneralizedLinearModel.fit(
        response: ones, design: Matrix(columns: [ones]), family: .binomial, link: link)
    }
  }

  @Test func countsThatAreAllZeroInAGroup() throws {
    let ones = [Double](repeating: 1, count: 6)
    let design = Matrix(columns: [ones, [0, 0, 0, 1, 1, 1]])
    for family in [Family.poisson, .quasipoisson, .negativeBinomial(theta: 2)] {
      #expect(throws: StatisticsError.separation(columns: [1], rows: 3, isComplete: false)) {
        try GeneralizedLinearModel.fit(response: [3, 1, 2, 0, 0, 0], design: design, family: family, link: .log)
      }
    }
  }

  @Test func countsWithoutOverdispersion() throws {
    let ones = [Double](repeating: 1, count: 6)
    #expect(throws: StatisticsError.notOverdispersed) {
      try NegativeBinomialModel.fit(response: [3, 3, 2, 3, 4, 3], design: Matrix(columns: [ones]), link: .log)
    }
  }

  @Test(arguments: [UInt64(21), 22, 23]) func whatMustNotMatterDoesNot(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let rows = 200
    let x = (0..<rows).map { _ in generator.normal() }
    let ones = x.map { _ in 1.0 }
    let y = x.map { generator.uniform() < 1 / (1 + Foundation.exp(-0.3 - $0)) ? 1.0 : 0 }
    func fit(_ y: [Double], _ x: [Double], _ weights: [Double]? = nil) throws -> GeneralizedLinearModelFit {
      try GeneralizedLinearModel.fit(
        response: y, design: Matrix(columns: [y.map { _ in 1 }, x]), family: .binomial, link: .logit, weights: weights,
        interceptColumn: 0)
    }
    let plain = try fit(y, x)
    let order = (0..<rows).shuffled(using: &generator)
    let shuffled = try fit(order.map { y[$0] }, order.map { x[$0] })
    #expect(worstError(shuffled.coefficients.compactMap { $0 }, plain.coefficients.compactMap { $0 }) < 1e-12)
    // Success and failure exchanged: the signs turn.
    let turned = try fit(y.map { 1 - $0 }, x)
    #expect(worstError(turned.coefficients.compactMap { $0.map { -$0 } }, plain.coefficients.compactMap { $0 }) < 1e-12)
    #expect(worstError([turned.deviance], [plain.deviance]) < 1e-13)
    // A predictor in another unit.
    let scaled = try fit(y, x.map { 1000 * $0 + 5000 })
    #expect(worstError([scaled.deviance], [plain.deviance]) < 1e-12)
    #expect(worstError([1000 * (scaled.coefficients[1] ?? .nan)], [plain.coefficients[1] ?? .nan]) < 1e-10)
    // Rows of weight 2 are rows twice, standard errors included: a binomial's dispersion is known.
    let twice = try fit(y + y, x + x)
    let heavy = try fit(y, x, ones.map { 2 * $0 })
    #expect(worstError(heavy.coefficients.compactMap { $0 }, twice.coefficients.compactMap { $0 }) < 1e-12)
    #expect(worstError(heavy.standardErrors.compactMap { $0 }, twice.standardErrors.compactMap { $0 }) < 1e-12)
  }

  @Test func trivialInput() throws {
    #expect(throws: StatisticsError.noRows) {
      try GeneralizedLinearModel.fit(response: [], design: Matrix(rows: 0, columns: 1), family: .poisson, link: .log)
    }
    #expect(throws: StatisticsError.nonFinite(row: 1, column: .design(0))) {
      try GeneralizedLinearModel.fit(
        response: [1, 2], design: Matrix(columns: [[1, .infinity]]), family: .poisson, link: .log)
    }
    // As many parameters as rows: reproduced, and nothing to estimate a dispersion from.
    let full = try GeneralizedLinearModel.fit(
      response: [1, 2], design: Matrix(columns: [[1, 1], [0, 1]]), family: .quasipoisson, link: .log, interceptColumn: 0
    )
    #expect(full.dispersion == nil && full.deviance < 1e-20)
    let gamma = try GeneralizedLinearModel.fit(
      response: [1, 2], design: Matrix(columns: [[1, 1], [0, 1]]), family: .gamma, link: .log, interceptColumn: 0)
    #expect(gamma.dispersion == nil && gamma.logLikelihood == nil && gamma.aic == nil)
  }
}
