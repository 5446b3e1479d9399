import Foundation
import Statistics
import Testing

/// Models for repeated measures against independent code: `mmrmx_*` is numpy with exact derivatives and Newton's
/// method, and counts as the truth; `mmrm_*` is the R package mmrm, `gls_*` nlme.
@Suite struct RepeatedMeasuresTests {
  private static func ids(_ data: String, _ structures: String, _ method: String) -> [String] {
    structures.split(separator: " ").map { "mmrmx_\(data)_\($0)_\(method)" }
  }

  static let kept =
    ids("orthodont", "us cs csh ar1 ar1h toep toeph", "reml") + ids("orthodont", "us cs csh ar1 ar1h toep toeph", "ml")
    + ids("trial24_alb", "us cs csh ar1 ar1h toep toeph", "reml") + ids("trial24_alb", "us cs ar1", "ml")
  static let beside =
    ids("fev", "us cs csh ar1 ar1h toep toeph", "reml") + ids("fev", "us cs csh ar1 ar1h toep toeph", "ml")

  @Test(arguments: kept)
  func oracle(id: String) throws { try compare(id, in: .kept) }

  @Test(
    .enabled(if: ReferenceFolder.beside.has(data: "fev_data"), "../shared/reference holds no fev_data"),
    arguments: beside)
  func oracleBeside(id: String) throws { try compare(id, in: .beside) }

  private func compare(_ id: String, in folder: ReferenceFolder) throws {
    let model = try RepeatedMeasuresCase(id)
    let expected = try folder.expected(id)
    // Their columns stand in another order.
    let order = columns(model, expected)
    let fit = try model.fit()
    let errors = try expected["se"].numbers()
    // Both ends solve the score equation; theirs stops at a gradient of 5e-11 and is written with 15 digits.
    #expect(try abs(fit.logLikelihood - expected["logLik"].number()) < 1e-9)
    #expect(try worstError(fit.covariance.elements, expected["Sigma"].flatNumbers()) < 1e-7)
    #expect(
      try worstError(order.map { fit.fixedEffects[$0] ?? .nan }, expected["fixef"].numbers(), floors: errors) < 1e-8)
    #expect(worstError(order.map { fit.standardErrors[$0] ?? .nan }, errors) < 1e-8)
    #expect(
      try worstError(order.map { fit.degreesOfFreedom[$0] ?? .nan }, expected["df_satterthwaite"].numbers()) < 1e-6)
    guard model.method == .reml else { return }
    #expect(try abs(fit.aic - expected["AIC_mmrm"].number()) < 2e-9)
    for (variant, key) in [
      (RepeatedMeasuresModel.KenwardRogerVariant.linearExpected, "kr_linear_expected_info"),
      (.linearObserved, "kr_linear_observed_info"),
    ] {
      let fit = try model.fit(.kenwardRoger(variant))
      #expect(try worstError(order.map { fit.standardErrors[$0] ?? .nan }, expected[key]["se"].numbers()) < 1e-8)
      #expect(try worstError(order.map { fit.degreesOfFreedom[$0] ?? .nan }, expected[key]["df"].numbers()) < 1e-6)
    }
  }

  /// Our column for each of theirs: `trial24` has the baseline last there and second here.
  private func columns(_ model: RepeatedMeasuresCase, _ expected: JSON) -> [Int] {
    let count = model.fixed.columns
    guard count == 29 else { return Array(0..<count) }
    return [0] + Array(2..<count) + [1]
  }

  @Test(arguments: [
    "orthodont_us_reml", "orthodont_cs_reml", "orthodont_ar1_reml", "orthodont_toeph_reml", "orthodont_toeph_ml",
    "orthodont_ad_reml", "orthodont_ad_ml", "orthodont_adh_reml", "orthodont_adh_ml", "trial24_alb_us_reml",
    "trial24_alb_cs_reml", "trial24_alb_csh_reml", "trial24_alb_ar1_reml", "trial24_alb_ar1h_reml",
    "trial24_alb_toep_reml", "trial24_alb_toeph_reml", "trial24_alb_ad_reml", "trial24_logtbil_us_ml",
  ])
  func packageMMRM(id: String) throws {
    let model = try RepeatedMeasuresCase("mmrm_\(id)")
    let expected = try ReferenceFolder.kept.expected("mmrm_\(id)")
    // mmrm stops its search short of the optimum: 1e-5 on what depends on it.
    func compare(_ key: String, _ inference: RepeatedMeasuresModel.Inference) throws {
      guard expected[key].exists else { return }
      let fit = try model.fit(inference)
      let rows = expected[key]["coef"].list
      let errors = try rows.map { try $0["Std. Error"].number() }
      let estimates = try rows.map { try $0["Estimate"].number() }
      #expect(worstError(fit.fixedEffects.compactMap { $0 }, estimates, floors: errors) < 1e-5, "\(key)")
      #expect(worstError(fit.standardErrors.compactMap { $0 }, errors) < 1e-5, "\(key)")
      #expect(
        try worstError(fit.degreesOfFreedom.compactMap { $0 }, rows.map { try $0["df"].number() }) < 1e-5, "\(key)")
    }
    try compare("satterthwaite", .satterthwaite)
    try compare("kenward_roger", .kenwardRoger(.full))
    try compare("kenward_roger_linear", .kenwardRoger(.linearObserved))
    try compare("between_within", .betweenWithin)
    let fit = try model.fit()
    #expect(try abs(fit.logLikelihood - expected["logLik"].number()) < 1e-7)
    guard model.method == .reml else { return }
    #expect(try abs(fit.aic - expected["AIC"].number()) < 2e-7)
    #expect(try abs(fit.bic - expected["BIC"].number()) < 2e-7)
  }

  @Test(arguments: ["reml", "ml"])
  func continuousTime(method: String) throws {
    let id = "gls_trial24_alb_car1_\(method)"
    let model = try RepeatedMeasuresCase(id)
    let expected = try ReferenceFolder.kept.expected(id)
    let fit = try model.fit()
    // nlme's optimizer is good to about 1e-6 in the log-likelihood, which is flat there: 1e-5 to 1e-4 in Σ.
    #expect(try abs(fit.logLikelihood - expected["logLik"].number()) < 1e-6)
    #expect(try worstError(fit.covariance.elements, expected["marginal_cov"].flatNumbers()) < 1e-4)
    #expect(try worstError([fit.covariance[0, 0].squareRoot()], [expected["sigma"].number()]) < 1e-5)
  }
}
