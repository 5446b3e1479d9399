/// A direction in which the likelihood rises for ever: the outcome is separated.
///
/// Albert & Anderson (1984), Biometrika 71:1–10, for binary outcomes; Correia, Guimarães & Zylkin (2019),
/// arXiv:1903.01633, for counts. A direction d proves it if x'd ≥ 0 wherever the outcome is at its upper limit,
/// x'd ≤ 0 wherever it is at its lower, x'd = 0 elsewhere, and not all are 0.
struct Separation {
  let error: StatisticsError

  /// - Parameters:
  ///   - direction: a step of scoring; such steps turn into d where there is one.
  ///   - change: x'd, row by row.
  /// - Returns: nil where the direction proves nothing.
  init?(
    _ problem: GeneralizedLinearModel.Problem, means: [Link.Mean], direction: [Double], _ change: [Double]
  ) {
    let largest = change.reduce(0) { max($0, abs($1)) }
    guard largest > 0, largest.isFinite else { return nil }
    // Rows of finite predictors still move a little while the others run away.
    let tolerance = 1e-8 * largest
    var moved = 0
    for (row, value) in change.enumerated() {
      let y = problem.response[row]
      switch Self.limit(of: y, problem) {
      case .upper: if value < -tolerance { return nil }
      case .lower: if value > tolerance { return nil }
      case nil: if abs(value) > tolerance { return nil }
      }
      if abs(value) > tolerance { moved += 1 }
    }
    let design = problem.design
    let columns = direction.indices.filter { column in
      var reach = 0.0
      for row in 0..<design.rows { reach = max(reach, abs(design[row, column])) }
      return abs(direction[column]) * reach > 1e-6 * largest
    }
    error = .separation(columns: columns, rows: moved, isComplete: moved == change.count)
  }

  private enum Limit { case lower, upper }

  /// Which end of its range an outcome stands at, if the link sends that end to infinity.
  private static func limit(of y: Double, _ problem: GeneralizedLinearModel.Problem) -> Limit? {
    switch (problem.family, problem.link) {
    case (.binomial, .logit), (.binomial, .probit), (.binomial, .cloglog), (.quasibinomial, .logit),
      (.quasibinomial, .probit), (.quasibinomial, .cloglog):
      return y == 0 ? .lower : y == 1 ? .upper : nil
    case (.binomial, .log), (.quasibinomial, .log), (.poisson, .log), (.quasipoisson, .log),
      (.negativeBinomial, .log):
      return y == 0 ? .lower : nil
    default: return nil
    }
  }
}
