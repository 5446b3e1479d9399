import Foundation
import Statistics
import Testing

/// Several random terms against arithmetic of 50 digits and against lme4, every fit in both codings of its groups.
@Suite struct CrossedModelReferenceTests {
  @Test(arguments: CrossedModelCase.withOracle, [false, true])
  func oracle(id: String, recoded: Bool) throws {
    let plain = try CrossedModelCase(id)
    let model = recoded ? plain.recoded : plain
    let fit = try model.fit()
    let oracle = try ReferenceFolder.kept.expected(id + ".oracle")
    let errors = try oracle["se"].numbers()
    let logLikelihood = try worstError([fit.logLikelihood], [oracle["logLik"].number()])
    let fixed = try worstError(fit.fixedEffects.compactMap { $0 }, oracle["fixef"].numbers(), floors: errors)
    let standard = worstError(fit.standardErrors.compactMap { $0 }, errors)
    let sigma = try worstError([fit.sigma], [oracle["sigma"].number()])
    let theta = try worstError(fit.theta, oracle["theta"].numbers())
    let degrees = try worstError(fit.degreesOfFreedom.compactMap { $0 }, oracle["df_satterthwaite"].numbers())
    #expect(fit.optimizer.converged)
    // 4e-16 reached.
    #expect(logLikelihood < 5e-15)
    #expect(fixed < 1e-13)
    // 5e-13 and 2e-14 reached, on penicillin.
    #expect(standard < 5e-12)
    #expect(sigma < 1e-12)
    // 6e-13 reached, on penicillin: rounding of the gradient over the curvature of a theta of 3.
    #expect(theta < 1e-11)
    // 2e-12 reached, on penicillin, where theta's error is.
    #expect(degrees < 1e-11)
    #expect(!fit.isSingular)
    // The oracle was not asked for Kenward and Roger's method everywhere.
    guard oracle["df_kr"].exists else { return }
    let result = try fit.kenwardRoger()
    #expect(try worstError(result.standardErrors.compactMap { $0 }, oracle["se_kr"].numbers()) < 1e-12)
    #expect(try worstError(result.degreesOfFreedom.compactMap { $0 }, oracle["df_kr"].numbers()) < 1e-11)
  }

  @Test(arguments: CrossedModelCase.all, [false, true])
  func lme4(id: String, recoded: Bool) throws {
    let plain = try CrossedModelCase(id)
    try compare(recoded ? plain.recoded : plain, ReferenceFolder.kept.expected(id))
  }

  /// Tolerances are the reference README's.
  private func compare(_ model: CrossedModelCase, _ expected: JSON) throws {
    let fit = try model.fit()
    #expect(fit.optimizer.converged)
    #expect(try abs(fit.logLikelihood - expected["logLik"].number()) < 1e-10)
    #expect(try abs(fit.aic - expected["AIC"].number()) < 2e-10)
    #expect(try abs(fit.bic - expected["BIC"].number()) < 2e-10)
    #expect(try fit.parameterCount == Int(expected["npar"].number()))
    #expect(try fit.isSingular == expected["singular"].bool())
    let columns = try expected["columns"].list.map { try $0.text() }
    let errors = try expected["se"].numbers(inOrderOf: columns)
    #expect(
      try worstError(
        fit.fixedEffects.compactMap { $0 }, expected["fixef"].numbers(inOrderOf: columns), floors: errors) < 1e-7)
    #expect(worstError(fit.standardErrors.compactMap { $0 }, errors) < 1e-6)
    let floors = errors.flatMap { first in errors.map { first * $0 } }
    #expect(
      try worstError(fit.fixedCovariance.elements, expected["vcov_beta"].flatNumbers(), floors: floors) < 2e-6)
    #expect(try worstError([fit.sigma], [expected["sigma"].number()]) < 1e-6)
    for (index, name) in model.names.enumerated() {
      let term = fit.terms[index]
      #expect(try worstError(term.standardDeviations, expected["varcorr"][name]["sd"].numbers()) < 1e-6)
      try compareModes(term, name, levels: model.levels[index], expected["ranef"])
    }
    let sigma = [Double](repeating: fit.sigma, count: 10)
    #expect(try worstError(Array(fit.fitted.prefix(10)), expected["fitted_head"].numbers(), floors: sigma) < 1e-6)
    var squares = 0.0
    for residual in fit.residuals { squares += residual * residual }
    #expect(try worstError([squares], [expected["rss_cond"].number()]) < 1e-6)
    let satterthwaite = try expected["satterthwaite"].list.map { try $0["df"].number() }
    #expect(worstError(fit.degreesOfFreedom.compactMap { $0 }, satterthwaite) < 1e-5)
    guard expected["kenward_roger"].exists else { return }
    let result = try fit.kenwardRoger()
    let table = expected["kenward_roger"].list
    #expect(
      try worstError(result.standardErrors.compactMap { $0 }, table.map { try $0["Std. Error"].number() }) < 1e-6)
    #expect(try worstError(result.degreesOfFreedom.compactMap { $0 }, table.map { try $0["df"].number() }) < 1e-6)
  }

  /// lme4 lists the modes of all terms of one factor together.
  private func compareModes(_ term: RandomEffectsEstimate, _ name: String, levels: [String], _ ranef: JSON) throws {
    let isSecond = name.hasSuffix(".1")
    let group = isSecond ? String(name.dropLast(2)) : name
    let (modes, deviations) = (ranef[group]["modes"].list, ranef[group]["cond_sd"].list)
    for (index, level) in try ranef[group]["levels"].list.enumerated().map({ ($0, try $1.text()) }) {
      guard let row = levels.firstIndex(of: level) else { throw MissingReference(what: level) }
      let column = isSecond ? 1 : 0
      let mode = try modes[index].flatNumbers()[column]
      let deviation = try deviations[index].flatNumbers()[column]
      #expect(abs(term.effects[row, 0] - mode) < 1e-6 * term.standardDeviations[0])
      #expect(abs(term.conditionalStandardDeviations[row, 0] - deviation) < 1e-6 * term.standardDeviations[0])
    }
  }

  @Test(
    .enabled(if: ReferenceFolder.beside.has(data: "insteval"), "../shared/reference holds no insteval.csv"))
  func instEval() throws {
    let model = try CrossedModelCase(CrossedModelCase.insteval, folder: .beside)
    let expected = try ReferenceFolder.beside.expected(CrossedModelCase.insteval)
    let start = ContinuousClock.now
    let fit = try model.fit()
    print("InstEval: \(ContinuousClock.now - start) in \(fit.optimizer.iterations) steps")
    #expect(fit.optimizer.converged)
    // Of Hessian eigenvalues above 4,000: theta is at its estimate to 1e-14.
    #expect(fit.optimizer.gradientNorm < 1e-8)
    // lme4 stopped at rhoend 1e-8 without polishing.
    #expect(try fit.logLikelihood - expected["logLik"].number() > -1e-8)
    #expect(try abs(fit.logLikelihood - expected["logLik"].number()) < 1e-6)
    #expect(
      try worstError(fit.theta, model.names.map { try expected["theta"]["\($0).(Intercept)"].number() }) < 1e-5)
    let errors = try expected["se"].numbers(inOrderOf: ["(Intercept)", "service1"])
    #expect(
      try worstError(
        fit.fixedEffects.compactMap { $0 }, expected["fixef"].numbers(inOrderOf: ["(Intercept)", "service1"]),
        floors: errors) < 1e-5)
    #expect(worstError(fit.standardErrors.compactMap { $0 }, errors) < 1e-5)
    #expect(try worstError([fit.sigma], [expected["sigma"].number()]) < 1e-6)
  }
}
