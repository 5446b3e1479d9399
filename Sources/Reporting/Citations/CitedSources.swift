import NotebookSyntax

/// A piece of a citation or of a reference.
enum CitationPiece {
  case text(String)
  case italic(String)
  case link(String, address: String)
}

/// The sources of a report: how prose names them, and the list at its end.
struct CitedSources {
  struct Reference {
    let key: String
    /// `1` in Vancouver style; nil where the list goes by names.
    let number: Int?
    let pieces: [CitationPiece]

    var anchor: String { "ref-" + key }
  }

  /// In the order of the list.
  let references: [Reference]
  private let style: CitationStyle
  private let sources: [[UInt8]: Source]

  private struct Source {
    let entry: BibliographyEntry
    var number = 0
    /// `2020a`, `n.d.`
    var year = ""
    let names: String
  }

  init(_ document: RunDocument) {
    let style = document.notebook.frontMatter.citationStyle
    self.style = style
    var sources = document.sources.map { entry in
      Source(entry: entry, year: entry.text("year") ?? "n.d.", names: ReferenceText.shortNames(entry))
    }
    switch style {
    case .vancouver:
      for index in sources.indices { sources[index].number = index + 1 }
    case .authorYear:
      sources.sort { Self.order($0).lexicographicallyPrecedes(Self.order($1)) }
      Self.distinguish(&sources)
    }
    references = sources.map { source in
      Reference(
        key: source.entry.key, number: style == .vancouver ? source.number : nil,
        pieces: ReferenceText.pieces(source.entry, style, year: source.year))
    }
    self.sources = Dictionary(sources.map { (Array($0.entry.key.utf8), $0) }) { first, _ in first }
  }

  /// By names without their accents' order, year and title.
  private static func order(_ source: Source) -> [String.UTF8View.Element] {
    let title = source.entry.text("title") ?? source.entry.text("booktitle") ?? ""
    return Array("\(source.names.lowercased())\u{1}\(source.year)\u{1}\(title.lowercased())".utf8)
  }

  /// Letters behind the years of sources that would read alike.
  private static func distinguish(_ sources: inout [Source]) {
    var start = 0
    while start < sources.count {
      var end = start + 1
      while end < sources.count, sources[end].names == sources[start].names, sources[end].year == sources[start].year {
        end += 1
      }
      if end - start > 1 {
        for index in start..<end { sources[index].year += letters(index - start) }
      }
      start = end
    }
  }

  /// `a` … `z`, `aa` …
  private static func letters(_ number: Int) -> String {
    let letter = String(Character(Unicode.Scalar(UInt8(97 + number % 26))))
    return number < 26 ? letter : letters(number / 26 - 1) + letter
  }

  /// A citation as it stands in the text.
  func pieces(_ citation: Citation) -> [CitationPiece] {
    switch style {
    case .vancouver: return vancouver(citation)
    case .authorYear: return authorYear(citation)
    }
  }

  private func source(_ item: Citation.Item) -> Source? { sources[Array(item.key.utf8)] }

  private func vancouver(_ citation: Citation) -> [CitationPiece] {
    if citation.isNarrative, let item = citation.items.first, let source = source(item) {
      let behind = item.locator.isEmpty ? "]" : ", \(item.locator)]"
      return [.text("\(source.names) ["), link("\(source.number)", item), .text(behind)]
    }
    let isPlain = citation.items.allSatisfy { $0.prefix.isEmpty && $0.locator.isEmpty }
    guard isPlain else { return joined(citation, separator: "; ", open: "[", close: "]") { "\($0.number)" } }
    // Numbers in order, and three or more in a row as a range.
    var numbered = citation.items.compactMap { item in source(item).map { (item, $0.number) } }
    numbered.sort { $0.1 < $1.1 }
    var pieces: [CitationPiece] = [.text("[")]
    var index = 0
    while index < numbered.count {
      var end = index
      while end + 1 < numbered.count, numbered[end + 1].1 == numbered[end].1 + 1 { end += 1 }
      if index > 0 { pieces.append(.text(",")) }
      pieces.append(link("\(numbered[index].1)", numbered[index].0))
      if end - index >= 2 {
        pieces += [.text("–"), link("\(numbered[end].1)", numbered[end].0)]
        index = end + 1
      } else {
        index += 1
      }
    }
    return pieces + [.text("]")]
  }

  private func authorYear(_ citation: Citation) -> [CitationPiece] {
    if citation.isNarrative, let item = citation.items.first, let source = source(item) {
      let behind = item.locator.isEmpty ? ")" : ", \(item.locator))"
      return [.text("\(source.names) ("), link(source.year, item), .text(behind)]
    }
    return joined(citation, separator: "; ", open: "(", close: ")") { "\($0.names), \($0.year)" }
  }

  private func joined(
    _ citation: Citation, separator: String, open: String, close: String, label: (Source) -> String
  ) -> [CitationPiece] {
    var pieces: [CitationPiece] = [.text(open)]
    for (index, item) in citation.items.enumerated() {
      guard let source = source(item) else { continue }
      let text = item.hidesAuthor && style == .authorYear ? source.year : label(source)
      let before = (index > 0 ? separator : "") + (item.prefix.isEmpty ? "" : item.prefix + " ")
      if !before.isEmpty { pieces.append(.text(before)) }
      pieces.append(link(text, item))
      if !item.locator.isEmpty { pieces.append(.text(", \(item.locator)")) }
    }
    return pieces + [.text(close)]
  }

  private func link(_ text: String, _ item: Citation.Item) -> CitationPiece {
    .link(text, address: "#ref-" + item.key)
  }
}
