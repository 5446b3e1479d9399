/// Pearson's test of a table of counts.
public enum ChiSquareTest {
  /// - Parameters:
  ///   - table: rows of counts, at least two by two, no row or column without a count.
  ///   - continuity: Yates' correction, for two by two only, never more than the distances themselves (as in R).
  ///
  /// Two by two, the estimate is the difference of the shares of the first column, first row minus second, with Newcombe's
  /// (1998, Stat Med 17:873–890) interval from Wilson's score intervals. The effect is Cramér's V, always without the
  /// correction; its interval comes from the noncentral chi-square distribution.
  public static func run(_ table: [[Int]], continuity: Bool, level: Double) throws(TestProblem) -> TestResult {
    let margins = try Margins(table)
    let isSmall = table.count == 2 && margins.columns.count == 2
    var correction = 0.0
    if continuity, isSmall {
      correction = 0.5
      for (row, counts) in table.enumerated() {
        for (column, count) in counts.enumerated() {
          correction = min(correction, abs(Double(count) - margins.expected(row, column)))
        }
      }
    }
    let plain = margins.chiSquare(table, correction: 0)
    let statistic = correction > 0 ? margins.chiSquare(table, correction: correction) : plain
    var result = TestResult(pValue: Distributions.chiSquareUpper(statistic, degreesOfFreedom: margins.degreesOfFreedom))
    result.statistic = statistic
    result.degreesOfFreedom = margins.degreesOfFreedom
    result.smallestExpected = margins.smallestExpected
    result.effect = cramersV(plain, margins, level)
    if isSmall {
      let shares = table.map { Proportion($0[0], of: $0[0] + $0[1]) }
      result.estimate = shares[0].value - shares[1].value
      result.interval = Proportion.differenceInterval(shares[0], shares[1], level: level)
    }
    return result
  }

  static func cramersV(_ chiSquare: Double, _ margins: Margins, _ level: Double) -> EffectSize {
    let scale = margins.total * Double(min(margins.rows.count, margins.columns.count) - 1)
    let interval = Noncentral.chiSquareInterval(
      chiSquare, degreesOfFreedom: margins.degreesOfFreedom, level: level)
    return EffectSize(
      .cramersV, min(1, (chiSquare / scale).squareRoot()),
      interval.map {
        ConfidenceInterval(min(1, ($0.low / scale).squareRoot()), min(1, ($0.high / scale).squareRoot()))
      })
  }
}

/// The margins of a table of counts.
struct Margins {
  let rows: [Int]
  let columns: [Int]
  let total: Double

  /// - Throws: `tooFew` for less than two rows or columns; `constant` where one has no counts.
  init(_ table: [[Int]]) throws(TestProblem) {
    guard table.count >= 2 else { throw .tooFew(has: table.count, needs: 2) }
    let width = table[0].count
    precondition(table.allSatisfy { $0.count == width && $0.allSatisfy { $0 >= 0 } }, "a table of counts")
    guard width >= 2 else { throw .tooFew(has: width, needs: 2) }
    rows = table.map { $0.reduce(0, +) }
    columns = (0..<width).map { column in table.reduce(0) { $0 + $1[column] } }
    guard !rows.contains(0), !columns.contains(0) else { throw .constant }
    total = Double(rows.reduce(0, +))
  }

  var degreesOfFreedom: Double { Double((rows.count - 1) * (columns.count - 1)) }

  func expected(_ row: Int, _ column: Int) -> Double { Double(rows[row]) * Double(columns[column]) / total }

  var smallestExpected: Double { Double(rows.min() ?? 0) * Double(columns.min() ?? 0) / total }

  func chiSquare(_ table: [[Int]], correction: Double) -> Double {
    var sum = 0.0
    for (row, counts) in table.enumerated() {
      for (column, count) in counts.enumerated() {
        let expected = expected(row, column)
        let distance = max(0, abs(Double(count) - expected) - correction)
        sum += distance * distance / expected
      }
    }
    return sum
  }
}

/// A share of a count.
struct Proportion {
  let count: Int
  let total: Int

  init(_ count: Int, of total: Int) {
    precondition(count >= 0 && count <= total && total > 0, "a share of a count")
    self.count = count
    self.total = total
  }

  var value: Double { Double(count) / Double(total) }

  /// Wilson's (1927) score interval; with continuity, Newcombe's (1998, Stat Med 17:857–872) fourth method.
  func wilson(z: Double, continuity: Bool = false) -> ConfidenceInterval {
    let n = Double(total)
    let (p, q) = (value, Double(total - count) / n)
    let below = 2 * (n + z * z)
    let middle = 2 * n * p + z * z
    guard continuity else {
      let half = z * (z * z + 4 * n * p * q).squareRoot()
      return ConfidenceInterval(
        count == 0 ? 0 : (middle - half) / below, count == total ? 1 : (middle + half) / below)
    }
    let low = middle - 1 - z * max(0, z * z - 2 - 1 / n + 4 * p * (n * q + 1)).squareRoot()
    let high = middle + 1 + z * max(0, z * z + 2 - 1 / n + 4 * p * (n * q - 1)).squareRoot()
    return ConfidenceInterval(
      count == 0 ? 0 : max(0, low / below), count == total ? 1 : min(1, high / below))
  }

  static func differenceInterval(_ first: Proportion, _ second: Proportion, level: Double) -> ConfidenceInterval {
    let z = Distributions.normalQuantile(0.5 + level / 2)
    let (a, b) = (first.wilson(z: z), second.wilson(z: z))
    let difference = first.value - second.value
    func length(_ x: Double, _ y: Double) -> Double { (x * x + y * y).squareRoot() }
    return ConfidenceInterval(
      difference - length(first.value - a.low, b.high - second.value),
      difference + length(a.high - first.value, second.value - b.low))
  }
}
