import Analysis
import NotebookSyntax

/// `report.html`: one file without scripts, network or style attributes.
struct HTMLReport {
  private let document: RunDocument
  private let numbering: ExhibitNumbering
  private let notebook: Notebook
  private let lineage: LineageHTML

  init(_ document: RunDocument, _ numbering: ExhibitNumbering) {
    self.document = document
    self.numbering = numbering
    notebook = document.notebook
    lineage = LineageHTML(Lineage(document))
  }

  var text: String {
    let matter = notebook.frontMatter
    let head = PageHTML.head(
      title: matter.title, language: matter.language, style: PageStyle.css + FigureStyle.css, images: "data:",
      generator: document.engine)
    var page = """
      \(head)
      <body>
      <main>
      <header>
      <h1>\(Escape.html(matter.title))</h1>

      """
    page += byline + banners + "</header>\n"
    let context = ProseContext(document, numbering)
    page += ContentsHTML.html(context.sections, hasReferences: !document.sources.isEmpty)
    var prose = ProseHTML(context)
    var proseIndex = 0
    for block in notebook.blocks {
      switch block {
      case .prose(let block):
        page += prose.html(block, values: document.values[proseIndex])
        proseIndex += 1
      case .cell(let cell): page += section(cell)
      }
    }
    page += prose.footnotes + CitationHTML.list(context.sources)
    page += MethodsText(document, numbering).html
    page += ColophonHTML(document, numbering).text
    return page + "</main>\n</body>\n</html>\n"
  }

  private var byline: String {
    let matter = notebook.frontMatter
    var parts = matter.authors.map { author in
      let name = Escape.html(author.name)
      guard let orcid = author.orcid else { return name }
      return "<a href=\"https://orcid.org/\(Escape.html(orcid))\">\(name)</a>"
    }
    if let date = matter.date { parts.append("<span>\(Escape.html(date))</span>") }
    var text = parts.isEmpty ? "" : "<p class=\"byline\">\(parts.joined(separator: ", "))</p>\n"
    if let description = matter.description { text += "<p class=\"description\">\(Escape.html(description))</p>\n" }
    return text
  }

  /// What the data say of themselves, and expectations that do not hold.
  private var banners: String {
    var text = document.notices.map { "<p class=\"notice\" role=\"note\"><strong>\(Escape.html($0))</strong></p>\n" }
      .joined()
    let failures = document.failures
    if !failures.isEmpty {
      let what = failures.count == 1 ? "one expectation does not hold" : "\(failures.count) expectations do not hold"
      text += "<div class=\"failed\" role=\"alert\"><p><strong>FAILED</strong>: \(what).</p><ul>"
      text += failures.map { "<li>\(Escape.html($0))</li>" }.joined() + "</ul></div>\n"
    }
    return text
  }

  private func section(_ cell: Cell) -> String {
    guard let step = document.step(named: cell.name.text), step.show != "none" else { return "" }
    var body = ""
    if step.show != "folded", let equation = ModelEquation.node(step.result) {
      body += MathHTML.html(equation, isDisplay: true) + "\n"
    }
    if let caption = step.caption, step.show == "folded" { body += "<p>\(Escape.html(caption))</p>\n" }
    for (index, exhibit) in step.exhibits.enumerated() {
      let label = numbering.label(step.name, index)
      body += ExhibitHTML.html(
        exhibit, label: label, anchor: numbering.anchor(step.name, index),
        caption: index == 0 && step.show != "folded" ? step.caption : nil,
        drawing: numbering.drawing(step.name, index))
    }
    if let note = step.note { body += "<p class=\"note\">\(Escape.html(note))</p>\n" }
    let source =
      "<pre tabindex=\"0\"><code>\(Escape.html(notebook.source.text(cell.span)))</code></pre>\n" + lineage.html(step)
    let name = "<code>\(Escape.html(step.kind))</code> <b>\(Escape.html(cell.name.text))</b>"
    var rows = ""
    if let count = step.rowsIn { rows += " · \(NumberFormat.count(count)) rows" }
    if let count = step.rowsOut, count != step.rowsIn {
      rows += (rows.isEmpty ? " · " : " → ") + "\(NumberFormat.count(count)) rows"
    }
    let start =
      "<section class=\"step\(step.show == "folded" ? " fold" : "")\" id=\"step-\(Escape.html(cell.name.text))\">\n"
    // What closes a table or a figure moves up to it; behind something that is closed as well it would lie on it.
    var how = " class=\"how\""
    if case .passage(let passage)? = step.exhibits.last, passage.isFolded, step.note == nil { how = "" }
    switch step.show {
    case "folded": return start + "<details><summary>\(name)\(rows)</summary>\n\(body)\(source)</details>\n</section>\n"
    case "explained":
      return start + "\(body)<details open><summary>\(name)\(rows)</summary>\n\(source)</details>\n</section>\n"
    default:
      return start
        + "\(body)<details\(how)><summary>\(name)\(rows)</summary>\n\(source)</details>\n</section>\n"
    }
  }
}
