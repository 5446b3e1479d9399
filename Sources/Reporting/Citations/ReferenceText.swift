import NotebookSyntax

/// A source written out: by the National Library of Medicine's rules (Patrias 2007, Citing Medicine) in Vancouver style,
/// with the year behind the authors in author–year style.
enum ReferenceText {
  /// Authors that Vancouver style writes out.
  private static let mostAuthors = 6

  static func pieces(_ entry: BibliographyEntry, _ style: CitationStyle, year: String) -> [CitationPiece] {
    var sentences: [[CitationPiece]] = []
    let authors = authors(entry)
    let isDated = style == .authorYear
    if !authors.isEmpty { sentences.append([.text(isDated ? "\(authors) (\(year))" : authors)]) }
    if let title = entry.text("title") {
      let kind = theses.contains(entry.type) ? " [dissertation]" : ""
      sentences.append([.text(title + kind + (authors.isEmpty && isDated ? " (\(year))" : ""))])
    }
    sentences += container(entry, year: isDated ? nil : year)
    if let doi = entry.address("doi") {
      let bare = doi.split(separator: "doi.org/", omittingEmptySubsequences: true).last.map(String.init) ?? doi
      sentences.append([
        .link("doi:\(bare)", address: "https://doi.org/\(PercentEncoding.of(bare, keeping: "-._~/:;()"))")
      ])
    } else if let address = entry.address("url") {
      sentences.append([.text("Available from: "), .link(address, address: address)])
    }
    return joined(sentences)
  }

  private static let theses: Set<String> = ["phdthesis", "mastersthesis", "thesis"]

  /// What the work stands in: a journal, a book, a report.
  private static func container(_ entry: BibliographyEntry, year: String?) -> [[CitationPiece]] {
    func house(_ names: [String]) -> String {
      let publisher = names.lazy.compactMap { entry.text($0) }.first
      let place = [entry.text("address"), publisher].compactMap(\.self).joined(separator: ": ")
      return [place.isEmpty ? nil : place, year].compactMap(\.self).joined(separator: "; ")
    }
    let pages = entry.text("pages").map(range)
    if let journal = entry.text("journal") {
      var place = entry.text("volume") ?? ""
      if let number = entry.text("number") { place += "(\(number))" }
      if let pages { place += place.isEmpty ? pages : ":\(pages)" }
      let behind = [year, place.isEmpty ? nil : place].compactMap(\.self).joined(separator: ";")
      return [[.italic(journal)]] + (behind.isEmpty ? [] : [[.text(behind)]])
    }
    var sentences: [[CitationPiece]] = []
    if entry["title"] != nil, let book = entry.text("booktitle") {
      let editors = persons(entry.persons("editor"))
      let lead = entry["author"] == nil || editors.isEmpty ? "In: " : "In: \(editors), editors. "
      sentences.append([.text(lead), .italic(book)])
    }
    if let edition = entry.text("edition") {
      sentences.append([.text(edition.hasSuffix("ed") || edition.hasSuffix("edition") ? edition : "\(edition) ed")])
    }
    if let series = entry.text("series") { sentences.append([.text("(\(series))")]) }
    let maker = house(["publisher", "institution", "school", "organization", "howpublished"])
    if !maker.isEmpty { sentences.append([.text(maker)]) }
    if entry.type == "techreport", let number = entry.text("number") {
      sentences.append([.text("Report No.: \(number)")])
    }
    if let pages { sentences.append([.text("p. \(pages)")]) }
    return sentences
  }

  private static func joined(_ sentences: [[CitationPiece]]) -> [CitationPiece] {
    var pieces: [CitationPiece] = []
    for sentence in sentences {
      if !pieces.isEmpty { pieces.append(.text(" ")) }
      pieces += sentence
      var ending = ""
      switch sentence.last {
      case .text(let text), .italic(let text): ending = text
      case .link, nil: continue
      }
      if let last = ending.last, !".?!".contains(last) { pieces.append(.text(".")) }
    }
    return pieces
  }

  /// `Jia L, Xu H, et al`
  private static func authors(_ entry: BibliographyEntry) -> String {
    let authors = persons(entry.persons("author"))
    if !authors.isEmpty { return authors }
    let editors = entry.persons("editor")
    if !editors.isEmpty { return persons(editors) + (editors.count == 1 ? ", editor" : ", editors") }
    return entry.text("organization") ?? entry.text("institution") ?? ""
  }

  private static func persons(_ persons: [PersonName]) -> String {
    let named = persons.filter { !isOthers($0) }
    var names = named.prefix(mostAuthors).map { person in
      [person.family, person.initials, person.suffix].filter { !$0.isEmpty }.joined(separator: " ")
    }
    if named.count > mostAuthors || named.count < persons.count { names.append("et al") }
    return names.joined(separator: ", ")
  }

  private static func isOthers(_ person: PersonName) -> Bool { person.family == "others" && person.given.isEmpty }

  /// How a sentence names a source: `Jia et al.`, `Bates and Watts`.
  static func shortNames(_ entry: BibliographyEntry) -> String {
    let authors = entry.persons("author")
    let persons = authors.isEmpty ? entry.persons("editor") : authors
    switch persons.count {
    case 0:
      let names = ["organization", "institution", "publisher", "school", "title"]
      return names.lazy.compactMap { entry.text($0) }.first ?? entry.key
    case 1: return persons[0].family
    case 2 where !isOthers(persons[1]): return "\(persons[0].family) and \(persons[1].family)"
    default: return "\(persons[0].family) et al."
    }
  }

  /// A hyphen between numbers is a dash.
  private static func range(_ pages: String) -> String {
    var result = ""
    var previous: Character = " "
    let characters = Array(pages)
    for (index, character) in characters.enumerated() {
      let isBetween = index + 1 < characters.count && previous.isNumber && characters[index + 1].isNumber
      result.append(character == "-" && isBetween ? "–" : character)
      previous = character
    }
    return result
  }
}
