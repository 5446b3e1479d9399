/// Finds one delimiter or line end after another, eight bytes at a time.
struct SeparatorScanner {
  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private let delimiter: BytePattern
  private let lineFeed = BytePattern(UInt8(ascii: "\n"))
  /// Places of separators among the eight bytes from `start` that were not handed out yet.
  private var places: UInt64 = 0
  private var start: Int
  private var seen: UInt64 = 0
  /// The eight bytes from `start`, of which some may belong to what is asked about next.
  private var latest: UInt64 = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, delimiter: UInt8) {
    self.bytes = UnsafeRawBufferPointer(bytes)
    self.delimiter = BytePattern(delimiter)
    start = range.lowerBound
    end = range.upperBound
    look()
  }

  /// The offset of the next separator; the end of the range where there is none.
  @inline(__always)
  mutating func next() -> Int {
    while places == 0 {
      start &+= 8
      if start >= end { return end }
      look()
    }
    let place = start &+ places.trailingZeroBitCount >> 3
    places &= places &- 1
    return min(place, end)
  }

  /// Whether all bytes since the last call are ASCII; a few that follow are looked at as well.
  mutating func isASCII() -> Bool {
    defer { seen = latest }
    return seen & BytePattern.high == 0
  }

  /// Goes on from `position`.
  mutating func move(to position: Int) {
    start = position
    if start < end { look() } else { places = 0 }
  }

  @inline(__always)
  private mutating func look() {
    var word: UInt64 = 0
    if start &+ 8 <= bytes.count {
      word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self))
    } else {
      for index in start..<bytes.count { word |= UInt64(bytes[index]) << UInt64(8 * (index - start)) }
    }
    latest = word
    seen |= word
    places = delimiter.places(in: word) | lineFeed.places(in: word)
  }
}
