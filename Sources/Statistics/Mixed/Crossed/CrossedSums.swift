/// The sums of a mixed model whose terms have several grouping factors, nested or crossed.
///
/// The effects b₁ of the factor with the most levels are eliminated group by group, which leaves the others, b₂, with
/// I + Λ₂'Z₂'W₁Z₂Λ₂, W₁ = (I + Z₁Γ₁Z₁')⁻¹: a Schur complement, dense within each component (`CrossedLayout`). This is
/// lme4's penalised least squares (Bates, Mächler, Bolker & Walker 2015, J. Stat. Softw. 67(1), sec. 3) with an order of
/// elimination of its own. Per group of the first factor Z₁ = QR and D = Q'Z₂ are kept, so that Z₂'W₁Z₂ is a sum of
/// squares; what is needed of y and X̃ is found from the rows, whose residuals are small where the fit is good.
struct CrossedSums: MixedModelSums {
  let rows: Int
  let design: OrthonormalDesign
  private(set) var residualSquares: Double
  let randomBasis: RandomBasis
  let blocks: [RandomBlock]
  let layout: CrossedLayout
  /// Z̃, `rows × q` with the columns of all terms.
  let random: Matrix
  /// X̃ column by column and the least-squares residuals.
  private(set) var columns: [[Double]]
  /// Per group of the first factor R, `q₁ × q₁`.
  let triangles: [Double]
  /// Per group D = Q'Z₂ for the effects that occur in it, `q₁ × count`, at q₁ times where they begin.
  let rotated: [Double]
  /// Z₂'(I − QQ')Z₂, a square matrix per component, its lower triangle.
  let remainder: [Double]

  /// From the variance between groups of every column by itself.
  let start: [Double]

  /// Residuals that are a ten-millionth of the response are what rounding leaves of it.
  var resolution: Double { 1e-14 }

  /// Where the factors' effects trade places with each other (their means, say) Z₂'W₁Z₂ is smaller by Λ₁², but has the
  /// rounding of its other directions.
  func roundOff(_ lambda: Matrix) -> Double {
    var largest = 0.0
    for value in lambda.elements { largest = max(largest, abs(value)) }
    let perGroup = Double(rows) / Double(max(layout.firstCount, 1))
    return 1e-16 * largest * largest * perGroup * Double(min(layout.effectCount, 100))
  }

  /// The number of columns of the first factor's terms.
  var q1: Int { layout.firstColumns.count }

  init(
    design: OrthonormalDesign, fixed: Matrix, terms: [RandomEffectsTerm], random: Matrix, blocks: [RandomBlock]
  ) throws(StatisticsError) {
    self.design = design
    self.blocks = blocks
    rows = random.rows
    residualSquares = DoubleDouble.sumOfSquares(design.residuals)
    let randomBasis = try RandomBasis(random, blocks: blocks)
    self.randomBasis = randomBasis
    let random = random.times(randomBasis.inverse)
    self.random = random
    let layout = try CrossedLayout(terms: terms, blocks: blocks)
    self.layout = layout
    columns = Self.columns(design, fixed) + [design.residuals]
    (triangles, rotated) = Self.reduce(random, layout)
    remainder = Self.remainder(random, layout, rotated)
    start = Self.start(random, terms, blocks, design.residuals, residualSquares)
  }

  /// Moments: with one column z of mean square 1, E Σ(z'r)²/z'z over its `groups` is σ²(groups + nθ²).
  private static func start(
    _ random: Matrix, _ terms: [RandomEffectsTerm], _ blocks: [RandomBlock], _ residuals: [Double], _ total: Double
  ) -> [Double] {
    var result: [Double] = []
    for (term, block) in zip(terms, blocks) {
      for column in block.columns {
        var scores = [Double](repeating: 0, count: term.groupCount)
        var squares = scores
        for row in residuals.indices {
          let z = random.elements[row &* random.columns &+ column]
          scores[Int(term.groups[row])] += z * residuals[row]
          squares[Int(term.groups[row])] += z * z
        }
        var between = 0.0
        var groups = 0.0
        for group in scores.indices where squares[group] > 0 {
          between += scores[group] * scores[group] / squares[group]
          groups += 1
        }
        let count = Double(residuals.count)
        let within = (total - between) / (count - groups)
        let estimate = (between / within - groups) / count
        // Neither so near 0 that the deviance is flat nor far out where it is too.
        result.append(estimate.isFinite ? min(max(estimate, 0.01), 25).squareRoot() : 1)
      }
    }
    return result
  }

  func replacing(
    residuals: [Double], fixed: Matrix, random: Matrix, terms: [RandomEffectsTerm]
  ) -> any MixedModelSums {
    var result = self
    result.residualSquares = DoubleDouble.sumOfSquares(residuals)
    result.columns[rank] = residuals
    return result
  }

