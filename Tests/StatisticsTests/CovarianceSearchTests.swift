import Statistics
import Testing

/// Where the search for Σ is not plain sailing: few subjects with visits missing (invented numbers).
@Suite struct CovarianceSearchTests {
  struct Sample: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let structure: CovarianceStructure
    /// Subject, visit, arm, outcome.
    let rows: [(subject: Int, visit: Int, arm: Int, outcome: Double)]
    var logLikelihood = Double.nan

    func fit() throws -> RepeatedMeasuresFit {
      let names = Set(rows.map(\.subject)).sorted()
      return try RepeatedMeasuresModel.fit(
        response: rows.map(\.outcome),
        fixed: Matrix(columns: [rows.map { _ in 1 }, rows.map { Double($0.arm) }]),
        subjects: rows.compactMap { row in names.firstIndex(of: row.subject).map { Int32($0) } },
        subjectCount: names.count, visit: rows.map { Int32($0.visit) },
        visitCount: (rows.map(\.visit).max() ?? 0) + 1, structure: structure, inference: .satterthwaite)
    }
  }

  /// The Hessian is indefinite on the way, and scoring's steps alone are still short of the maximum after a hundred. The
  /// log-likelihoods are those of numpy and SciPy's `minimize` (Nelder–Mead from 12 points) on dense matrices.
  static let indefinite = [
    Sample(
      testDescription: "unstructured", structure: .unstructured,
      rows: [
        (1, 1, 0, 14.601), (2, 1, 1, 11.385), (3, 0, 0, 3.363), (4, 0, 1, 11.636), (4, 1, 1, 7.616), (5, 0, 0, 10.922),
        (5, 1, 0, 8.677), (6, 1, 1, 14.15),
      ], logLikelihood: -17.722936366437),
    Sample(
      testDescription: "Toeplitz", structure: .toeplitz(isHeterogeneous: false),
      rows: [
        (2, 0, 1, 9.268), (2, 1, 1, 10.006), (2, 2, 1, 10.305), (3, 0, 0, 9.86), (3, 2, 0, 8.511), (4, 0, 1, 9.977),
        (4, 1, 1, 10.002), (4, 2, 1, 10.069), (5, 1, 0, 9.999), (5, 2, 0, 10.745), (6, 1, 1, 9.943), (6, 2, 1, 11.024),
      ], logLikelihood: -10.555001257497),
    Sample(
      testDescription: "heterogeneous autoregression", structure: .autoregressive(isHeterogeneous: true),
      rows: [
        (1, 1, 0, 10.047), (2, 0, 1, 10.067), (4, 0, 1, 9.451), (5, 0, 0, 10.183), (5, 1, 0, 10.433), (6, 0, 1, 10.903),
        (6, 1, 1, 9.826), (8, 0, 1, 15.761),
      ], logLikelihood: -12.502315952708),
  ]

  @Test(arguments: indefinite)
  func indefiniteOnTheWay(sample: Sample) throws {
    let fit = try sample.fit()
    // Nelder and Mead's method ends within 1e-11 of the value's floor.
    #expect(abs(fit.logLikelihood - sample.logLikelihood) < 1e-9)
    #expect(fit.optimizer.hessianEigenvalues.allSatisfy { $0 > 0 })
    #expect(fit.optimizer.gradientNorm < 1e-6)
  }

  /// A saddle that scoring goes to, or a likelihood that is flat: said as such, not as steps used up.
  static let flat = [
    Sample(
      testDescription: "heterogeneous compound symmetry", structure: .compoundSymmetry(isHeterogeneous: true),
      rows: [
        (1, 2, 0, 1.753), (2, 0, 1, 9.96), (2, 1, 1, 10.685), (3, 0, 0, 18.172), (3, 1, 0, 1.984), (5, 0, 0, 11.141),
        (5, 1, 0, 10.703), (5, 2, 0, 10.816), (6, 0, 1, 12.445), (6, 2, 1, 12.325), (7, 1, 0, 11.343), (7, 2, 0, 9.453),
        (8, 1, 1, 9.311), (8, 2, 1, 9.884), (9, 0, 0, 15.46), (9, 1, 0, 4.319), (10, 0, 1, 7.619), (10, 2, 1, 7.81),
      ]),
    Sample(
      testDescription: "compound symmetry", structure: .compoundSymmetry(isHeterogeneous: false),
      rows: [
        (1, 0, 0, 9.483), (1, 3, 0, 10.328), (2, 0, 1, 7.472), (2, 1, 1, 11.709), (2, 3, 1, 11.111), (3, 0, 0, 10.468),
        (3, 1, 0, 8.81), (3, 3, 0, 8.828), (4, 2, 1, 23.539), (4, 3, 1, -1.92), (5, 0, 0, 8.492), (5, 1, 0, 11.073),
        (5, 2, 0, 8.884), (5, 3, 0, 9.606), (6, 0, 1, 9.283), (6, 3, 1, 9.772), (7, 3, 0, 10.321), (8, 0, 1, 10.975),
        (8, 1, 1, 7.158), (9, 0, 0, 10.431), (9, 2, 0, 10.329), (10, 0, 1, 12.038), (10, 2, 1, 14.568),
      ]),
  ]

  @Test(arguments: flat)
  func flatLikelihood(sample: Sample) {
    #expect(throws: StatisticsError.notConverged(.flat)) { _ = try sample.fit() }
  }

  /// No column is anything but zero: Σ is the moments of the outcomes about 0.
  @Test(arguments: [LinearMixedModel.Method.reml, .ml])
  func modelMatrixOfZeros(method: LinearMixedModel.Method) throws {
    let response: [Double] = [1, 2.5, -0.5, 1.5, 2, 0.5, -1, -2, 0.25, 1, 3, 2]
    let fit = try RepeatedMeasuresModel.fit(
      response: response, fixed: Matrix(rows: 12, columns: 1), subjects: (0..<12).map { Int32($0 / 2) },
      subjectCount: 6,
      visit: (0..<12).map { Int32($0 % 2) }, visitCount: 2, structure: .unstructured, method: method,
      inference: .satterthwaite)
    var moments = [Double](repeating: 0, count: 4)
    for subject in 0..<6 {
      for a in 0..<2 {
        for b in 0..<2 { moments[a * 2 + b] += response[subject * 2 + a] * response[subject * 2 + b] / 6 }
      }
    }
    #expect(worstError(fit.covariance.elements, moments) < 1e-9)
    #expect(fit.fixedEffects == [nil])
    #expect(fit.residuals == response)
  }
}
