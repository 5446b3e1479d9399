/// Rows grouped by the values of one or several columns.
public struct Grouping: Sendable {
  /// One per group: the value of each grouping column as text.
  public let keys: [[String]]
  /// The rows of each group, in order.
  public let rows: [[Int]]
  /// Rows in which a grouping column is missing; they belong to no group.
  public let ungrouped: [Int]

  /// Groups in the order of levels for categories, of first appearance for ids and text, of value for numbers.
  /// - Parameter keepsEmpty: whether levels of a single category that no row has stand as empty groups.
  public init(_ table: Table, by names: [String], keepsEmpty: Bool = false) {
    let columns = names.compactMap { table[$0] }
    let coded = columns.map(Grouping.codes)
    var groups: [[Int32]: Int] = [:]
    var order: [[Int32]] = []
    var rows: [[Int]] = []
    var ungrouped: [Int] = []
    if keepsEmpty, coded.count == 1 {
      for code in coded[0].levels.indices {
        groups[[Int32(code)]] = order.count
        order.append([Int32(code)])
        rows.append([])
      }
    }
    var key = [Int32](repeating: 0, count: coded.count)
    for row in 0..<table.rowCount {
      for index in coded.indices { key[index] = coded[index].codes[row] }
      if key.contains(where: { $0 < 0 }) {
        ungrouped.append(row)
      } else if let group = groups[key] {
        rows[group].append(row)
      } else {
        groups[key] = order.count
        order.append(key)
        rows.append([row])
      }
    }
    let sorted = order.indices.sorted { order[$0].lexicographicallyPrecedes(order[$1]) }
    keys = sorted.map { group in zip(coded, order[group]).map { $0.levels[Int($1)] } }
    self.rows = sorted.map { rows[$0] }
    self.ungrouped = ungrouped
  }

  /// Any column as codes; distinct numbers become levels in ascending order.
  public static func codes(_ column: Column) -> (codes: [Int32], levels: [String]) {
    switch column.values {
    case .codes(let codes, let levels): return (codes, levels)
    case .numbers(let values):
      let distinct = Array(Set(values.filter { !$0.isNaN })).sorted()
      var index: [Double: Int32] = [:]
      for (code, value) in distinct.enumerated() { index[value] = Int32(code) }
      return (values.map { index[$0] ?? -1 }, distinct.map(ECMAScriptText.of))
    }
  }
}
