/// The rows of a table that rules have left.
public struct RowSelection: Sendable {
  /// 1 where the row is still there.
  private var isKept: [UInt8]
  public private(set) var count: Int

  public init(rowCount: Int) {
    isKept = [UInt8](repeating: 1, count: rowCount)
    count = rowCount
  }

  /// Keeps the rows where `truths` is 1, or drops them; both act on true alone.
  ///
  /// - Parameter truths: one for each row of the table.
  ///
  /// - Returns: how many of the rows that were there have an unknown truth (2).
  public mutating func apply(_ truths: [UInt8], isKept isKeeping: Bool) -> Int {
    var unknown = 0
    var left = 0
    precondition(truths.count == isKept.count, "a truth for each row")
    let rowCount = isKept.count
    isKept.withUnsafeMutableBufferPointer { kept in
      truths.withUnsafeBufferPointer { truths in
        for row in 0..<rowCount {
          let was = kept[row]
          unknown += Int(truths[row] == 2 ? was : 0)
          let stays = was & ((truths[row] == 1) == isKeeping ? 1 : 0)
          kept[row] = stays
          left += Int(stays)
        }
      }
    }
    count = left
    return unknown
  }

  /// Drops the rows that have this code.
  public mutating func drop(_ codes: [Int32], _ code: Int32) {
    _ = apply(VectorKernel.map(codes) { $0 == code ? 1 : 0 }, isKept: false)
  }

  /// The rows that are left, in order.
  public var rows: [Int] {
    [Int](unsafeUninitializedCapacity: count + 1) { rows, filled in
      var next = 0
      // Each row is written, and overwritten by the next where it isn't kept: no branch to predict.
      for row in isKept.indices where next < count {
        rows[next] = row
        next += Int(isKept[row])
      }
      filled = next
    }
  }
}
