internal import CGSL

/// The studentized range: the largest difference of independent means over the standard error of one of them.
///
/// Tukey (1953); Copenhaver & Holland (1988), J Stat Comput Simul 30:1–15, give the integral. Unlike their routine, which
/// R's `ptukey` is, this one integrates the upper tail itself by the trapezoidal rule over the whole line, so that small
/// probabilities keep their digits.
public enum StudentizedRange {
  /// P(Q > q) of the range of `groups` means.
  ///
  /// - Precondition: `q ≥ 0`, `groups ≥ 2`, `degreesOfFreedom > 0`; infinity is a known standard error.
  /// - Returns: to about 1e-12 of itself.
  public static func upper(_ q: Double, groups: Int, degreesOfFreedom: Double) -> Double {
    precondition(groups >= 2, "a range is of two or more")
    guard q > 0 else { return 1 }
    // Two means are Student's t.
    if groups == 2 {
      return Distributions.studentTwoSided(q / 2.0.squareRoot(), degreesOfFreedom: degreesOfFreedom)
    }
    let root = 2.0.squareRoot()
    return StudentMixture.average(at: q / root, degreesOfFreedom: degreesOfFreedom) { normalUpper($0 * root, groups) }
  }

  /// P(range of k standard normal variables > w) = k ∫ φ(z) (Q(z)^(k−1) − (Q(z) − Q(z + w))^(k−1)) dz, z the smallest.
  private static func normalUpper(_ w: Double, _ groups: Int) -> Double {
    guard w > 0 else { return 1 }
    // exp(−w²/4) is then no longer a double.
    guard w < 76 else { return 0 }
    let others = Double(groups - 1)
    // Many means have their smallest far left, in a narrow place.
    let step = 0.15 / max(1, log(Double(groups)) / 2).squareRoot()
    let reach = Int((9 + 1) / step)
    var sum = 0.0
    for index in -reach...reach {
      let z = Double(index) * step - w / 2
      let above = Normal.upper(z)
      guard above > 0 else { continue }
      let beyond = -expm1(others * log1p(-min(1, Normal.upper(z + w) / above)))
      sum += exp(-z * z / 2 + others * log(above)) * beyond
    }
    return min(1, Double(groups) * sum * step * Normal.densityAtZero)
  }
}
