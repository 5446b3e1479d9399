internal import CGSL

/// −2 log-likelihood of a model for repeated measures, as a function of the parameters of Σ, with its exact gradient
/// and Hessian.
///
/// With M the inverse of a pattern's Σ, Φ = (X̃'V⁻¹X̃)⁻¹ and r = y − X̃β̃, the REML criterion is
/// Σ n log|Σ| − log|Φ| + r'V⁻¹r; its derivatives follow from ∂M = −M(∂Σ)M and ∂r = X̃ΦX̃'M(∂Σ)Mr.
/// ML leaves out log|Φ|. Jennrich & Schluchter (1986), Biometrics 42, 805–820.
struct RepeatedMeasuresDeviance: TwiceDifferentiable {
  let sums: VisitPatterns
  let structure: CovarianceStructure
  let method: LinearMixedModel.Method

  struct Solution: Sendable {
    let point: [Double]
    /// Σ, `visits × visits`.
    let covariance: Matrix
    /// Σ⁻¹ of each pattern among all visits, with zeros at those that are absent: `visits × visitStride` each.
    let inverses: [Double]
    /// C with Φ = CC', an upper triangle.
    let root: Matrix
    /// β̃, the change from least squares in the basis X̃.
    let effects: [Double]
    let deviance: Double
  }

  func point(of solution: Solution) -> [Double] { solution.point }
  func value(of solution: Solution) -> Double { solution.deviance }

  func solution(at point: [Double]) -> Solution? {
    guard point.allSatisfy({ $0.isFinite && abs($0) < 1e6 }) else { return nil }
    let covariance = structure.matrix(visits: sums.visits, at: point)
    guard covariance.elements.allSatisfy(\.isFinite),
      let (inverses, logDeterminant, form) = whitened(covariance)
    else { return nil }
    let rank = sums.width - 1
    let stride = sums.stride
    var square = Matrix(rows: rank, columns: rank)
    for row in 0..<rank {
      for column in 0...row {
        square[row, column] = form[row * stride + column]
        square[column, row] = square[row, column]
      }
    }
    guard let fixed = LowerTriangle(square) else { return nil }
    let right = (0..<rank).map { form[rank * stride + $0] }
    let root = fixed.matrix.transposed.inverseOfUpper
    let effects = root.times(root.transposed.times(right))
    var residual = form[rank * stride + rank]
    for index in 0..<rank { residual -= right[index] * effects[index] }
    let count = Double(sums.rows) - (method == .reml ? Double(rank) : 0)
    var deviance = logDeterminant + residual + count * log(2 * Double.pi)
    if method == .reml { deviance += fixed.logDeterminant + sums.design.logDeterminant }
    guard deviance.isFinite else { return nil }
    return Solution(
      point: point, covariance: covariance, inverses: inverses, root: root, effects: effects, deviance: deviance)
  }

  func derivatives(of solution: Solution) -> (gradient: [Double], hessian: Matrix) {
    let expansion = LikelihoodExpansion(self, solution, .observed)
    return (expansion.gradient, expansion.hessian)
  }

