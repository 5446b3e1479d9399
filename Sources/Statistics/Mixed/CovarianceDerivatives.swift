/// The pieces of the deviance's first and second derivatives in the free entries γ of Γ = ΛΛ'.
///
/// With V = I + ZΓZ', W = V⁻¹, P = W − WX̃(X̃'WX̃)⁻¹X̃'W and V_k = ∂V/∂γ_k. Harville (1977), JASA 72, 320–338;
/// Lindstrom & Bates (1988), JASA 83, 1014–1022.
struct CovarianceDerivatives: Sendable {
  /// tr(PV_k) for REML, tr(WV_k) for ML.
  var traces: [Double]
  /// y'PV_kPy.
  var quadratics: [Double]
  /// tr(PV_kPV_l) for REML, tr(WV_kWV_l) for ML.
  var traceProducts: Matrix
  /// y'PV_kPV_lPy.
  var quadraticProducts: Matrix
  /// X̃'WV_kWX̃, one per k.
  var fixedForms: [Matrix]

  /// The gradient of the deviance with `variance` = r²/N, profiled or not: t − a/s.
  func gradient(variance: Double) -> [Double] {
    zip(traces, quadratics).map { $0 - $1 / variance }
  }

  /// The Hessian at fixed residual variance: −T + 2q/s.
  func hessian(variance: Double) -> Matrix {
    var result = quadraticProducts
    for index in result.elements.indices {
      result.elements[index] = 2 * quadraticProducts.elements[index] / variance - traceProducts.elements[index]
    }
    return result
  }

  /// The Hessian with the residual variance profiled out: −T + N(2q/r² − aa'/r⁴).
  func profiledHessian(residualSquares: Double, count: Double) -> Matrix {
    var result = hessian(variance: residualSquares / count)
    for row in quadratics.indices {
      for column in quadratics.indices {
        result[row, column] -= count * (quadratics[row] / residualSquares) * (quadratics[column] / residualSquares)
      }
    }
    return result
  }
}

extension GroupSums {
  /// One product S_bc · (S_da or K_da, or u_a u_d) in tr(E_k S E_l ·).
  private struct Term {
    let target: Int
    let bc: Int
    let da: Int
    let a: Int
    let d: Int
  }

  /// Spreads E_k and E_l, symmetric basis matrices, into products of single entries.
  private static func terms(_ shape: CovarianceFactor) -> [Term] {
    let q = shape.size
    func entries(_ index: Int) -> [(Int, Int)] {
      let (row, column) = shape.positions[index]
      return row == column ? [(row, row)] : [(row, column), (column, row)]
    }
    let count = shape.positions.count
    var terms: [Term] = []
    for k in 0..<count {
      for l in 0...k {
        for (a, b) in entries(k) {
          for (c, d) in entries(l) {
            terms.append(Term(target: k * count + l, bc: b * q + c, da: d * q + a, a: a, d: d))
          }
        }
      }
    }
    return terms
  }

