/// Adjusted P values of a family of tests.
public enum MultipleTesting {
  public static let methods = ["bonferroni", "holm", "hochberg", "bh"]

  /// - Parameters:
  ///   - values: the family's P values; the result has their order.
  ///   - method: `bonferroni`; `holm` (1979), step-down; `hochberg` (1988), step-up, for independent or positively
  ///     dependent tests; `bh` (Benjamini & Hochberg 1995), which bounds the false discovery rate.
  /// - Precondition: a known method.
  public static func adjust(_ values: [Double], by method: String) -> [Double] {
    precondition(methods.contains(method), "a known method")
    let count = values.count
    // The same P values must get the same result wherever they stand; the order of equals does not matter then.
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var result = [Double](repeating: 1, count: count)
    switch method {
    case "bonferroni": return values.map { min(1, Double(count) * $0) }
    case "holm":
      var running = 0.0
      for (rank, index) in order.enumerated() {
        running = max(running, min(1, Double(count - rank) * values[index]))
        result[index] = running
      }
    default:
      var running = 1.0
      for (rank, index) in order.enumerated().reversed() {
        let factor = method == "hochberg" ? Double(count - rank) : Double(count) / Double(rank + 1)
        running = min(running, factor * values[index])
        result[index] = running
      }
    }
    return result
  }
}
