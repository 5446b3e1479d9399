import NotebookSyntax

/// Anchors of headings, and the table of contents made of them.
struct HeadingAnchors {
  struct Heading {
    let level: Int
    let text: String
    let anchor: String
  }

  let headings: [Heading]

  init(_ notebook: Notebook) {
    var headings: [Heading] = []
    var taken: Set<String> = []
    // Where counting goes on, for titles that stand often.
    var counts: [String: Int] = [:]
    for prose in notebook.prose {
      guard case .heading(let level, let inlines) = prose.block else { continue }
      let text = inlines.plainText
      let base = "sec-" + Self.slug(text)
      var anchor = base
      var count = counts[base] ?? 2
      while !taken.insert(anchor).inserted {
        anchor = "\(base)-\(count)"
        count += 1
      }
      counts[base] = count
      headings.append(Heading(level: level, text: text, anchor: anchor))
    }
    self.headings = headings
  }

  private static func slug(_ text: String) -> String {
    let lowered = text.lowercased().unicodeScalars.map { scalar -> Character in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
    }
    return String(lowered).split(separator: "-").joined(separator: "-")
  }

  /// A list of the sections, where there are enough of them to want one.
  var contents: String {
    let top = headings.map(\.level).min() ?? 1
    let listed = headings.filter { $0.level <= top + 1 }
    guard listed.count > 3 else { return "" }
    let items = listed.map { heading in
      "<li class=\"l\(heading.level - top)\"><a href=\"#\(Escape.html(heading.anchor))\">\(Escape.html(heading.text))</a></li>"
    }
    return "<nav aria-label=\"Contents\"><ol>\(items.joined())</ol></nav>\n"
  }
}
