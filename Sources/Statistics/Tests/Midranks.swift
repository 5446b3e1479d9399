/// Ranks from 1; values that are the same share the mean of their ranks.
///
/// Two values are the same if they agree to twelve digits. Differences of decimal numbers, as changes from baseline are,
/// differ by rounding where the decimals are equal (0.3 − 0.1 and 0.2), and nothing is measured to twelve digits.
struct Midranks {
  /// Twice the rank of each value: a whole number.
  let doubled: [Int]
  /// The sizes of the groups of equal values, those of one included, from the smallest value on.
  let sizes: [Int]

  /// - Parameter noise: for each value, how far it may be off for reasons of its own, as a difference of large numbers
  ///   is; empty for none.
  init(_ values: [Double], noise: [Double] = []) {
    let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    var doubled = [Int](repeating: 0, count: values.count)
    var sizes: [Int] = []
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count {
        let (before, here) = (order[end - 1], order[end])
        var tolerance = max(values[before].magnitude, values[here].magnitude) * Self.precision
        if !noise.isEmpty { tolerance = max(tolerance, noise[before] + noise[here]) }
        guard values[here] - values[before] <= tolerance else { break }
        end += 1
      }
      // Ranks start + 1 ... end: twice their mean.
      for index in order[start..<end] { doubled[index] = start + 1 + end }
      sizes.append(end - start)
      start = end
    }
    self.doubled = doubled
    self.sizes = sizes
  }

  static let precision = 1e-12

  var hasTies: Bool { sizes.contains { $0 > 1 } }

  /// Σ (t³ − t) over groups of t equal values.
  var tieSum: Double { Self.tieSum(sizes) }

  static func tieSum(_ sizes: [Int]) -> Double {
    sizes.reduce(0) { sum, size in
      let t = Double(size)
      return sum + (t * t * t - t)
    }
  }
}
