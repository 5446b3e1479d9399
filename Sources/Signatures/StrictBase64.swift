internal import CCrypto

/// Base64 with the standard alphabet and padding (RFC 4648, section 4), by libcrypto.
///
/// Reading is strict: a text is taken only if its bytes are written as that text, so that there is one text for the
/// bytes, without blanks, missing padding or stray bits.
public enum StrictBase64 {
  public static func text(_ bytes: [UInt8]) -> String {
    guard !bytes.isEmpty else { return "" }
    // libcrypto ends the text with a zero byte.
    var characters = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&characters, bytes, Int32(clamping: bytes.count))
    precondition(count == characters.count - 1, "Base64 of more than 1.5 GB")
    return String(decoding: characters.dropLast(), as: UTF8.self)
  }

  /// The bytes that `text` stands for, or nil where it is not how they are written.
  public static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard !characters.isEmpty else { return [] }
    guard characters.count % 4 == 0, characters.count <= Int32.max else { return nil }
    var bytes = [UInt8](repeating: 0, count: characters.count / 4 * 3)
    let count = EVP_DecodeBlock(&bytes, characters, Int32(characters.count))
    guard count == bytes.count else {
      ERR_clear_error()
      return nil
    }
    // libcrypto reads padding as zero bits.
    bytes.removeLast(characters.suffix(2).count { $0 == UInt8(ascii: "=") })
    return Self.text(bytes).utf8.elementsEqual(characters) ? bytes : nil
  }
}
