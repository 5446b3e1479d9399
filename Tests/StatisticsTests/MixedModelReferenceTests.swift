import Statistics
import Testing

/// Mixed models against lme4, whose optimum is polished but not exact: tolerances are the reference README's.
@Suite struct MixedModelReferenceTests {
  @Test(arguments: MixedModelCase.all)
  func criteria(id: String) throws {
    let fit = try MixedModelCase(id).fit()
    let expected = try ReferenceFolder.kept.expected(id)
    // logLik is flat at its optimum, so lme4's digits there are good: 1e-10 absolute.
    #expect(try abs(fit.logLikelihood - expected["logLik"].number()) < 1e-10)
    #expect(try abs(fit.deviance - expected["minus2logLik"].number()) < 2e-10)
    #expect(try abs(fit.aic - expected["AIC"].number()) < 2e-10)
    #expect(try abs(fit.bic - expected["BIC"].number()) < 2e-10)
    #expect(try fit.parameterCount == Int(expected["npar"].number()))
    #expect(try (fit.terms[0].singularity != nil) == expected["singular"].bool())
  }

  @Test(arguments: MixedModelCase.all)
  func fixedEffects(id: String) throws {
    let fit = try MixedModelCase(id).fit()
    let expected = try ReferenceFolder.kept.expected(id)
    let names = try expected["columns"].list.map { try $0.text() }
    let errors = try expected["se"].numbers(inOrderOf: names)
    let estimates = try expected["fixef"].numbers(inOrderOf: names)
    // Near-zero coefficients are judged by their standard error.
    #expect(worstError(fit.fixedEffects.compactMap { $0 }, estimates, floors: errors) < 1e-7)
    #expect(worstError(fit.standardErrors.compactMap { $0 }, errors) < 1e-6)
    #expect(try worstError(fit.fixedCovariance.elements, expected["vcov_beta"].flatNumbers()) < 2e-6)
  }

  @Test(arguments: MixedModelCase.all)
  func randomEffects(id: String) throws {
    let model = try MixedModelCase(id)
    let fit = try model.fit()
    let expected = try ReferenceFolder.kept.expected(id)
    #expect(try worstError([fit.sigma], [expected["sigma"].number()]) < 1e-6)

    // The one group, or for uncorrelated columns one term per column.
    let (group, terms) = try grouping(expected)
    let deviations = fit.terms[0].standardDeviations
    var described: [Double] = []
    for term in terms { described += try expected["varcorr"][term]["sd"].numbers() }
    #expect(worstError(deviations, described, floors: described.map { max($0, 1e-9) }) < 1e-6)
    if deviations.count == 2, model.correlated {
      let correlation = try #require(fit.terms[0].correlation(0, 1))
      #expect(try abs(correlation - expected["varcorr"][group]["corr"].list[1].numbers()[0]) < 1e-6)
    }

    let levels = try expected["ranef"][group]["levels"].list.map { try $0.text() }
    let modes = expected["ranef"][group]["modes"].list
    let conditional = expected["ranef"][group]["cond_sd"].list
    for (index, level) in levels.enumerated() {
      let row = try #require(model.groupNames.firstIndex(of: level))
      // A mode may be near 0: 1e-6 of the effect's standard deviation.
      #expect(try worstError(fit.terms[0].effects.row(row), modes[index].flatNumbers(), floors: deviations) < 1e-6)
      let spread = fit.terms[0].conditionalStandardDeviations.row(row)
      #expect(try worstError(spread, conditional[index].flatNumbers(), floors: deviations) < 1e-6)
    }
  }

  @Test(arguments: MixedModelCase.all)
  func predictions(id: String) throws {
    let model = try MixedModelCase(id)
    let fit = try model.fit()
    let expected = try ReferenceFolder.kept.expected(id)
    let fitted = try expected["fitted_head"].numbers()
    let sigma = [Double](repeating: fit.sigma, count: fitted.count)
    #expect(worstError(Array(fit.fitted.prefix(fitted.count)), fitted, floors: sigma) < 1e-6)
    let fixedOnly = try expected["fixed_only_head"].numbers()
    #expect(worstError(Array(fit.fittedFixedOnly.prefix(fixedOnly.count)), fixedOnly, floors: sigma) < 1e-6)
    let pearson = try expected["pearson_resid_head"].numbers()
    let scaled = fit.residuals.prefix(pearson.count).map { $0 / fit.sigma }
    #expect(worstError(scaled, pearson, floors: pearson.map { _ in 1 }) < 1e-6)
    var squares = 0.0
    for residual in fit.residuals { squares += residual * residual }
    #expect(try worstError([squares], [expected["rss_cond"].number()]) < 1e-6)
    for row in fit.fitted.indices { #expect(abs(fit.fitted[row] + fit.residuals[row] - model.response[row]) < 1e-10) }
  }

  @Test(arguments: ["dyestuff2_ml", "dyestuff2_reml"])
  func singular(id: String) throws {
    let model = try MixedModelCase(id)
    let fit = try model.fit()
    // Exactly, not nearly: the report says that batches do not differ.
    #expect(fit.theta == [0])
    #expect(fit.terms[0].singularity?.zeroVariance == [0])
    #expect(fit.terms[0].singularity?.perfectCorrelation == [])
    #expect(fit.terms[0].effects.elements.allSatisfy { $0 == 0 })
    #expect(fit.terms[0].correlation(0, 0) == nil)
    #expect(fit.optimizer.converged)
    // Without batches this is the mean of 30 numbers: 29 degrees of freedom under REML.
    if model.method == .reml {
      #expect(worstError(fit.degreesOfFreedom.compactMap { $0 }, [29]) < 1e-12)
    }
  }

  private func grouping(_ expected: JSON) throws -> (group: String, terms: [String]) {
    for name in ["Subject", "Batch", "id"] where expected["ranef"][name].exists {
      let terms = [name, "\(name).1"].filter { expected["varcorr"][$0].exists }
      return (name, terms)
    }
    throw MissingReference(what: "group")
  }
}
