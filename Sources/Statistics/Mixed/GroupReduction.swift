/// The dense algebra of one group, in buffers that all groups of an evaluation share.
///
/// Z = QR and D = Q'[X̃ y] of the group, N = RΛ with any q × q factor Λ of Γ, LL' = I + NN'. Then with W = (I + ZΓZ')⁻¹:
/// |I + ZΓZ'| = |L|², Z'WZ = S = (L⁻¹R)'L⁻¹R, Z'W[X̃ y] = T = (L⁻¹R)'L⁻¹D, and [X̃ y]'W[X̃ y] is (L⁻¹D)'L⁻¹D plus
/// what is orthogonal to Z. Nothing is subtracted from anything near its size, so a large Λ costs no digits.
struct GroupReduction: ~Copyable {
  let q: Int
  let width: Int
  /// L', upper triangle, `q × q`.
  let pivots: UnsafeMutablePointer<Double>
  /// N = RΛ, `q × q`.
  let spread: UnsafeMutablePointer<Double>
  /// L⁻¹D, `q × width`.
  let whitened: UnsafeMutablePointer<Double>
  /// S, `q × q`.
  let s: UnsafeMutablePointer<Double>
  /// T, `q × width`.
  let t: UnsafeMutablePointer<Double>
  private let lambda: UnsafeMutablePointer<Double>
  /// L⁻¹R, `q × q`.
  let half: UnsafeMutablePointer<Double>
  private let folded: UnsafeMutablePointer<Double>
  private let block: UnsafeMutablePointer<Double>

  init(lambda: Matrix, width: Int) {
    let q = lambda.rows
    self.q = q
    self.width = width
    let square = q * q
    let wide = q * width
    let capacity = 5 * square + 2 * wide + q
    block = UnsafeMutablePointer<Double>.allocate(capacity: capacity)
    block.initialize(repeating: 0, count: capacity)
    self.lambda = block
    pivots = block + square
    spread = block + 2 * square
    half = block + 3 * square
    s = block + 4 * square
    whitened = block + 5 * square
    t = block + (5 * square + wide)
    folded = block + (5 * square + 2 * wide)
    for index in 0..<square { self.lambda[index] = lambda.elements[index] }
  }

  deinit { block.deallocate() }

  /// Factors I + NN' and sets `whitened`; returns its determinant's square root.
  @inline(__always)
  func factor(
    triangles: UnsafeBufferPointer<Double>, at square: Int, rotated: UnsafeBufferPointer<Double>, at wide: Int
  ) -> Double {
    for a in 0..<q {
      let row = a &* q
      for b in 0..<q {
        var sum = 0.0
        for c in a..<q { sum += triangles[square &+ row &+ c] * lambda[c &* q &+ b] }
        spread[row &+ b] = sum
      }
    }
    let determinant = fold(byColumns: true)
    for a in 0..<q {
      let inverse = 1 / pivots[a &* q &+ a]
      let row = a &* width
      for column in 0..<width {
        var sum = rotated[wide &+ row &+ column]
        for c in 0..<a { sum -= pivots[c &* q &+ a] * whitened[c &* width &+ column] }
        whitened[row &+ column] = sum * inverse
      }
    }
    return determinant
  }

  /// Sets `pivots` to the triangle U with U'U = I + NN' (by columns) or I + N'N (by rows) and returns |U|.
  ///
  /// Givens rotations instead of the product and its Cholesky factor: squaring N would drown the I.
  @inline(__always)
  func fold(byColumns: Bool) -> Double {
    for a in 0..<q {
      for b in a..<q { pivots[a &* q &+ b] = a == b ? 1 : 0 }
    }
    for piece in 0..<q {
      for b in 0..<q { folded[b] = byColumns ? spread[b &* q &+ piece] : spread[piece &* q &+ b] }
      for a in 0..<q where folded[a] != 0 {
        let row = a &* q
        let pivot = pivots[row &+ a]
        let radius = (pivot * pivot + folded[a] * folded[a]).squareRoot()
        let inverse = 1 / radius
        let (cosine, sine) = (pivot * inverse, folded[a] * inverse)
        pivots[row &+ a] = radius
        for b in (a &+ 1)..<max(q, a &+ 1) {
          let old = pivots[row &+ b]
          pivots[row &+ b] = cosine * old + sine * folded[b]
          folded[b] = cosine * folded[b] - sine * old
        }
      }
    }
    var determinant = 1.0
    for a in 0..<q { determinant *= pivots[a &* q &+ a] }
    return determinant
  }

  /// Sets `s` and `t`, after `factor`.
  @inline(__always)
  func project(triangles: UnsafeBufferPointer<Double>, at square: Int) {
    // half = L⁻¹R
    for a in 0..<q {
      let inverse = 1 / pivots[a &* q &+ a]
      let row = a &* q
      for b in 0..<q {
        var sum = b < a ? 0 : triangles[square &+ row &+ b]
        for c in 0..<a { sum -= pivots[c &* q &+ a] * half[c &* q &+ b] }
        half[row &+ b] = sum * inverse
      }
    }
    for a in 0..<q {
      for b in 0...a {
        var sum = 0.0
        for c in 0..<q { sum += half[c &* q &+ a] * half[c &* q &+ b] }
        s[a &* q &+ b] = sum
        s[b &* q &+ a] = sum
      }
      for column in 0..<width {
        var sum = 0.0
        for c in 0..<q { sum += half[c &* q &+ a] * whitened[c &* width &+ column] }
        t[a &* width &+ column] = sum
      }
    }
  }
}
