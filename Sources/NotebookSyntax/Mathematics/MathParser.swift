/// Reads the TeX of formulas: the commands of `MathSymbols`, scripts, groups and tables, and no macros.
struct MathParser {
  struct Mistake: Error {
    let text: String
    let help: String?
    /// Byte offsets in the formula.
    let range: Range<Int>
  }

  private static let deepest = 40

  let bytes: [UInt8]
  var index = 0
  private var depth = 0

  static func parse(_ tex: String) throws(Mistake) -> MathNode {
    var parser = MathParser(bytes: Array(tex.utf8))
    let row = try parser.row()
    if parser.index < parser.bytes.count {
      let end = parser.index
      if parser.bytes[end] == UInt8(ascii: "}") {
        throw Mistake(
          text: "this brace closes nothing", help: "write `\\}` for a brace that is shown", range: end..<end + 1)
      }
      throw Mistake(text: "this stands outside of what it belongs to", help: nil, range: end..<end + 1)
    }
    return row
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  mutating func skipBlanks() {
    while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
  }

  /// What ends a row: a closing brace, `&`, `\\`, `\right`, `\end`; none of them is consumed.
  private func isAtEnd(closing: UInt8? = nil) -> Bool {
    guard let byte else { return true }
    if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "&") || byte == closing { return true }
    guard byte == UInt8(ascii: "\\") else { return false }
    let rest = bytes[(index + 1)...]
    return rest.first == UInt8(ascii: "\\")
      || ["right", "end"].contains { word in
        rest.starts(with: word.utf8) && !Self.isLetter(rest.dropFirst(word.utf8.count).first ?? 0)
      }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte != UInt8(ascii: "_") && Lexer.isNameStart(byte) }

  mutating func row(closing: UInt8? = nil) throws(Mistake) -> MathNode {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Mistake(text: "this formula is nested more than \(Self.deepest) deep", help: nil, range: index..<index + 1)
    }
    var nodes: [MathNode] = []
    skipBlanks()
    while !isAtEnd(closing: closing) {
      nodes.append(try scripted())
      skipBlanks()
    }
    return nodes.count == 1 ? nodes[0] : .row(nodes)
  }

  private mutating func scripted() throws(Mistake) -> MathNode {
    let (base, limits) = try atom()
    var sub: MathNode?
    var sup: MathNode?
    skipBlanks()
    while let mark = byte, mark == UInt8(ascii: "_") || mark == UInt8(ascii: "^") || mark == UInt8(ascii: "'") {
      let start = index
      index += 1
      if mark == UInt8(ascii: "_") {
        guard sub == nil else {
          throw Mistake(text: "a second subscript", help: "put both in braces", range: start..<index)
        }
        sub = try argument(of: "_")
      } else {
        guard sup == nil else {
          throw Mistake(text: "a second superscript", help: "put both in braces", range: start..<index)
        }
        if mark == UInt8(ascii: "^") {
          sup = try argument(of: "^")
        } else {
          var primes = "′"
          while byte == UInt8(ascii: "'") {
            primes += "′"
            index += 1
          }
          sup = .symbol(primes)
        }
      }
      skipBlanks()
    }
    guard sub != nil || sup != nil else { return base }
    return .scripts(base, sub: sub, sup: sup, limits: limits)
  }

  /// A group in braces, or one symbol.
  mutating func argument(of command: String) throws(Mistake) -> MathNode {
    skipBlanks()
    guard !isAtEnd() else {
      throw Mistake(text: "`\(command)` lacks what it applies to", help: nil, range: max(0, index - 1)..<max(1, index))
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Mistake(text: "this formula is nested more than \(Self.deepest) deep", help: nil, range: index..<index + 1)
    }
    // One digit, not the number it begins.
    if let byte, Lexer.isDigit(byte) {
      index += 1
      return .number(String(decoding: [byte], as: UTF8.self))
    }
    return try atom().node
  }

  private mutating func atom() throws(Mistake) -> (node: MathNode, limits: Bool) {
    let start = index
    guard let first = byte else { return (.row([]), false) }
    switch first {
    case UInt8(ascii: "{"):
      index += 1
      let inner = try row()
      guard byte == UInt8(ascii: "}") else {
        throw Mistake(text: "this brace is never closed", help: nil, range: start..<start + 1)
      }
      index += 1
      return (inner, false)
    case UInt8(ascii: "\\"): return try command()
    case UInt8(ascii: "_"), UInt8(ascii: "^"), UInt8(ascii: "'"): return (.row([]), false)
    case UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "~"), UInt8(ascii: "`"):
      let sign = String(decoding: [first], as: UTF8.self)
      throw Mistake(text: "`\(sign)` has no meaning in a formula", help: nil, range: start..<start + 1)
    case _ where Lexer.isDigit(first):
      while let byte, Lexer.isDigit(byte) || isDecimalPoint(byte) { index += 1 }
      return (.number(String(decoding: bytes[start..<index], as: UTF8.self)), false)
    default:
      // One character, of however many bytes.
      index += 1
      while let byte, byte & 0xC0 == 0x80 { index += 1 }
      let text = String(decoding: bytes[start..<index], as: UTF8.self)
      return (Self.character(text), false)
    }
  }

  private func isDecimalPoint(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ".") && index + 1 < bytes.count && Lexer.isDigit(bytes[index + 1])
  }

  private static func character(_ text: String) -> MathNode {
    switch text {
    case "(", ")", "[", "]", "|": return .fence(text, grows: false)
    case "-": return .symbol("−")
    case "*": return .symbol("∗")
    default:
      let isLetter = text.unicodeScalars.first?.properties.isAlphabetic ?? false
      return isLetter ? .identifier(text, isUpright: false) : .symbol(text)
    }
  }

  /// The name behind a backslash: letters, or one other character.
  mutating func name() -> String {
    index += 1
    let start = index
    while let byte, Self.isLetter(byte) { index += 1 }
    if start == index, index < bytes.count {
      index += 1
      while let byte, byte & 0xC0 == 0x80 { index += 1 }
    }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func command() throws(Mistake) -> (node: MathNode, limits: Bool) {
    let start = index
    let name = name()
    if let letter = MathSymbols.letters[name] {
      // Capital Greek letters stand upright, as in TeX.
      let isCapital = name.first?.isUppercase ?? false
      return (.identifier(letter, isUpright: isCapital), false)
    }
    if let symbol = MathSymbols.symbols[name] { return (.symbol(symbol), false) }
    if let symbol = MathSymbols.large[name] { return (.symbol(symbol), true) }
    if let symbol = MathSymbols.integrals[name] { return (.symbol(symbol), false) }
    if MathSymbols.functions.contains(name) { return (.identifier(name, isUpright: true), false) }
    if MathSymbols.limits.contains(name) { return (.identifier(name, isUpright: true), true) }
    if let fence = MathSymbols.fences[name] { return (.fence(fence, grows: false), false) }
    if let width = MathSymbols.spaces[name] { return (.space(width), false) }
    if let (mark, isBelow) = MathSymbols.accents[name] {
      return (.accent(try argument(of: "\\\(name)"), mark, isBelow: isBelow), false)
    }
    return try structure(name, from: start)
  }
}
