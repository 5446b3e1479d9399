/// First and second derivatives of Σ at a point of its parameters.
struct CovarianceJet: Sendable {
  /// The number of visits.
  let visits: Int
  /// Of each parameter, the entries of ∂Σ that are not zero: `row ≥ column`.
  private(set) var first: [[(row: Int, column: Int, value: Double)]]
  /// The entries of ∂²Σ/∂θ_j∂θ_k that are not zero: `j ≥ k`, `row ≥ column`.
  private(set) var second: [(j: Int, k: Int, row: Int, column: Int, value: Double)] = []

  init(_ structure: CovarianceStructure, visits: Int, at point: [Double]) {
    self.visits = visits
    first = [[(row: Int, column: Int, value: Double)]](repeating: [], count: point.count)
    if case .unstructured = structure {
      addUnstructured(point)
    } else {
      addProducts(structure, point)
    }
  }

  /// ∂Σ/∂θ_j.
  func slope(_ parameter: Int) -> Matrix {
    var result = Matrix(rows: visits, columns: visits)
    for item in first[parameter] {
      result[item.row, item.column] = item.value
      result[item.column, item.row] = item.value
    }
    return result
  }

  /// The place of an entry, `row ≥ column`, in the lower triangle.
  static func place(_ row: Int, _ column: Int) -> Int { row &* (row &+ 1) / 2 &+ column }

  private mutating func addProducts(_ structure: CovarianceStructure, _ point: [Double]) {
    for row in 0..<visits {
      for column in 0...row {
        let product = structure.entry(row, column, visits: visits, at: point)
        for (index, factor) in product.enumerated() {
          /// The product of all other factors.
          func others(_ skipped: Int) -> Double {
            product.indices.reduce(1) { $1 == index || $1 == skipped ? $0 : $0 * product[$1].value }
          }
          let rest = others(index)
          let slope = rest * factor.first
          if slope != 0 { first[factor.parameter].append((row, column, slope)) }
          second.append((factor.parameter, factor.parameter, row, column, rest * factor.second))
          for other in 0..<index {
            let pair = product[other]
            second.append(
              (
                max(factor.parameter, pair.parameter), min(factor.parameter, pair.parameter), row, column,
                others(other) * factor.first * pair.first
              ))
          }
        }
      }
    }
    second.removeAll { $0.value == 0 }
  }

  /// Σ = LL' with L = DL̃: an element of L̃ moves one row of Σ, and so does a standard deviation.
  private mutating func addUnstructured(_ point: [Double]) {
    let (deviations, lower) = CovarianceStructure.factor(point, visits: visits)
    func sigma(_ row: Int, _ column: Int) -> Double {
      var sum = 0.0
      for inner in 0...column { sum += lower[row, inner] * lower[column, inner] }
      return sum
    }
    for row in 0..<visits {
      for column in 0...row {
        let value = sigma(row, column)
        if row == column {
          first[row].append((row, row, 2 * value))
          second.append((row, row, row, row, 4 * value))
        } else {
          first[row].append((row, column, value))
          first[column].append((row, column, value))
          second.append((row, row, row, column, value))
          second.append((column, column, row, column, value))
          second.append((row, column, row, column, value))
        }
        for inner in 0...column {
          let own = visits + row * (row - 1) / 2 + inner
          let other = visits + column * (column - 1) / 2 + inner
          if row == column {
            guard inner < row else { continue }
            // D²l²: one parameter twice.
            let slope = 2 * deviations[row] * lower[row, inner]
            first[own].append((row, row, slope))
            second.append((own, own, row, row, 2 * deviations[row] * deviations[row]))
            second.append((own, row, row, row, 2 * slope))
            continue
          }
          let slope = deviations[row] * lower[column, inner]
          first[own].append((row, column, slope))
          second.append((own, row, row, column, slope))
          second.append((own, column, row, column, slope))
          guard inner < column else { continue }
          let counter = deviations[column] * lower[row, inner]
          first[other].append((row, column, counter))
          second.append((other, row, row, column, counter))
          second.append((other, column, row, column, counter))
          second.append((own, other, row, column, deviations[row] * deviations[column]))
        }
      }
    }
  }
}
