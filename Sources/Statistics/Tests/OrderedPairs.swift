/// Order statistics of all pairwise differences of two samples, or of all Walsh averages of one, without making them:
/// what Hodges and Lehmann's estimators and their intervals are made of.
///
/// How many pairs are at most d is counted in one walk along the sorted samples. The k-th smallest is then found by
/// bisecting the doubles themselves, at most 64 walks, and is exactly one of the pairs: nothing is searched to a tolerance.
struct OrderedPairs {
  private let first: [Double]
  /// Nil for Walsh averages of `first`.
  private let second: [Double]?

  /// The differences x − y.
  init(differences x: [Double], _ y: [Double]) {
    first = x.sorted()
    second = y.sorted()
  }

  /// The averages (x_i + x_j)/2 with i ≤ j.
  init(averages x: [Double]) {
    first = x.sorted()
    second = nil
  }

  var count: Int { second.map { first.count * $0.count } ?? first.count * (first.count + 1) / 2 }

  /// Halved first where the sum would overflow.
  private func average(_ x: Double, _ y: Double) -> Double {
    let sum = x + y
    return sum.isFinite ? sum / 2 : x / 2 + y / 2
  }

  /// How many pairs are at most `limit`. Rounded differences and averages are monotone in both members, so that the
  /// count is right for the numbers as they are computed.
  func count(atMost limit: Double) -> Int {
    var total = 0
    if let second {
      // For ascending x, y must be at least so large: the first such y only moves up.
      var start = 0
      for x in first {
        while start < second.count, x - second[start] > limit { start += 1 }
        total += second.count - start
      }
      return total
    }
    // For ascending x, fewer partners remain; each pair is counted where its larger member is.
    var end = first.count
    for (index, x) in first.enumerated() {
      while end > index, average(x, first[end - 1]) > limit { end -= 1 }
      guard end > index else { break }
      total += end - index
    }
    return total
  }

  /// The k-th smallest, k from 1.
  func element(_ rank: Int) -> Double {
    precondition(rank >= 1 && rank <= count, "a rank of a pair")
    var (low, high) = extremes
    if count(atMost: low) >= rank { return low }
    // Invariant: fewer than `rank` pairs are at most `low`; at least as many are at most `high`.
    while true {
      let (a, b) = (Self.ordinal(low), Self.ordinal(high))
      let middle = Self.value((a >> 1) + (b >> 1) + (a & b & 1))
      if middle <= low || middle >= high { return high }
      if count(atMost: middle) >= rank { high = middle } else { low = middle }
    }
  }

  /// The median: Hodges and Lehmann's (1963) estimate.
  var median: Double {
    let half = count / 2
    return count % 2 == 1 ? element(half + 1) : average(element(half), element(half + 1))
  }

  private var extremes: (Double, Double) {
    guard let second else { return (first[0], first[first.count - 1]) }
    return (first[0] - second[second.count - 1], first[first.count - 1] - second[0])
  }

  /// Whole numbers in the order of the doubles.
  private static func ordinal(_ value: Double) -> Int64 {
    let bits = Int64(bitPattern: (value + 0).bitPattern)
    return bits >= 0 ? bits : -(bits & Int64.max)
  }

  private static func value(_ ordinal: Int64) -> Double {
    ordinal >= 0
      ? Double(bitPattern: UInt64(bitPattern: ordinal)) : -Double(bitPattern: UInt64(bitPattern: -ordinal))
  }
}
