/// Distributions of a whole number under all permutations of what was observed: probabilities of the values from
/// `lowest` on.
///
/// All are built from products and sums of positive numbers that are probabilities themselves, so that nothing overflows
/// and every probability keeps its digits, however small it is.
struct PermutationDistribution {
  let lowest: Int
  let probabilities: [Double]

  /// P(X ≤ x), summed from the small end.
  func lower(_ x: Int) -> Double {
    guard x >= lowest else { return 0 }
    return min(1, probabilities.prefix(min(probabilities.count, x - lowest + 1)).reduce(0, +))
  }

  /// P(X ≥ x), summed from the small end.
  func upper(_ x: Int) -> Double {
    let first = max(0, x - lowest)
    guard first < probabilities.count else { return 0 }
    return min(1, probabilities[first...].reversed().reduce(0, +))
  }

  /// P(|X − E| ≥ |x − E|), for a distribution with twice the mean `doubledMean`; for a symmetric one this is twice the
  /// smaller tail.
  func twoSided(_ x: Int, doubledMean: Int) -> Double {
    let distance = abs(2 * x - doubledMean)
    guard distance > 0 else { return 1 }
    // 2X ≤ 2E − distance or 2X ≥ 2E + distance; both are even.
    return min(1, lower((doubledMean - distance) / 2) + upper((doubledMean + distance) / 2))
  }

  func pValue(_ x: Int, doubledMean: Int, _ alternative: Alternative) -> Double {
    switch alternative {
    case .twoSided: twoSided(x, doubledMean: doubledMean)
    case .greater: upper(x)
    case .less: lower(x)
    }
  }
}

extension PermutationDistribution {
  /// The sum of `scores` over a sample of `size` of them drawn without replacement: Streitberg & Röhmel's (1986) shift
  /// algorithm, with probabilities for counts. For midranks this is the exact distribution with ties.
  ///
  /// - Complexity: `scores.count · size ·` the largest sum.
  static func sumOfSample(_ scores: [Int], size: Int) -> PermutationDistribution {
    precondition(size >= 0 && size <= scores.count && scores.allSatisfy { $0 >= 0 }, "a sample of the scores")
    let scores = scores.sorted()
    let count = scores.count
    var prefix = [0]
    for score in scores { prefix.append(prefix[prefix.count - 1] + score) }
    let width = prefix[count] - prefix[count - size] + 1
    // Rows: how many are drawn so far; columns: their sum.
    var table = [Double](repeating: 0, count: (size + 1) * width)
    table[0] = 1
    table.withUnsafeMutableBufferPointer { table in
      for (index, score) in scores.enumerated() {
        // Of `left` scores to come, `size − drawn` are still to be drawn.
        let left = Double(count - index)
        for drawn in stride(from: min(size, index + 1), through: max(0, size - (count - index)), by: -1) {
          let stay = max(0, left - Double(size - drawn)) / left
          let take = drawn > 0 ? Double(size - drawn + 1) / left : 0
          let row = drawn &* width
          let before = (drawn - 1) &* width
          // Between the sums of the smallest and of the largest `drawn` scores so far.
          var sum = prefix[index + 1] - prefix[index + 1 - drawn]
          let least = prefix[drawn]
          while sum >= least {
            var probability = table[row &+ sum] * stay
            if drawn > 0, sum >= score { probability += table[before &+ sum &- score] * take }
            table[row &+ sum] = probability
            sum &-= 1
          }
        }
      }
    }
    return PermutationDistribution(lowest: 0, probabilities: Array(table[(size * width)...]))
  }

  /// The sum of those `scores` that a fair coin chooses.
  static func sumOfCoins(_ scores: [Int]) -> PermutationDistribution {
    let scores = scores.sorted()
    var probabilities = [1.0]
    for score in scores {
      var next = [Double](repeating: 0, count: probabilities.count + score)
      for (sum, probability) in probabilities.enumerated() {
        next[sum] += probability / 2
        next[sum + score] += probability / 2
      }
      probabilities = next
    }
    return PermutationDistribution(lowest: 0, probabilities: probabilities)
  }
}
