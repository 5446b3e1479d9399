internal import CGSL

/// Shapiro and Wilk's test of normality, by Royston's (1995) algorithm AS R94 as R's `shapiro.test` has it.
public enum ShapiroWilk {
  /// For so many values the approximations were fitted.
  public static let sizes = 3...5000

  /// - Throws: `tooFew`, `tooMany` outside of `sizes`; `constant`.
  public static func run(_ values: [Double]) throws(TestProblem) -> TestResult {
    guard values.count >= sizes.lowerBound else { throw .tooFew(has: values.count, needs: sizes.lowerBound) }
    guard values.count <= sizes.upperBound else { throw .tooMany(has: values.count, limit: sizes.upperBound) }
    let sorted = values.sorted()
    let range = sorted[sorted.count - 1] - sorted[0]
    guard range.isFinite else { throw .outOfRange }
    let largest = max(sorted[0].magnitude, sorted[sorted.count - 1].magnitude)
    guard range > 10 * largest * Double.ulpOfOne else { throw .constant }
    // From the median and in units of the range: W does not depend on either.
    let centre = sorted[sorted.count / 2]
    let scaled = sorted.map { ($0 - centre) / range }
    let complement = complement(scaled, weights(values.count))
    var result = TestResult(pValue: pValue(complement, values.count))
    result.statistic = 1 - complement
    return result
  }

  /// Weights of the upper half of the order statistics, the largest first.
  private static func weights(_ count: Int) -> [Double] {
    let n = Double(count)
    guard count > 3 else { return [(0.5).squareRoot()] }
    let half = count / 2
    let scores = (1...half).map { Distributions.normalQuantile((Double($0) - 0.375) / (n + 0.25)) }
    let squares = 2 * scores.reduce(0) { $0 + $1 * $1 }
    let root = squares.squareRoot()
    let u = 1 / n.squareRoot()
    var weights = scores
    let first = polynomial([0, 0.221157, -0.147981, -2.07119, 4.434685, -2.706056], u) - scores[0] / root
    var left = squares - 2 * scores[0] * scores[0]
    var taken = 1 - 2 * first * first
    weights[0] = first
    var start = 1
    if count > 5 {
      let second = polynomial([0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633], u) - scores[1] / root
      left -= 2 * scores[1] * scores[1]
      taken -= 2 * second * second
      weights[1] = second
      start = 2
    }
    let factor = (left / taken).squareRoot()
    for index in start..<max(start, half) { weights[index] = -scores[index] / factor }
    return weights
  }

  /// 1 − W, without the cancellation that W next to 1 would bring.
  private static func complement(_ values: [Double], _ weights: [Double]) -> Double {
    let count = values.count
    let signed = values.indices.map { index -> Double in
      let partner = count - 1 - index
      return index == partner ? 0 : index < partner ? -weights[index] : weights[partner]
    }
    let mean = values.reduce(0, +) / Double(count)
    let weightMean = signed.reduce(0, +) / Double(count)
    var (squares, weightSquares, products) = (0.0, 0.0, 0.0)
    for (value, weight) in zip(values, signed) {
      squares += (value - mean) * (value - mean)
      weightSquares += (weight - weightMean) * (weight - weightMean)
      products += (value - mean) * (weight - weightMean)
    }
    let root = (weightSquares * squares).squareRoot()
    return max(0, (root - products) * (root + products) / (weightSquares * squares))
  }

  private static func pValue(_ complement: Double, _ count: Int) -> Double {
    let n = Double(count)
    if count == 3 {
      // Exact: 6/π (asin √W − asin √¾).
      let w = 1 - complement
      return min(1, max(0, 6 / Double.pi * (asin(w.squareRoot()) - asin((0.75).squareRoot()))))
    }
    // A W that rounds to 1 is as normal as can be.
    guard complement > 0 else { return 1 }
    var y = log(complement)
    let mean: Double
    let deviation: Double
    if count <= 11 {
      let bound = polynomial([-2.273, 0.459], n)
      guard y < bound else { return 0 }
      y = -log(bound - y)
      mean = polynomial([0.544, -0.39978, 0.025054, -6.714e-4], n)
      deviation = exp(polynomial([1.3822, -0.77857, 0.062767, -0.0020322], n))
    } else {
      let u = log(n)
      mean = polynomial([-1.5861, -0.31082, -0.083751, 0.0038915], u)
      deviation = exp(polynomial([-0.4803, -0.082676, 0.0030302], u))
    }
    return Normal.upper((y - mean) / deviation)
  }

  private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
  }
}
