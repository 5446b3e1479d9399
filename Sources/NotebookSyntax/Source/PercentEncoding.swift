/// RFC 3986's `%20` for what an address cannot hold as it is.
public enum PercentEncoding {
  /// - Parameter kept: signs that stay, beside ASCII letters and digits.
  public static func of(_ text: String, keeping kept: String) -> String {
    text.utf8.map { byte in
      let isPlain = (byte | 0x20) &- UInt8(ascii: "a") < 26 || Lexer.isDigit(byte) || kept.utf8.contains(byte)
      if isPlain { return String(Character(Unicode.Scalar(byte))) }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
