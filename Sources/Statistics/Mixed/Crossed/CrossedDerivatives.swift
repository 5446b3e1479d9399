extension CrossedSums {
  /// Effects with the same columns: the levels of one factor.
  struct Owner {
    /// Where each level's effects begin among all effects.
    let starts: [Int]
    /// Its columns among those of all terms.
    let columns: [Int]
  }

  /// The first factor, then every other term.
  var owners: [Owner] {
    [Owner(starts: (0..<layout.firstCount).map { $0 * q1 }, columns: layout.firstColumns)]
      + layout.rest.map { term in
        Owner(starts: term.effectStart.map { firstEffectCount + $0 }, columns: Array(term.block.columns))
      }
  }

  /// A free entry of Γ̃ by the owner whose effects it concerns.
  struct Entry {
    let owner: Int
    let row: Int
    let column: Int

    var isDiagonal: Bool { row == column }
  }

  func entries(_ shape: CovarianceFactor, _ owners: [Owner]) -> [Entry] {
    shape.positions.compactMap { position in
      for (index, owner) in owners.enumerated() {
        guard let row = owner.columns.firstIndex(of: position.row),
          let column = owner.columns.firstIndex(of: position.column)
        else { continue }
        return Entry(owner: index, row: row, column: column)
      }
      return nil
    }
  }

  /// E_k applied to effects.
  private func image(_ entry: Entry, _ owners: [Owner], _ effects: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: effects.count)
    for start in owners[entry.owner].starts {
      result[start + entry.row] += effects[start + entry.column]
      if !entry.isDiagonal { result[start + entry.column] += effects[start + entry.row] }
    }
    return result
  }

  func derivatives(
    of solution: MixedModelSolution, shape: CovarianceFactor, method: LinearMixedModel.Method
  ) -> CovarianceDerivatives {
    let state = state(of: solution)
    let owners = owners
    let entries = entries(shape, owners)
    let count = entries.count
    let scores = gather(state.response.residuals)
    let fixed = state.fixed.map { gather($0) }
    let covariance = solution.covariance

    var quadratics: [Double] = []
    var images: [[Double]] = []
    var fixedForms: [Matrix] = []
    for entry in entries {
      let image = image(entry, owners, scores)
      var sum = 0.0
      for start in owners[entry.owner].starts { sum += scores[start + entry.row] * scores[start + entry.column] }
      quadratics.append(entry.isDiagonal ? sum : 2 * sum)
      images.append(image)
      fixedForms.append(form(entry, owners, fixed))
    }
    var quadraticProducts = gram(images, state.factorization)
    let crossings = images.map { image in
      fixed.map { column in
        var sum = 0.0
        for index in column.indices { sum += column[index] * image[index] }
        return sum
      }
    }
    for k in 0..<count {
      for l in 0..<count { quadraticProducts[k, l] -= covariance.form(crossings[k], crossings[l]) }
    }

    let dense = state.cache.traces { CrossedTraces(self, state.factorization) }
    var traces = entries.map { entry in
      let sum = dense.diagonal[entry.owner][entry.row, entry.column]
      return entry.isDiagonal ? sum : 2 * sum
    }
    var traceProducts = Matrix(rows: count, columns: count)
    for k in 0..<count {
      for l in 0...k {
        traceProducts[k, l] = dense.product(entries[k], entries[l])
        traceProducts[l, k] = traceProducts[k, l]
      }
    }
    if method == .reml {
      let weighted = fixedForms.map { covariance.times($0) }
      let overlap = overlap(entries, owners, fixed, covariance, state.factorization)
      for k in 0..<count {
        for row in 0..<rank { traces[k] -= weighted[k][row, row] }
        for l in 0..<count {
          traceProducts[k, l] -= 2 * overlap[k, l]
          for row in 0..<rank {
            for column in 0..<rank { traceProducts[k, l] += weighted[k][row, column] * weighted[l][column, row] }
          }
        }
      }
    }
    return CovarianceDerivatives(
      traces: traces, quadratics: quadratics, traceProducts: traceProducts, quadraticProducts: quadraticProducts,
      fixedForms: fixedForms)
  }

  /// X̃'WV_kWX̃ from Z'WX̃.
  private func form(_ entry: Entry, _ owners: [Owner], _ fixed: [[Double]]) -> Matrix {
    var form = Matrix(rows: rank, columns: rank)
    for first in 0..<rank {
      for second in 0...first {
        var sum = 0.0
        for start in owners[entry.owner].starts {
          sum += fixed[first][start + entry.row] * fixed[second][start + entry.column]
          if !entry.isDiagonal { sum += fixed[first][start + entry.column] * fixed[second][start + entry.row] }
        }
        form[first, second] = sum
        form[second, first] = sum
      }
    }
    return form
  }

  /// v_k'Z'WZv_l for some vectors of effects.
  private func gram(_ effects: [[Double]], _ at: CrossedFactorization) -> Matrix {
    let whitened = effects.map { whiten(expand($0), at) }
    var result = Matrix(rows: effects.count, columns: effects.count)
    for k in effects.indices {
      for l in 0...k {
        let value = whitened[k].product(whitened[l])
        result[k, l] = value
        result[l, k] = value
      }
    }
    return result
  }

  /// tr((X̃'WX̃)⁻¹ X̃'WV_kWV_lWX̃), one root of the inverse's factor at a time.
  private func overlap(
    _ entries: [Entry], _ owners: [Owner], _ fixed: [[Double]], _ covariance: Matrix, _ at: CrossedFactorization
  ) -> Matrix {
    var root = covariance.elements
    var result = Matrix(rows: entries.count, columns: entries.count)
    guard MixedModelSolution.choleskyInPlace(&root, rank) else { return result }
    for column in 0..<rank {
      var combined = [Double](repeating: 0, count: effectCount)
      for row in column..<rank {
        let weight = root[row * rank + column]
        for index in combined.indices { combined[index] += weight * fixed[row][index] }
      }
      result.add(gram(entries.map { image($0, owners, combined) }, at), times: 1)
    }
    return result
  }

  func curvature(of solution: MixedModelSolution, along directions: [Matrix]) -> Matrix {
    let state = state(of: solution)
    let owners = owners
    let fixed = state.fixed.map { gather($0) }
    var total = Matrix(rows: rank, columns: rank)
    for direction in directions {
      let images = fixed.map { effects in
        var image = [Double](repeating: 0, count: effectCount)
        for owner in owners {
          for (a, row) in owner.columns.enumerated() {
            for (b, column) in owner.columns.enumerated() where direction[row, column] != 0 {
              for start in owner.starts { image[start + a] += direction[row, column] * effects[start + b] }
            }
          }
        }
        return image
      }
      total.add(gram(images, state.factorization), times: 1)
    }
    return total
  }
}
