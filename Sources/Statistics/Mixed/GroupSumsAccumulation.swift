extension GroupSums {
  /// How many rows are summed before they join the total: short sums round less. Part of the numeric profile.
  private static let chunkRows = 512

  /// The pass over the rows. Rows of a group need not stand together.
  ///
  /// Every row is rotated into its group's triangle (Givens; Golub & Van Loan 2013, ch. 5.2); what the rotations
  /// leave of `[X̃ y]` is orthogonal to the group's Z, and only that is squared.
  static func accumulate(
    residuals: [Double], fixed: Matrix, kept: [Int], basis: Matrix, random: Matrix, randomBasis: Matrix,
    groups: [Int32], groupCount: Int
  ) -> (triangles: [Double], rotated: [Double], remainder: [Double]) {
    let q = random.columns
    let rank = kept.count
    let width = rank + 1
    var triangles = [Double](repeating: 0, count: groupCount * q * q)
    var rotated = [Double](repeating: 0, count: groupCount * q * width)
    var remainder = [Double](repeating: 0, count: width * width)
    var chunk = remainder
    var x = [Double](repeating: 0, count: width)
    var z = [Double](repeating: 0, count: q)

    triangles.withUnsafeMutableBufferPointer { triangles in
      rotated.withUnsafeMutableBufferPointer { rotated in
        for row in residuals.indices {
          let fixedStart = row &* fixed.columns
          // X̃ = XB with B upper triangular.
          for column in 0..<rank {
            var sum = 0.0
            for inner in 0...column {
              sum += fixed.elements[fixedStart &+ kept[inner]] * basis.elements[inner &* rank &+ column]
            }
            x[column] = sum
          }
          x[rank] = residuals[row]
          let randomStart = row &* q
          for column in 0..<q {
            var sum = 0.0
            for inner in 0...column {
              sum += random.elements[randomStart &+ inner] * randomBasis.elements[inner &* q &+ column]
            }
            z[column] = sum
          }

          let group = Int(groups[row])
          for a in 0..<q where z[a] != 0 {
            let triangle = (group &* q &+ a) &* q
            let right = (group &* q &+ a) &* width
            let pivot = triangles[triangle &+ a]
            let radius = (pivot * pivot + z[a] * z[a]).squareRoot()
            let (cosine, sine) = (pivot / radius, z[a] / radius)
            triangles[triangle &+ a] = radius
            for b in (a &+ 1)..<max(q, a &+ 1) {
              let old = triangles[triangle &+ b]
              triangles[triangle &+ b] = cosine * old + sine * z[b]
              z[b] = cosine * z[b] - sine * old
            }
            for column in 0..<width {
              let old = rotated[right &+ column]
              rotated[right &+ column] = cosine * old + sine * x[column]
              x[column] = cosine * x[column] - sine * old
            }
          }
          for a in 0..<width {
            let start = a &* width
            for b in 0...a { chunk[start &+ b] += x[a] * x[b] }
          }
          if (row &+ 1) % chunkRows == 0 || row &+ 1 == residuals.count {
            for index in remainder.indices {
              remainder[index] += chunk[index]
              chunk[index] = 0
            }
          }
        }
      }
    }
    return (triangles, rotated, remainder)
  }
}
