import Analysis
import Digests
import Statistics
import Tables

/// Hashes what this machine computes for fixed questions. Two machines with the same fingerprint are expected to give
/// the same bytes for every notebook.
enum NumericFingerprint {
  static func compute() -> Digest {
    var values: [Double] = []
    // Implementations differ in a fraction of a percent of all points, in the last digit: it takes thousands to see.
    for index in 0..<2048 {
      let x = (Double(index) + 0.5) * 0.019_531_25 + 1e-3
      values += [Elementary.log(x), Elementary.exp(x - 20), Elementary.log10(x), Elementary.power(x, 0.37)]
    }
    for freedom in [1.5, 7, 16.99, 163.5, 1672.3] {
      values.append(Distributions.studentQuantile(0.975, degreesOfFreedom: freedom))
      values.append(Distributions.studentTwoSided(2.1, degreesOfFreedom: freedom))
      values.append(Distributions.fisherUpper(3.2, numerator: 2, denominator: freedom))
      values.append(Distributions.chiSquareUpper(freedom * 1.2, degreesOfFreedom: freedom))
    }
    values += model()
    var hasher = DigestHasher(domain: "fingerprint")
    hasher.update(values.map { $0.bitPattern.littleEndian })
    return hasher.finish()
  }

  /// A small regression and a small mixed model on numbers made by a linear congruence.
  private static func model() -> [Double] {
    var state: UInt64 = 20_200_630
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }
    let groups = (0..<96).map { Int32($0 / 8) }
    let effects = (0..<12).map { _ in next() }
    var design: [Double] = []
    var random: [Double] = []
    var response: [Double] = []
    for row in 0..<96 {
      let time = Double(row % 8) / 3
      design += [1, time, next()]
      random += [1, time]
      response.append(2 + 0.3 * time + effects[row / 8] * (1 + time) + next())
    }
    let matrix = Matrix(rows: 96, columns: 3, elements: design)
    var values: [Double] = []
    if let fit = try? LeastSquares.fit(response: response, design: matrix, interceptColumn: 0) {
      values += fit.coefficients.map { $0 ?? 0 } + fit.standardErrors.map { $0 ?? 0 }
    }
    if let fit = try? LinearMixedModel.fit(
      response: response, fixed: matrix,
      terms: [
        RandomEffectsTerm(
          columns: Matrix(rows: 96, columns: 2, elements: random), groups: groups, groupCount: 12)
      ])
    {
      values += fit.theta + [fit.logLikelihood] + fit.degreesOfFreedom.map { $0 ?? 0 }
    }
    return values
  }
}
