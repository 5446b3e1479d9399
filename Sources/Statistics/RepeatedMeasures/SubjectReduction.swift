/// Subjects with the same visits present, reduced to as few rows as say the same about them.
///
/// Entries of the subjects' model matrices are mostly equal or zero: an arm is the same at every visit, a visit's
/// indicator is 0 elsewhere. Where the subjects of a pattern outnumber the entries that differ, these entries and the
/// outcomes form a tall matrix, and its triangular factor has the same cross-products: a row of it stands for a subject.
/// Rotations keep what cross-products would lose.
struct SubjectReduction: Sendable {
  /// The number of subjects, or of rows that stand for them.
  let pieces: Int
  /// Per piece and visit a row of the model matrix, with the outcome behind it.
  let rows: [Double]
  /// Cross-products of the outcomes at two visits that no piece holds, `visits × visits`; empty if there are none.
  let rest: [Double]

  /// - Parameters:
  ///   - places: the rows of the subjects, one after the other, each with `visits` of them.
  init(response: [Double], fixed: Matrix, places: ArraySlice<Int32>, visits: Int) {
    let columns = fixed.columns
    let subjects = places.count / visits
    // Where all entries are zero the outcomes are all there is, and no piece would hold them.
    if let classes = EqualEntries(fixed, places, visits: visits), !classes.distinct.isEmpty,
      let triangle = Self.triangle(response, fixed, places, visits, classes)
    {
      let width = triangle.columns
      let count = classes.distinct.count
      var rows: [Double] = []
      rows.reserveCapacity(count * visits * (columns + 1))
      for piece in 0..<count {
        for visit in 0..<visits {
          for column in 0..<columns {
            let position = classes.position[visit * columns + column]
            rows.append(position < 0 ? 0 : triangle.elements[piece * width + position])
          }
          rows.append(triangle.elements[piece * width + count + visit])
        }
      }
      var rest = [Double](repeating: 0, count: visits * visits)
      for row in count..<width {
        for a in 0..<visits {
          for b in 0..<visits {
            rest[a * visits + b] += triangle[row, count + a] * triangle[row, count + b]
          }
        }
      }
      pieces = count
      self.rows = rows
      self.rest = rest
      return
    }
    var rows: [Double] = []
    rows.reserveCapacity(places.count * (columns + 1))
    for place in places {
      let start = Int(place) * columns
      rows.append(contentsOf: fixed.elements[start..<start + columns])
      rows.append(response[Int(place)])
    }
    pieces = subjects
    self.rows = rows
    rest = []
  }

  /// The triangular factor of the entries that differ and the outcomes; nil where squares would leave a double's range.
  private static func triangle(
    _ response: [Double], _ fixed: Matrix, _ places: ArraySlice<Int32>, _ visits: Int, _ classes: EqualEntries
  ) -> Matrix? {
    let subjects = places.count / visits
    let count = classes.distinct.count
    let width = count + visits - 1
    var matrix = Matrix(rows: subjects, columns: width)
    var last = [Double](repeating: 0, count: subjects)
    let sources = classes.distinct.map { (visit: $0 / fixed.columns, column: $0 % fixed.columns) }
    var place = places.startIndex
    for subject in 0..<subjects {
      let start = subject &* width
      for (position, source) in sources.enumerated() {
        matrix.elements[start &+ position] =
          fixed.elements[Int(places[place &+ source.visit]) &* fixed.columns &+ source.column]
      }
      for visit in 0..<visits {
        let value = response[Int(places[place &+ visit])]
        if visit < visits - 1 { matrix.elements[start &+ count &+ visit] = value } else { last[subject] = value }
      }
      place += visits
    }
    return ColumnFactor.unscaled(FusedHouseholder.triangle(response: last, design: matrix))
  }
}

/// Which entries of the model matrices of a pattern's subjects are the same for every subject, or zero for every one.
private struct EqualEntries {
  /// One entry (visit · columns + column) for each class of equal entries, ascending; without those that are zero.
  let distinct: [Int]
  /// For each entry the position of its class in `distinct`, −1 for zero.
  let position: [Int]

  /// - Returns: nil where there are as many classes as subjects, or more.
  init?(_ fixed: Matrix, _ places: ArraySlice<Int32>, visits: Int) {
    let columns = fixed.columns
    let size = visits * columns
    let subjects = places.count / visits
    // Entry 0 is a zero; each entry names the first that it has been equal to so far.
    var same = [Int](repeating: 0, count: size + 1)
    var classes = 0
    var values = [Double](repeating: 0, count: size + 1)
    var place = places.startIndex
    for _ in 0..<subjects {
      var differs = false
      fixed.elements.withUnsafeBufferPointer { elements in
        values.withUnsafeMutableBufferPointer { values in
          same.withUnsafeBufferPointer { same in
            var entry = 1
            for visit in 0..<visits {
              let start = Int(places[place &+ visit]) &* columns
              for column in 0..<columns {
                let value = elements[start &+ column]
                values[entry] = value
                // The first of a class stands before the others.
                differs = differs || value != values[same[entry]]
                entry &+= 1
              }
            }
          }
        }
      }
      if differs {
        let before = same
        for entry in 1...size where values[entry] != values[before[entry]] {
          same[entry] = entry
          for earlier in 1..<entry
          where before[earlier] == before[entry] && same[earlier] == earlier && values[earlier] == values[entry] {
            same[entry] = earlier
            break
          }
          if same[entry] == entry { classes += 1 }
        }
        guard classes < subjects else { return nil }
      }
      place += visits
    }
    let distinct = (1..<size + 1).filter { same[$0] == $0 }
    var positions = [Int](repeating: -1, count: size + 1)
    for (position, entry) in distinct.enumerated() { positions[entry] = position }
    self.distinct = distinct.map { $0 - 1 }
    position = (1..<size + 1).map { same[$0] == 0 ? -1 : positions[same[$0]] }
  }
}
