extension CrossedSums {
  func modes(of solution: MixedModelSolution, sigma: Double) -> [ConditionalModes] {
    let state = state(of: solution)
    let layout = layout
    // u to b = Λu, and back to the columns as given.
    let outer = randomBasis.inverse.times(solution.lambda)
    let variances = conditionalVariances(state.factorization)
    var modes = blocks.map { _ in ConditionalModes?.none }
    func mode(_ block: RandomBlock, levels: Int, u: (Int, Int) -> Double, variance: (Int) -> Matrix?)
      -> ConditionalModes
    {
      let own = outer.block(block.columns)
      let turn = randomBasis.inverse.block(block.columns)
      var effects = Matrix(rows: levels, columns: block.size)
      var deviations = effects
      for level in 0..<levels {
        let covariance = variance(level).map { turn.times($0).times(turn.transposed) } ?? own.times(own.transposed)
        for row in 0..<block.size {
          var sum = 0.0
          for column in 0..<block.size { sum += own[row, column] * u(level, column) }
          effects[level, row] = sum
          deviations[level, row] = sigma * max(covariance[row, row], 0).squareRoot()
        }
      }
      return ConditionalModes(effects: effects, standardDeviations: deviations)
    }
    let u = state.response.coefficients
    var offset = 0
    for (term, codes) in layout.firstTerms {
      let block = blocks[term]
      let start = offset
      modes[term] = mode(
        block, levels: codes.count, u: { codes[$0] < 0 ? 0 : u[Int(codes[$0]) * q1 + start + $1] },
        variance: { codes[$0] < 0 ? nil : variances.first[Int(codes[$0])].block(start..<(start + block.size)) })
      offset += block.size
    }
    for term in layout.rest {
      modes[term.term] = mode(
        term.block, levels: term.effectStart.count, u: { u[firstEffectCount + term.effectStart[$0] + $1] },
        variance: { variances.rest[term.effectStart[$0]] })
    }
    return modes.compactMap { $0 }
  }

  /// ΛA⁻¹Λ' with A = I + Λ'Z'ZΛ, its blocks on the diagonal: per group of the first factor, and per first effect of the
  /// other terms' levels.
  private func conditionalVariances(_ at: CrossedFactorization) -> (first: [Matrix], rest: [Matrix?]) {
    var rest = [Matrix?](repeating: nil, count: layout.effectCount)
    let square = q1 * q1
    var first = (0..<layout.firstCount).map { group in
      let solver = Array(at.solver[(group * square)..<((group + 1) * square)])
      return at.first.times(Matrix(rows: q1, columns: q1, elements: solver))
    }
    let squared = at.first.times(at.first.transposed)
    let context = CrossedContext(self, at)
    for (index, component) in layout.components.enumerated() {
      let part = CrossedComponent(context, index)
      for unit in layout.units[component.effects] where unit.isFirst {
        let own = at.lambda.block(unit.columns)
        let top = unit.effect - component.effects.lowerBound
        rest[unit.effect] = own.times(part.inverseBlock(top..<(top + unit.size))).times(own.transposed)
      }
      // G + ΓTHT'Γ.
      for group in layout.groups[index] {
        first[group].add(squared.times(part.distance(group)).times(squared), times: 1)
      }
    }
    return (first, rest)
  }
}

extension CrossedComponent {
  /// A block of M⁻¹ on its diagonal.
  func inverseBlock(_ range: Range<Int>) -> Matrix {
    Matrix(
      rows: range.count, columns: range.count,
      elements: range.flatMap { row in range.map { inverse[row * size + $0] } })
  }

  /// T_jHT_j' of one group.
  func distance(_ group: Int) -> Matrix {
    var y = [Double](repeating: 0, count: sums.q1 * size)
    var block = [Double](repeating: 0, count: sums.q1 * sums.q1)
    row(group, into: &y)
    distance(group, y, &block)
    return Matrix(rows: sums.q1, columns: sums.q1, elements: block)
  }
}
