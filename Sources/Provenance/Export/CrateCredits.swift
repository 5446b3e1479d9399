import NotebookSyntax

/// What a crate says of a notebook as a work: title, description, date, licence and authors, all from the front matter.
/// Nothing is filled in: what is missing is a mistake of the notebook.
struct CrateCredits {
  struct Author {
    /// An ORCID as an address, or `#author-1`.
    let id: String
    let name: String
  }

  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
  private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")

  let title: String
  let description: String
  /// `2025-01-31`.
  let date: String
  let license: (id: String, name: String)
  let authors: [Author]

  init(_ notebook: Notebook) throws(Diagnostics) {
    let matter = notebook.frontMatter
    let lines = FrontMatterLines(notebook.source)
    var mistakes: [Diagnostic] = []
    func report(_ key: String, _ message: String, _ help: String) {
      mistakes.append(
        Diagnostic(
          "export-metadata", message, at: lines.span(of: key),
          help: "\(help), and run the notebook again before you export it"))
    }
    func require(_ key: String, _ isThere: Bool, _ example: String) {
      guard !isThere else { return }
      report(
        key, "a crate needs the notebook's `\(key)`, and its front matter has none",
        "add a line such as `\(example)` between the `---` lines at the top")
    }
    require("date", matter.date != nil, "date: 2025-01-31")
    require("description", matter.description != nil, "description: What was analysed, and how.")
    require("license", matter.license != nil, "license: CC-BY-4.0")
    require("authors", !matter.authors.isEmpty, "authors: [{name: Ada Example}]")
    if let date = matter.date, !Self.isDate(date) {
      report(
        "date", "`\(date)` is not a day as ISO 8601 writes it", "write year, month and day as in `date: 2025-01-31`")
    }
    var authors: [Author] = []
    for (index, author) in matter.authors.enumerated() {
      if author.name.isEmpty { report("authors", "an author has an empty name", "write the name") }
      guard let orcid = author.orcid else {
        authors.append(Author(id: "#author-\(index + 1)", name: author.name))
        continue
      }
      if let id = Self.orcidAddress(orcid) {
        authors.append(Author(id: id, name: author.name))
      } else {
        report("authors", "`\(orcid)` is no ORCID", "write its four groups of four, as in `orcid: 0000-0002-1825-0097`")
      }
    }
    if let twice = authors.indices.first(where: { index in authors[..<index].contains { $0.id == authors[index].id } })
    {
      report("authors", "two authors have the ORCID \(authors[twice].id)", "give each author their own")
    }
    guard mistakes.isEmpty, let date = matter.date, let description = matter.description, let license = matter.license
    else { throw Diagnostics(mistakes) }
    title = matter.title
    self.description = description
    self.date = date
    self.license = (Self.licenseAddress(license), license)
    self.authors = authors
  }

  /// A day of the Gregorian calendar, `YYYY-MM-DD`.
  static func isDate(_ text: String) -> Bool {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 2, 2], parts.joined().allSatisfy({ digits.contains($0) }) else { return false }
    let numbers = parts.compactMap { Int(String(Substring($0))) }
    let (year, month, day) = (numbers[0], numbers[1], numbers[2])
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    return (1...12).contains(month) && (1...lengths[month - 1]).contains(day)
  }

  /// `https://orcid.org/0000-0002-1825-0097`, of an ORCID with or without the address; nil where its check digit
  /// (ISO 7064, MOD 11-2) is wrong.
  static func orcidAddress(_ text: String) -> String? {
    let prefixes = ["https://orcid.org/", "http://orcid.org/"]
    let number = prefixes.first { text.hasPrefix($0) }.map { String(text.dropFirst($0.count)) } ?? text
    let parts = number.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.map(\.count) == [4, 4, 4, 4] else { return nil }
    let characters = Array(parts.joined())
    guard characters.dropLast().allSatisfy({ digits.contains($0) }), let check = characters.last else { return nil }
    let total = characters.dropLast().reduce(0) { ($0 + Int($1 - UInt8(ascii: "0"))) * 2 }
    let remainder = (12 - total % 11) % 11
    let expected = remainder == 10 ? UInt8(ascii: "X") : UInt8(ascii: "0") + UInt8(remainder)
    return check == expected ? "https://orcid.org/\(number)" : nil
  }

  /// The address of a licence in the SPDX list, or the address that is written; `#license` for an expression.
  private static func licenseAddress(_ text: String) -> String {
    let isAddress = text.hasPrefix("https://") || text.hasPrefix("http://")
    if isAddress, CrateIdentifier.isAddress(text) { return text }
    let isSingle =
      !text.isEmpty && !text.hasPrefix("LicenseRef-")
      && text.utf8.allSatisfy { digits.contains($0) || letters.contains($0 | 0x20) || ".-".utf8.contains($0) }
    return isSingle ? "https://spdx.org/licenses/\(text)" : "#license"
  }
}

/// Where keys stand in the front matter.
private struct FrontMatterLines {
  private let source: SourceFile

  init(_ source: SourceFile) { self.source = source }

  /// The line that begins with `key:`, or the first line of the notebook.
  func span(of key: String) -> Span {
    guard source.lineCount > 1 else { return source.line(1) }
    for number in 2...source.lineCount {
      let text = source.text(source.line(number))
      if text.hasPrefix("---") { break }
      if text.hasPrefix("\(key):") { return source.line(number) }
    }
    return source.line(1)
  }
}
