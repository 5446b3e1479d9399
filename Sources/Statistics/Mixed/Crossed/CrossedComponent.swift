/// One component of S = Z'WZ, block by block.
struct CrossedComponent {
  let sums: CrossedSums
  private let at: CrossedFactorization
  private let scaled: [Double]
  private let component: CrossedLayout.Component
  private let groups: [Int]
  private let units: [CrossedLayout.Unit]
  /// M⁻¹.
  let inverse: [Double]
  /// Per term Λ⁻¹, nil where that is too large to use.
  private let inverses: [Matrix?]
  /// The effects of terms without Λ⁻¹, and (I − HC) and S₂₂ in their columns, `size × exposed.count`.
  private let exposed: [Int]
  private let transfer: [Double]
  private let exposedBlock: [Double]
  /// Per effect its number among the exposed ones, −1 for the others.
  private let exposedNumber: [Int]

  /// The most columns of a term.
  private let width: Int
  /// The effects of each term.
  private let runs: [(term: Int, effects: Range<Int>)]

  /// A Λ⁻¹ with a larger entry than this would multiply rounding by its square.
  private static let largestInverse = 30.0

  var size: Int { component.size }

  init(
    _ sums: CrossedSums, _ at: CrossedFactorization, scaled: [Double], component: CrossedLayout.Component, groups: [Int]
  ) {
    self.sums = sums
    self.at = at
    self.scaled = scaled
    self.component = component
    self.groups = groups
    let size = component.size
    units = Array(sums.layout.units[component.effects])
    width = units.map(\.size).max() ?? 0
    var runs: [(term: Int, effects: Range<Int>)] = []
    for (effect, unit) in units.enumerated() {
      if let last = runs.last, last.term == unit.term {
        runs[runs.count - 1].effects = last.effects.lowerBound..<(effect + 1)
      } else {
        runs.append((unit.term, effect..<(effect + 1)))
      }
    }
    self.runs = runs
    inverses = sums.layout.rest.map { term in
      guard let inverse = at.lambda.block(term.block.columns).inverse,
        inverse.elements.allSatisfy({ abs($0) <= Self.largestInverse })
      else { return nil }
      return inverse
    }
    var inverse = [Double](repeating: 0, count: size * size)
    var work = inverse
    inverse.withUnsafeMutableBufferPointer { inverse in
      work.withUnsafeMutableBufferPointer { work in
        at.cholesky.withUnsafeBufferPointer { cholesky in
          guard let inverse = inverse.baseAddress, let work = work.baseAddress, let cholesky = cholesky.baseAddress
          else { return }
          DenseCholesky.invert(cholesky + component.offset, size, into: inverse, work: work)
        }
      }
    }
    self.inverse = inverse
    var exposed: [Int] = []
    var number = [Int](repeating: -1, count: size)
    for effect in 0..<size where inverses[units[effect].term] == nil {
      number[effect] = exposed.count
      exposed.append(effect)
    }
    self.exposed = exposed
    exposedNumber = number
    guard !exposed.isEmpty else {
      (transfer, exposedBlock) = ([], [])
      return
    }
    // C, its lower triangle mirrored, in the exposed columns; then I − Λ₂M⁻¹Λ₂'C and C times that.
    let cross = Matrix(
      rows: size, columns: size,
      elements: (0..<(size * size)).map { index in
        let (row, column) = (index / size, index % size)
        return at.cross[component.offset + (row >= column ? row * size + column : column * size + row)]
      })
    var columns = Matrix(rows: size, columns: exposed.count)
    for row in 0..<size {
      for (index, effect) in exposed.enumerated() { columns[row, index] = cross[row, effect] }
    }
    let units = units
    func scale(_ matrix: Matrix, transposed: Bool) -> Matrix {
      var result = Matrix(rows: size, columns: matrix.columns)
      for row in 0..<size {
        let unit = units[row]
        let first = unit.effect - component.effects.lowerBound
        for inner in 0..<unit.size {
          let (a, b) = (unit.start + row - first, unit.start + inner)
          let factor = transposed ? at.lambda[b, a] : at.lambda[a, b]
          guard factor != 0 else { continue }
          for column in 0..<matrix.columns { result[row, column] += factor * matrix[first + inner, column] }
        }
      }
      return result
    }
    let spread = Matrix(rows: size, columns: size, elements: inverse).times(scale(columns, transposed: true))
    var transfer = scale(spread, transposed: false)
    for index in transfer.elements.indices { transfer.elements[index] = -transfer.elements[index] }
    for (index, effect) in exposed.enumerated() { transfer[effect, index] += 1 }
    self.transfer = transfer.elements
    exposedBlock = cross.times(transfer).elements
  }

