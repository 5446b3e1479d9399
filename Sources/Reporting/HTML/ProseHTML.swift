import NotebookSyntax

/// What prose refers to, numbered.
struct ProseContext {
  let sections: [NotebookSection]
  let sources: CitedSources
  let numbering: ExhibitNumbering

  init(_ document: RunDocument, _ numbering: ExhibitNumbering) {
    sections = document.notebook.sections
    sources = CitedSources(document)
    self.numbering = numbering
  }

  /// `Figure 2`, `Table 1`, `Section 3.1`, and its anchor.
  func target(_ reference: CrossReference) -> (text: String, anchor: String) {
    guard reference.kind == .sec else { return numbering.target(reference) }
    guard let section = sections.first(where: { $0.name.isExactly(reference.name) }) else {
      return (reference.text, "")
    }
    let text = section.number.isEmpty ? "“\(section.title.plainText)”" : "Section \(section.number)"
    return (text, section.anchor)
  }
}

/// Prose as HTML. Raw HTML of the notebook is shown as the text it is; images are links, because a report loads nothing.
struct ProseHTML {
  private let context: ProseContext
  private var headingIndex = 0
  private var notes: [String] = []
  private var block: Prose?
  private var values: [String] = []
  /// References to each footnote so far, for the way back.
  private var calls: [String: Int] = [:]

  init(_ context: ProseContext) { self.context = context }

  mutating func html(_ prose: Prose, values: [String]) -> String {
    self.values = values
    block = prose
    if case .heading(_, let inlines, _) = prose.block {
      // Sections of the page have anchors and numbers; a heading inside a quotation has none.
      let section = context.sections[headingIndex]
      headingIndex += 1
      let number = section.number.isEmpty ? "" : "<span class=\"secno\">\(section.number)</span> "
      return heading(section.level, number + inline(inlines), " id=\"\(Escape.html(section.anchor))\"")
    }
    return html(prose.block)
  }

  /// The title is the page's h1, so sections begin at h2.
  private func heading(_ level: Int, _ html: String, _ anchor: String = "") -> String {
    let rank = min(6, level + 1)
    return "<h\(rank)\(anchor)>\(html)</h\(rank)>\n"
  }

  /// The footnotes met so far.
  var footnotes: String {
    notes.isEmpty
      ? "" : "<section class=\"footnotes\" aria-label=\"Footnotes\"><ol>\(notes.joined())</ol></section>\n"
  }

  private mutating func blocks(_ blocks: [MarkdownBlock]) -> String {
    var text = ""
    for block in blocks { text += html(block) }
    return text
  }

  private mutating func html(_ block: MarkdownBlock) -> String {
    switch block {
    // Inside a quotation or a list: no section of the page, so no heading that contents could lead to.
    case .heading(_, let inlines, _): return "<p class=\"heading\"><b>\(inline(inlines))</b></p>\n"
    case .paragraph(let inlines): return "<p>\(inline(inlines))</p>\n"
    case .admonition(let kind, let inner):
      let title = kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
      return
        "<aside class=\"admonition \(kind.rawValue)\" aria-label=\"\(title)\">\n<p class=\"title\">\(title)</p>\n\(blocks(inner))</aside>\n"
    case .definition(let term, let meanings):
      let meant = meanings.map { "<dd>\(inline($0))</dd>" }.joined()
      return "<dl><dt>\(inline(term))</dt>\(meant)</dl>\n"
    case .list(let items, let start, let isTight):
      let name = start == nil ? "ul" : "ol"
      let from = start.flatMap { $0 == 1 ? nil : " start=\"\($0)\"" } ?? ""
      var text = "<\(name)\(from)>\n"
      for item in items { text += "<li>\(isTight ? tight(item) : blocks(item))</li>\n" }
      return text + "</\(name)>\n"
    case .quote(let inner): return "<blockquote>\n\(blocks(inner))</blockquote>\n"
    case .code(let code, _): return "<pre tabindex=\"0\"><code>\(Escape.html(code))</code></pre>\n"
    case .html(let raw): return "<pre tabindex=\"0\"><code>\(Escape.html(raw))</code></pre>\n"
    case .rule: return "<hr>\n"
    case .table(let alignments, let header, let rows): return table(alignments, header, rows)
    case .footnote(let label, let inner):
      let html = blocks(inner)
      let name = Escape.html(label)
      let back =
        calls[label] == nil ? "" : " <a href=\"#fnref-\(name)\" aria-label=\"Back to the text of note \(name)\">↩</a>"
      // The way back stands at the end of the last paragraph.
      let note = html.hasSuffix("</p>\n") ? html.dropLast(5) + back + "</p>\n" : html + back
      notes.append("<li id=\"fn-\(name)\">\(note)</li>")
      return ""
    }
  }

