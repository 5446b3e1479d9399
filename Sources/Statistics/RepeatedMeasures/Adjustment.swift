/// What Kenward and Roger add to the covariance of the fixed effects, in coordinates in which Φ is the identity:
/// C'[Σ W_jk(Q_jk − P_jΦP_k − R_jk/4)]C with W = 2 Σ dd'.
struct Adjustment {
  /// Symmetric.
  private(set) var change: Matrix

  /// - Parameters:
  ///   - directions: d, by parameters.
  ///   - slopes: C'P_dC of each, packed lower triangles.
  ///   - isFull: whether R, of second derivatives, is taken in.
  init(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution, _ jet: CovarianceJet,
    _ directions: [[Double]], _ slopes: [[Double]], isFull: Bool
  ) {
    let sums = deviance.sums
    let (visits, visitStride, stride) = (sums.visits, sums.visitStride, sums.stride)
    let rank = sums.width - 1
    let bend = isFull ? Self.bend(jet, directions) : Matrix(rows: visits, columns: visits)
    let moves = directions.map { Self.move(jet, $0) }
    let products = LikelihoodExpansion.usesEntries(deviance) ? Self.products(moves, visits) : nil
    var square = [Double](repeating: 0, count: stride * stride)
    let capacity = sums.patterns.reduce(1) { max($0, $1.pieces) }
    var images = PieceImages(sums, PatternPass.rotation(solution, stride: stride), capacity: capacity)
    var weighted = [Double](repeating: 0, count: capacity * stride)
    let apart = capacity * stride
    for (index, pattern) in sums.patterns.enumerated() {
      let start = index * visits * visitStride
      images.compute(pattern, solution.inverses, start, at: 0)
      let weight = Self.weight(
        solution.inverses[start..<start + visits * visitStride], visitStride, moves, products, bend)
      let length = pattern.pieces &* stride
      weighted.withUnsafeMutableBufferPointer { weighted in
        images.all.withUnsafeBufferPointer { all in
          square.withUnsafeMutableBufferPointer { square in
            guard let weighted = weighted.baseAddress, let all = all.baseAddress, let square = square.baseAddress else {
              return
            }
            for a in pattern.visits {
              for place in 0..<length { weighted[place] = 0 }
              for b in pattern.visits {
                CrossProducts.add(
                  all + b &* apart, times: weight.elements[a &* visits &+ b], count: length, to: weighted)
              }
              CrossProducts.add(
                all + a &* apart, weighted, rows: pattern.pieces, width: stride, to: square, onlyLower: true)
            }
          }
        }
      }
    }
    change = Matrix(rows: rank, columns: rank)
    for row in 0..<rank {
      for column in 0...row {
        change[row, column] = square[row * stride + column]
        change[column, row] = change[row, column]
      }
    }
    for slope in slopes {
      var form = Matrix(rows: rank, columns: rank)
      for row in 0..<rank {
        for column in 0...row {
          form[row, column] = slope[CovarianceJet.place(row, column)]
          form[column, row] = form[row, column]
        }
      }
      change.add(form.times(form), times: -2)
    }
  }

  /// Σ W_jk ∂_j∂_kΣ.
  private static func bend(_ jet: CovarianceJet, _ directions: [[Double]]) -> Matrix {
    var bend = Matrix(rows: jet.visits, columns: jet.visits)
    for item in jet.second {
      var weight = 0.0
      for direction in directions { weight += 2 * direction[item.j] * direction[item.k] }
      let value = weight * item.value * (item.j == item.k ? 1 : 2)
      bend[item.row, item.column] += value
      if item.row != item.column { bend[item.column, item.row] += value }
    }
    return bend
  }

  /// ∂Σ along a direction.
  private static func move(_ jet: CovarianceJet, _ direction: [Double]) -> Matrix {
    var move = Matrix(rows: jet.visits, columns: jet.visits)
    for (entries, weight) in zip(jet.first, direction) {
      for item in entries { move[item.row, item.column] += weight * item.value }
    }
    for row in 0..<jet.visits {
      for column in 0..<row { move[column, row] = move[row, column] }
    }
    return move
  }

  /// Σ_d S_ab S_dc for a ≥ d: a row for each such pair, a column for each b and c, padded.
  private static func products(_ moves: [Matrix], _ visits: Int) -> Matrix {
    let size = CrossProducts.padded(visits * visits)
    var result = Matrix(rows: visits * (visits + 1) / 2, columns: size)
    result.elements.withUnsafeMutableBufferPointer { result in
      for move in moves {
        move.elements.withUnsafeBufferPointer { move in
          for a in 0..<visits {
            for d in 0...a {
              var place = CovarianceJet.place(a, d) &* size
              for b in 0..<visits {
                let own = move[a &* visits &+ b]
                for c in 0..<visits { result[place &+ c] += own * move[d &* visits &+ c] }
                place &+= visits
              }
            }
          }
        }
      }
    }
    return result
  }

  /// 2 Σ_d S M S − ¼ Σ W ∂∂Σ of a pattern.
  private static func weight(
    _ inverse: ArraySlice<Double>, _ visitStride: Int, _ moves: [Matrix], _ products: Matrix?, _ bend: Matrix
  ) -> Matrix {
    let visits = bend.rows
    var plain = Matrix(rows: visits, columns: visits)
    for row in 0..<visits {
      for column in 0..<visits { plain[row, column] = inverse[inverse.startIndex + row * visitStride + column] }
    }
    var weight = Matrix(rows: visits, columns: visits)
    if let products {
      for a in 0..<visits {
        for d in 0...a {
          let start = CovarianceJet.place(a, d) &* products.columns
          var sum = 0.0
          for index in plain.elements.indices { sum += products.elements[start &+ index] * plain.elements[index] }
          weight[a, d] = 2 * sum
          weight[d, a] = 2 * sum
        }
      }
    } else {
      for move in moves { weight.add(move.times(plain).times(move), times: 2) }
    }
    weight.add(bend, times: -0.25)
    return weight
  }
}
