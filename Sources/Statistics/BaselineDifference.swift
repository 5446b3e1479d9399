/// Standardized differences between two groups, which describe how far they are apart whatever their sizes.
///
/// Austin PC (2009), Statistics in Medicine 28:3083–3107; for categories Yang D, Dalton JE (2012), SAS Global Forum,
/// paper 335.
public enum BaselineDifference {
  /// (mean of x − mean of y) / √((s²ₓ + s²ᵧ) / 2), with the variances of the groups, not a pooled one.
  ///
  /// - Returns: nil where a group has fewer than two values, or no value of either differs from the others.
  public static func ofMeans(_ x: [Double], _ y: [Double]) -> Double? {
    guard let first = try? Summary(x), let second = try? Summary(y), let a = first.standardDeviation,
      let b = second.standardDeviation
    else { return nil }
    // The root of the mean square, without squaring what is too large or too small to be squared.
    let largest = max(a, b)
    guard largest > 0 else { return nil }
    let spread = largest * (((a / largest) * (a / largest) + (b / largest) * (b / largest)) / 2).squareRoot()
    let difference = (first.mean - second.mean) / spread
    return difference.isFinite ? difference : nil
  }

  /// The Mahalanobis distance of the shares of k levels, √((p − q)' S⁻¹ (p − q)), over all levels but one, where S is the mean
  /// of the two multinomial covariances. With two levels it is |p − q| / √((p(1 − p) + q(1 − q)) / 2).
  ///
  /// - Parameters:
  ///   - x: the counts of the levels in the first group.
  ///   - y: those in the second, as many.
  /// - Returns: nil where a group is empty, or S has no inverse: no level has room to vary. Levels without a row in
  ///   either group are left out; where a single one is left, the groups do not differ.
  public static func ofShares(_ x: [Int], _ y: [Int]) -> Double? {
    precondition(x.count == y.count, "counts of the same levels")
    let levels = x.indices.filter { x[$0] + y[$0] > 0 }
    let (total, other) = (Double(x.reduce(0, +)), Double(y.reduce(0, +)))
    guard total > 0, other > 0 else { return nil }
    // Any level may be left out: the distance is the same.
    let p = levels.dropLast().map { Double(x[$0]) / total }
    let q = levels.dropLast().map { Double(y[$0]) / other }
    guard !p.isEmpty else { return 0 }
    var covariance = Matrix(rows: p.count, columns: p.count)
    for row in p.indices {
      for column in p.indices {
        covariance[row, column] =
          row == column
          ? (p[row] * (1 - p[row]) + q[row] * (1 - q[row])) / 2 : -(p[row] * p[column] + q[row] * q[column]) / 2
      }
    }
    guard let factor = PositiveDefinite(covariance) else { return nil }
    let difference = zip(p, q).map { $0 - $1 }
    return max(0, factor.inverse.form(difference, difference)).squareRoot()
  }
}