  /// Paragraphs of a tight list stand without their tags.
  private mutating func tight(_ blocks: [MarkdownBlock]) -> String {
    var text = ""
    for block in blocks {
      if case .paragraph(let inlines) = block { text += inline(inlines) } else { text += html(block) }
    }
    return text
  }

  private mutating func table(
    _ alignments: [MarkdownBlock.Alignment], _ header: [[MarkdownInline]], _ rows: [[[MarkdownInline]]]
  ) -> String {
    let head = row(header, alignments, "th")
    var body = ""
    for cells in rows { body += row(cells, alignments, "td") }
    return
      "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead>\(head)</thead>\n<tbody>\n\(body)</tbody></table></div>\n"
  }

  private mutating func row(
    _ cells: [[MarkdownInline]], _ alignments: [MarkdownBlock.Alignment], _ tag: String
  ) -> String {
    var row = ""
    for (index, cell) in cells.enumerated() {
      let isRight = index < alignments.count && alignments[index] == .right
      row += "<\(tag)\(isRight ? " class=\"n\"" : "")>\(inline(cell))</\(tag)>"
    }
    return "<tr>\(row)</tr>\n"
  }

  private mutating func inline(_ inlines: [MarkdownInline]) -> String {
    var html = ""
    for item in inlines { html += inline(item) }
    return html
  }

  private mutating func inline(_ item: MarkdownInline) -> String {
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
      calls[label, default: 0] += 1
      let anchor = calls[label] == 1 ? " id=\"fnref-\(safe)\"" : ""
      return "<sup><a href=\"#fn-\(safe)\"\(anchor) aria-label=\"Note \(safe)\">\(safe)</a></sup>"
    case .value(let index): return value(index)
    case .citation(let index):
      guard let block, block.citations.indices.contains(index) else { return "" }
      return "<span class=\"cite\">\(CitationHTML.html(context.sources.pieces(block.citations[index])))</span>"
    case .crossReference(let index):
      guard let block, block.references.indices.contains(index) else { return "" }
      let (text, anchor) = context.target(block.references[index])
      return anchor.isEmpty ? Escape.html(text) : "<a href=\"#\(Escape.html(anchor))\">\(Escape.html(text))</a>"
    case .mathematics(let index):
      guard let block, block.formulas.indices.contains(index) else { return "" }
      return MathHTML.html(block.formulas[index])
    }
  }

  private func value(_ index: Int) -> String {
    guard let block, index < values.count else { return "" }
    let path = block.values[index].path.description
    let step = String(path.prefix { $0 != "." && $0 != "[" })
    let text = Escape.html(values[index])
    guard !step.hasPrefix("$") else { return text }
    return
      "<a class=\"value\" href=\"#\(Escape.html(Lineage.anchor(step)))\" title=\"\(Escape.html(path))\">\(text)</a>"
  }
}

/// Citations and references as HTML.
enum CitationHTML {
  static func html(_ pieces: [CitationPiece]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): return Escape.html(text)
      case .italic(let text): return "<i>\(Escape.html(text))</i>"
      case .link(let text, let address):
        guard let safe = Escape.link(address) else { return Escape.html(text) }
        return "<a href=\"\(safe)\">\(Escape.html(text))</a>"
      }
    }.joined()
  }

  /// The list of sources; empty where none is cited.
  static func list(_ sources: CitedSources) -> String {
    guard !sources.references.isEmpty else { return "" }
    let isNumbered = sources.references.first?.number != nil
    let items = sources.references.map { "<li id=\"\(Escape.html($0.anchor))\">\(html($0.pieces))</li>\n" }
    let list = isNumbered ? "<ol>\n\(items.joined())</ol>" : "<ul>\n\(items.joined())</ul>"
    return "<section class=\"references\" id=\"references\">\n<h2>References</h2>\n\(list)\n</section>\n"
  }
}
