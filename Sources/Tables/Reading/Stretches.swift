#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The parts of a file that are read side by side.
struct Stretches {
  /// Bytes of a part, about. A constant, so that nothing depends on the number of threads.
  private static let length = 1 << 19

  let ranges: [Range<Int>]
  let hasNUL: Bool

  /// Each part ends with a line. Where quotes stand in the file, which may hold line ends, it is one part.
  ///
  /// - Parameter isWhole: whether it is one part whatever it holds.
  init(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, isWhole: Bool) {
    let rest = UnsafeBufferPointer(rebasing: bytes[min(start, bytes.count)...])
    hasNUL = Self.contains(rest, 0)
    guard !isWhole, !Self.contains(rest, UInt8(ascii: "\"")) else {
      ranges = [start..<bytes.count]
      return
    }
    var ranges: [Range<Int>] = []
    var position = start
    while position < bytes.count {
      var end = min(position + Self.length, bytes.count)
      while end < bytes.count, bytes[end - 1] != UInt8(ascii: "\n") { end += 1 }
      ranges.append(position..<end)
      position = end
    }
    self.ranges = ranges
  }

  /// By the C library, which looks at thirty-two bytes at once.
  private static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ byte: UInt8) -> Bool {
    guard let base = bytes.baseAddress else { return false }
    return memchr(base, Int32(byte), bytes.count) != nil
  }
}

/// Finds one byte among eight.
struct BytePattern {
  static let high: UInt64 = 0x8080_8080_8080_8080
  private let pattern: UInt64

  init(_ byte: UInt8) { pattern = UInt64(byte) &* 0x0101_0101_0101_0101 }

  /// The highest bit of every byte of `word` that is the pattern's.
  @inline(__always)
  func places(in word: UInt64) -> UInt64 {
    let difference = word ^ pattern
    return ~((difference & ~Self.high) &+ ~Self.high | difference) & Self.high
  }
}
