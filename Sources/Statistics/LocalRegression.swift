/// A smooth line through points.
public enum LocalRegression {
  /// Local linear regression with tricube weights over the nearest share `span` of the points: Cleveland's (1979)
  /// lowess without its robust iterations, as R's `lowess(f = span, iter = 0, delta = 0)` at the same places.
  ///
  /// - Parameters:
  ///   - x: of the points, finite; `y` has as many.
  ///   - places: at how many of the distinct x, evenly spread among them, the line is computed at most.
  /// - Returns: in ascending x; nil for fewer than two distinct x.
  public static func smooth(x: [Double], y: [Double], span: Double, at places: Int) -> [(x: Double, y: Double)]? {
    precondition(x.count == y.count && span > 0 && places > 1, "as many y as x, a share and two places")
    let order = x.indices.sorted { (x[$0], $0) < (x[$1], $1) }
    let xs = order.map { x[$0] }
    let ys = order.map { y[$0] }
    var distinct: [Double] = []
    for value in xs where distinct.last != value { distinct.append(value) }
    guard distinct.count > 1, let first = xs.first, let last = xs.last else { return nil }
    let neighbours = max(2, min(xs.count, Int(span * Double(xs.count) + 1e-7)))
    let count = min(places, distinct.count)
    let chosen = (0..<count).map { distinct[$0 * (distinct.count - 1) / (count - 1)] }
    let range = last - first
    var left = 0
    var line: [(x: Double, y: Double)] = []
    for place in chosen {
      while left + neighbours < xs.count, place - xs[left] > xs[left + neighbours] - place { left += 1 }
      let reach = max(place - xs[left], xs[left + neighbours - 1] - place)
      if let value = fit(xs, ys, at: place, from: left, reach: reach, range: range) { line.append((place, value)) }
    }
    return line.count > 1 ? line : nil
  }

  private static func fit(
    _ xs: [Double], _ ys: [Double], at place: Double, from left: Int, reach: Double, range: Double
  ) -> Double? {
    var weights: [Double] = []
    var total = 0.0
    var index = left
    while index < xs.count {
      let distance = (xs[index] - place).magnitude
      if distance <= 0.999 * reach {
        var weight = 1.0
        if distance > 0.001 * reach {
          let share = distance / reach
          let rest = 1 - share * share * share
          weight = rest * rest * rest
        }
        weights.append(weight)
        total += weight
      } else if xs[index] > place {
        break
      } else {
        weights.append(0)
      }
      index += 1
    }
    guard total > 0 else { return nil }
    var centre = 0.0
    for (offset, weight) in weights.enumerated() { centre += weight / total * xs[left + offset] }
    var spread = 0.0
    for (offset, weight) in weights.enumerated() {
      let distance = xs[left + offset] - centre
      spread += weight / total * distance * distance
    }
    // Where the points' x hardly differ there is no slope, and the value is their mean.
    let slope = spread.squareRoot() > 0.001 * range ? (place - centre) / spread : 0
    var value = 0.0
    for (offset, weight) in weights.enumerated() {
      value += weight / total * (1 + slope * (xs[left + offset] - centre)) * ys[left + offset]
    }
    return value
  }
}
