/// Σ at a point of its parameters, with first and second derivatives.
struct CovarianceJet: Sendable {
  /// Σ, `visits × visits`.
  let value: Matrix
  /// ∂Σ/∂θ_j.
  let first: [Matrix]
  /// The entries of ∂²Σ/∂θ_j∂θ_k that are not zero: `j ≥ k`, `row ≥ column`.
  let second: [(j: Int, k: Int, row: Int, column: Int, value: Double)]

  init(_ structure: CovarianceStructure, visits: Int, at point: [Double]) {
    var value = Matrix(rows: visits, columns: visits)
    var first = [Matrix](repeating: value, count: point.count)
    var second: [(j: Int, k: Int, row: Int, column: Int, value: Double)] = []
    for row in 0..<visits {
      for column in 0...row {
        for product in structure.entry(row, column, visits: visits, at: point) {
          value[row, column] += product.reduce(1) { $0 * $1.value }
          for (index, factor) in product.enumerated() {
            /// The product of all other factors.
            func others(_ skipped: Int) -> Double {
              product.indices.reduce(1) { $1 == index || $1 == skipped ? $0 : $0 * product[$1].value }
            }
            let rest = others(index)
            first[factor.parameter][row, column] += rest * factor.first
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
        value[column, row] = value[row, column]
        for index in first.indices { first[index][column, row] = first[index][row, column] }
      }
    }
    self.value = value
    self.first = first
    self.second = second.filter { $0.value != 0 }
  }
}
