/// What prose says beyond GitHub's Markdown: sources, places, formulas, notes to heed, definitions, names of sections.
extension MarkdownReader {
  /// Finds what text names, and puts formulas back.
  mutating func marked(_ inlines: [MarkdownInline]) -> [MarkdownInline] {
    var result: [MarkdownInline] = []
    for inline in inlines {
      guard case .text(let text) = inline else {
        result.append(inline)
        continue
      }
      let isContinued = text.unicodeScalars.first == ProtectedMarkdown.continuation
      if isContinued, case .softBreak? = result.last { result.removeLast() }
      for piece in protected.pieces(text) {
        switch piece {
        case .formula(let number):
          result.append(.mathematics(marks.formulas.count))
          marks.formulas.append(number)
        case .text(let text):
          for part in isInLink ? [.text(text)] : ProseMarks.parts(of: text) { result += self.inline(part) }
        }
      }
    }
    return result
  }

  private mutating func inline(_ part: ProseMarks.Part) -> [MarkdownInline] {
    switch part {
    case .text(let text):
      // An escaped `@` is only that.
      let plain = String(
        String.UnicodeScalarView(text.unicodeScalars.map { $0 == ProtectedMarkdown.escapedAt ? "@" : $0 }))
      return plain.isEmpty ? [] : [.text(plain)]
    case .citation(let citation):
      marks.citations.append(citation)
      return [.citation(marks.citations.count - 1)]
    case .reference(let reference):
      marks.references.append(reference)
      return [.crossReference(marks.references.count - 1)]
    }
  }

  /// A quotation, or what its first line makes of it.
  static func admonition(_ blocks: [MarkdownBlock]) -> MarkdownBlock {
    guard case .paragraph(let inlines)? = blocks.first, case .text(let mark)? = inlines.first,
      let kind = MarkdownBlock.Admonition.allCases.first(where: { mark.lowercased() == "[!\($0.rawValue)]" })
    else { return .quote(blocks) }
    if inlines.count == 1 { return .admonition(kind, Array(blocks.dropFirst())) }
    guard case .softBreak = inlines[1] else { return .quote(blocks) }
    return .admonition(kind, [.paragraph(Array(inlines.dropFirst(2)))] + blocks.dropFirst())
  }

  /// A paragraph, or a term with its meanings.
  static func definition(_ inlines: [MarkdownInline]) -> MarkdownBlock {
    var lines: [[MarkdownInline]] = [[]]
    for inline in inlines {
      let begins: Bool
      if case .text(let text) = inline, text.hasPrefix(": "), case .softBreak? = lines[lines.count - 1].last {
        begins = true
      } else {
        begins = false
      }
      if begins, case .text(let text) = inline {
        lines[lines.count - 1].removeLast()
        lines.append([.text(String(text.dropFirst(2)))])
      } else {
        lines[lines.count - 1].append(inline)
      }
    }
    guard lines.count > 1 else { return .paragraph(inlines) }
    return .definition(term: lines[0], meanings: Array(lines.dropFirst()))
  }

  /// A title without the name of its section, and that name.
  static func named(_ inlines: [MarkdownInline]) -> ([MarkdownInline], name: String?) {
    guard case .text(let text)? = inlines.last, text.hasSuffix("}"),
      let start = text.firstRange(of: "{#sec-")?.lowerBound
    else { return (inlines, nil) }
    let name = text[text.index(start, offsetBy: 6)...].dropLast()
    guard !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }) else {
      return (inlines, nil)
    }
    var title = String(text[..<start])
    while title.hasSuffix(" ") { title.removeLast() }
    return (inlines.dropLast() + (title.isEmpty ? [] : [.text(title)]), String(name))
  }
}
