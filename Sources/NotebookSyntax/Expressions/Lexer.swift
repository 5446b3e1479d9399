/// Splits an expression, a formula or a path into tokens.
struct Lexer {
  struct Token {
    enum Kind: Equatable {
      case name(String)
      case parameter(String)
      case number(Double)
      case text(String)
      case symbol(String)
      case end
    }
    var kind: Kind
    /// Byte range in the text.
    var range: Range<Int>
    var hasSpaceBefore: Bool
  }

  let text: SourcedText
  private let bytes: [UInt8]
  private var position = 0

  init(_ text: SourcedText) {
    self.text = text
    bytes = Array(text.text.utf8)
  }

  static func isNameStart(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || byte == UInt8(ascii: "_")
  }

  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private func byte(_ offset: Int) -> UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  mutating func next() throws(Diagnostic) -> Token {
    let before = position
    while position < bytes.count, bytes[position] == 0x20 || bytes[position] == 0x0A || bytes[position] == 0x09 {
      position += 1
    }
    let start = position
    let hasSpace = start > before
    func token(_ kind: Token.Kind) -> Token { Token(kind: kind, range: start..<position, hasSpaceBefore: hasSpace) }
    guard start < bytes.count else { return token(.end) }
    let first = bytes[start]
    if Self.isNameStart(first) {
      while Self.isNameStart(byte(position)) || Self.isDigit(byte(position)) { position += 1 }
      return token(.name(slice(start..<position)))
    }
    if first == UInt8(ascii: "$") {
      position += 1
      while Self.isNameStart(byte(position)) || Self.isDigit(byte(position)) { position += 1 }
      guard position > start + 1 else {
        throw Diagnostic("syntax", "`$` is followed by a parameter's name", at: text.span(start..<position))
      }
      return token(.parameter(slice(start + 1..<position)))
    }
    if Self.isDigit(first) { return token(.number(try number())) }
    if first == UInt8(ascii: "\"") { return token(.text(try quoted())) }
    for symbol in [
      "==", "!=", "<=", ">=", "||", "<", ">", "=", "+", "-", "*", "/", "%", "^", "(", ")", "[", "]", ",", ".", "~", "|",
      ":",
    ]
    where bytes[start...].starts(with: symbol.utf8) {
      position += symbol.utf8.count
      return token(.symbol(symbol))
    }
    position += 1
    while position < bytes.count, bytes[position] & 0xC0 == 0x80 { position += 1 }
    var help: String?
    if first == UInt8(ascii: "'") { help = "text stands between double quotes" }
    if first == UInt8(ascii: "&") { help = "write `and`" }
    if first == UInt8(ascii: "!") { help = "write `not`" }
    throw Diagnostic(
      "syntax", "unexpected `\(slice(start..<position))`", at: text.span(start..<position), help: help)
  }

  /// A unit's code directly after the number just read, or nil: one space, then UCUM's characters.
  mutating func unitCode(keywords: Set<String>) -> Expression.UnitCode? {
    guard byte(position) == 0x20 else { return nil }
    return unitCode(at: position + 1, keywords: keywords)
  }

  /// A unit's code in place of the token just read: `%` and `mm[Hg]` are no tokens of their own.
  mutating func unitCode(from token: Token) -> Expression.UnitCode? {
    unitCode(at: token.range.lowerBound, keywords: [])
  }

  private mutating func unitCode(at start: Int, keywords: Set<String>) -> Expression.UnitCode? {
    let isPower =
      byte(start) == UInt8(ascii: "1") && byte(start + 1) == UInt8(ascii: "0") && byte(start + 2) == UInt8(ascii: "*")
    let isOne = byte(start) == UInt8(ascii: "1") && keywords.isEmpty
    guard
      Self.isLetter(byte(start)) || byte(start) == UInt8(ascii: "%") || byte(start) == UInt8(ascii: "[") || isPower
        || isOne
    else { return nil }
    var end = start
    var depth = 0
    while end < bytes.count {
      let byte = bytes[end]
      if byte == UInt8(ascii: "[") { depth += 1 }
      if byte == UInt8(ascii: "]") {
        if depth == 0 { break }
        depth -= 1
      }
      guard Self.isLetter(byte) || Self.isDigit(byte) || depth > 0 || "/.*%]_".utf8.contains(byte) else { break }
      end += 1
    }
    let code = slice(start..<end)
    guard !keywords.contains(code) else { return nil }
    position = end
    return Expression.UnitCode(code: code, span: text.span(start..<end))
  }

  private static func isLetter(_ byte: UInt8) -> Bool { isNameStart(byte) && byte != UInt8(ascii: "_") }

  private func slice(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

  private mutating func number() throws(Diagnostic) -> Double {
    let start = position
    while Self.isDigit(byte(position)) { position += 1 }
    if byte(position) == UInt8(ascii: "."), Self.isDigit(byte(position + 1)) {
      position += 1
      while Self.isDigit(byte(position)) { position += 1 }
    }
    if byte(position) == UInt8(ascii: "e") || byte(position) == UInt8(ascii: "E") {
      let sign = byte(position + 1) == UInt8(ascii: "-") || byte(position + 1) == UInt8(ascii: "+") ? 1 : 0
      if Self.isDigit(byte(position + 1 + sign)) {
        position += 1 + sign
        while Self.isDigit(byte(position)) { position += 1 }
      }
    }
    guard let value = Double(slice(start..<position)), value.isFinite else {
      throw Diagnostic("syntax", "this number is too large", at: text.span(start..<position))
    }
    return value
  }

  private mutating func quoted() throws(Diagnostic) -> String {
    let start = position
    position += 1
    var content: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: content, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), position < bytes.count {
        content.append(bytes[position])
        position += 1
      } else {
        content.append(byte)
      }
    }
    throw Diagnostic("syntax", "this text is not closed", at: text.span(start..<position), help: "add the closing `\"`")
  }
}
