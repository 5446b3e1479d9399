import NotebookSyntax

/// Prose as Markdown again, values filled in: raw HTML becomes text, and links that are neither http, https, mailto
/// nor fragments stop being links.
struct ProseMarkdown {
  private let prose: Prose
  private let context: ProseContext
  private let values: [String]
  /// Of a heading of the page.
  private let section: NotebookSection?

  init(_ prose: Prose, _ context: ProseContext, values: [String], section: NotebookSection?) {
    self.prose = prose
    self.context = context
    self.values = values
    self.section = section
  }

  var text: String {
    guard case .heading(let level, let inlines, _) = prose.block, let section, !section.number.isEmpty else {
      return text(prose.block)
    }
    return String(repeating: "#", count: level) + " \(section.number) " + inline(inlines)
  }

  private func text(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let level, let inlines, _): return String(repeating: "#", count: level) + " " + inline(inlines)
    case .admonition(let kind, let inner):
      return prefixed("[!\(kind.rawValue.uppercased())]\n" + blocks(inner), first: "> ", rest: "> ")
    case .definition(let term, let meanings):
      return ([inline(term)] + meanings.map { ": " + prefixed(inline($0), first: "", rest: "  ") }).joined(
        separator: "\n")
    case .paragraph(let inlines): return paragraph(inlines)
    case .list(let items, let start, let isTight): return list(items, start, isTight)
    case .quote(let inner): return prefixed(blocks(inner), first: "> ", rest: "> ")
    case .code(let code, let language): return fenced(code, language)
    case .html(let raw): return fenced(raw, "html")
    case .rule: return "---"
    case .table(let alignments, let header, let rows): return table(alignments, header, rows)
    case .footnote(let label, let inner): return prefixed(blocks(inner), first: "[^\(label)]: ", rest: "    ")
    }
  }

  private func blocks(_ blocks: [MarkdownBlock]) -> String { blocks.map(text).joined(separator: "\n\n") }

  private func prefixed(_ text: String, first: String, rest: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.enumerated().map { index, line in
      index == 0 ? first + line : line.isEmpty && rest.allSatisfy({ $0 == " " }) ? "" : rest + line
    }.joined(separator: "\n")
  }

  private func list(_ items: [[MarkdownBlock]], _ start: Int?, _ isTight: Bool) -> String {
    let written = items.enumerated().map { index, item in
      let marker = start.map { "\($0 + index). " } ?? "- "
      let body = item.map(text).joined(separator: isTight ? "\n" : "\n\n")
      return prefixed(body, first: marker, rest: String(repeating: " ", count: marker.count))
    }
    return written.joined(separator: isTight ? "\n" : "\n\n")
  }

  /// A fence longer than any run of backticks inside.
  private func fenced(_ code: String, _ language: String) -> String {
    let fence = String(repeating: "`", count: max(3, longestRun(code) + 1))
    let code = Escape.code(code)
    let body = code.hasSuffix("\n") ? code : code + "\n"
    // A backtick behind a fence of backticks would make it none, and its text markup.
    let isName = language.utf8.allSatisfy { byte in
      byte | 0x20 &- UInt8(ascii: "a") < 26 || "0123456789+#-_.".utf8.contains(byte)
    }
    return fence + (isName ? language : "") + "\n" + body + fence
  }

  private func longestRun(_ text: String) -> Int {
    var longest = 0
    var run = 0
    for scalar in text.unicodeScalars {
      run = scalar == "`" ? run + 1 : 0
      longest = max(longest, run)
    }
    return longest
  }

  private func table(
    _ alignments: [MarkdownBlock.Alignment], _ header: [[MarkdownInline]], _ rows: [[[MarkdownInline]]]
  ) -> String {
    func row(_ cells: [[MarkdownInline]]) -> String { "| " + cells.map(inline).joined(separator: " | ") + " |" }
    let rule = alignments.map { alignment in
      switch alignment {
      case .none: return "---"
      case .left: return ":---"
      case .center: return ":---:"
      case .right: return "---:"
      }
    }
    return ([row(header), "|" + rule.joined(separator: "|") + "|"] + rows.map(row)).joined(separator: "\n")
  }

  /// Text at the start of a line must not become a list, a heading rule or a numbered item.
  private func paragraph(_ inlines: [MarkdownInline]) -> String {
    inline(inlines).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      guard let first = line.first else { return String(line) }
      func ends(_ rest: Substring) -> Bool { rest.isEmpty || rest.first == " " }
      if first == "=" || ("-+:".contains(first) && (ends(line.dropFirst()) || line.allSatisfy { "-: ".contains($0) })) {
        return "\\" + line
      }
      let digits = line.prefix { $0.isASCII && $0.isNumber }
      if !digits.isEmpty, let next = line.dropFirst(digits.count).first, ".)".contains(next),
        ends(line.dropFirst(digits.count + 1))
      {
        return digits + "\\" + line.dropFirst(digits.count)
      }
      return String(line)
    }.joined(separator: "\n")
  }

  private func inline(_ inlines: [MarkdownInline]) -> String { inlines.map(inline).joined() }

  private func inline(_ item: MarkdownInline) -> String {
    switch item {
    case .text(let text), .html(let text): return Escape.markdown(text)
    case .code(let code):
      let fence = String(repeating: "`", count: longestRun(code) + 1)
      let pad = code.hasPrefix("`") || code.hasSuffix("`") ? " " : ""
      return fence + pad + Escape.code(code) + pad + fence
    case .softBreak: return "\n"
    case .lineBreak: return "\\\n"
    case .emphasis(let inner): return "*\(inline(inner))*"
    case .strong(let inner): return "**\(inline(inner))**"
    case .strikethrough(let inner): return "~~\(inline(inner))~~"
    case .link(let address, let inner): return Self.link(inline(inner), address)
    case .image(let address, let inner):
      return "\\[image: \(Self.link(inner.isEmpty ? Escape.markdown(address) : inline(inner), address))\\]"
    case .footnoteReference(let label): return "[^\(label)]"
    case .citation(let index):
      return prose.citations.indices.contains(index) ? Self.text(context.sources.pieces(prose.citations[index])) : ""
    case .crossReference(let index):
      guard prose.references.indices.contains(index) else { return "" }
      return Escape.markdown(context.target(prose.references[index]).text)
    case .mathematics(let index): return prose.formulas.indices.contains(index) ? formula(prose.formulas[index]) : ""
    case .value(let index): return index < values.count ? Escape.markdown(values[index]) : ""
    }
  }

  /// GitHub's form with backticks, in which nothing is markup.
  private func formula(_ formula: Mathematics) -> String {
    // A bar would end the cell of a table.
    var tex = ""
    var isEscaped = false
    for character in Escape.code(formula.tex).split(separator: "\n").joined(separator: " ") {
      tex += character != "|" ? String(character) : isEscaped ? "Vert " : "\\vert "
      isEscaped = character == "\\" && !isEscaped
    }
    // A backtick has no meaning in a formula, so none stands in one that could be read.
    return "$`\(formula.isDisplay ? "\\displaystyle " : "")\(tex)`$"
  }

  static func text(_ pieces: [CitationPiece]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): return Escape.markdown(text)
      case .italic(let text): return "*\(Escape.markdown(text))*"
      // Places on the page have no anchors here.
      case .link(let text, let address) where address.hasPrefix("#"): return Escape.markdown(text)
      case .link(let text, let address): return link(Escape.markdown(text), address)
      }
    }.joined()
  }

  private static func link(_ text: String, _ address: String) -> String {
    guard Escape.link(address) != nil else { return text }
    // An address in angle brackets may hold anything but these.
    let safe = VisibleText.of(address, limit: .max).unicodeScalars.map {
      "<>\n\\".unicodeScalars.contains($0) ? "%" + String($0.value, radix: 16, uppercase: true) : String($0)
    }
    return "[\(text)](<\(safe.joined())>)"
  }
}
