/// The data types of SSH (RFC 4251, section 5): bytes behind their length in four bytes, big-endian.
enum WireFormat {
  static func string(_ bytes: [UInt8]) -> [UInt8] { number(UInt32(clamping: bytes.count)) + bytes }
  static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

  static func number(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 0xFF), UInt8(value >> 8 & 0xFF), UInt8(value & 0xFF)]
  }
}

/// Reads such bytes from front to back. Nil at whatever does not fit.
struct WireReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard count >= 0, count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  mutating func number() -> UInt32? { bytes(4)?.reduce(0) { $0 << 8 | UInt32($1) } }

  /// - Parameter limit: the most bytes there may be.
  mutating func string(limit: Int) -> [UInt8]? {
    guard let count = number(), count <= limit else { return nil }
    return bytes(Int(count))
  }

  mutating func text(limit: Int) -> String? {
    string(limit: limit).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
