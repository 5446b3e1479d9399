/// Gradient and curvature of the deviance at a solution.
///
/// Derivatives by single entries of Σ have closed forms: with E_ab the perturbation of an entry,
/// tr(E_ab M E_cd R) is a sum of four products of entries of M and R. Where Σ has about as many parameters as entries,
/// all is computed by entries and taken to the parameters by the chain rule; where it has few, by parameters at once.
struct LikelihoodExpansion: Sendable {
  enum Curvature: Sendable {
    /// The Hessian.
    case observed
    /// The Hessian, with tr(ΦP_jΦP_k) as it was at another point: the one part whose sums are costly.
    case observedApart(traces: Matrix?)
    /// tr(P ∂_jV P ∂_kV), twice the expected REML information.
    case expected
    /// tr(V⁻¹ ∂_jV V⁻¹ ∂_kV), twice the expected information of ML: positive definite where Σ's parameters can be told
    /// apart.
    case scoring

    var needsForms: Bool {
      switch self {
      case .observed, .expected: true
      case .observedApart, .scoring: false
      }
    }
  }

  let jet: CovarianceJet
  let gradient: [Double]
  /// The curvature asked for, by parameters.
  let hessian: Matrix
  /// tr(ΦP_jΦP_k), by entries or parameters; nil for ML, and where it was not computed.
  let traces: Matrix?
  /// C'P_jC with P_j = X̃'M(∂_jΣ)MX̃, packed lower triangles, by parameters; empty unless asked for.
  let fixedForms: [[Double]]

  /// - Parameter keepsForms: whether `fixedForms` are wanted.
  init(
    _ deviance: RepeatedMeasuresDeviance, _ solution: RepeatedMeasuresDeviance.Solution, _ curvature: Curvature,
    keepsForms: Bool = false
  ) {
    let sums = deviance.sums
    let jet = CovarianceJet(deviance.structure, visits: sums.visits, at: solution.point)
    let usesEntries = Self.usesEntries(deviance)
    let slopes = usesEntries ? [] : jet.first.indices.map { jet.slope($0) }
    let isREML = deviance.method == .reml
    let hasForms = (curvature.needsForms && isREML) || keepsForms
    let pass = PatternPass(deviance, solution, curvature, slopes: usesEntries ? nil : slopes, hasForms: hasForms)
    self.jet = jet

    var curved = pass.traceProducts
    var ownTraces: Matrix?
    switch curvature {
    case .observed, .observedApart:
      curved.add(Self.gram(pass.cross), times: -2)
      if isREML {
        if case .observedApart(let apart) = curvature {
          ownTraces = apart
        } else {
          ownTraces = Self.gram(pass.packedForms)
        }
        if let ownTraces { curved.add(ownTraces, times: -1) }
      }
    case .expected: curved.add(Self.gram(pass.packedForms), times: 1)
    case .scoring: break
    }
    traces = ownTraces

    let count = jet.first.count
    var gradient = [Double](repeating: 0, count: count)
    for index in 0..<count {
      for item in jet.first[index] {
        gradient[index] += item.value * pass.meeting[item.row, item.column] * (item.row == item.column ? 1 : 2)
      }
    }
    self.gradient = gradient
    var hessian = usesEntries ? Self.chained(curved, jet) : Self.leading(curved, count)
    switch curvature {
    case .observed, .observedApart:
      for item in jet.second {
        hessian[item.j, item.k] +=
          item.value * pass.meeting[item.row, item.column] * (item.row == item.column ? 1 : 2)
      }
    case .expected, .scoring: break
    }
    for row in 0..<count {
      for column in 0..<row { hessian[column, row] = hessian[row, column] }
    }
    self.hessian = hessian
    fixedForms = keepsForms ? Self.forms(pass.packedForms, jet, usesEntries, size: sums.width - 1) : []
  }

  /// Whether derivatives are taken by entries of Σ.
  static func usesEntries(_ deviance: RepeatedMeasuresDeviance) -> Bool {
    let visits = deviance.sums.visits
    return visits <= 30 && deviance.structure.parameterCount(visits: visits) >= visits
  }

  /// B'B of the rows of `matrix`, `columns` padded.
  private static func gram(_ matrix: Matrix) -> Matrix {
    var result = Matrix(rows: matrix.columns, columns: matrix.columns)
    matrix.elements.withUnsafeBufferPointer { source in
      result.elements.withUnsafeMutableBufferPointer { target in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        CrossProducts.add(source, source, rows: matrix.rows, width: matrix.columns, to: target, onlyLower: true)
      }
    }
    for row in 0..<result.rows {
      for column in 0..<row { result[column, row] = result[row, column] }
    }
    return result
  }

  /// J'HJ, its lower triangle, of H by entries.
  private static func chained(_ curved: Matrix, _ jet: CovarianceJet) -> Matrix {
    let count = jet.first.count
    let size = curved.columns
    var images = [Double](repeating: 0, count: size)
    var result = Matrix(rows: count, columns: count)
    curved.elements.withUnsafeBufferPointer { curved in
      images.withUnsafeMutableBufferPointer { images in
        guard let curved = curved.baseAddress, let images = images.baseAddress else { return }
        for k in 0..<count {
          for index in 0..<size { images[index] = 0 }
          for item in jet.first[k] {
            CrossProducts.add(
              curved + CovarianceJet.place(item.row, item.column) &* size, times: item.value, count: size, to: images)
          }
          for j in k..<count {
            var sum = 0.0
            for item in jet.first[j] { sum += item.value * images[CovarianceJet.place(item.row, item.column)] }
            result.elements[j &* count &+ k] = sum
          }
        }
      }
    }
    return result
  }

  /// Without padding.
  private static func leading(_ matrix: Matrix, _ size: Int) -> Matrix {
    var result = Matrix(rows: size, columns: size)
    for row in 0..<size {
      for column in 0..<size { result[row, column] = matrix[row, column] }
    }
    return result
  }

  /// From columns by entries or parameters, off-diagonals times √2, to packed triangles by parameters.
  private static func forms(_ packed: Matrix, _ jet: CovarianceJet, _ usesEntries: Bool, size: Int) -> [[Double]] {
    var scales: [Double] = []
    for row in 0..<size {
      for column in 0...row { scales.append(column == row ? 1 : 0.5.squareRoot()) }
    }
    return jet.first.indices.map { parameter in
      scales.indices.map { index in
        let start = index &* packed.columns
        guard usesEntries else { return packed.elements[start &+ parameter] * scales[index] }
        var sum = 0.0
        for item in jet.first[parameter] {
          sum += item.value * packed.elements[start &+ CovarianceJet.place(item.row, item.column)]
        }
        return sum * scales[index]
      }
    }
  }
}
