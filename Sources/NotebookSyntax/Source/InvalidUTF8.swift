/// Characters that YAML takes for line ends and nobody else does: U+0085, U+2028, U+2029.
enum LineSeparators {
  static func firstOffset(in bytes: [UInt8]) -> Int? {
    bytes.indices.first { index in
      switch bytes[index] {
      case 0xC2: return index + 1 < bytes.count && bytes[index + 1] == 0x85
      case 0xE2:
        return index + 2 < bytes.count && bytes[index + 1] == 0x80
          && (bytes[index + 2] == 0xA8 || bytes[index + 2] == 0xA9)
      default: return false
      }
    }
  }
}

/// Where a byte sequence stops being UTF-8.
public enum InvalidUTF8 {
  /// The offset of the first byte that is part of no valid sequence; the count where all are valid.
  public static func firstOffset(in bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): offset += UTF8.width(scalar)
      case .emptyInput: return bytes.count
      case .error: return offset
      }
    }
  }
}
