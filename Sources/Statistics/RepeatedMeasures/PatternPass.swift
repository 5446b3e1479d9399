/// What one pass over the patterns gives the derivatives at a solution.
///
/// By a direction is meant one entry of Σ, in the order of a lower triangle, or one parameter.
struct PatternPass {
  /// Σ (nM − D) over the patterns, `visits × visits`: what ∂Σ and ∂²Σ meet, with D = M(rr' + X̃ΦX̃')M, without the second
  /// part for ML.
  private(set) var meeting: Matrix
  /// Σ tr(∂Σ M ∂Σ R) by pairs of directions, padded; R depends on the curvature.
  private(set) var traceProducts: Matrix
  /// C'X̃'M(∂Σ)Mr: a column for each direction, padded.
  private(set) var cross: Matrix
  /// C'X̃'M(∂Σ)MX̃C: a column for each direction, its lower triangle, off-diagonals times √2; no rows unless asked for.
  private(set) var packedForms: Matrix

  /// How many pieces are gathered at least before their products are taken.
  private static let fewestPieces = 64

  private let visits: Int
  private let visitStride: Int
  private let stride: Int
  private let rank: Int
  private let slopes: [Matrix]?
  private let directions: Int
  /// K_ab = Σ C'X̃'M_a (M_b r): `visits × visits × stride`.
  private var crossPairs: [Double]
  /// Squares of `stride` by pairs of visits, or by parameters.
  private var squares: [Double]
  /// By entries: `entries × visits × visitStride`.
  private var fourTerms: [Double]

  init(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution,
    _ curvature: LikelihoodExpansion.Curvature, slopes: [Matrix]?, hasForms: Bool
  ) {
    let sums = deviance.sums
    visits = sums.visits
    visitStride = sums.visitStride
    stride = sums.stride
    rank = sums.width - 1
    self.slopes = slopes
    let entries = visits * (visits + 1) / 2
    directions = slopes?.count ?? entries
    let padded = CrossProducts.padded(directions)
    meeting = Matrix(rows: visits, columns: visits)
    traceProducts = Matrix(rows: padded, columns: padded)
    cross = Matrix(rows: rank, columns: padded)
    packedForms = Matrix(rows: hasForms ? rank * (rank + 1) / 2 : 0, columns: padded)
    crossPairs = [Double](repeating: 0, count: visits * visits * stride)
    squares = [Double](repeating: 0, count: hasForms ? directions * stride * stride : 0)
    fourTerms = [Double](repeating: 0, count: slopes == nil ? entries * visits * visitStride : 0)
    run(deviance, solution, curvature, hasForms: hasForms)
    if slopes == nil { readFourTerms() }
    readCross()
    if hasForms { readForms() }
    if slopes != nil { symmetrize() }
  }

  /// [C, −β̃; 0, 1]: takes [X̃ e] to [X̃C, r].
  static func rotation(_ solution: RepeatedMeasuresDeviance.Solution, stride: Int) -> [Double] {
    let rank = solution.effects.count
    var result = [Double](repeating: 0, count: (rank + 1) * stride)
    for row in 0..<rank {
      for column in row..<rank { result[row * stride + column] = solution.root[row, column] }
      result[row * stride + rank] = -solution.effects[row]
    }
    result[rank * stride + rank] = 1
    return result
  }

  private mutating func run(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution,
    _ curvature: LikelihoodExpansion.Curvature, hasForms: Bool
  ) {
    let sums = deviance.sums
    let capacity = sums.patterns.reduce(Self.fewestPieces) { max($0, $1.pieces) }
    let apart = capacity &* stride
    var images = PieceImages(sums, Self.rotation(solution, stride: stride), capacity: capacity)
    var double = [Double](repeating: 0, count: visits * visitStride)
    var right = double
    var used = 0
    for (index, pattern) in sums.patterns.enumerated() {
      if used + pattern.pieces > capacity {
        gather(images.all, used, apart, hasForms: hasForms)
        used = 0
      }
      let start = index &* visits &* visitStride
      images.compute(pattern, solution.inverses, start, at: used)
      let n = Double(pattern.subjects)
      let includesFixed = deviance.method == .reml
      images.pairSums(pattern, at: used, columns: includesFixed ? 0..<rank + 1 : rank..<rank + 1, to: &double)
      images.addRest(pattern, solution.inverses, start, to: &double)
      switch curvature {
      case .observed, .observedApart:
        for place in right.indices { right[place] = 2 * double[place] - n * solution.inverses[start &+ place] }
      case .scoring: for place in right.indices { right[place] = n * solution.inverses[start &+ place] }
      case .expected:
        images.pairSums(pattern, at: used, columns: 0..<rank, to: &right)
        for place in right.indices { right[place] = n * solution.inverses[start &+ place] - 2 * right[place] }
      }
      for row in pattern.visits {
        for column in pattern.visits {
          let place = row &* visitStride &+ column
          meeting.elements[row &* visits &+ column] += n * solution.inverses[start &+ place] - double[place]
        }
      }
      if slopes == nil {
        addFourTerms(pattern, solution.inverses, start, right)
      } else {
        addTraceProducts(pattern, solution.inverses, start, right)
      }
      used += pattern.pieces
    }
    gather(images.all, used, apart, hasForms: hasForms)
  }

