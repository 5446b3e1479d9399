/// Rows numbered by the combination of values in one or several coded columns.
public struct RowKeys: Sendable {
  /// The number of each row's combination, in order of first appearance; −1 where a part is missing.
  public let numbers: [Int32]
  /// The first row of each combination.
  public let firstRows: [Int]

  /// - Parameter codes: columns of one length; negative is missing.
  public init(_ codes: [[Int32]]) {
    let rowCount = codes.first?.count ?? 0
    // Columns are folded in one at a time: a pair of 32-bit numbers is one key of 64 bits.
    var current = [Int32](repeating: 0, count: rowCount)
    var firstRows: [Int] = rowCount > 0 ? [0] : []
    for column in codes {
      var numbers: [UInt64: Int32] = [:]
      firstRows = []
      for row in 0..<rowCount {
        guard current[row] >= 0, column[row] >= 0 else {
          current[row] = -1
          continue
        }
        let key = UInt64(UInt32(bitPattern: current[row])) << 32 | UInt64(UInt32(bitPattern: column[row]))
        if let known = numbers[key] {
          current[row] = known
        } else {
          let new = Int32(firstRows.count)
          numbers[key] = new
          firstRows.append(row)
          current[row] = new
        }
      }
    }
    numbers = current
    self.firstRows = firstRows
  }
}
