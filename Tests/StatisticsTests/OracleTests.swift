import Statistics
import Testing

/// Mixed models against arithmetic of 50 digits. Each tolerance is a few times what the worst set reaches.
@Suite struct OracleTests {
  @Test(arguments: MixedModelCase.withOracle)
  func estimates(id: String) throws {
    let model = try MixedModelCase(id)
    let fit = try model.fit()
    let oracle = try ReferenceFolder.kept.expected(id + ".oracle")
    let estimates = try oracle["fixef"].numbers()
    let errors = try oracle["se"].numbers()

    let logLikelihood = try worstError([fit.logLikelihood], [oracle["logLik"].number()])
    let fixed = worstError(fit.fixedEffects.compactMap { $0 }, estimates, floors: errors)
    let standard = worstError(fit.standardErrors.compactMap { $0 }, errors)
    let sigma = try worstError([fit.sigma], [oracle["sigma"].number()])
    let theta = try worstError(fit.theta, oracle["theta"].numbers())
    let degrees = try worstError(fit.degreesOfFreedom.compactMap { $0 }, oracle["df_satterthwaite"].numbers())
    let deviance = try worstError(
      [model.deviance()(oracle["theta"].numbers())], [-2 * oracle["logLik"].number()])
    #expect(fit.optimizer.converged)
    // 5e-15 reached: a sum of some thousand logarithms and squares.
    #expect(logLikelihood < 5e-14)
    #expect(deviance < 5e-14)
    // 2e-13 reached on pbcseq, where one sum per patient joins 312 others; 1e-14 on the small sets.
    #expect(fixed < 1e-12)
    #expect(standard < 1e-12)
    #expect(sigma < 1e-13)
    // The gradient ends at its round-off floor, so theta has its digits too: 1e-13 reached.
    #expect(theta < 1e-12)
    // No numerical differentiation: df is exact algebra at theta; 2e-13 reached.
    #expect(degrees < 2e-12)
    #expect(fit.terms[0].singularity == nil)
  }
}
