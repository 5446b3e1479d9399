import Tables

/// Round numbers along an axis.
public enum AxisTicks {
  /// An axis over `values` (finite, not empty), widened a little; on a logarithmic axis they must be positive. Nil
  /// where the values lie too far apart, or too close together, for numbers to tell them apart.
  public static func axis(title: String, over values: [Double], isLogarithmic: Bool) -> Figure.Axis? {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if isLogarithmic { return logarithmicAxis(title: title, low: low, high: high) }
    let size = max(low.magnitude, high.magnitude)
    if low == high {
      let margin = max(0.5, size * 0.1)
      low -= margin
      high += margin
    }
    guard (high - low).isFinite, high - low > size * 1e-12, high - low > 1e-290, size < 1e290 else { return nil }
    let step = step((high - low) / 5)
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    let count = Int(min(40, last - first))
    let ticks = (0...count).map { (first + Double($0)) * step }
    return Figure.Axis(
      title: title, low: ticks.first ?? low, high: ticks.last ?? high, ticks: ticks.map { ($0, label($0, step: step)) },
      isLogarithmic: false)
  }

  /// 1, 2, 2.5 or 5 times a power of ten, at least `size`.
  private static func step(_ size: Double) -> Double {
    var power = 1.0
    while power * 10 <= size { power *= 10 }
    while power > size { power /= 10 }
    return [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= size * (1 - 1e-12) } ?? 10 * power
  }

  /// The data's range a little widened, with the ticks 1, 2, 5 of each decade that lie in it, or decades alone where
  /// there are many.
  private static func logarithmicAxis(title: String, low: Double, high: Double) -> Figure.Axis? {
    let ratio = low == high ? 2 : high / low
    guard ratio < 1e60, low > 1e-100, high < 1e100 else { return nil }
    let margin = Elementary.power(ratio, 0.03)
    let from = low == high ? low / 2 : low / margin
    let to = low == high ? high * 2 : high * margin
    var decade = 1.0
    while decade > from { decade /= 10 }
    while decade * 10 <= from { decade *= 10 }
    let factors: [Double] = ratio > 2000 ? [1] : [1, 2, 5]
    var ticks: [Double] = []
    while decade <= to, ticks.count < 60 {
      ticks += factors.map { $0 * decade }.filter { (from...to).contains($0) }
      decade *= 10
    }
    return Figure.Axis(
      title: title, low: from, high: to, ticks: ticks.map { ($0, label($0, step: $0)) }, isLogarithmic: true)
  }

  private static func label(_ value: Double, step: Double) -> String {
    var decimals = 0
    var scaled = step.magnitude
    while scaled.rounded() != scaled || scaled == 0, decimals < 6 {
      // The decimals of the step itself, found by counting tenfolds until it is whole.
      scaled = (step.magnitude * (0...decimals).reduce(1.0) { scale, _ in scale * 10 } * 1e6).rounded() / 1e6
      decimals += 1
    }
    if value.magnitude >= 1e6 || (value != 0 && value.magnitude < 1e-4) { return NumberFormat.significant(value, 2) }
    return NumberFormat.fixed(value, decimals)
  }
}
