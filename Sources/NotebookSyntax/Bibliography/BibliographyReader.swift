/// Reads BibTeX: entries with fields in braces, quotes, numbers or names of `@string`, joined by `#`.
///
/// Stricter than BibTeX, which goes on after a mistake and so loses sources silently: the first mistake ends the reading.
/// Between entries anything may stand, as in BibTeX. Patashnik O (1988), BibTeXing.
public struct BibliographyReader {
  public struct Mistake: Error, Sendable {
    public let line: Int
    public let text: String
  }

  /// Bytes of the largest file that is read.
  public static let largest = 4 << 20
  private static let mostEntries = 20_000
  private static let deepest = 40

  private let bytes: [UInt8]
  private var index = 0
  private var strings: [String: String] = [:]
  private var entries: [BibliographyEntry] = []
  /// Where the entry of each key begins.
  private var keys: [String: Int] = [:]
  private var expanded = 0

  public static func read(_ bytes: [UInt8]) throws(Mistake) -> [BibliographyEntry] {
    guard bytes.count <= largest else { throw Mistake(line: 1, text: "the file is larger than \(largest >> 20) MB") }
    let bytes = withLineFeeds(bytes)
    var reader = BibliographyReader(bytes: bytes)
    if let offset = bytes.firstIndex(of: 0) {
      reader.index = offset
      throw reader.mistake("the file holds a NUL byte")
    }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      reader.index = InvalidUTF8.firstOffset(in: bytes)
      throw reader.mistake("the file is not valid UTF-8")
    }
    try reader.read()
    return reader.entries
  }

  /// Lines ended by one byte, whatever ends them in the file: "\r\n" would be one character that is neither.
  private static func withLineFeeds(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x0D) else { return bytes }
    var lines: [UInt8] = []
    lines.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte != 0x0D {
        lines.append(byte)
      } else if index + 1 == bytes.count || bytes[index + 1] != 0x0A {
        lines.append(0x0A)
      }
    }
    return lines
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
    for month in ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] {
      strings[month] = month.prefix(1).uppercased() + month.dropFirst()
    }
  }

  private func mistake(_ text: String, at offset: Int? = nil) -> Mistake {
    let end = min(offset ?? index, bytes.count)
    return Mistake(line: bytes[..<end].count { $0 == UInt8(ascii: "\n") } + 1, text: text)
  }

  private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

  private mutating func skipBlanks() {
    while let byte, byte == 0x20 || byte == 0x09 || byte == 0x0A { index += 1 }
  }

  private mutating func read() throws(Mistake) {
    while let start = bytes[index...].firstIndex(of: UInt8(ascii: "@")) {
      index = start + 1
      let type = word().lowercased()
      // An `@` in what stands between entries, such as an address, begins none.
      guard !type.isEmpty else { continue }
      skipBlanks()
      guard let open = byte, open == UInt8(ascii: "{") || open == UInt8(ascii: "(") else { continue }
      switch type {
      case "comment": try skipGroup(from: start)
      case "preamble": try skipGroup(from: start)
      case "string":
        index += 1
        let (name, value) = try field(from: start)
        strings[name] = value
        try close(open, from: start)
      default:
        index += 1
        try entry(type, open, from: start)
      }
    }
  }

  private mutating func skipGroup(from start: Int) throws(Mistake) {
    var depth = 0
    let open = byte
    let close = open == UInt8(ascii: "(") ? UInt8(ascii: ")") : UInt8(ascii: "}")
    while let byte {
      index += 1
      if byte == open { depth += 1 }
      if byte == close { depth -= 1 }
      if depth == 0 { return }
    }
    throw mistake("this is never closed", at: start)
  }

  private mutating func close(_ open: UInt8, from start: Int) throws(Mistake) {
    skipBlanks()
    guard byte == (open == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: ")")) else {
      guard byte != nil else { throw mistake("this is never closed", at: start) }
      throw mistake("a comma or the closing brace is expected here")
    }
    index += 1
  }

  private mutating func entry(_ type: String, _ open: UInt8, from start: Int) throws(Mistake) {
    skipBlanks()
    let begin = index
    while let byte, byte > 0x20, !",{}()\"#%'=\\~".utf8.contains(byte) { index += 1 }
    let key = String(decoding: bytes[begin..<index], as: UTF8.self)
    guard !key.isEmpty else { throw mistake("the entry has no key") }
    if let first = keys[key.lowercased()] {
      let line = mistake("", at: first).line
      throw mistake("a second entry has the key `\(VisibleText.of(key, limit: 80))`; the first begins on line \(line)")
    }
    keys[key.lowercased()] = start
    var fields: [(name: String, value: String)] = []
    var names: Set<String> = []
    skipBlanks()
    while byte == UInt8(ascii: ",") {
      index += 1
      skipBlanks()
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: ")") { break }
      let (name, value) = try field(from: start)
      guard names.insert(name).inserted else {
        throw mistake("`\(VisibleText.of(key, limit: 80))` has a second `\(name)`")
      }
      fields.append((name, value))
      skipBlanks()
    }
    try close(open, from: start)
    guard entries.count < Self.mostEntries else { throw mistake("the file has more than \(Self.mostEntries) entries") }
    entries.append(BibliographyEntry(type: type, key: key, fields: fields))
  }

  /// Letters, digits and `-_:.+/`.
  private mutating func word() -> String {
    let start = index
    while let byte, Lexer.isNameStart(byte) || Lexer.isDigit(byte) || "-:.+/".utf8.contains(byte) { index += 1 }
    return String(decoding: bytes[start..<index], as: UTF8.self)
  }

  private mutating func field(from start: Int) throws(Mistake) -> (String, String) {
    skipBlanks()
    let name = word().lowercased()
    guard !name.isEmpty else {
      guard byte != nil else { throw mistake("this is never closed", at: start) }
      throw mistake("the name of a field is expected here")
    }
    skipBlanks()
    guard byte == UInt8(ascii: "=") else { throw mistake("`=` is expected behind `\(name)`") }
    index += 1
    var value = try part(of: name)
    skipBlanks()
    while byte == UInt8(ascii: "#") {
      index += 1
      value += try part(of: name)
      skipBlanks()
    }
    return (name, value)
  }

  private mutating func part(of name: String) throws(Mistake) -> String {
    skipBlanks()
    guard let first = byte else { throw mistake("`\(name)` has no value") }
    if first == UInt8(ascii: "{") || first == UInt8(ascii: "\"") {
      let start = index
      index += 1
      var depth = first == UInt8(ascii: "{") ? 1 : 0
      while let byte {
        if byte == UInt8(ascii: "{") { depth += 1 }
        if byte == UInt8(ascii: "}") { depth -= 1 }
        if depth > Self.deepest { throw mistake("braces stand more than \(Self.deepest) deep") }
        if depth < 0 { throw mistake("a brace is closed that was not opened") }
        // `\"` is an accent, and inside braces a quotation mark is text.
        let isEnd = first == UInt8(ascii: "{") ? depth == 0 : byte == UInt8(ascii: "\"") && depth == 0
        index += 1
        if isEnd { return String(decoding: bytes[(start + 1)..<(index - 1)], as: UTF8.self) }
      }
      throw mistake("the value of `\(name)` is never closed", at: start)
    }
    let word = word()
    guard !word.isEmpty else { throw mistake("`\(name)` has no value in braces or quotes") }
    if word.utf8.allSatisfy(Lexer.isDigit) { return word }
    guard let value = strings[word.lowercased()] else {
      throw mistake("`\(VisibleText.of(word, limit: 80))` is not defined by a `@string`")
    }
    // Strings made of strings double with every line.
    expanded += value.utf8.count
    guard expanded <= Self.largest else {
      throw mistake("the values of `@string` are too long for how often they stand")
    }
    return value
  }
}
