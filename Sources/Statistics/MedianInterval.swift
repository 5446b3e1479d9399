/// The exact confidence interval of a median between order statistics, free of any distribution.
public enum MedianInterval {
  /// The greatest k such that the k-th smallest and k-th greatest of `count` values enclose the median with a
  /// probability of `level` or more: P(X < k) ≤ (1 − level)/2 for X binomial with probability 1/2 (Conover, 1999,
  /// Practical Nonparametric Statistics, 3.2). Nil where even the least and the greatest do not.
  ///
  /// - Precondition: `level` lies in (0, 1).
  public static func rank(count: Int, level: Double) -> Int? {
    precondition(level > 0 && level < 1, "a level lies between 0 and 1")
    guard count > 0 else { return nil }
    // Binomial weights relative to the one in the middle, so that none but those that don't count underflow.
    var weights = [Double](repeating: 0, count: count + 1)
    let middle = count / 2
    weights[middle] = 1
    for k in stride(from: middle, to: 0, by: -1) { weights[k - 1] = weights[k] * Double(k) / Double(count - k + 1) }
    for k in middle..<count { weights[k + 1] = weights[k] * Double(count - k) / Double(k + 1) }
    var total = 0.0
    for weight in weights { total += weight }
    let allowed = (1 - level) / 2 * total
    var below = 0.0
    var rank: Int?
    for k in 1...max(1, middle) {
      below += weights[k - 1]
      if below > allowed { break }
      rank = k
    }
    return rank
  }

  /// - Parameter values: finite, in any order.
  public static func interval(_ values: [Double], level: Double) -> (low: Double, high: Double)? {
    guard let rank = rank(count: values.count, level: level) else { return nil }
    let sorted = values.sorted()
    return (sorted[rank - 1], sorted[values.count - rank])
  }
}
