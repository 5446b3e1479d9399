/// What the searches for a minimum have in common.
extension TwiceDifferentiable {
  /// Below this g'H⁻¹g a minimum counts as found: the parameters are within 1e-5 standard errors of it, and full
  /// Newton steps do the rest.
  static var foundDecrement: Double { 1e-9 }

  /// A point lower than a solution along a step; nil if there is none.
  ///
  /// - Parameters:
  ///   - noise: a change of the value below this is rounding.
  ///   - halvings: how often the step is halved at most.
  ///   - evaluations: counts the points looked at.
  func descend(
    from solution: Solution, gradient: [Double], along direction: [Double], noise: Double, halvings: Int,
    evaluations: inout Int
  ) -> Solution? {
    let point = point(of: solution)
    let value = value(of: solution)
    var step = direction
    let length = Self.norm(step)
    // From a start of 1 a parameter of 1000 is seven steps away, and none overshoots into overflow.
    let limit = 2 * (1 + Self.norm(point))
    if length > limit { step = step.map { $0 * (limit / length) } }
    var slope = 0.0
    for (gradient, part) in zip(gradient, step) { slope += gradient * part }
    var factor = 1.0
    for _ in 0..<halvings {
      let trial = zip(point, step).map { $0 + factor * $1 }
      evaluations += 1
      if let next = self.solution(at: trial), self.value(of: next) <= value + 1e-4 * factor * slope + noise {
        return next
      }
      factor /= 2
    }
    return nil
  }

  private static func norm(_ vector: [Double]) -> Double {
    var sum = 0.0
    for value in vector { sum += value * value }
    return sum.squareRoot()
  }
}
