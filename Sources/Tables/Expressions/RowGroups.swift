import NotebookSyntax

/// The rows of a table by group, and in their order within each: what functions over rows look at.
///
/// Made in time linear in the rows, but for groups whose rows do not stand in order, which are sorted.
public struct RowGroups: Sendable {
  /// Why rows belong to no group or have no place in it. Rows count from 1.
  public enum Problem: Error, Sendable {
    case missing(column: String, rows: [Int])
    /// Pairs of rows of one group that the order does not tell apart.
    case ties([(Int, Int)])
  }

  /// The group of each row, numbered by first appearance.
  let numbers: [Int32]
  let count: Int
  /// The rows of the first group, then those of the second, …, each in their order; as they stand where none is declared.
  let rows: [Int32]
  /// Where each group begins in `rows`; one more at the end.
  let starts: [Int]
  public let isOrdered: Bool

  /// - Parameters:
  ///   - names: columns that exist, of any type; one group for each combination of their values.
  ///   - order: columns with an order of their own, the first decides first; empty for none.
  public init(_ table: Table, by names: [String], order: [String]) throws(Problem) {
    var keys = GroupKeys(rowCount: table.rowCount)
    for name in names {
      guard let column = table[name] else { continue }
      guard keys.add(column.values) else {
        throw .missing(column: name, rows: (0..<table.rowCount).filter { column.values.isMissing($0) }.map { $0 + 1 })
      }
    }
    numbers = keys.numbers
    count = keys.count
    isOrdered = !order.isEmpty
    var starts = [Int](repeating: 0, count: count + 1)
    for number in numbers { starts[Int(number) + 1] += 1 }
    for group in 0..<count { starts[group + 1] += starts[group] }
    var next = starts
    var rows = [Int32](repeating: 0, count: table.rowCount)
    for (row, number) in numbers.enumerated() {
      rows[next[Int(number)]] = Int32(row)
      next[Int(number)] += 1
    }
    self.starts = starts
    if isOrdered { try Self.sort(&rows, starts, table, order) }
    self.rows = rows
  }

  private static func sort(
    _ rows: inout [Int32], _ starts: [Int], _ table: Table, _ order: [String]
  ) throws(Problem) {
    var keys: [[Double]] = []
    for name in order {
      guard let column = table[name] else { continue }
      let missing = (0..<table.rowCount).filter { column.values.isMissing($0) }
      guard missing.isEmpty else { throw .missing(column: name, rows: missing.map { $0 + 1 }) }
      switch column.values {
      case .numbers(let values), .days(let values), .censored(let values, _): keys.append(values)
      case .codes(let codes, _): keys.append(VectorKernel.map(codes) { Double($0) })
      }
    }
    func precedes(_ a: Int32, _ b: Int32) -> Bool {
      for key in keys where key[Int(a)] != key[Int(b)] { return key[Int(a)] < key[Int(b)] }
      return false
    }
    var ties: [(Int, Int)] = []
    for group in 0..<(starts.count - 1) {
      let range = starts[group]..<starts[group + 1]
      let isSorted = range.dropFirst().allSatisfy { precedes(rows[$0 - 1], rows[$0]) }
      if isSorted { continue }
      // Rows that tie keep their order: messages are the same on every machine.
      rows[range].sort { precedes($0, $1) || (!precedes($1, $0) && $0 < $1) }
      for place in range.dropFirst() where !precedes(rows[place - 1], rows[place]) {
        ties.append((Int(rows[place - 1]) + 1, Int(rows[place]) + 1))
      }
    }
    guard ties.isEmpty else { throw .ties(ties.sorted { $0 < $1 }) }
  }
}

/// Numbers rows by the combinations of values in columns that are added one by one.
private struct GroupKeys {
  private(set) var numbers: [Int32]
  private(set) var count: Int

  init(rowCount: Int) {
    numbers = [Int32](repeating: 0, count: rowCount)
    count = rowCount > 0 ? 1 : 0
  }

  /// False where a value is missing.
  mutating func add(_ values: ColumnValues) -> Bool {
    switch values {
    case .codes(let codes, let levels):
      if codes.contains(where: { $0 < 0 }) { return false }
      // A table of all pairs is faster than hashing, as long as it isn't larger than the data.
      if count * levels.count <= max(4 * codes.count, 1 << 16) {
        direct(codes, levels.count)
      } else {
        hash { UInt64(UInt32(bitPattern: codes[$0])) }
      }
    case .numbers(let numbers), .days(let numbers), .censored(let numbers, _):
      if numbers.contains(where: \.isNaN) { return false }
      hash { numbers[$0].bitPattern }
      if case .censored(_, let marks) = values { hash { UInt64(UInt8(bitPattern: marks[$0])) } }
    }
    return true
  }

  private mutating func direct(_ codes: [Int32], _ levelCount: Int) {
    var table = [Int32](repeating: -1, count: count * levelCount)
    var next: Int32 = 0
    for row in codes.indices {
      let place = Int(numbers[row]) * levelCount + Int(codes[row])
      if table[place] < 0 {
        table[place] = next
        next += 1
      }
      numbers[row] = table[place]
    }
    count = Int(next)
  }

  /// Open addressing over pairs of a number and a key; grows at half full.
  private mutating func hash(_ key: (Int) -> UInt64) {
    var mask = 1023
    var slots = [Int32](repeating: -1, count: mask + 1)
    var groups: [(number: Int32, key: UInt64)] = []
    func place(_ number: Int32, _ key: UInt64) -> Int {
      let mixed = Interner.mixed(key ^ UInt64(UInt32(bitPattern: number)) &* 0x9E37_79B9_7F4A_7C15)
      return Int(truncatingIfNeeded: mixed) & mask
    }
    for row in numbers.indices {
      let (number, key) = (numbers[row], key(row))
      var slot = place(number, key)
      while slots[slot] >= 0, groups[Int(slots[slot])] != (number, key) { slot = (slot + 1) & mask }
      if slots[slot] < 0 {
        slots[slot] = Int32(groups.count)
        groups.append((number, key))
        numbers[row] = Int32(groups.count - 1)
        guard groups.count * 2 > mask else { continue }
        mask = mask * 2 + 1
        slots = [Int32](repeating: -1, count: mask + 1)
        for (index, group) in groups.enumerated() {
          var slot = place(group.number, group.key)
          while slots[slot] >= 0 { slot = (slot + 1) & mask }
          slots[slot] = Int32(index)
        }
      } else {
        numbers[row] = slots[slot]
      }
    }
    count = groups.count
  }
}
