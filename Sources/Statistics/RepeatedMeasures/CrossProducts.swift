/// Products of small matrices whose rows are padded with zeros to whole vectors of four numbers.
///
/// Every sum but those of `dot` runs in the order of its inner index, one number after the other, so neither the vectors nor
/// the tiles decide about a bit of the result.
enum CrossProducts {
  private typealias Lanes = SIMD4<Double>

  /// The least multiple of four that holds `width` numbers.
  static func padded(_ width: Int) -> Int { (width + 3) & ~3 }

  @inline(__always)
  private static func load(_ place: UnsafePointer<Double>) -> Lanes {
    UnsafeRawPointer(place).loadUnaligned(as: Lanes.self)
  }

  @inline(__always)
  private static func store(_ lanes: Lanes, _ place: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(place).storeBytes(of: lanes, as: Lanes.self)
  }

  /// `result[i, j] += Σ left[n, i] · right[n, j]` over `rows`; all rows are `width` long, a multiple of four.
  ///
  /// - Parameter onlyLower: whether what stands right of the diagonal's tiles is left as it is.
  static func add(
    _ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, rows: Int, width: Int,
    to result: UnsafeMutablePointer<Double>, onlyLower: Bool = false
  ) {
    var i = 0
    while i < width {
      var j = 0
      let end = onlyLower ? i &+ 4 : width
      while j < end {
        let target = result + (i &* width &+ j)
        var (a, b) = (load(target), load(target + width))
        var (c, d) = (load(target + 2 &* width), load(target + 3 &* width))
        var (own, other) = (left + i, right + j)
        for _ in 0..<rows {
          let lanes = load(other)
          a += own[0] * lanes
          b += own[1] * lanes
          c += own[2] * lanes
          d += own[3] * lanes
          own += width
          other += width
        }
        store(a, target)
        store(b, target + width)
        store(c, target + 2 &* width)
        store(d, target + 3 &* width)
        j &+= 4
      }
      i &+= 4
    }
  }

  /// `result = left · right`, `rows × inner` times `inner × width`; `width` is a multiple of four.
  ///
  /// - Parameters:
  ///   - leftStride, rightStride, resultStride: how far the rows of each are apart.
  ///   - isUpper: whether `right` is an upper triangle.
  static func product(
    _ left: UnsafePointer<Double>, leftStride: Int, rows: Int, inner: Int, _ right: UnsafePointer<Double>,
    rightStride: Int, width: Int, isUpper: Bool = false, to result: UnsafeMutablePointer<Double>, resultStride: Int
  ) {
    var row = 0
    while row < rows {
      // The last tile repeats rows of the one before rather than being a case of its own.
      if row &+ 4 > rows, rows >= 4 { row = rows &- 4 }
      let own = left + row &* leftStride
      let target = result + row &* resultStride
      var j = 0
      while j < width {
        let end = isUpper ? min(inner, j &+ 4) : inner
        var other = right + j
        if rows >= 4 {
          var (a, b, c, d) = (Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero)
          for index in 0..<end {
            let lanes = load(other)
            a += own[index] * lanes
            b += own[index &+ leftStride] * lanes
            c += own[index &+ 2 &* leftStride] * lanes
            d += own[index &+ 3 &* leftStride] * lanes
            other += rightStride
          }
          store(a, target + j)
          store(b, target + (resultStride &+ j))
          store(c, target + (2 &* resultStride &+ j))
          store(d, target + (3 &* resultStride &+ j))
        } else {
          var a = Lanes.zero
          for index in 0..<end {
            a += own[index] * load(other)
            other += rightStride
          }
          store(a, target + j)
        }
        j &+= 4
      }
      row &+= rows >= 4 ? 4 : 1
    }
  }

  /// Σ left · right over `count` numbers, a multiple of four: every fourth number by itself, then these four sums.
  static func dot(_ left: UnsafePointer<Double>, _ right: UnsafePointer<Double>, count: Int) -> Double {
    var sum = Lanes.zero
    var index = 0
    while index < count {
      sum += load(left + index) * load(right + index)
      index &+= 4
    }
    return (sum[0] + sum[2]) + (sum[1] + sum[3])
  }

  /// `result += factor · source` over `count` numbers, a multiple of four.
  static func add(
    _ source: UnsafePointer<Double>, times factor: Double, count: Int, to result: UnsafeMutablePointer<Double>
  ) {
    var index = 0
    while index < count {
      store(load(result + index) + factor * load(source + index), result + index)
      index &+= 4
    }
  }

  /// Adds to a row over d ≤ c, and to what fills its last vector, what a perturbation of Σ at (a, b) meets at (c, d):
  /// `M_bc R_ad + M_ac R_bd + R_ac M_bd + R_bc M_ad`, of two symmetric matrices of which `m` and `r` are the rows a and b.
  @inline(__always)
  static func addFourTerms(
    _ m: (a: UnsafePointer<Double>, b: UnsafePointer<Double>),
    _ r: (a: UnsafePointer<Double>, b: UnsafePointer<Double>),
    at c: Int, to result: UnsafeMutablePointer<Double>
  ) {
    let (ma, mb, ra, rb) = (m.a[c], m.b[c], r.a[c], r.b[c])
    var d = 0
    while d <= c {
      let one = mb * load(r.a + d) + ma * load(r.b + d)
      let two = ra * load(m.b + d) + rb * load(m.a + d)
      store(load(result + d) + (one + two), result + d)
      d &+= 4
    }
  }
}
