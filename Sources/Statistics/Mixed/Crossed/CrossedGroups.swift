/// The blocks of S that concern the first factor.
extension CrossedComponent {
  /// T_jΛ₂M⁻¹, `q₁ × size`.
  func row(_ group: Int, into y: inout [Double]) {
    let start = sums.layout.localStart[group]
    let count = sums.layout.localStart[group + 1] - start
    let q = sums.q1
    y.withUnsafeMutableBufferPointer { y in
      inverse.withUnsafeBufferPointer { inverse in
        for index in y.indices { y[index] = 0 }
        for a in 0..<q {
          for column in 0..<count {
            let value = scaled[q &* start &+ a &* count &+ column]
            let from = sums.layout.localEffects[start &+ column] &* size
            for index in 0..<size { y[a &* size &+ index] += value * inverse[from &+ index] }
          }
        }
      }
    }
  }

  func addFirst(to traces: inout CrossedTraces) {
    let q = sums.q1
    let layout = sums.layout
    var effects = 0
    for group in groups { effects += layout.localStart[group + 1] - layout.localStart[group] }
    // Whichever is less work: every pair of groups, or products of matrices as large as the component.
    let byPairs = Double(groups.count) * Double(effects) / 2 <= Double(size) * Double(size) * Double(size) / 3
    var y = [Double](repeating: 0, count: q * size)
    var block = [Double](repeating: 0, count: q * q)
    for (position, group) in groups.enumerated() {
      row(group, into: &y)
      addCrossing(group, y, to: &traces)
      distance(group, y, &block)
      if !byPairs { traces.add(block, 0, 0, times: -1) }
      for index in block.indices { block[index] = at.inner[group * q * q + index] - block[index] }
      traces.addDiagonal(block, owner: 0)
      if byPairs { addPairs(position, y, to: &traces) }
    }
    if !byPairs { addProducts(to: &traces) }
  }

  /// T_iHT_j' for the y of group i and a group j.
  @inline(__always)
  func distance(_ other: Int, _ y: [Double], _ block: inout [Double]) {
    let q = sums.q1
    let start = sums.layout.localStart[other]
    let count = sums.layout.localStart[other + 1] - start
    for a in 0..<q {
      for b in 0..<q {
        var sum = 0.0
        for column in 0..<count {
          sum += y[a &* size &+ sums.layout.localEffects[start &+ column]] * scaled[q &* start &+ b &* count &+ column]
        }
        block[a &* q &+ b] = sum
      }
    }
  }

  /// The blocks of one group of the first factor with all before it.
  private func addPairs(_ position: Int, _ y: [Double], to traces: inout CrossedTraces) {
    let q = sums.q1
    guard q == 1 else {
      var block = [Double](repeating: 0, count: q * q)
      for other in groups[..<position] {
        distance(other, y, &block)
        traces.addPair(block, 0, 0)
      }
      return
    }
    var squares = 0.0
    y.withUnsafeBufferPointer { y in
      scaled.withUnsafeBufferPointer { scaled in
        sums.layout.localEffects.withUnsafeBufferPointer { effects in
          sums.layout.localStart.withUnsafeBufferPointer { starts in
            for other in groups[..<position] {
              var sum = 0.0
              for index in starts[other]..<starts[other &+ 1] { sum += y[effects[index]] * scaled[index] }
              squares += sum * sum
            }
          }
        }
      }
    }
    traces.addMoment(2 * squares, 0, 0)
  }

  /// The blocks S₁₂ of one group of the first factor.
  private func addCrossing(_ group: Int, _ y: [Double], to traces: inout CrossedTraces) {
    let q = sums.q1
    let start = sums.layout.localStart[group]
    let count = sums.layout.localStart[group + 1] - start
    var image = [Double](repeating: 0, count: q * max(exposed.count, 1))
    for a in 0..<q {
      for column in 0..<count where !exposed.isEmpty {
        let value = at.across[q * start + a * count + column]
        let from = sums.layout.localEffects[start + column] * exposed.count
        for index in exposed.indices { image[a * exposed.count + index] += value * transfer[from + index] }
      }
    }
    if q == 1, exposed.isEmpty, width == 1 { return addScalarCrossing(y, to: &traces) }
    var block: [Double] = []
    for effect in 0..<size where unit(effect).isFirst {
      let unit = unit(effect)
      block.removeAll(keepingCapacity: true)
      for a in 0..<q {
        for b in 0..<unit.size {
          guard let inner = inverses[unit.term] else {
            block.append(image[a * exposed.count + exposedNumber[effect + b]])
            continue
          }
          var sum = 0.0
          for c in 0..<unit.size { sum += y[a * size + effect + c] * inner[c, b] }
          block.append(sum)
        }
      }
      traces.addPair(block, 0, unit.term + 1)
    }
  }

  /// The same where every block is a number: effects of one term stand together.
  private func addScalarCrossing(_ y: [Double], to traces: inout CrossedTraces) {
    y.withUnsafeBufferPointer { y in
      for run in runs {
        guard let inner = inverses[run.term] else { continue }
        var squares = 0.0
        for effect in run.effects { squares += y[effect] * y[effect] }
        traces.addMoment(squares * inner[0, 0] * inner[0, 0], 0, run.term + 1)
      }
    }
  }

  /// Σ over all ordered pairs of groups of products of T_iHT_j', by the products Q_cd M⁻¹ with
  /// Q_cd = Σ_j (T_jΛ₂)_c'(T_jΛ₂)_d.
  private func addProducts(to traces: inout CrossedTraces) {
    let q = sums.q1
    let layout = sums.layout
    var products: [[Double]] = []
    for c in 0..<q {
      for d in 0..<q {
        var squares = [Double](repeating: 0, count: size * size)
        for group in groups {
          let start = layout.localStart[group]
          let count = layout.localStart[group + 1] - start
          for first in 0..<count {
            let value = scaled[q * start + c * count + first]
            let to = layout.localEffects[start + first] * size
            for second in 0..<count {
              squares[to + layout.localEffects[start + second]] += value * scaled[q * start + d * count + second]
            }
          }
        }
        products.append(
          DenseCholesky.product(
            Matrix(rows: size, columns: size, elements: squares), Matrix(rows: size, columns: size, elements: inverse)
          ).elements)
      }
    }
    let all = q * q
    for (a, b, c, d) in (0..<(all * all)).map({ ($0 / (all * q), $0 / all % q, $0 / q % q, $0 % q) }) {
      // Σ_ij (t_i[a]M⁻¹t_j[b]')(t_i[c]M⁻¹t_j[d]') = tr(Q_ca M⁻¹ Q_bd M⁻¹).
      let (left, right) = (products[c * q + a], products[b * q + d])
      var sum = 0.0
      for row in 0..<size {
        for column in 0..<size { sum += left[row * size + column] * right[column * size + row] }
      }
      traces.addMoment(sum, 0, 0, at: (a * q + b) * all + c * q + d)
    }
  }
}
