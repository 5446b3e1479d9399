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

  public init() {}

  public var count: Int { rows.count }

  mutating func add(row: Int, column: Int, _ kinds: Kinds, received field: UnsafeBufferPointer<UInt8>, rule: String) {
    rows.append(Int32(clamping: row))
    columns.append(Int32(clamping: column))
    self.kinds.append(kinds.rawValue)
    received.append(receivedTexts.code(field))
    rules.append(Array(rule.utf8).withUnsafeBufferPointer { ruleTexts.code($0) })
  }

  /// Adds what is to be said of rows that come behind `rowCount` others.
  mutating func absorb(_ next: DataIssues, behind rowCount: Int) {
    let receivedCodes = receivedTexts.codes(absorbing: next.receivedTexts)
    let ruleCodes = ruleTexts.codes(absorbing: next.ruleTexts)
    rows += next.rows.lazy.map { Int32(clamping: Int($0) + rowCount) }
    columns += next.columns
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
    zip(columns, kinds).count { Int($0) == column && $1 & wanted.rawValue != 0 }
  }

  /// How often each rule was used for a column, in the order of first use.
  public func rules(of column: Int) -> [(rule: String, count: Int)] {
    var counts = [Int](repeating: 0, count: ruleTexts.count)
    var order: [Int] = []
    for (index, code) in rules.enumerated() where Int(columns[index]) == column {
      if counts[Int(code)] == 0 { order.append(Int(code)) }
      counts[Int(code)] += 1
    }
    return order.map { (ruleTexts.text($0), counts[$0]) }
  }
}
