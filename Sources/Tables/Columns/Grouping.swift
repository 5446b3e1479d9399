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
    let keysOfRows = RowKeys(coded.map(\.codes))
    var order = keysOfRows.firstRows.map { row in coded.map { $0.codes[row] } }
    var rows = [[Int]](repeating: [], count: order.count)
    var ungrouped: [Int] = []
    for (row, number) in keysOfRows.numbers.enumerated() {
      if number < 0 { ungrouped.append(row) } else { rows[Int(number)].append(row) }
    }
    if keepsEmpty, coded.count == 1, columns[0].schema.type.levels != nil {
      let present = Set(order.map { $0[0] })
      for code in coded[0].levels.indices where !present.contains(Int32(code)) {
        order.append([Int32(code)])
        rows.append([])
      }
    }
    let sorted = order.indices.sorted { order[$0].lexicographicallyPrecedes(order[$1]) }
    keys = sorted.map { group in zip(coded, order[group]).map { $0.levels[Int($1)] } }
    self.rows = sorted.map { rows[$0] }
    self.ungrouped = ungrouped
  }

  private static func codes(_ values: [Double], text: (Double) -> String) -> (codes: [Int32], levels: [String]) {
    let distinct = Array(Set(values.filter { !$0.isNaN })).sorted()
    var index: [Double: Int32] = [:]
    for (code, value) in distinct.enumerated() { index[value] = Int32(code) }
    return (values.map { index[$0] ?? -1 }, distinct.map(text))
  }

  /// Any column as codes; distinct numbers become levels in ascending order.
  public static func codes(_ column: Column) -> (codes: [Int32], levels: [String]) {
    switch column.values {
    case .codes(let codes, let levels): return (codes, levels)
    case .numbers(let values): return wholeNumbers(values) ?? codes(values, text: ECMAScriptText.of)
    case .days(let values): return codes(values) { CalendarDay.text(Int($0)) }
    case .censored(let values, let marks):
      // `<5` comes before 5, and 5 before `>5`.
      let distinct = Set(zip(values, marks).filter { !$0.0.isNaN }.map { [$0.0, Double($0.1)] })
        .sorted { $0.lexicographicallyPrecedes($1) }
      let index = Dictionary(uniqueKeysWithValues: zip(distinct, distinct.indices.map { Int32($0) }))
      return (
        zip(values, marks).map { index[[$0, Double($1)]] ?? -1 },
        distinct.map { CensoredText.of($0[0], Int8($0[1])) }
      )
    }
  }

  /// The same for whole numbers that lie near each other, as visits and scores do; nil for others.
  private static func wholeNumbers(_ values: [Double]) -> (codes: [Int32], levels: [String])? {
    var (least, most) = (Double.infinity, -Double.infinity)
    for value in values where !value.isNaN {
      guard value == value.rounded(.towardZero) else { return nil }
      least = min(least, value)
      most = max(most, value)
    }
    guard most - least < 4096, abs(least) < 1e9 else { return nil }
    let first = Int(least)
    var codeOf = [Int32](repeating: -1, count: Int(most - least) + 1)
    for value in values where !value.isNaN { codeOf[Int(value) - first] = 0 }
    var levels: [String] = []
    for index in codeOf.indices where codeOf[index] == 0 {
      codeOf[index] = Int32(levels.count)
      levels.append(ECMAScriptText.of(Double(first + index)))
    }
    return (values.map { $0.isNaN ? -1 : codeOf[Int($0) - first] }, levels)
  }
}
