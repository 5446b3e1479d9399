/// Cells that a declared rule repaired, set aside or kept though it is odd: what was received, and by which rule it was
/// used.
///
/// Kept in columns, because a file of ten million rows may have as many of them.
public struct DataIssues: Sendable {
  /// What became of a cell.
  public struct Kinds: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A unit, a decimal mark or a flag was brought to what is declared.
    public static let repaired = Kinds(rawValue: 1)
    /// The value lies below or above a limit.
    public static let censored = Kinds(rawValue: 2)
    /// The value lies outside its plausible range.
    public static let outside = Kinds(rawValue: 4)
    /// A token that the column itself declares to mean missing.
    public static let missing = Kinds(rawValue: 8)
    public static let corrected = Kinds(rawValue: 16)
    fileprivate static let combinations = 32
  }

  public struct Issue: Sendable {
    /// Of the file, counted from 1.
    public let row: Int
    /// By declaration.
    public let column: Int
    public let kinds: Kinds
    public let received: String
    public let rule: String
  }

  private var rows: [Int32] = []
  private var columns: [Int32] = []
  private var kinds: [UInt8] = []
  private var received: [Int32] = []
  private var rules: [Int32] = []
  private var receivedTexts = Interner()
  private var ruleTexts = Interner()
  /// Cells by column, then by what became of them.
  private var tallies: [[Int]] = []

  public init() {}

  public var count: Int { rows.count }

  mutating func add(row: Int, column: Int, _ kinds: Kinds, received field: UnsafeBufferPointer<UInt8>, rule: String) {
    rows.append(Int32(clamping: row))
    columns.append(Int32(clamping: column))
    self.kinds.append(kinds.rawValue)
    tally(column, Int(kinds.rawValue), 1)
    received.append(receivedTexts.code(field))
    rules.append(Array(rule.utf8).withUnsafeBufferPointer { ruleTexts.code($0) })
  }

  private mutating func tally(_ column: Int, _ kinds: Int, _ count: Int) {
    while tallies.count <= column { tallies.append([Int](repeating: 0, count: Kinds.combinations)) }
    tallies[column][kinds] += count
  }

  /// Adds what is to be said of rows that come behind `rowCount` others.
  mutating func absorb(_ next: DataIssues, behind rowCount: Int) {
    let receivedCodes = receivedTexts.codes(absorbing: next.receivedTexts)
    let ruleCodes = ruleTexts.codes(absorbing: next.ruleTexts)
    rows += next.rows.lazy.map { Int32(clamping: Int($0) + rowCount) }
    columns += next.columns
    for (column, counts) in next.tallies.enumerated() {
      for (kinds, count) in counts.enumerated() where count > 0 { tally(column, kinds, count) }
    }
    kinds += next.kinds
    received += next.received.lazy.map { receivedCodes[Int($0)] }
    rules += next.rules.lazy.map { ruleCodes[Int($0)] }
  }

  public subscript(index: Int) -> Issue {
    Issue(
      row: Int(rows[index]), column: Int(columns[index]), kinds: Kinds(rawValue: kinds[index]),
      received: receivedTexts.text(Int(received[index])), rule: ruleTexts.text(Int(rules[index])))
  }

  /// How many cells of a column there are of any of these kinds.
  public func count(of wanted: Kinds, column: Int) -> Int {
    guard column < tallies.count else { return 0 }
    return tallies[column].enumerated().reduce(0) { $0 + (UInt8($1.offset) & wanted.rawValue == 0 ? 0 : $1.element) }
  }

  /// How often each rule was used, for each of the first `columnCount` columns, in the order of first use.
  public func rules(columnCount: Int) -> [[(rule: String, count: Int)]] {
    var found = [[(code: Int, count: Int)]](repeating: [], count: columnCount)
    // Where a rule stands among those of a column.
    var places = [[Int: Int]](repeating: [:], count: columnCount)
    for (column, code) in zip(columns, rules) where Int(column) < columnCount {
      if let place = places[Int(column)][Int(code)] {
        found[Int(column)][place].count += 1
      } else {
        places[Int(column)][Int(code)] = found[Int(column)].count
        found[Int(column)].append((Int(code), 1))
      }
    }
    return found.map { $0.map { (ruleTexts.text($0.code), $0.count) } }
  }
}
