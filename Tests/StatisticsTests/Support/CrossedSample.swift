import Foundation
import Statistics

/// Simulated, invented numbers with several random terms in one of the shapes that such data have.
struct CrossedSample: Sendable {
  enum Shape: String, CaseIterable, Sendable {
    /// Patients within centres, a slope of time for both.
    case nested
    /// Two crossed factors, each pair in some rows only.
    case crossed
    /// Many levels crossed with two: products of matrices are less work than pairs of groups.
    case few
    /// A factor crossed with one that is nested in a third, slopes in two terms, three terms of one factor.
    case mixed
  }

  var response: [Double] = []
  let fixed: Matrix
  let terms: [RandomEffectsTerm]

  init(_ shape: Shape, seed: UInt64, spread: Double = 1) {
    var generator = SplitMix64(seed: seed)
    let count: Int
    let sizes: [Int]
    switch shape {
    case .nested: (count, sizes) = (90, [5, 20])
    case .crossed: (count, sizes) = (80, [11, 13])
    case .few: (count, sizes) = (90, [30, 2])
    case .mixed: (count, sizes) = (100, [12, 18, 6])
    }
    var codes = sizes.map { size in (0..<count).map { _ in Int32.random(in: 0..<Int32(size), using: &generator) } }
    let time = (0..<count).map { _ in 4 * generator.uniform() - 1 }
    let other = (0..<count).map { _ in generator.normal() }
    if shape == .nested { codes[0] = codes[1].map { $0 / 4 } }
    if shape == .mixed { codes[2] = codes[1].map { $0 / 3 } }
    let ones = [Double](repeating: 1, count: count)
    func term(_ columns: [[Double]], _ factor: Int, correlated: Bool = true) -> RandomEffectsTerm {
      RandomEffectsTerm(
        columns: Matrix(columns: columns), groups: codes[factor], groupCount: sizes[factor] + 1,
        isCorrelated: correlated)
    }
    switch shape {
    case .nested: terms = [term([ones, time], 0, correlated: false), term([ones, time], 1)]
    case .crossed: terms = [term([ones], 0), term([ones, other], 1)]
    case .few: terms = [term([ones], 1), term([ones, time], 0)]
    case .mixed:
      terms = [term([ones, time], 0), term([ones], 1), term([other], 1), term([time, other], 2, correlated: false)]
    }
    fixed = Matrix(columns: [ones, time, other.map { $0 > 0 ? 1 : 0 }])
    var response = time.map { 5 + 0.5 * $0 + generator.normal() }
    for term in terms {
      let effects = (0..<(term.groupCount * term.columns.columns)).map { _ in spread * generator.normal() }
      for row in 0..<count {
        for column in 0..<term.columns.columns {
          response[row] += term.columns[row, column] * effects[Int(term.groups[row]) * term.columns.columns + column]
        }
      }
    }
    self.response = response
  }

  func fit(_ method: LinearMixedModel.Method = .reml) throws -> LinearMixedModelFit {
    try LinearMixedModel.fit(response: response, fixed: fixed, terms: terms, method: method)
  }

  func deviance(_ method: LinearMixedModel.Method) throws -> ProfiledDeviance {
    try ProfiledDeviance(response: response, fixed: fixed, terms: terms, method: method)
  }

  /// Some θ, or one with zeros on its diagonal.
  func theta(seed: UInt64, zeros: Bool, scale: Double = 1) -> [Double] {
    var generator = SplitMix64(seed: seed)
    return terms.enumerated().flatMap { index, term -> [Double] in
      let q = term.columns.columns
      let pairs = (0..<q).flatMap { column in (column..<q).map { (column, $0) } }
      return pairs.filter { term.isCorrelated || $0 == $1 }.map { column, row in
        if zeros, index % 2 == 0, row == q - 1 { return 0 }
        return scale * (row == column ? 0.3 + generator.uniform() : generator.uniform() - 0.5)
      }
    }
  }

  /// ΛΛ' of every term.
  func covariances(_ theta: [Double]) -> [Matrix] {
    var rest = theta[...]
    return terms.map { term in
      let q = term.columns.columns
      var lambda = Matrix(rows: q, columns: q)
      for column in 0..<q {
        for row in column..<q where term.isCorrelated || row == column { lambda[row, column] = rest.removeFirst() }
      }
      return lambda * lambda.flipped
    }
  }

  /// −2 log-likelihood with V of `n × n`, β and σ² at their best.
  func denseDeviance(_ theta: [Double], _ method: LinearMixedModel.Method) -> Double {
    let count = response.count
    var v = Matrix(rows: count, columns: count)
    for index in 0..<count { v[index, index] = 1 }
    for (term, covariance) in zip(terms, covariances(theta)) {
      let image = term.columns * covariance
      for row in 0..<count {
        for column in 0..<count where term.groups[row] == term.groups[column] {
          for inner in 0..<term.columns.columns { v[row, column] += image[row, inner] * term.columns[column, inner] }
        }
      }
    }
    let w = v.inverted
    let y = Matrix(columns: [response])
    let cross = fixed.flipped * w * fixed
    let beta = cross.inverted * (fixed.flipped * w * y)
    var rest = y
    let fit = fixed * beta
    for index in 0..<count { rest[index, 0] -= fit[index, 0] }
    let squares = (rest.flipped * w * rest)[0, 0]
    let degrees = Double(method == .reml ? count - fixed.columns : count)
    let deviance = v.logDeterminant + degrees * (1 + log(2 * Double.pi * squares / degrees))
    return method == .reml ? deviance + cross.logDeterminant : deviance
  }
}

extension Matrix {
  /// log of a positive definite matrix's determinant, by elimination.
  var logDeterminant: Double {
    var work = self
    var sum = 0.0
    for pivot in 0..<rows {
      sum += log(work[pivot, pivot])
      for row in (pivot + 1)..<max(rows, pivot + 1) {
        let factor = work[row, pivot] / work[pivot, pivot]
        for column in pivot..<rows { work[row, column] -= factor * work[pivot, column] }
      }
    }
    return sum
  }
}
