/// The random effects of a term's groups given the data, b = ΓZ'W(y − Xβ), and their conditional standard deviations
/// σ √diag(ΛM⁻¹Λ'), for the random columns as given, a row per group. A group without rows has b = 0.
struct ConditionalModes {
  let effects: Matrix
  let standardDeviations: Matrix

  init(effects: Matrix, standardDeviations: Matrix) {
    self.effects = effects
    self.standardDeviations = standardDeviations
  }

  init(_ sums: GroupSums, _ solution: MixedModelSolution, sigma: Double) {
    let q = sums.randomColumns
    let width = sums.width
    let rank = sums.rank
    let reduction = GroupReduction(lambda: solution.lambda, width: width)
    let outer = sums.randomBasis.inverse.times(solution.lambda)
    var effects = Matrix(rows: sums.groupCount, columns: q)
    var deviations = effects
    var inner = [Double](repeating: 0, count: q)
    var distance = inner
    /// Solves U'x = right in place.
    func forward(_ upper: UnsafeMutablePointer<Double>, _ right: inout [Double]) {
      for row in 0..<q {
        var rest = right[row]
        for before in 0..<row { rest -= upper[before &* q &+ row] * right[before] }
        right[row] = rest / upper[row &* q &+ row]
      }
    }
    sums.triangles.withUnsafeBufferPointer { triangles in
      sums.rotated.withUnsafeBufferPointer { rotated in
        for group in 0..<sums.groupCount {
          let wide = group &* q &* width
          _ = reduction.factor(triangles: triangles, at: group &* q &* q, rotated: rotated, at: wide)
          _ = reduction.fold(byColumns: false)
          // ΓZ'W(y − Xβ) = Λ M⁻¹ N'(D_y − D_Xβ) with M = I + N'N = U'U.
          for row in 0..<q {
            let start = wide &+ row &* width
            var rest = rotated[start &+ rank]
            for column in 0..<rank { rest -= rotated[start &+ column] * solution.fixedEffects[column] }
            distance[row] = rest
          }
          for row in 0..<q {
            var sum = 0.0
            for other in 0..<q { sum += reduction.spread[other &* q &+ row] * distance[other] }
            inner[row] = sum
          }
          forward(reduction.pivots, &inner)
          for row in stride(from: q - 1, through: 0, by: -1) {
            var rest = inner[row]
            for after in (row + 1)..<max(q, row + 1) { rest -= reduction.pivots[row &* q &+ after] * inner[after] }
            inner[row] = rest / reduction.pivots[row &* q &+ row]
          }
          for row in 0..<q {
            var sum = 0.0
            for column in 0..<q { sum += outer.elements[row &* q &+ column] * inner[column] }
            effects.elements[group &* q &+ row] = sum
          }
          // Row a of Λ through U'⁻¹: its squared length is the variance.
          for row in 0..<q {
            for column in 0..<q { inner[column] = outer.elements[row &* q &+ column] }
            forward(reduction.pivots, &inner)
            var squares = 0.0
            for value in inner { squares += value * value }
            deviations.elements[group &* q &+ row] = sigma * squares.squareRoot()
          }
        }
      }
    }
    self.effects = effects
    standardDeviations = deviations
  }
}

extension GroupSums {
  func modes(of solution: MixedModelSolution, sigma: Double) -> [ConditionalModes] {
    let all = ConditionalModes(self, solution, sigma: sigma)
    guard blocks.count > 1 else { return [all] }
    return blocks.map {
      ConditionalModes(
        effects: all.effects.columns($0.columns), standardDeviations: all.standardDeviations.columns($0.columns))
    }
  }
}
