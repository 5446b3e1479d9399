/// Counts, moments and order statistics of a list of numbers.
public struct Summary: Sendable, Equatable {
  /// How many numbers there are.
  public let count: Int
  /// The arithmetic mean.
  public let mean: Double
  /// The standard deviation with divisor `count − 1`; nil for a single number.
  public let standardDeviation: Double?
  /// The smallest number.
  public let minimum: Double
  /// The largest number.
  public let maximum: Double

  private let sorted: [Double]

  /// Summarises numbers by sums in the order given.
  ///
  /// - Throws: `noRows` for an empty list, `nonFinite` for an infinity or NaN.
  public init(_ numbers: [Double]) throws(StatisticsError) {
    guard let first = numbers.first else { throw .noRows }
    var sum = 0.0
    var minimum = first
    var maximum = first
    for (row, number) in numbers.enumerated() {
      guard number.isFinite else { throw .nonFinite(row: row, column: .response) }
      sum += number
      minimum = min(minimum, number)
      maximum = max(maximum, number)
    }
    let count = Double(numbers.count)
    // The rounded sum is right to n·ε of Σ|x|; the mean of what is left over repairs it.
    let firstMean = sum / count
    var left = 0.0
    for number in numbers { left += number - firstMean }
    let mean = firstMean + left / count
    var squares = 0.0
    left = 0
    for number in numbers {
      let deviation = number - mean
      squares += deviation * deviation
      left += deviation
    }
    self.count = numbers.count
    self.mean = mean
    self.minimum = minimum
    self.maximum = maximum
    // Chan, Golub & LeVeque (1983): the second sum removes what the rounding of the mean put in.
    standardDeviation =
      numbers.count > 1 ? (max(0, squares - left * left / count) / (count - 1)).squareRoot() : nil
    sorted = numbers.sorted()
  }

  /// The median.
  public var median: Double { quantile(0.5) }

  /// The quantile of a probability, type 7 of Hyndman & Fan (1996): linear between order statistics.
  ///
  /// - Precondition: `probability` lies in 0...1.
  public func quantile(_ probability: Double) -> Double {
    precondition((0...1).contains(probability), "a probability lies in 0...1")
    let position = Double(sorted.count - 1) * probability
    let lower = Int(position)
    let upper = min(lower + 1, sorted.count - 1)
    let weight = position - Double(lower)
    guard weight > 0, sorted[upper] != sorted[lower] else { return sorted[lower] }
    return (1 - weight) * sorted[lower] + weight * sorted[upper]
  }
}
