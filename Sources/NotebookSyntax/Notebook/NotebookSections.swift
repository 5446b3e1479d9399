/// A heading at the left margin, as contents and references name it.
public struct NotebookSection: Sendable {
  /// From 1 for the highest heading that the notebook has.
  public let level: Int
  /// `2.1`; empty below the third level.
  public let number: String
  public let title: [MarkdownInline]
  /// What `@sec-…` names it by.
  public let name: String

  public var anchor: String { "sec-" + name }
}

extension Notebook {
  /// In page order, one for each top-level heading in prose.
  public var sections: [NotebookSection] {
    var sections: [NotebookSection] = []
    var taken: Set<String> = []
    // Where counting goes on, for titles that stand often.
    var counts: [String: Int] = [:]
    var numbers = [0, 0, 0]
    let headings = prose.compactMap { prose -> (level: Int, title: [MarkdownInline], name: String?)? in
      guard case .heading(let level, let title, let name) = prose.block else { return nil }
      return (level, title, name)
    }
    let top = headings.map(\.level).min() ?? 1
    // Names that authors gave go before those that titles give.
    for heading in headings { if let name = heading.name { taken.insert(name) } }
    for heading in headings {
      let base = heading.name ?? Self.slug(heading.title.plainText)
      var name = base
      if heading.name == nil {
        var count = counts[base] ?? 2
        while !taken.insert(name).inserted {
          name = "\(base)-\(count)"
          count += 1
        }
        counts[base] = count
      }
      let level = heading.level - top
      if level < numbers.count {
        numbers[level] += 1
        for below in (level + 1)..<max(numbers.count, level + 1) { numbers[below] = 0 }
      }
      let number = level < numbers.count ? numbers[...level].map(String.init).joined(separator: ".") : ""
      sections.append(NotebookSection(level: level + 1, number: number, title: heading.title, name: name))
    }
    return sections
  }

  private static func slug(_ text: String) -> String {
    let lowered = text.lowercased().unicodeScalars.map { scalar -> Character in
      scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) ? Character(scalar) : "-"
    }
    return String(lowered).split(separator: "-").joined(separator: "-")
  }
}
