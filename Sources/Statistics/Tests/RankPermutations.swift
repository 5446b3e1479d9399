/// Distributions of rank correlations.
extension PermutationDistribution {
  /// Σ a_i b_π(i) over all permutations π: one position at a time, for every choice of the b that may stand before it.
  /// Equal b are one choice, so that ties make the work less.
  ///
  /// - Complexity: choices (2ⁿ without ties) · distinct b · the largest sum; memory choices times the largest sum.
  static func sumOfProducts(_ a: [Int], _ b: [Int]) -> PermutationDistribution {
    precondition(a.count == b.count && a.count <= 14, "few enough pairs")
    let count = a.count
    // Which of the two is permuted makes no difference.
    let (fixed, moved) = Set(a).count < Set(b).count ? (b, a) : (a, b)
    let unit = (a.allSatisfy { $0 % 2 == 0 } ? 2 : 1) * (b.allSatisfy { $0 % 2 == 0 } ? 2 : 1)
    let width = zip(a.sorted(), b.sorted()).reduce(0) { $0 + $1.0 * $1.1 } / unit + 1
    let values = Set(moved).sorted()
    let sizes = values.map { value in moved.count { $0 == value } }
    // A choice is a number whose digits say how many of each value are placed.
    var places = [1]
    for size in sizes { places.append(places[places.count - 1] * (size + 1)) }
    let choices = places[places.count - 1]
    var table = [Double](repeating: 0, count: width * choices)
    table[0] = 1
    table.withUnsafeMutableBufferPointer { table in
      for choice in 0..<(choices - 1) {
        let digits = values.indices.map { choice / places[$0] % (sizes[$0] + 1) }
        let placed = digits.reduce(0, +)
        for (index, value) in values.enumerated() where digits[index] < sizes[index] {
          let share = Double(sizes[index] - digits[index]) / Double(count - placed)
          let product = fixed[placed] * value / unit
          let from = choice &* width
          let to = (choice + places[index]) &* width &+ product
          for sum in 0..<max(0, width - product) { table[to &+ sum] += table[from &+ sum] * share }
        }
      }
    }
    let last = Array(table[((choices - 1) * width)...])
    guard unit > 1 else { return PermutationDistribution(lowest: 0, probabilities: last) }
    // Back to the units of the products.
    var spread = [Double](repeating: 0, count: (width - 1) * unit + 1)
    for (index, probability) in last.enumerated() { spread[index * unit] = probability }
    return PermutationDistribution(lowest: 0, probabilities: spread)
  }

  /// The number of inversions of a random permutation of `count`.
  static func inversions(_ count: Int) -> PermutationDistribution {
    var probabilities = [1.0]
    for size in 2..<max(3, count + 1) where size <= count {
      var next = [Double](repeating: 0, count: probabilities.count + size - 1)
      // Each place of the new value adds one inversion more; a running difference would lose the small ends.
      for (sum, probability) in probabilities.enumerated() {
        let part = probability / Double(size)
        for shift in 0..<size { next[sum + shift] += part }
      }
      probabilities = next
    }
    return PermutationDistribution(lowest: 0, probabilities: probabilities)
  }
}