  /// S₂₂[row, column].
  private func rest(_ row: Int, _ column: Int) -> Double {
    if exposedNumber[column] >= 0 { return exposedBlock[row * exposed.count + exposedNumber[column]] }
    if exposedNumber[row] >= 0 { return exposedBlock[column * exposed.count + exposedNumber[row]] }
    let (left, right) = (units[row], units[column])
    guard let outer = inverses[left.term], let inner = inverses[right.term] else { return 0 }
    let (top, side) = (left.effect - component.effects.lowerBound, right.effect - component.effects.lowerBound)
    var sum = 0.0
    for a in 0..<left.size {
      for b in 0..<right.size {
        let value = (top + a == side + b ? 1 : 0) - inverse[(top + a) * size + side + b]
        sum += outer[a, row - top] * value * inner[b, column - side]
      }
    }
    return sum
  }

  func addRest(to traces: inout CrossedTraces) {
    if exposed.isEmpty, width == 1 { return addScalarRest(to: &traces) }
    var block: [Double] = []
    for top in 0..<size where units[top].isFirst {
      for side in 0...top where units[side].isFirst {
        // The lesser owner's rows first.
        let (rows, columns) = units[top].term <= units[side].term ? (top, side) : (side, top)
        block.removeAll(keepingCapacity: true)
        for a in 0..<units[rows].size {
          for b in 0..<units[columns].size { block.append(rest(rows + a, columns + b)) }
        }
        if top == side {
          traces.addDiagonal(block, owner: units[top].term + 1)
        } else {
          traces.addPair(block, units[rows].term + 1, units[columns].term + 1)
        }
      }
    }
  }

  /// The same where every block is a number.
  private func addScalarRest(to traces: inout CrossedTraces) {
    inverse.withUnsafeBufferPointer { inverse in
      for (index, rows) in runs.enumerated() {
        for columns in runs[index...] {
          guard let outer = inverses[rows.term], let inner = inverses[columns.term] else { continue }
          let scale = outer[0, 0] * inner[0, 0]
          var squares = 0.0
          for row in rows.effects {
            var sum = 0.0
            for column in columns.effects where column != row {
              let value = inverse[row &* size &+ column]
              sum += value * value
            }
            squares += sum
          }
          // The smaller owner's number comes first as terms do.
          traces.addMoment(squares * scale * scale, rows.term + 1, columns.term + 1)
          guard rows.term == columns.term else { continue }
          for row in rows.effects {
            traces.addDiagonal([(1 - inverse[row &* size &+ row]) * scale], owner: rows.term + 1)
          }
        }
      }
    }
  }

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
    for effect in 0..<size where units[effect].isFirst {
      let unit = units[effect]
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
        var product = squares
        product.withUnsafeMutableBufferPointer { product in
          squares.withUnsafeBufferPointer { squares in
            inverse.withUnsafeBufferPointer { inverse in
              guard let product = product.baseAddress, let squares = squares.baseAddress,
                let inverse = inverse.baseAddress
              else { return }
              DenseCholesky.multiply(squares, inverse, size, into: product)
            }
          }
        }
        products.append(product)
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

extension Matrix {
  /// The inverse of a small square matrix, by elimination with pivoting; nil if a pivot is zero.
  var inverse: Matrix? {
    var work = self
    var result = Matrix.identity(rows)
    for pivot in 0..<rows {
      var best = pivot
      for row in pivot..<rows where abs(work[row, pivot]) > abs(work[best, pivot]) { best = row }
      guard work[best, pivot] != 0 else { return nil }
      for column in 0..<rows {
        (work[pivot, column], work[best, column]) = (work[best, column], work[pivot, column])
        (result[pivot, column], result[best, column]) = (result[best, column], result[pivot, column])
      }
      let factor = 1 / work[pivot, pivot]
      for column in 0..<rows {
        work[pivot, column] *= factor
        result[pivot, column] *= factor
      }
      for row in 0..<rows where row != pivot && work[row, pivot] != 0 {
        let factor = work[row, pivot]
        for column in 0..<rows {
          work[row, column] -= factor * work[pivot, column]
          result[row, column] -= factor * result[pivot, column]
        }
      }
    }
    return result
  }
}
