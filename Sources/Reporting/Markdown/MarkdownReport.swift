import Analysis
import NotebookSyntax

/// `report.md`: the notebook's prose with values filled in, and cells replaced by what they show.
struct MarkdownReport {
  private let document: RunDocument
  private let numbering: ExhibitNumbering

  init(_ document: RunDocument, _ numbering: ExhibitNumbering) {
    self.document = document
    self.numbering = numbering
  }

  var text: String {
    let notebook = document.notebook
    var parts: [String] = ["# \(Escape.markdown(notebook.frontMatter.title))"]
    let authors = notebook.frontMatter.authors.map { Escape.markdown($0.name) }.joined(separator: ", ")
    let byline = [authors, notebook.frontMatter.date.map(Escape.markdown) ?? ""].filter { !$0.isEmpty }.joined(
      separator: " · ")
    if !byline.isEmpty { parts.append(byline) }
    for notice in document.notices { parts.append("> [!IMPORTANT]\n> **\(Escape.markdown(notice))**") }
    let failures = document.failures
    if !failures.isEmpty {
      parts.append(
        "> [!CAUTION]\n> **FAILED**: \(failures.count == 1 ? "one expectation does" : "\(failures.count) expectations do") not hold.\n>\n"
          + failures.map { "> - \(Escape.markdown($0))" }.joined(separator: "\n"))
    }
    let context = ProseContext(document, numbering)
    var headings = context.sections.makeIterator()
    var proseIndex = 0
    for block in notebook.blocks {
      switch block {
      case .prose(let prose):
        var section: NotebookSection?
        if case .heading = prose.block { section = headings.next() }
        parts.append(ProseMarkdown(prose, context, values: document.values[proseIndex], section: section).text)
        proseIndex += 1
      case .cell(let cell):
        if let step = document.step(named: cell.name.text) { parts += exhibits(step) }
      }
    }
    if !context.sources.references.isEmpty { parts.append(references(context.sources)) }
    parts.append(colophon)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func references(_ sources: CitedSources) -> String {
    let items = sources.references.map { reference in
      (reference.number.map { "\($0). " } ?? "- ") + ProseMarkdown.text(reference.pieces)
    }
    return "## References\n\n" + items.joined(separator: "\n")
  }

  private func exhibits(_ step: RunDocument.Step) -> [String] {
    guard step.show != "none" else { return [] }
    var parts: [String] = []
    if let caption = step.caption,
      step.exhibits.allSatisfy({ if case .statement = $0 { true } else { false } })
    {
      parts.append(Escape.markdown(caption))
    }
    for (index, exhibit) in step.exhibits.enumerated() {
      let label = numbering.label(step.name, index).map { "**\($0).** " } ?? ""
      switch exhibit {
      case .statement(let text): parts.append("*\(Escape.markdown(text))*")
      case .passage(let passage):
        let text =
          [passage.title].filter { !$0.isEmpty && !passage.isFolded }.map { "**\(Escape.markdown($0))**" }
          + passage.paragraphs.map { paragraph in
            InlineCode.parts(of: paragraph).map { part in
              part.isCode ? "`\(Escape.code(part.text))`" : Escape.markdown(part.text)
            }.joined()
          }
        guard passage.isFolded else {
          parts += text
          continue
        }
        parts.append("<details><summary>\(Escape.html(passage.title))</summary>")
        parts += text
        parts.append("</details>")
      case .figure(let figure):
        parts.append("![\(Escape.markdown(figure.alternative))](\(numbering.figurePath(step.name, index)))")
        let caption = (index == 0 ? step.caption : nil) ?? figure.caption
        let stop = caption.hasSuffix(".") ? " " : ". "
        parts.append(label + Escape.markdown(caption) + stop + notes(figure.notes))
      case .table(let table):
        parts.append(label + Escape.markdown(index == 0 ? step.caption ?? table.caption : table.caption))
        parts.append(self.table(table))
        if !table.notes.isEmpty { parts.append(notes(table.notes)) }
      }
    }
    if let note = step.note { parts.append("*\(Escape.markdown(note))*") }
    return parts
  }

  private func notes(_ notes: [String]) -> String {
    notes.map(Escape.markdown).joined(separator: " ")
  }

  private func table(_ table: TableExhibit) -> String {
    var lines = ["| " + table.headings.map { Escape.markdown($0.text) }.joined(separator: " | ") + " |"]
    lines.append("|" + table.headings.map { $0.isNumeric ? "---:" : "---" }.joined(separator: "|") + "|")
    for row in table.rows {
      let cells = row.cells.enumerated().map { index, cell in
        (index == 0 && row.indent > 0 ? "&nbsp;&nbsp;" : "") + Escape.markdown(cell.display)
      }
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n")
  }

  private var colophon: String {
    var lines = ["---", "", "## Colophon", "", "| input | sha256 |", "|---|---|"]
    lines += document.inputs.map { "| \(Escape.markdown($0.path)) | `\($0.digest)` |" }
    lines.append("| \(Escape.markdown(document.notebook.source.path)) | `\(document.notebookDigest)` |")
    for run in document.upstreams {
      lines += ["", "Tables were read that the run `\(run.path)` published, core digest `colophon:1:\(run.core)`."]
    }
    if !document.parameters.isEmpty {
      lines += ["", "| parameter | value |", "|---|---|"]
      lines += document.parameters.map { "| \(Escape.markdown($0.name)) | \(Escape.markdown($0.value)) |" }
    }
    lines += ["", "| step | kind | digest |", "|---|---|---|"]
    lines += document.steps.map { "| \(Escape.markdown($0.name)) | \($0.kind) | `\($0.digest)` |" }
    lines += ["", "Made by \(document.engine). Core digest: `colophon:1:\(document.core)`."]
    let methods = MethodsText(document, numbering).markdown
    if !methods.isEmpty { lines += ["", methods] }
    return lines.joined(separator: "\n")
  }
}
