/// Bytes with every number and digest in them replaced by one sign: what remains is what a file says in words.
enum DigitMask {
  static func masked(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      // A word with a digit in it: 12.5, 1e-7, a digest; the decimal point joins its parts.
      var end = index
      var hasDigit = false
      while end < bytes.count,
        isPart(bytes[end])
          || (hasDigit && bytes[end] == UInt8(ascii: ".") && end + 1 < bytes.count && isDigit(bytes[end + 1]))
      {
        if isDigit(bytes[end]) { hasDigit = true }
        end += 1
      }
      if end == index {
        result.append(bytes[index])
        index += 1
      } else {
        if hasDigit { result.append(UInt8(ascii: "#")) } else { result += bytes[index..<end] }
        index = end
      }
    }
    return result
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isPart(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