  private static func columns(_ design: OrthonormalDesign, _ fixed: Matrix) -> [[Double]] {
    let kept = design.factor.kept
    return kept.indices.map { column in
      (0..<fixed.rows).map { row in
        let start = row &* fixed.columns
        var sum = 0.0
        // X̃ = XB with B upper triangular.
        for inner in 0...column {
          sum += fixed.elements[start &+ kept[inner]] * design.basis.elements[inner &* kept.count &+ column]
        }
        return sum
      }
    }
  }

  /// R and D of every group, by Givens rotations of its rows.
  private static func reduce(_ random: Matrix, _ layout: CrossedLayout) -> (triangles: [Double], rotated: [Double]) {
    let q = layout.firstColumns.count
    let width = random.columns
    var triangles = [Double](repeating: 0, count: layout.firstCount * q * q)
    var rotated = [Double](repeating: 0, count: q * layout.localEffects.count)
    var z = [Double](repeating: 0, count: q)
    var x: [Double] = []
    for row in 0..<random.rows {
      let group = Int(layout.firstGroups[row])
      let start = layout.localStart[group]
      let count = layout.localStart[group + 1] - start
      x.removeAll(keepingCapacity: true)
      for _ in 0..<count { x.append(0) }
      for (index, term) in layout.rest.enumerated() {
        let position = Int(layout.rowPositions[row * layout.rest.count + index])
        for column in 0..<term.block.size {
          x[position + column] = random.elements[row &* width &+ term.block.start &+ column]
        }
      }
      for a in 0..<q { z[a] = random.elements[row &* width &+ layout.firstColumns[a]] }
      rotated.withUnsafeMutableBufferPointer { rotated in
        for a in 0..<q where z[a] != 0 {
          let triangle = (group &* q &+ a) &* q
          let pivot = triangles[triangle + a]
          let radius = (pivot * pivot + z[a] * z[a]).squareRoot()
          let (cosine, sine) = (pivot / radius, z[a] / radius)
          triangles[triangle + a] = radius
          for b in (a + 1)..<max(q, a + 1) {
            let old = triangles[triangle + b]
            triangles[triangle + b] = cosine * old + sine * z[b]
            z[b] = cosine * z[b] - sine * old
          }
          let right = q &* start &+ a &* count
          for column in 0..<count {
            let old = rotated[right &+ column]
            rotated[right &+ column] = cosine * old + sine * x[column]
            x[column] = cosine * x[column] - sine * old
          }
        }
      }
    }
    return (triangles, rotated)
  }

  /// Z₂'Z₂ less the groups' D'D.
  private static func remainder(_ random: Matrix, _ layout: CrossedLayout, _ rotated: [Double]) -> [Double] {
    let width = random.columns
    let q = layout.firstColumns.count
    guard let last = layout.components.last else { return [] }
    var result = [Double](repeating: 0, count: last.offset + last.size * last.size)
    for row in 0..<random.rows {
      let component = layout.components[layout.componentOfGroup[Int(layout.firstGroups[row])]]
      for left in layout.rest {
        let first = left.effectStart[Int(left.groups[row])] - component.effects.lowerBound
        for right in layout.rest {
          let second = right.effectStart[Int(right.groups[row])] - component.effects.lowerBound
          for a in 0..<left.block.size {
            for b in 0..<right.block.size where second + b <= first + a {
              result[component.offset + (first + a) * component.size + second + b] +=
                random.elements[row &* width &+ left.block.start &+ a]
                * random.elements[row &* width &+ right.block.start &+ b]
            }
          }
        }
      }
    }
    for group in 0..<layout.firstCount where layout.componentOfGroup[group] >= 0 {
      layout.addSquares(of: rotated, q, group, times: -1, to: &result)
    }
    return result
  }
}

extension CrossedLayout {
  /// Adds the cross-products of a group's `q × count` numbers to its component's lower triangle.
  func addSquares(of values: [Double], _ q: Int, _ group: Int, times sign: Double, to squares: inout [Double]) {
    let component = components[componentOfGroup[group]]
    let start = localStart[group]
    let count = localStart[group + 1] - start
    values.withUnsafeBufferPointer { values in
      squares.withUnsafeMutableBufferPointer { squares in
        localEffects.withUnsafeBufferPointer { effects in
          for a in 0..<q {
            let from = q &* start &+ a &* count
            for first in 0..<count {
              let value = sign * values[from &+ first]
              let row = component.offset &+ effects[start &+ first] &* component.size
              for second in 0...first {
                squares[row &+ effects[start &+ second]] += value * values[from &+ second]
              }
            }
          }
        }
      }
    }
  }
}
