import NotebookSyntax

/// Prose as HTML. Raw HTML of the notebook is shown as the text it is; images are links, because a report loads nothing.
struct ProseHTML {
  private let headings: HeadingAnchors
  /// Where a value's step stands on the page.
  private let fragment: (String) -> String
  private var headingIndex = 0
  private var notes: [String] = []
  private var values: [String] = []
  private var references: [ValueReference] = []

  init(headings: HeadingAnchors, fragment: @escaping (String) -> String) {
    self.headings = headings
    self.fragment = fragment
  }

  mutating func html(_ prose: Prose, values: [String]) -> String {
    self.values = values
    references = prose.values
    if case .heading(let level, let inlines) = prose.block {
      // Sections of the page have anchors; a heading inside a quotation is none.
      let anchor = headings.headings[headingIndex].anchor
      headingIndex += 1
      return heading(level, inlines, " id=\"\(Escape.html(anchor))\"")
    }
    return block(prose.block)
  }

  /// The title is the page's h1, so sections begin at h2.
  private func heading(_ level: Int, _ inlines: [MarkdownInline], _ anchor: String = "") -> String {
    let rank = min(6, level + 1)
    return "<h\(rank)\(anchor)>\(inline(inlines))</h\(rank)>\n"
  }

  /// The footnotes met so far.
  var footnotes: String {
    notes.isEmpty ? "" : "<section class=\"footnotes\"><ol>\(notes.joined())</ol></section>\n"
  }

  private mutating func blocks(_ blocks: [MarkdownBlock]) -> String {
    var text = ""
    for block in blocks { text += self.block(block) }
    return text
  }

  private mutating func block(_ block: MarkdownBlock) -> String {
    switch block {
    case .heading(let level, let inlines): return heading(level, inlines)
    case .paragraph(let inlines): return "<p>\(inline(inlines))</p>\n"
    case .list(let items, let start, let isTight):
      let name = start == nil ? "ul" : "ol"
      let from = start.flatMap { $0 == 1 ? nil : " start=\"\($0)\"" } ?? ""
      var text = "<\(name)\(from)>\n"
      for item in items { text += "<li>\(isTight ? tight(item) : blocks(item))</li>\n" }
      return text + "</\(name)>\n"
    case .quote(let inner): return "<blockquote>\n\(blocks(inner))</blockquote>\n"
    case .code(let code, _): return "<pre><code>\(Escape.html(code))</code></pre>\n"
    case .html(let raw): return "<pre><code>\(Escape.html(raw))</code></pre>\n"
    case .rule: return "<hr>\n"
    case .table(let alignments, let header, let rows): return table(alignments, header, rows)
    case .footnote(let label, let inner):
      let html = blocks(inner)
      notes.append("<li id=\"fn-\(Escape.html(label))\">\(html)</li>")
      return ""
    }
  }

  /// Paragraphs of a tight list stand without their tags.
  private mutating func tight(_ blocks: [MarkdownBlock]) -> String {
    var text = ""
    for block in blocks {
      if case .paragraph(let inlines) = block { text += inline(inlines) } else { text += self.block(block) }
    }
    return text
  }

  private func table(
    _ alignments: [MarkdownBlock.Alignment], _ header: [[MarkdownInline]], _ rows: [[[MarkdownInline]]]
  ) -> String {
    func row(_ cells: [[MarkdownInline]], _ tag: String) -> String {
      let filled = cells.enumerated().map { index, cell in
        let isRight = index < alignments.count && alignments[index] == .right
        return "<\(tag)\(isRight ? " class=\"n\"" : "")>\(inline(cell))</\(tag)>"
      }
      return "<tr>\(filled.joined())</tr>\n"
    }
    let body = rows.map { row($0, "td") }.joined()
    return
      "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead>\(row(header, "th"))</thead>\n<tbody>\n\(body)</tbody></table></div>\n"
  }

  private func inline(_ inlines: [MarkdownInline]) -> String {
    inlines.map(inline).joined()
  }

  private func inline(_ item: MarkdownInline) -> String {
    switch item {
    case .text(let text): return Escape.html(text)
    case .code(let code): return "<code>\(Escape.html(code))</code>"
    case .softBreak: return "\n"
    case .lineBreak: return "<br>\n"
    case .emphasis(let inner): return "<em>\(inline(inner))</em>"
    case .strong(let inner): return "<strong>\(inline(inner))</strong>"
    case .strikethrough(let inner): return "<del>\(inline(inner))</del>"
    case .link(let address, let inner):
      guard let safe = Escape.link(address) else { return inline(inner) }
      return "<a href=\"\(safe)\">\(inline(inner))</a>"
    case .image(let address, let inner):
      let text = inner.isEmpty ? Escape.html(address) : inline(inner)
      guard let safe = Escape.link(address) else { return "[image: \(text)]" }
      return "[image: <a href=\"\(safe)\">\(text)</a>]"
    case .html(let raw): return Escape.html(raw)
    case .footnoteReference(let label):
      let safe = Escape.html(label)
      return "<sup><a href=\"#fn-\(safe)\">\(safe)</a></sup>"
    case .value(let index):
      guard index < values.count else { return "" }
      let path = references[index].path.description
      let step = String(path.prefix { $0 != "." && $0 != "[" })
      let text = Escape.html(values[index])
      guard !step.hasPrefix("$") else { return text }
      return "<a class=\"value\" href=\"\(Escape.html(fragment(step)))\" title=\"\(Escape.html(path))\">\(text)</a>"
    }
  }
}
