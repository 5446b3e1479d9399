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
