/// One source of a bibliography, its fields as BibTeX has them: TeX, not yet text.
public struct BibliographyEntry: Sendable {
  /// In lower case: `article`.
  public let type: String
  public let key: String
  /// Names in lower case, in the order they are written.
  public let fields: [(name: String, value: String)]

  public init(type: String, key: String, fields: [(name: String, value: String)]) {
    self.type = type
    self.key = key
    self.fields = fields
  }

  /// A field as BibTeX has it; nil where it is not there or empty.
  public subscript(name: String) -> String? {
    guard let value = fields.first(where: { $0.name.isExactly(name) })?.value else { return nil }
    return value.utf8.allSatisfy({ $0 == 0x20 }) ? nil : value
  }

  /// A field as readers see it.
  public func text(_ name: String) -> String? { self[name].map { TeXText.plain($0).text } }

  /// A field that holds an address or a DOI, in which no typographer's sign is meant: `~` and `--` stay.
  public func address(_ name: String) -> String? { self[name].map(TeXText.verbatim) }

  /// The persons of `author` or `editor`.
  public func persons(_ name: String) -> [PersonName] { self[name].map(PersonName.list) ?? [] }

  /// Why an entry cannot be cited; nil where it can.
  public var problem: String? {
    for (name, value) in fields where Self.shown.contains(name) {
      if let command = TeXText.plain(value).unknown {
        return "its `\(name)` uses `\(command)`, which is not among the TeX that references may use"
      }
    }
    if self["title"] == nil, self["booktitle"] == nil { return "it has no `title`" }
    if self["author"] == nil, self["editor"] == nil, Self.bodies.allSatisfy({ self[$0] == nil }) {
      return "it has neither `author` nor `editor` nor an organization"
    }
    return nil
  }

  /// The entry with the fields that a reference may show, and no others.
  public var withShownFields: BibliographyEntry {
    BibliographyEntry(type: type, key: key, fields: fields.filter { Self.shown.contains($0.name) })
  }

  /// Who answers for a work that names no person.
  static let bodies = ["organization", "institution", "publisher", "school"]
  /// What a reference may show; other fields may hold anything.
  static let shown: Set<String> = [
    "author", "editor", "title", "booktitle", "journal", "year", "volume", "number", "pages", "edition", "publisher",
    "address", "institution", "school", "organization", "howpublished", "doi", "url", "series",
  ]
}

/// A name in parts, as BibTeX divides it.
public struct PersonName: Sendable {
  /// Family name with its particles: `van der Vaart`.
  public let family: String
  /// Given names as written; empty for an institution.
  public let given: String
  /// `Jr`, `III`.
  public let suffix: String

  /// Names joined by `and`. What stands in braces is one word, so `{World Health Organization}` is a family name.
  static func list(_ tex: String) -> [PersonName] {
    split(tex, at: { $0.isExactly("and") }).map(PersonName.init)
  }

  private init(_ words: [String]) {
    let parts = Self.atCommas(words)
    func text(_ words: some Sequence<String>) -> String { TeXText.plain(words.joined(separator: " ")).text }
    switch parts.count {
    case 0: (family, given, suffix) = ("", "", "")
    case 1:
      // `Given von Family`: the last word, and small words before it, are the family name.
      let all = parts[0]
      var start = max(0, all.count - 1)
      while start > 1, Self.isParticle(all[start - 1]) { start -= 1 }
      (family, given, suffix) = (text(all[start...]), text(all[..<start]), "")
    case 2: (family, given, suffix) = (text(parts[0]), text(parts[1]), "")
    default: (family, given, suffix) = (text(parts[0]), text(parts[2...].joined()), text(parts[1]))
    }
  }

  /// Initials without stops, as Vancouver style has them: `Jean-Paul` is `JP`.
  public var initials: String {
    given.split { " -.~\u{A0}".contains($0) }.compactMap { $0.first.map { String($0).uppercased() } }.joined()
  }

  private static func isParticle(_ word: String) -> Bool {
    guard let first = word.unicodeScalars.first(where: { !"{}\\".unicodeScalars.contains($0) }) else { return false }
    return first.properties.isLowercase && !word.hasPrefix("{")
  }

  /// Words outside braces, in groups that a word of the given kind parts.
  private static func split(_ tex: String, at isSeparator: (String) -> Bool) -> [[String]] {
    var groups: [[String]] = [[]]
    for word in words(tex) {
      if isSeparator(word) { groups.append([]) } else { groups[groups.count - 1].append(word) }
    }
    return groups.filter { !$0.isEmpty }
  }

  private static func words(_ tex: String) -> [String] {
    var words: [String] = []
    var word = ""
    var depth = 0
    for character in tex {
      if character == "{" { depth += 1 }
      if character == "}" { depth -= 1 }
      if depth == 0, character == " " || character == "\n" || character == "\t" || character == "~" {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else if depth == 0, character == "," {
        if !word.isEmpty { words.append(word) }
        words.append(",")
        word = ""
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { words.append(word) }
    return words
  }

  private static func atCommas(_ words: [String]) -> [[String]] {
    words.split(separator: ",", omittingEmptySubsequences: false).map(Array.init).filter { !$0.isEmpty }
  }
}
