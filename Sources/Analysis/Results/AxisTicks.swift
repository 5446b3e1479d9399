/// Round numbers along an axis.
public enum AxisTicks {
  /// An axis over `values` (finite, not empty), widened a little; on a logarithmic axis they must be positive.
  public static func axis(title: String, over values: [Double], isLogarithmic: Bool) -> Figure.Axis {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if isLogarithmic {
      let ticks = logarithmic(low, high)
      low = min(low, ticks.first ?? low)
      high = max(high, ticks.last ?? high)
      if low == high { high = low * 10 }
      return Figure.Axis(
        title: title, low: low, high: high, ticks: ticks.map { ($0, label($0, step: $0)) }, isLogarithmic: true)
    }
    if low == high {
      low -= 0.5
      high += 0.5
    }
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

  private static func logarithmic(_ low: Double, _ high: Double) -> [Double] {
    var power = 1.0
    while power > low { power /= 10 }
    while power * 10 <= low { power *= 10 }
    var decades: [Double] = []
    var next = power
    while next <= high * 10, decades.count < 40 {
      decades.append(next)
      next *= 10
    }
    let factors: [Double] = decades.count > 4 ? [1] : [1, 2, 5]
    let all = decades.flatMap { decade in factors.map { $0 * decade } }
    let first = all.lastIndex { $0 <= low } ?? 0
    let last = all.firstIndex { $0 >= high } ?? all.count - 1
    return first <= last ? Array(all[first...last]) : all
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
