/// One component of S = Z'WZ, block by block.
struct CrossedComponent {
  let sums: CrossedSums
  let at: CrossedFactorization
  let scaled: [Double]
  let component: CrossedLayout.Component
  let groups: [Int]
  let units: ArraySlice<CrossedLayout.Unit>
  /// M⁻¹.
  let inverse: [Double]
  /// Per term Λ⁻¹, nil where that is too large to use.
  let inverses: [Matrix?]
  /// The effects of terms without Λ⁻¹, and (I − HC) and S₂₂ in their columns, `size × exposed.count`.
  let exposed: [Int]
  let transfer: [Double]
  private let exposedBlock: [Double]
  /// Per effect its number among the exposed ones, −1 for the others.
  let exposedNumber: [Int]
  /// The most columns of a term.
  let width: Int
  /// The effects of each term.
  let runs: [(term: Int, effects: Range<Int>)]

  var size: Int { component.size }

  /// What an effect, counted in the component, is.
  func unit(_ effect: Int) -> CrossedLayout.Unit { units[component.effects.lowerBound + effect] }

  init(_ context: CrossedContext, _ index: Int) {
    let (sums, at) = (context.sums, context.at)
    let component = sums.layout.components[index]
    self.sums = sums
    self.at = at
    self.component = component
    scaled = context.scaled
    inverses = context.inverses
    groups = sums.layout.groups[index]
    let size = component.size
    let units = sums.layout.units[component.effects]
    self.units = units
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
    for (effect, unit) in units.enumerated() where inverses[unit.term] == nil {
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
    let origin = component.effects.lowerBound
    func scale(_ matrix: Matrix, transposed: Bool) -> Matrix {
      var result = Matrix(rows: size, columns: matrix.columns)
      for row in 0..<size {
        let unit = units[origin + row]
        let first = unit.effect - origin
        for inner in 0..<unit.size {
          let (a, b) = (unit.start + row - first, unit.start + inner)
          let factor = transposed ? at.lambda[b, a] : at.lambda[a, b]
          guard factor != 0 else { continue }
          for column in 0..<matrix.columns { result[row, column] += factor * matrix[first + inner, column] }
        }
      }
      return result
    }
    let spread = DenseCholesky.product(
      Matrix(rows: size, columns: size, elements: inverse), scale(columns, transposed: true))
    var transfer = scale(spread, transposed: false)
    for index in transfer.elements.indices { transfer.elements[index] = -transfer.elements[index] }
    for (index, effect) in exposed.enumerated() { transfer[effect, index] += 1 }
    self.transfer = transfer.elements
    exposedBlock = DenseCholesky.product(cross, transfer).elements
  }

  /// S₂₂[row, column].
  private func rest(_ row: Int, _ column: Int) -> Double {
    if exposedNumber[column] >= 0 { return exposedBlock[row * exposed.count + exposedNumber[column]] }
    if exposedNumber[row] >= 0 { return exposedBlock[column * exposed.count + exposedNumber[row]] }
    let (left, right) = (unit(row), unit(column))
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
    for top in 0..<size where unit(top).isFirst {
      for side in 0...top where unit(side).isFirst {
        // The lesser owner's rows first.
        let (rows, columns) = unit(top).term <= unit(side).term ? (top, side) : (side, top)
        block.removeAll(keepingCapacity: true)
        for a in 0..<unit(rows).size {
          for b in 0..<unit(columns).size { block.append(rest(rows + a, columns + b)) }
        }
        if top == side {
          traces.addDiagonal(block, owner: unit(top).term + 1)
        } else {
          traces.addPair(block, unit(rows).term + 1, unit(columns).term + 1)
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
}