  private mutating func addFourTerms(
    _ pattern: VisitPatterns.Pattern, _ inverses: [Double], _ start: Int, _ right: [Double]
  ) {
    let (visits, visitStride) = (visits, visitStride)
    inverses.withUnsafeBufferPointer { inverses in
      right.withUnsafeBufferPointer { right in
        fourTerms.withUnsafeMutableBufferPointer { target in
          guard let inverses = inverses.baseAddress, let right = right.baseAddress, let target = target.baseAddress
          else { return }
          let left = inverses + start
          for (index, a) in pattern.visits.enumerated() {
            for b in pattern.visits[0...index] {
              let rowsOfM = (a: left + a &* visitStride, b: left + b &* visitStride)
              let rowsOfR = (a: right + a &* visitStride, b: right + b &* visitStride)
              let place = target + CovarianceJet.place(a, b) &* visits &* visitStride
              for c in pattern.visits[0...index] {
                CrossProducts.addFourTerms(rowsOfM, rowsOfR, at: c, to: place + c &* visitStride)
              }
            }
          }
        }
      }
    }
  }

  private mutating func readFourTerms() {
    for a in 0..<visits {
      for b in 0...a {
        let row = CovarianceJet.place(a, b)
        for c in 0...a {
          for d in 0...(c == a ? b : c) {
            let column = CovarianceJet.place(c, d)
            let scale = (a == b ? 0.5 : 1) * (c == d ? 0.5 : 1)
            let value = fourTerms[(row &* visits &+ c) &* visitStride &+ d] * scale
            traceProducts.elements[row &* traceProducts.columns &+ column] = value
            traceProducts.elements[column &* traceProducts.columns &+ row] = value
          }
        }
      }
    }
  }

  /// The lower triangle of traces by parameters.
  private mutating func addTraceProducts(
    _ pattern: VisitPatterns.Pattern, _ inverses: [Double], _ start: Int, _ right: [Double]
  ) {
    guard let slopes else { return }
    func part(_ elements: [Double], _ start: Int, _ stride: Int) -> Matrix {
      Matrix(
        rows: pattern.visits.count, columns: pattern.visits.count,
        elements: pattern.visits.flatMap { row in
          pattern.visits.map { elements[start &+ row &* stride &+ $0] }
        })
    }
    let left = part(inverses, start, visitStride)
    let other = part(right, 0, visitStride)
    let parts = slopes.map { part($0.elements, 0, visits) }
    let first = parts.map { $0.times(left) }
    let second = parts.map { $0.times(other).transposed }
    for j in parts.indices {
      for k in 0...j {
        var sum = 0.0
        for index in first[j].elements.indices { sum += first[j].elements[index] * second[k].elements[index] }
        traceProducts[j, k] += sum
      }
    }
  }

  private mutating func symmetrize() {
    for row in 0..<directions {
      for column in 0..<row { traceProducts[column, row] = traceProducts[row, column] }
    }
  }

  /// Adds the products of `used` pieces; their images are per visit one after the other, the visits `apart` numbers apart.
  private mutating func gather(_ images: [Double], _ used: Int, _ apart: Int, hasForms: Bool) {
    let (visits, stride, rank) = (visits, stride, rank)
    images.withUnsafeBufferPointer { images in
      guard let images = images.baseAddress else { return }
      crossPairs.withUnsafeMutableBufferPointer { target in
        guard let target = target.baseAddress else { return }
        for a in 0..<visits {
          for b in 0..<visits {
            let place = target + (a &* visits &+ b) &* stride
            for piece in 0..<used {
              CrossProducts.add(
                images + (a &* apart &+ piece &* stride), times: images[b &* apart &+ piece &* stride &+ rank],
                count: stride, to: place)
            }
          }
        }
      }
      guard hasForms else { return }
      squares.withUnsafeMutableBufferPointer { target in
        guard let target = target.baseAddress else { return }
        guard let slopes else {
          for a in 0..<visits {
            for b in 0...a {
              CrossProducts.add(
                images + a &* apart, images + b &* apart, rows: used, width: stride,
                to: target + CovarianceJet.place(a, b) &* stride &* stride, onlyLower: a == b)
            }
          }
          return
        }
        var moved = [Double](repeating: 0, count: used * stride)
        moved.withUnsafeMutableBufferPointer { moved in
          guard let moved = moved.baseAddress else { return }
          for (index, slope) in slopes.enumerated() {
            for a in 0..<visits {
              for place in 0..<used &* stride { moved[place] = 0 }
              for b in 0..<visits where slope.elements[a &* visits &+ b] != 0 {
                CrossProducts.add(
                  images + b &* apart, times: slope.elements[a &* visits &+ b], count: used &* stride, to: moved)
              }
              CrossProducts.add(
                images + a &* apart, moved, rows: used, width: stride, to: target + index &* stride &* stride,
                onlyLower: true)
            }
          }
        }
      }
    }
  }

  private mutating func readCross() {
    for column in 0..<rank {
      func pair(_ a: Int, _ b: Int) -> Double { crossPairs[(a &* visits &+ b) &* stride &+ column] }
      guard let slopes else {
        for a in 0..<visits {
          for b in 0...a { cross[column, CovarianceJet.place(a, b)] = a == b ? pair(a, a) : pair(a, b) + pair(b, a) }
        }
        continue
      }
      for (index, slope) in slopes.enumerated() {
        for a in 0..<visits {
          for b in 0..<visits { cross[column, index] += slope[a, b] * pair(a, b) }
        }
      }
    }
  }

  private mutating func readForms() {
    let root = 2.0.squareRoot()
    let isOfPair = (0..<visits).flatMap { a in (0...a).map { $0 != a && slopes == nil } }
    for direction in 0..<directions {
      let start = direction &* stride &* stride
      let isSum = slopes == nil && isOfPair[direction]
      var place = direction
      for row in 0..<rank {
        for column in 0...row {
          var value = squares[start &+ row &* stride &+ column]
          // An entry off Σ's diagonal is two.
          if isSum { value += squares[start &+ column &* stride &+ row] }
          packedForms.elements[place] = column == row ? value : value * root
          place &+= packedForms.columns
        }
      }
    }
  }
}