  /// The derivatives at a solution by a second pass over the groups.
  func derivatives(
    of solution: MixedModelSolution, shape: CovarianceFactor, method: LinearMixedModel.Method
  ) -> CovarianceDerivatives {
    let q = randomColumns
    let width = self.width
    let rank = self.rank
    let count = shape.positions.count
    let restricted = method == .reml
    let reduction = GroupReduction(lambda: solution.lambda, width: width)
    let terms = Self.terms(shape)
    let positions = shape.positions
    // One block: u (q), T·Cv (q × rank), K (q × q); then the sums t, a (count each), h (count × rank),
    // F (count × rank × rank), T and Q (count × count each), first of a chunk of groups and then of all.
    let scratch = [q, q * rank, q * q]
    let sizes = scratch + [count, count, count * rank, count * rank * rank, count * count, count * count]
    let sumsStart = scratch.reduce(0, +)
    let sumsCount = sizes.reduce(0, +) - sumsStart
    let capacity = sumsStart + 2 * sumsCount
    let block = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
    block.initialize(repeating: 0, count: capacity)
    defer { block.deallocate() }
    var offset = 0
    let parts = sizes.map { size in
      defer { offset += size }
      return block + offset
    }
    let (u, tc, k, t, a) = (parts[0], parts[1], parts[2], parts[3], parts[4])
    let (h, f, tt, qq) = (parts[5], parts[6], parts[7], parts[8])
    let (s, tx) = (reduction.s, reduction.t)

    pieces.triangles.withUnsafeBufferPointer { triangles in
      pieces.rotated.withUnsafeBufferPointer { rotated in
        solution.covariance.elements.withUnsafeBufferPointer { covariance in
          solution.fixedEffects.withUnsafeBufferPointer { beta in
            for group in 0..<pieces.count {
              let weight = pieces.weights?[group] ?? 1
              let square = group &* q &* q
              _ = reduction.factor(triangles: triangles, at: square, rotated: rotated, at: group &* q &* width)
              reduction.project(triangles: triangles, at: square)
              for row in 0..<q {
                let start = row &* width
                var rest = tx[start &+ rank]
                for column in 0..<rank { rest -= tx[start &+ column] * beta[column] }
                u[row] = rest
              }
              if restricted {
                for row in 0..<q {
                  for column in 0..<rank {
                    var sum = 0.0
                    for inner in 0..<rank {
                      sum += tx[row &* width &+ inner] * covariance[inner &* rank &+ column]
                    }
                    tc[row &* rank &+ column] = sum
                  }
                  for other in 0...row {
                    var sum = 0.0
                    for inner in 0..<rank { sum += tc[row &* rank &+ inner] * tx[other &* width &+ inner] }
                    k[row &* q &+ other] = sum
                    k[other &* q &+ row] = sum
                  }
                }
              }
              for index in 0..<count {
                let (row, column) = positions[index]
                let twice = row == column ? 1.0 : 2.0
                t[index] += twice * (weight * s[row &* q &+ column] - k[row &* q &+ column])
                a[index] += twice * u[row] * u[column]
                let left = tx + row &* width
                let right = tx + column &* width
                let form = f + index &* rank &* rank
                let image = h + index &* rank
                if row == column {
                  for first in 0..<rank {
                    let value = left[first]
                    image[first] += value * u[row]
                    for second in 0...first { form[first &* rank &+ second] += value * left[second] }
                  }
                } else {
                  for first in 0..<rank {
                    let (value, other) = (left[first], right[first])
                    image[first] += value * u[column] + other * u[row]
                    for second in 0...first {
                      form[first &* rank &+ second] += value * right[second] + other * left[second]
                    }
                  }
                }
              }
              for term in terms {
                let value = s[term.bc]
                tt[term.target] += value * (weight * s[term.da] - 2 * k[term.da])
                qq[term.target] += value * u[term.a] * u[term.d]
              }
              if (group &+ 1) % Self.chunkGroups == 0 || group &+ 1 == pieces.count {
                let chunk = block + sumsStart
                for index in 0..<sumsCount {
                  chunk[sumsCount &+ index] += chunk[index]
                  chunk[index] = 0
                }
              }
            }
          }
        }
      }
    }
    return assemble(
      count: count, covariance: solution.covariance, restricted: restricted,
      traces: Array(UnsafeBufferPointer(start: t + sumsCount, count: count)),
      quadratics: Array(UnsafeBufferPointer(start: a + sumsCount, count: count)),
      images: Array(UnsafeBufferPointer(start: h + sumsCount, count: count * rank)),
      forms: Array(UnsafeBufferPointer(start: f + sumsCount, count: count * rank * rank)),
      products: Array(UnsafeBufferPointer(start: tt + sumsCount, count: count * count)),
      quadraticSums: Array(UnsafeBufferPointer(start: qq + sumsCount, count: count * count)))
  }

  /// Adds what involves sums over all groups: tr(Cv F_k Cv F_l) and h_k'Cv h_l.
  private func assemble(
    count: Int, covariance: Matrix, restricted: Bool, traces: [Double], quadratics: [Double], images: [Double],
    forms: [Double], products: [Double], quadraticSums: [Double]
  ) -> CovarianceDerivatives {
    let rank = self.rank
    var fixedForms: [Matrix] = []
    for index in 0..<count {
      var form = Matrix(
        rows: rank, columns: rank, elements: Array(forms[(index * rank * rank)..<((index + 1) * rank * rank)]))
      for row in 0..<rank {
        for column in 0..<row { form[column, row] = form[row, column] }
      }
      fixedForms.append(form)
    }
    let weighted = fixedForms.map { covariance.times($0) }
    var traceProducts = Matrix(rows: count, columns: count)
    var quadraticProducts = traceProducts
    for k in 0..<count {
      let left = Array(images[(k * rank)..<((k + 1) * rank)])
      for l in 0...k {
        var trace = products[k * count + l]
        if restricted {
          for row in 0..<rank {
            for column in 0..<rank { trace += weighted[k][row, column] * weighted[l][column, row] }
          }
        }
        let right = Array(images[(l * rank)..<((l + 1) * rank)])
        let quadratic = quadraticSums[k * count + l] - covariance.form(left, right)
        (traceProducts[k, l], traceProducts[l, k]) = (trace, trace)
        (quadraticProducts[k, l], quadraticProducts[l, k]) = (quadratic, quadratic)
      }
    }
    return CovarianceDerivatives(
      traces: traces, quadratics: quadratics, traceProducts: traceProducts, quadraticProducts: quadraticProducts,
      fixedForms: fixedForms)
  }
}
