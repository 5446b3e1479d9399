/// The groups of a mixed model, or fewer that stand for them in every sum over groups.
///
/// Patients with the same planned visits have the same triangle R of Z̃, and a sum over them is made of their number and
/// of the cross-products of their D = Q'[X̃ y]. Where they outnumber the entries of D, the rows of the triangular factor
/// of all these D take their place: reflections keep every digit that cross-products would lose.
struct GroupPieces: Sendable {
  /// Per piece R, `q × q`.
  let triangles: [Double]
  /// Per piece D, `q × width`.
  let rotated: [Double]
  let count: Int
  /// How many groups a piece stands for where D has no part in a sum: all of them the first of its kind, none the
  /// others. nil where every piece is a group.
  let weights: [Double]?

  /// From how many groups on they are looked through. Part of the numeric profile: changing it changes last digits.
  private static let fewestGroups = 1024

  init(triangles: [Double], rotated: [Double], groups: Int, randomColumns q: Int, width: Int) {
    let kinds =
      groups >= Self.fewestGroups
      ? Self.kinds(triangles, groups: groups, size: q * q, most: groups / (4 * q * width)) : nil
    guard let kinds else {
      self.triangles = triangles
      self.rotated = rotated
      count = groups
      weights = nil
      return
    }
    let wide = q * width
    var ownTriangles: [Double] = []
    var ownRotated: [Double] = []
    var ownWeights: [Double] = []
    for members in kinds {
      let rows = Self.rows(rotated, members, wide)
      let pieces = rows.count / wide
      ownRotated += rows
      let first = members[0] * q * q
      for piece in 0..<pieces {
        ownTriangles += triangles[first..<first + q * q]
        ownWeights.append(pieces == members.count ? 1 : piece == 0 ? Double(members.count) : 0)
      }
    }
    self.triangles = ownTriangles
    self.rotated = ownRotated
    count = ownWeights.count
    weights = ownWeights
  }

  /// The D of some groups, or the rows that stand for them.
  private static func rows(_ rotated: [Double], _ members: [Int], _ wide: Int) -> [Double] {
    func own() -> [Double] { members.flatMap { rotated[$0 * wide..<($0 + 1) * wide] } }
    guard members.count > wide else { return own() }
    var matrix = Matrix(rows: members.count, columns: wide - 1)
    var last = [Double](repeating: 0, count: members.count)
    for (row, group) in members.enumerated() {
      let source = group &* wide
      for column in 0..<wide &- 1 {
        matrix.elements[row &* (wide &- 1) &+ column] = rotated[source &+ column]
      }
      last[row] = rotated[source &+ wide &- 1]
    }
    let triangle = FusedHouseholder.triangle(response: last, design: matrix)
    for column in 0..<wide {
      var square = 0.0
      for row in 0...column { square += triangle[row, column] * triangle[row, column] }
      // Squares near the ends of a double's range would not keep their digits.
      guard square == 0 || (square > 1e-200 && square < 1e200) else { return own() }
    }
    return triangle.elements
  }

  /// Groups with the same triangle, kinds in the order of their first groups; nil where there are more than `most`.
  private static func kinds(_ triangles: [Double], groups: Int, size: Int, most: Int) -> [[Int]]? {
    var slots = [Int32](repeating: -1, count: 4096)
    var kinds: [[Int]] = []
    for group in 0..<groups {
      var hash: UInt64 = 0x9e37_79b9_7f4a_7c15
      for index in group &* size..<(group &+ 1) &* size {
        hash = (hash ^ triangles[index].bitPattern) &* 0xff51_afd7_ed55_8ccd
        hash ^= hash >> 32
      }
      var slot = Int(hash & 4095)
      while slots[slot] >= 0 {
        let other = kinds[Int(slots[slot])][0] &* size
        var isSame = true
        for index in 0..<size where triangles[other &+ index] != triangles[group &* size &+ index] { isSame = false }
        if isSame { break }
        slot = (slot &+ 1) & 4095
      }
      if slots[slot] < 0 {
        guard kinds.count < min(most, 2048) else { return nil }
        slots[slot] = Int32(kinds.count)
        kinds.append([])
      }
      kinds[Int(slots[slot])].append(group)
    }
    return kinds
  }
}
