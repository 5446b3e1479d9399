/// A stream of pseudo-random numbers: xoshiro256++, its state filled by SplitMix64.
///
/// Blackman & Vigna (2021), ACM Trans. Math. Softw. 47(4), 36; Steele, Lea & Flood (2014), OOPSLA. A stream depends on
/// its key and number only, so replicates are the same whatever their order and number of threads.
public struct RandomStream: Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// - Parameters:
  ///   - key: what the computation is seeded by; words of a digest, for example.
  ///   - number: which of the key's streams.
  public init(key: [UInt64], number: UInt64) {
    var mixed: UInt64 = number
    for word in key { mixed = Self.mix(mixed ^ word) }
    func next() -> UInt64 {
      mixed &+= 0x9E37_79B9_7F4A_7C15
      return Self.mix(mixed)
    }
    state = (next(), next(), next(), next())
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    let sum = state.0 &+ state.3
    let result = (sum << 23 | sum >> 41) &+ state.0
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 << 45 | state.3 >> 19
    return result
  }

  /// Uniform, strictly between 0 and 1, in steps of 2⁻⁵³.
  public mutating func uniform() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

  /// Standard normal, by the inverse of its distribution function.
  public mutating func normal() -> Double { Distributions.normalQuantile(uniform()) }
}
