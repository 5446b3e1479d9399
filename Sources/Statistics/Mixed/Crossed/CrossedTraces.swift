/// The sums over blocks of S = Z'WZ that traces of its products need.
///
/// S falls into blocks S_ij, one for every two levels, of as many rows and columns as their terms have. With
/// H = Λ₂M⁻¹Λ₂' and T = Z₁'W₁Z₂ the blocks are S₁₁ = Z₁'W₁Z₁ − THT', S₁₂ = T(I − HC), S₂₂ = C − CHC for C = Z₂'W₁Z₂;
/// where Λ₂ is well conditioned, I − HC = Λ₂M⁻¹Λ₂⁻¹ and S₂₂ = Λ₂'⁻¹(I − M⁻¹)Λ₂⁻¹ without a product.
struct CrossedTraces {
  /// Per owner the sum of the blocks S_ii.
  private(set) var diagonal: [Matrix]
  /// Per pair of owners (the lesser number first) Σ S_ij[a, b] S_ij[c, d] at ((a, b), (c, d)) over ordered pairs of
  /// levels.
  private var moments: [[Double]]
  private let sizes: [Int]

  /// tr(E_k S E_l S), `entries` in owners k and l.
  func product(_ left: CrossedSums.Entry, _ right: CrossedSums.Entry) -> Double {
    let (k, l) = left.owner <= right.owner ? (left, right) : (right, left)
    let moment = moments[k.owner * sizes.count + l.owner]
    let width = sizes[l.owner]
    let all = sizes[k.owner] * width
    func pairs(_ entry: CrossedSums.Entry) -> [(Int, Int)] {
      entry.isDiagonal ? [(entry.row, entry.row)] : [(entry.row, entry.column), (entry.column, entry.row)]
    }
    var sum = 0.0
    // tr(E_k S E_l S') = Σ E_k[p, q] S[q, r] E_l[r, s] S[p, s].
    for (p, q) in pairs(k) {
      for (r, s) in pairs(l) { sum += moment[(q * width + r) * all + p * width + s] }
    }
    return sum
  }

  init(_ sums: CrossedSums, _ at: CrossedFactorization) {
    let owners = sums.owners
    sizes = owners.map(\.columns.count)
    diagonal = sizes.map { Matrix(rows: $0, columns: $0) }
    moments = []
    for k in sizes {
      for l in sizes { moments.append([Double](repeating: 0, count: k * l * k * l)) }
    }
    let context = CrossedContext(sums, at)
    var block = [Double](repeating: 0, count: sums.q1 * sums.q1)
    for group in 0..<sums.layout.firstCount where sums.layout.componentOfGroup[group] < 0 {
      for index in block.indices { block[index] = at.inner[group * block.count + index] }
      addDiagonal(block, owner: 0)
    }
    for index in sums.layout.components.indices {
      let part = CrossedComponent(context, index)
      part.addRest(to: &self)
      part.addFirst(to: &self)
    }
  }

  /// A block S_ii.
  mutating func addDiagonal(_ block: [Double], owner: Int) {
    for index in block.indices { diagonal[owner].elements[index] += block[index] }
    add(block, owner, owner, times: 1)
  }

  /// A block S_ij with i in the first and j in the second owner, the lesser number first; of one owner with i ≠ j also
  /// its mirror image.
  mutating func addPair(_ block: [Double], _ first: Int, _ second: Int) {
    guard first == second else { return add(block, first, second, times: 1) }
    let size = sizes[first]
    if size == 1 { return add(block, first, first, times: 2) }
    add(block, first, first, times: 1)
    var mirror = block
    for row in 0..<size {
      for column in 0..<size { mirror[row * size + column] = block[column * size + row] }
    }
    add(mirror, first, first, times: 1)
  }

  /// A sum of many products of blocks.
  mutating func addMoment(_ value: Double, _ first: Int, _ second: Int, at index: Int = 0) {
    moments[first * sizes.count + second][index] += value
  }

  mutating func add(_ block: [Double], _ first: Int, _ second: Int, times factor: Double) {
    let target = first * sizes.count + second
    if block.count == 1 {
      moments[target][0] += factor * block[0] * block[0]
      return
    }
    for left in block.indices {
      let value = factor * block[left]
      for right in block.indices { moments[target][left * block.count + right] += value * block[right] }
    }
  }
}
