/// Sources that prose names at one place: `[@key]`, `[see @a, p. 3; @b]`, `[-@key]`, or `@key` as a part of the sentence.
public struct Citation: Sendable {
  public struct Item: Sendable {
    public let key: String
    /// What stands before: `see`.
    public let prefix: String
    /// What stands behind: `p. 3`.
    public let locator: String
    public let hidesAuthor: Bool
    public internal(set) var span = Span(0, 0)
  }

  public internal(set) var items: [Item]
  /// Whether the author's name is part of the sentence.
  public let isNarrative: Bool
}

/// A figure, table or section that prose names: `@fig-growth`, `@tbl-baseline`, `@sec-methods`.
public struct CrossReference: Sendable {
  public enum Kind: String, Sendable, CaseIterable { case fig, tbl, sec }

  public let kind: Kind
  /// A step's name, or what a section is called behind `sec-`.
  public let name: String
  public internal(set) var span = Span(0, 0)

  public var text: String { "@\(kind.rawValue)-\(name)" }
}

/// A formula in prose.
public struct Mathematics: Sendable {
  public let tex: String
  public let isDisplay: Bool
  public let node: MathNode
}

/// Divides text into what is only text and what names a source or a place.
struct ProseMarks {
  enum Part {
    case text(String)
    case citation(Citation)
    case reference(CrossReference)
  }

  private let characters: [Character]
  private var parts: [Part] = []
  private var text = ""

  static func parts(of text: String) -> [Part] {
    guard text.utf8.contains(UInt8(ascii: "@")) else { return [.text(text)] }
    var marks = ProseMarks(characters: Array(text))
    marks.read()
    return marks.parts
  }

  private init(characters: [Character]) { self.characters = characters }

  private mutating func read() {
    var index = 0
    while index < characters.count {
      let character = characters[index]
      if character == "[", let (citation, end) = group(at: index) {
        add(.citation(citation))
        index = end
      } else if character == "@", index == 0 || !Self.isWordCharacter(characters[index - 1]),
        let (key, end) = Self.key(characters[...], at: index + 1)
      {
        if let reference = Self.reference(key) {
          add(.reference(reference))
          index = end
        } else {
          let (locator, behind) = locator(at: end)
          let item = Citation.Item(key: key, prefix: "", locator: locator, hidesAuthor: false)
          add(.citation(Citation(items: [item], isNarrative: true)))
          index = behind
        }
      } else {
        text.append(character)
        index += 1
      }
    }
    if !text.isEmpty { parts.append(.text(text)) }
  }

  private mutating func add(_ part: Part) {
    if !text.isEmpty { parts.append(.text(text)) }
    text = ""
    parts.append(part)
  }

  private static func isWordCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_" || character == "."
      || character == Character(ProtectedMarkdown.escapedAt)
  }

  /// Letters, digits and `_`, with `:.+/-` between them.
  private static func key(_ text: ArraySlice<Character>, at start: Int) -> (String, end: Int)? {
    func isInner(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "_" }
    guard start < text.endIndex, isInner(text[start]) else { return nil }
    var end = start
    var index = start
    while index < text.endIndex, isInner(text[index]) || ":.+/-".contains(text[index]) {
      index += 1
      if isInner(text[index - 1]) { end = index }
    }
    return (String(text[start..<end]), end)
  }

  private static func reference(_ key: String) -> CrossReference? {
    for kind in CrossReference.Kind.allCases where key.hasPrefix("\(kind.rawValue)-") {
      return CrossReference(kind: kind, name: String(key.dropFirst(kind.rawValue.count + 1)))
    }
    return nil
  }

  /// ` [p. 3]` behind a source that is part of the sentence.
  private func locator(at start: Int) -> (String, end: Int) {
    guard start + 1 < characters.count, characters[start] == " ", characters[start + 1] == "[",
      let close = characters[(start + 2)...].firstIndex(where: { "[]@".contains($0) }), characters[close] == "]"
    else { return ("", start) }
    return (String(characters[(start + 2)..<close]), close + 1)
  }

  private func group(at start: Int) -> (Citation, end: Int)? {
    guard let close = characters[(start + 1)...].firstIndex(where: { $0 == "]" || $0 == "[" }), characters[close] == "]"
    else { return nil }
    var items: [Citation.Item] = []
    for part in characters[(start + 1)..<close].split(separator: ";", omittingEmptySubsequences: false) {
      guard let item = Self.item(part) else { return nil }
      items.append(item)
    }
    return (Citation(items: items, isNarrative: false), close + 1)
  }

  private static func item(_ text: ArraySlice<Character>) -> Citation.Item? {
    guard let at = text.firstIndex(of: "@"), let (key, end) = key(text, at: at + 1), reference(key) == nil else {
      return nil
    }
    var before = text[..<at]
    let hidesAuthor = before.last == "-"
    if hidesAuthor { before = before.dropLast() }
    if let last = before.last, last != " ", last != "\n" { return nil }
    let behind = text[end...]
    guard !behind.contains("@") else { return nil }
    let trimmed = String(behind).drop { " ,\n".contains($0) }
    func flat(_ text: some StringProtocol) -> String {
      text.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
    }
    return Citation.Item(key: key, prefix: flat(String(before)), locator: flat(trimmed), hidesAuthor: hidesAuthor)
  }
}
