import Tables

/// Round numbers along an axis.
public enum AxisTicks {
  /// Places in data that get a tick each, at most.
  private static let mostPlaces = 14

  /// An axis over `values` (finite, not empty), widened a little; on a logarithmic axis they must be positive, on one of
  /// square roots not negative. Nil where the values lie too far apart, or too close together, for numbers to tell them
  /// apart.
  public static func axis(title: String, over values: [Double], scale: Figure.Axis.Scale = .linear) -> Figure.Axis? {
    var low = values.min() ?? 0
    var high = values.max() ?? 1
    if scale == .logarithmic { return logarithmicAxis(title: title, low: low, high: high) }
    let size = max(low.magnitude, high.magnitude)
    if low == high {
      let margin = max(0.5, size * 0.1)
      low -= margin
      high += margin
    }
    guard (high - low).isFinite, high - low > size * 1e-12, high - low > 1e-290, size < 1e290 else { return nil }
    if scale == .squareRoot { return squareRootAxis(title: title, high: high) }
    let step = step((high - low) / 5)
    let first = (low / step).rounded(.down)
    let last = (high / step).rounded(.up)
    let count = Int(min(40, last - first))
    let ticks = (0...count).map { (first + Double($0)) * step }
    return Figure.Axis(
      title: title, low: ticks.first ?? low, high: ticks.last ?? high,
      ticks: ticks.map { .init($0, label($0, step: step)) })
  }

  /// As `axis`, for time: where there are few different values, as visits have, each has a tick, and the axis ends just
  /// beyond them.
  public static func visits(title: String, over values: [Double]) -> Figure.Axis? {
    let places = Array(Set(values)).sorted()
    guard (2...mostPlaces).contains(places.count), let low = places.first, let high = places.last,
      var axis = axis(title: title, over: values)
    else { return axis(title: title, over: values) }
    let margin = (high - low) * 0.04
    axis.low = low - margin
    axis.high = high + margin
    axis.ticks = places.map { .init($0, ECMAScriptText.of($0).replacing("-", with: "−")) }
    return axis
  }

  /// As `axis`, without going far beyond the values: for scatter plots and intervals.
  public static func tight(
    title: String, over values: [Double], scale: Figure.Axis.Scale = .linear
  ) -> Figure.Axis? {
    guard var axis = axis(title: title, over: values, scale: scale), scale == .linear, let low = values.min(),
      let high = values.max(), low < high
    else { return axis(title: title, over: values, scale: scale) }
    let margin = (high - low) * 0.05
    axis.low = max(axis.low, low - margin)
    axis.high = min(axis.high, high + margin)
    axis.ticks = axis.ticks.filter { (axis.low...axis.high).contains($0.value) }
    if axis.ticks.count < 4 {
      // Cut off at the data, steps that suit the round axis leave few.
      let step = step((high - low) / 8)
      let first = (axis.low / step).rounded(.up)
      let last = (axis.high / step).rounded(.down)
      if last >= first {
        axis.ticks = (0...Int(min(40, last - first))).map { place in
          let value = (first + Double(place)) * step
          return .init(value, label(value, step: step))
        }
      }
    }
    return axis
  }

  /// Names one under the other, or side by side: a row for each.
  public static func categories(title: String, _ names: [String]) -> Figure.Axis {
    Figure.Axis(
      title: title, low: -0.5, high: Double(names.count) - 0.5,
      ticks: names.enumerated().map { .init(Double($0), $1) }, scale: .categories)
  }

  /// 1, 2, 2.5 or 5 times a power of ten, at least `size`.
  static func step(_ size: Double) -> Double {
    var power = 1.0
    while power * 10 <= size { power *= 10 }
    while power > size { power /= 10 }
    return [1, 2, 2.5, 5, 10].map { $0 * power }.first { $0 >= size * (1 - 1e-12) } ?? 10 * power
  }

  /// From zero, with ticks at squares of even steps, rounded.
  private static func squareRootAxis(title: String, high: Double) -> Figure.Axis? {
    guard high > 0 else { return nil }
    let step = step(high / 5)
    let last = (high / step).rounded(.up)
    var ticks = (0...Int(min(40, last))).map { Double($0) * step }
    // Near zero a square root spreads: finer ticks below the first step.
    ticks.insert(step / 5, at: 1)
    return Figure.Axis(
      title: title, low: 0, high: ticks.last ?? high, ticks: ticks.map { .init($0, label($0, step: step / 5)) },
      scale: .squareRoot)
  }

  /// The data's range a little widened, with the ticks 1, 2, 5 of each decade that lie in it, or decades alone where
  /// there are many.
  private static func logarithmicAxis(title: String, low: Double, high: Double) -> Figure.Axis? {
    let ratio = low == high ? 2 : high / low
    guard ratio < 1e60, low > 1e-100, high < 1e100 else { return nil }
    let margin = Elementary.power(ratio, 0.03)
    let from = low == high ? low / 2 : low / margin
    let to = low == high ? high * 2 : high * margin
    guard from < to else { return nil }
    var decade = 1.0
    while decade > from { decade /= 10 }
    while decade * 10 <= from { decade *= 10 }
    // Where the values lie close together, three ticks in a decade are none or one.
    let factors: [Double] =
      ratio > 2000
      ? [1]
      : ratio > 3
        ? [1, 2, 5] : ratio > 1.5 ? [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8] : (10..<100).map { Double($0) / 10 }
    var ticks: [Double] = []
    while decade <= to, ticks.count < 60 {
      ticks += factors.map { $0 * decade }.filter { (from...to).contains($0) }
      decade *= 10
    }
    if ticks.count < 2 { return narrowLogarithmicAxis(title: title, from: from, to: to) }
    while ticks.count > 9, ratio <= 1.5 { ticks = ticks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element) }
    return Figure.Axis(
      title: title, low: from, high: to, ticks: ticks.map { .init($0, label($0, step: $0)) }, scale: .logarithmic)
  }

  /// Ticks of a linear axis, where the range is so narrow that the two hardly differ.
  private static func narrowLogarithmicAxis(title: String, from: Double, to: Double) -> Figure.Axis? {
    guard var axis = axis(title: title, over: [from, to]) else { return nil }
    axis.ticks = axis.ticks.filter { (from...to).contains($0.value) }
    axis.low = from
    axis.high = to
    axis.scale = .logarithmic
    return axis
  }

  static func label(_ value: Double, step: Double) -> String {
    if value.magnitude >= 1e6 || (value != 0 && value.magnitude < 1e-4) {
      // As many digits as tell it from the next.
      var digits = 2
      var steps = (value / step).magnitude
      while steps >= 100, digits < 15 {
        steps /= 10
        digits += 1
      }
      return NumberFormat.significant(value, digits)
    }
    var decimals = 0
    var scaled = step.magnitude
    // The decimals of the step itself, found by counting tenfolds until it is whole.
    while (scaled - scaled.rounded()).magnitude > 1e-7 * scaled || scaled == 0, decimals < 12 {
      scaled *= 10
      decimals += 1
    }
    return NumberFormat.fixed(value, decimals)
  }
}
