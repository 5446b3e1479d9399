/// The normal approximation to a rank statistic.
enum NormalApproximation {
  /// - Parameter distance: the statistic minus its mean.
  static func pValue(_ distance: Double, deviation: Double, continuity: Bool, _ alternative: Alternative) -> Double {
    let correction: Double =
      switch alternative {
      case .twoSided: distance == 0 ? 0 : distance > 0 ? 0.5 : -0.5
      case .greater: 0.5
      case .less: -0.5
      }
    return pValue((distance - (continuity ? correction : 0)) / deviation, alternative)
  }

  static func pValue(_ z: Double, _ alternative: Alternative) -> Double {
    switch alternative {
    case .twoSided: min(1, 2 * Normal.upper(abs(z)))
    case .greater: Normal.upper(z)
    case .less: Normal.lower(z)
    }
  }
}

/// Which of the ordered pairs are the ends of an interval: the k-th from either side.
enum IntervalRank {
  /// The largest k with P(U ≤ k − 1) at most `tail`; nil if there is none.
  ///
  /// - Parameter offset: the value of the distribution's variable at which U is 0.
  static func exact(_ distribution: PermutationDistribution, offset: Int, tail: Double) -> Int? {
    var sum = 0.0
    var rank = 0
    for probability in distribution.probabilities.dropFirst(offset - distribution.lowest) {
      sum += probability
      // A probability that equals the tail, as 1/40 does, must not be told apart by rounding.
      guard sum <= tail * (1 + 1e-12) else { break }
      rank += 1
    }
    return rank == 0 ? nil : rank
  }

  /// The smallest k after which the standardised statistic is inside.
  static func normal(mean: Double, deviation: Double, continuity: Bool, tail: Double) -> Int? {
    let z = -Distributions.normalQuantile(tail)
    // Left of the k-th pair the statistic is 2 · mean − k + 1, right of it one less.
    let bound = mean - (continuity ? 0.5 : 0) - z * deviation
    guard bound > 0 else { return nil }
    return Int(bound.rounded(.down)) + 1
  }

  static func interval(_ pairs: OrderedPairs, _ rank: Int?, _ alternative: Alternative) -> ConfidenceInterval? {
    guard let rank, rank <= pairs.count else { return nil }
    switch alternative {
    case .twoSided:
      guard 2 * rank <= pairs.count + 1 else { return nil }
      return ConfidenceInterval(pairs.element(rank), pairs.element(pairs.count + 1 - rank))
    case .greater: return ConfidenceInterval(pairs.element(rank), .infinity)
    case .less: return ConfidenceInterval(-.infinity, pairs.element(pairs.count + 1 - rank))
    }
  }
}
