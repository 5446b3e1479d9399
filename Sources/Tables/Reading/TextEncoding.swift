/// How the bytes of a text file stand for characters, as a notebook declares it.
public enum TextEncoding: String, CaseIterable, Sendable {
  case utf8 = "utf-8"
  case latin1
  case windows1252 = "windows-1252"

  /// A byte that Windows-1252 gives no meaning: 81, 8D, 8F, 90 and 9D.
  public struct UndefinedByte: Error, Sendable {
    public let byte: UInt8
    /// From 0.
    public let offset: Int
  }

  /// The bytes as UTF-8.
  public func utf8(_ bytes: [UInt8]) throws(UndefinedByte) -> [UInt8] {
    guard self != .utf8 else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count + bytes.count / 8)
    for (offset, byte) in bytes.enumerated() {
      if byte < 0x80 {
        result.append(byte)
      } else {
        let scalar = self == .windows1252 && byte < 0xA0 ? Self.windows[Int(byte) - 0x80] : UInt16(byte)
        guard scalar != 0xFFFD else { throw UndefinedByte(byte: byte, offset: offset) }
        if scalar < 0x800 {
          result.append(0xC0 | UInt8(scalar >> 6))
        } else {
          result.append(0xE0 | UInt8(scalar >> 12))
          result.append(0x80 | UInt8(scalar >> 6 & 0x3F))
        }
        result.append(0x80 | UInt8(scalar & 0x3F))
      }
    }
    return result
  }

  /// Bytes 80 to 9F of Windows-1252. https://encoding.spec.whatwg.org/index-windows-1252.txt, with U+FFFD for the five that
  /// Windows leaves undefined.
  private static let windows: [UInt16] = [
    0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD,
    0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
    0x0153, 0xFFFD, 0x017E, 0x0178,
  ]
}
