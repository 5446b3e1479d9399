extension GroupSums {
  /// Σ_d X̃'WV_dWV_dWX̃ for V_d = Z̃E_dZ̃', by a pass over the groups.
  ///
  /// - Parameter directions: the symmetric E_d, `q × q`.
  /// - Returns: a symmetric matrix, `rank × rank`: Σ T'(Σ_d E_d S E_d)T over the groups.
  func curvature(of solution: MixedModelSolution, along directions: [Matrix]) -> Matrix {
    let q = randomColumns
    let width = self.width
    let rank = self.rank
    let reduction = GroupReduction(lambda: solution.lambda, width: width)
    let (s, t) = (reduction.s, reduction.t)
    var total = Matrix(rows: rank, columns: rank)
    var chunk = total
    var image = [Double](repeating: 0, count: q * q)
    var middle = image
    var folded = [Double](repeating: 0, count: q * rank)
    pieces.triangles.withUnsafeBufferPointer { triangles in
      pieces.rotated.withUnsafeBufferPointer { rotated in
        for group in 0..<pieces.count {
          let square = group &* q &* q
          _ = reduction.factor(triangles: triangles, at: square, rotated: rotated, at: group &* q &* width)
          reduction.project(triangles: triangles, at: square)
          for index in middle.indices { middle[index] = 0 }
          for direction in directions {
            for row in 0..<q {
              for column in 0..<q {
                var sum = 0.0
                for inner in 0..<q { sum += s[row &* q &+ inner] * direction.elements[inner &* q &+ column] }
                image[row &* q &+ column] = sum
              }
            }
            for row in 0..<q {
              for column in 0..<q {
                var sum = 0.0
                for inner in 0..<q { sum += direction.elements[row &* q &+ inner] * image[inner &* q &+ column] }
                middle[row &* q &+ column] += sum
              }
            }
          }
          for row in 0..<q {
            for column in 0..<rank {
              var sum = 0.0
              for inner in 0..<q { sum += middle[row &* q &+ inner] * t[inner &* width &+ column] }
              folded[row &* rank &+ column] = sum
            }
          }
          for row in 0..<rank {
            for column in 0...row {
              var sum = 0.0
              for inner in 0..<q { sum += t[inner &* width &+ row] * folded[inner &* rank &+ column] }
              chunk.elements[row &* rank &+ column] += sum
            }
          }
          if (group &+ 1) % Self.chunkGroups == 0 || group &+ 1 == pieces.count {
            total.add(chunk, times: 1)
            for index in chunk.elements.indices { chunk.elements[index] = 0 }
          }
        }
      }
    }
    for row in 0..<rank {
      for column in 0..<row { total[column, row] = total[row, column] }
    }
    return total
  }
}
