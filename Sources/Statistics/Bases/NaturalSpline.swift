/// Natural cubic splines, as `ns` of R's package splines makes them: a B-spline basis of order 4 with knots at quantiles,
/// reduced to the functions whose second derivative is zero at the outermost points, linear beyond them.
///
/// Hastie TJ (1992), Generalized additive models, in Chambers & Hastie, Statistical Models in S, chapter 7; de Boor (1978),
/// A Practical Guide to Splines, chapter X.
public struct NaturalSpline: Sendable {
  /// The number of columns.
  public let degreesOfFreedom: Int
  /// Inner knots, ascending.
  public let knots: [Double]
  /// The least and the greatest point.
  public let boundary: (low: Double, high: Double)
  /// Inner knots, and the boundary four times on either side.
  private let allKnots: [Double]
  /// The Householder vectors of the two constraints, with what their products are multiplied by.
  private let reflections: [(vector: [Double], factor: Double)]

  private static let order = 4

  /// - Returns: nil where quantiles of the points coincide with each other or with the outermost points.
  /// - Precondition: the points are finite, `degreesOfFreedom` is at least 1.
  public init?(_ points: [Double], degreesOfFreedom: Int) {
    precondition(degreesOfFreedom >= 1, "a spline has a column or more")
    guard let summary = try? Summary(points), summary.minimum < summary.maximum else { return nil }
    let count = degreesOfFreedom - 1
    let knots = (0..<count).map { summary.quantile(Double($0 + 1) / Double(count + 1)) }
    let ladder = [summary.minimum] + knots + [summary.maximum]
    guard zip(ladder, ladder.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    self.degreesOfFreedom = degreesOfFreedom
    self.knots = knots
    boundary = (summary.minimum, summary.maximum)
    let ends = Self.order
    allKnots =
      [Double](repeating: summary.minimum, count: ends) + knots + [Double](repeating: summary.maximum, count: ends)
    var constraints = [summary.minimum, summary.maximum].map { [allKnots] in
      Array(Self.basis(allKnots, at: $0, derivative: 2).dropFirst())
    }
    // Householder's QR of the constraints, with LINPACK's signs, as R has it.
    var reflections: [(vector: [Double], factor: Double)] = []
    for step in 0..<2 {
      var vector = constraints[step]
      for index in 0..<step { vector[index] = 0 }
      var norm = DoubleDouble.sumOfSquares(vector).squareRoot()
      if vector[step] < 0 { norm = -norm }
      guard norm != 0 else { return nil }
      vector[step] += norm
      let factor = 2 / DoubleDouble.sumOfSquares(vector)
      reflections.append((vector, factor))
      for other in step..<2 { Self.reflect(&constraints[other], vector, factor) }
    }
    self.reflections = reflections
  }

  private static func reflect(_ values: inout [Double], _ vector: [Double], _ factor: Double) {
    var product = 0.0
    for (a, b) in zip(values, vector) { product += a * b }
    for index in values.indices { values[index] -= factor * product * vector[index] }
  }

  /// The columns at a point.
  public func values(at point: Double) -> [Double] {
    var full: [Double]
    if point < boundary.low || point > boundary.high {
      let end = point < boundary.low ? boundary.low : boundary.high
      let slopes = Self.basis(allKnots, at: end, derivative: 1)
      full = zip(Self.basis(allKnots, at: end, derivative: 0), slopes).map { $0 + (point - end) * $1 }
    } else {
      full = Self.basis(allKnots, at: point, derivative: 0)
    }
    full.removeFirst()
    for reflection in reflections { Self.reflect(&full, reflection.vector, reflection.factor) }
    return Array(full.dropFirst(2))
  }

  /// All B-splines of order 4, or their derivatives; at the last knot the values from its left.
  private static func basis(_ knots: [Double], at point: Double, derivative: Int) -> [Double] {
    let last = knots.count - order - 1
    let interval = (order - 1...last).last { knots[$0] <= point && knots[$0] < knots[$0 + 1] } ?? order - 1
    var values = [Double](repeating: 0, count: knots.count - 1)
    values[interval] = 1
    for current in 2...order {
      let isDerivative = current > order - derivative
      for index in 0..<knots.count - current {
        let left = knots[index + current - 1] - knots[index]
        let right = knots[index + current] - knots[index + 1]
        let a = left > 0 ? values[index] / left : 0
        let b = right > 0 ? values[index + 1] / right : 0
        values[index] =
          isDerivative
          ? Double(current - 1) * (a - b) : (point - knots[index]) * a + (knots[index + current] - point) * b
      }
    }
    return Array(values.prefix(knots.count - order))
  }
}
