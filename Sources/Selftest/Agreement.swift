#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// NIST's log relative error: how many significant digits agree.
public enum Agreement {
  /// What doubles hold: more is not told apart.
  public static let most = 15.0

  /// −log10(|value − certified| / |certified|), not above `most` and not below 0; against a certified 0 the error is
  /// absolute, as NIST has it. 0 where there is no value or it is no number.
  public static func digits(of value: Double?, certified: Double) -> Double {
    guard let value, value.isFinite, certified.isFinite else { return 0 }
    let error = certified == 0 ? abs(value) : abs(value - certified) / abs(certified)
    return error == 0 ? most : max(0, min(most, -log10(error)))
  }

  /// The fewest digits in two lists; 0 where they differ in length or are empty.
  public static func digits(of values: [Double?], certified: [Double]) -> Double {
    guard values.count == certified.count, !values.isEmpty else { return 0 }
    return zip(values, certified).map { digits(of: $0, certified: $1) }.min() ?? 0
  }

  /// Digits to one decimal, rounded down: none is claimed that was not reached.
  public static func text(_ digits: Double) -> String {
    let tenths = Int((digits * 10).rounded(.down))
    return "\(tenths / 10).\(tenths % 10)"
  }
}
