/// Where the fields of some hundred records are, so that a column is read through them at once.
struct FieldBlock {
  /// Records of a block: fewer where they have many fields, so that a wide file takes no more room than a long one.
  let capacity: Int

  private let fieldCount: Int
  private(set) var rowCount = 0
  /// Ends of the fields, record by record.
  private var ends: [Int]
  private var starts: [Int]

  init(fieldCount: Int) {
    self.fieldCount = fieldCount
    capacity = max(1, min(256, (1 << 16) / max(1, fieldCount)))
    ends = [Int](repeating: 0, count: fieldCount * capacity)
    starts = [Int](repeating: 0, count: capacity)
  }

  mutating func removeAll() { rowCount = 0 }

  /// The bytes between two separators.
  @inline(__always)
  func range(row: Int, field: Int) -> Range<Int> {
    let place = row &* fieldCount &+ field
    return (field == 0 ? starts[row] : ends[place &- 1] &+ 1)..<ends[place]
  }

  /// Calls `body` with the bytes of a field in every record.
  @inline(__always)
  func forEach(field: Int, in bytes: UnsafeBufferPointer<UInt8>, _ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
    ends.withUnsafeBufferPointer { ends in
      starts.withUnsafeBufferPointer { starts in
        for row in 0..<rowCount {
          let place = row &* fieldCount &+ field
          let start = field == 0 ? starts[row] : ends[place &- 1] &+ 1
          body(row, UnsafeBufferPointer(rebasing: bytes[start..<ends[place]]))
        }
      }
    }
  }

  /// The bytes of a record without its line end.
  func record(_ row: Int) -> Range<Int> { starts[row]..<ends[row * fieldCount + fieldCount - 1] }

  /// Adds records without quotes that begin at `position`, until there are `most` or a record needs care; returns where the
  /// next record begins.
  mutating func fill(
    _ bytes: UnsafeBufferPointer<UInt8>, from position: Int, to end: Int, delimiter: UInt8,
    most: Int, _ scanner: inout SeparatorScanner
  ) -> Int {
    var position = position
    var row = rowCount
    let fieldCount = fieldCount
    ends.withUnsafeMutableBufferPointer { ends in
      starts.withUnsafeMutableBufferPointer { starts in
        while row < most, position < end {
          let next = Self.record(
            bytes, from: position, to: end, delimiter: delimiter, &scanner,
            UnsafeMutableBufferPointer(rebasing: ends[(row &* fieldCount)..<(row &* fieldCount &+ fieldCount)]))
          guard next >= 0 else { return }
          starts[row] = position
          row &+= 1
          position = next
        }
      }
    }
    rowCount = row
    return position
  }

  /// Finds the fields of a record without quotes, and where the next begins; −1 where it isn't one, or has another number
  /// of fields.
  @inline(__always)
  private static func record(
    _ bytes: UnsafeBufferPointer<UInt8>, from position: Int, to end: Int, delimiter: UInt8,
    _ scanner: inout SeparatorScanner, _ ends: UnsafeMutableBufferPointer<Int>
  ) -> Int {
    var start = position
    let last = ends.count &- 1
    for field in 0..<last {
      guard start < end, bytes[start] != UInt8(ascii: "\"") else { return -1 }
      let separator = scanner.next()
      guard separator < end, bytes[separator] == delimiter else { return -1 }
      ends[field] = separator
      start = separator &+ 1
    }
    if start < end, bytes[start] == UInt8(ascii: "\"") { return -1 }
    let separator = scanner.next()
    if separator < end, bytes[separator] == delimiter { return -1 }
    let hasReturn = separator > start && bytes[separator &- 1] == UInt8(ascii: "\r")
    let stop = hasReturn ? separator &- 1 : separator
    // A line of nothing may be no record.
    guard stop > position else { return -1 }
    ends[last] = stop
    return min(separator &+ 1, end)
  }
}