  /// Σ⁻¹ of the patterns, Σ n log|Σ|, and [X̃ e]'V⁻¹[X̃ e], its lower triangle; nil where a Σ is not positive definite.
  private func whitened(_ covariance: Matrix) -> (inverses: [Double], logDeterminant: Double, form: [Double])? {
    let (visits, stride, visitStride) = (sums.visits, sums.stride, sums.visitStride)
    var inverses = [Double](repeating: 0, count: sums.patterns.count * visits * visitStride)
    var form = [Double](repeating: 0, count: stride * stride)
    let most = sums.patterns.reduce(0) { max($0, $1.pieces * $1.visits.count) }
    var rows = [Double](repeating: 0, count: most * stride)
    var logDeterminant = 0.0
    var rest = 0.0
    var failed = false
    sums.blocks.withUnsafeBufferPointer { blocks in
      rows.withUnsafeMutableBufferPointer { rows in
        form.withUnsafeMutableBufferPointer { form in
          inverses.withUnsafeMutableBufferPointer { inverses in
            guard let blocks = blocks.baseAddress, let rows = rows.baseAddress, let form = form.baseAddress,
              let inverses = inverses.baseAddress
            else { return }
            var factor = TriangularFactor(visits)
            for (index, pattern) in sums.patterns.enumerated() {
              guard factor.factor(covariance, pattern.visits) else {
                failed = true
                return
              }
              logDeterminant += Double(pattern.subjects) * factor.logDeterminant
              let inverse = inverses + index &* visits &* visitStride
              factor.writeInverse(pattern.visits, to: inverse, stride: visitStride)
              let count = pattern.visits.count
              factor.inverse.withUnsafeBufferPointer { lower in
                guard let lower = lower.baseAddress else { return }
                for piece in 0..<pattern.pieces {
                  let offset = piece &* count &* stride
                  CrossProducts.product(
                    lower, leftStride: visits, rows: count, inner: count, blocks + (pattern.start &+ offset),
                    rightStride: stride, width: stride, to: rows + offset, resultStride: stride)
                }
              }
              CrossProducts.add(rows, rows, rows: pattern.pieces &* count, width: stride, to: form, onlyLower: true)
              guard !pattern.rest.isEmpty else { continue }
              for a in 0..<count {
                for b in 0..<count {
                  rest +=
                    inverse[pattern.visits[a] &* visitStride &+ pattern.visits[b]] * pattern.rest[a &* count &+ b]
                }
              }
            }
          }
        }
      }
    }
    guard !failed else { return nil }
    form[(sums.width - 1) * stride + sums.width - 1] += rest
    return (inverses, logDeterminant, form)
  }
}

/// The Cholesky factor of a part of Σ, and its inverse; made once and used for all patterns, of which there may be thousands:
/// a `LowerTriangle` of each would cost more in allocations than in arithmetic.
private struct TriangularFactor {
  private let size: Int
  private var lower: [Double]
  /// L⁻¹, rows `size` apart.
  private(set) var inverse: [Double]
  private(set) var logDeterminant = 0.0

  init(_ size: Int) {
    self.size = size
    lower = [Double](repeating: 0, count: size * size)
    inverse = lower
  }

  /// - Returns: whether the part is positive definite.
  mutating func factor(_ covariance: Matrix, _ visits: [Int]) -> Bool {
    logDeterminant = 0
    let count = visits.count
    for row in 0..<count {
      let line = visits[row] &* covariance.columns
      for column in 0...row {
        var sum = covariance.elements[line &+ visits[column]]
        for inner in 0..<column { sum -= lower[row &* size &+ inner] * lower[column &* size &+ inner] }
        if row > column {
          lower[row &* size &+ column] = sum / lower[column &* size &+ column]
          continue
        }
        // What rounding leaves of a pivot that is really zero is no pivot.
        guard sum > 1e-14 * covariance.elements[line &+ visits[row]], sum.isFinite else { return false }
        lower[row &* size &+ row] = sum.squareRoot()
        logDeterminant += log(sum)
      }
    }
    for row in 0..<count {
      let pivot = 1 / lower[row &* size &+ row]
      for column in 0..<row {
        var sum = 0.0
        for inner in column..<row { sum += lower[row &* size &+ inner] * inverse[inner &* size &+ column] }
        inverse[row &* size &+ column] = -sum * pivot
      }
      inverse[row &* size &+ row] = pivot
      for column in (row &+ 1)..<max(count, row &+ 1) { inverse[row &* size &+ column] = 0 }
    }
    return true
  }

  /// L⁻ᵀL⁻¹ among all visits.
  func writeInverse(_ visits: [Int], to target: UnsafeMutablePointer<Double>, stride: Int) {
    let count = visits.count
    for row in 0..<count {
      for column in 0...row {
        var sum = 0.0
        for inner in row..<count { sum += inverse[inner &* size &+ row] * inverse[inner &* size &+ column] }
        target[visits[row] &* stride &+ visits[column]] = sum
        target[visits[column] &* stride &+ visits[row]] = sum
      }
    }
  }
}
