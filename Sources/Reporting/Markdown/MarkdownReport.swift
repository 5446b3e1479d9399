import Analysis
import NotebookSyntax

/// `report.md`: the notebook's prose with values filled in, and cells replaced by what they show.
struct MarkdownReport {
  private let sealed: SealedRun
  private let numbering: ExhibitNumbering
  private let engine: String

  init(_ sealed: SealedRun, _ numbering: ExhibitNumbering, engine: String) {
    self.sealed = sealed
    self.numbering = numbering
    self.engine = engine
  }

  var text: String {
    let notebook = sealed.run.plan.notebook
    var parts: [String] = ["# \(Escape.markdown(notebook.frontMatter.title))"]
    let authors = notebook.frontMatter.authors.map { Escape.markdown($0.name) }.joined(separator: ", ")
    let byline = [authors, notebook.frontMatter.date.map(Escape.markdown) ?? ""].filter { !$0.isEmpty }.joined(
      separator: " · ")
    if !byline.isEmpty { parts.append(byline) }
    for notice in sealed.run.notices { parts.append("> [!IMPORTANT]\n> **\(Escape.markdown(notice))**") }
    let failures = sealed.run.failures
    if !failures.isEmpty {
      parts.append(
        "> [!CAUTION]\n> **FAILED**: \(failures.count == 1 ? "one expectation does" : "\(failures.count) expectations do") not hold.\n>\n"
          + failures.map { "> - \(Escape.markdown($0))" }.joined(separator: "\n"))
    }
    var proseIndex = 0
    for block in notebook.blocks {
      switch block {
      case .prose(let prose):
        parts.append(ProseMarkdown(values: sealed.run.values[proseIndex]).text(prose.block))
        proseIndex += 1
      case .cell(let cell):
        if let step = sealed.run.step(named: cell.name.text) { parts += exhibits(step) }
      }
    }
    parts.append(colophon)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func exhibits(_ step: StepResult) -> [String] {
    guard step.planned.show != "none" else { return [] }
    var parts: [String] = []
    if let caption = step.planned.caption,
      step.outcome.exhibits.allSatisfy({ if case .statement = $0 { true } else { false } })
    {
      parts.append(Escape.markdown(caption))
    }
    for (index, exhibit) in step.outcome.exhibits.enumerated() {
      let label = numbering.label(step.planned.name, index).map { "**\($0).** " } ?? ""
      switch exhibit {
      case .statement(let text): parts.append("*\(Escape.markdown(text))*")
      case .figure(let figure):
        parts.append("![\(Escape.markdown(figure.alternative))](\(numbering.figurePath(step.planned.name, index)))")
        let caption = step.planned.caption ?? figure.caption
        let stop = caption.hasSuffix(".") ? " " : ". "
        parts.append(label + Escape.markdown(caption) + stop + notes(figure.notes))
      case .table(let table):
        parts.append(label + Escape.markdown(index == 0 ? step.planned.caption ?? table.caption : table.caption))
        parts.append(self.table(table))
        if !table.notes.isEmpty { parts.append(notes(table.notes)) }
      }
    }
    if let note = step.planned.note { parts.append("*\(Escape.markdown(note))*") }
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
    lines += sealed.run.inputs.map { "| \(Escape.markdown($0.path)) | `\($0.digest.hex)` |" }
    lines.append("| \(Escape.markdown(sealed.run.plan.notebook.source.path)) | `\(sealed.notebook.hex)` |")
    if !sealed.run.plan.parameters.isEmpty {
      lines += ["", "| parameter | value |", "|---|---|"]
      lines += sealed.run.plan.parameters.map { "| \(Escape.markdown($0.name)) | \(Escape.markdown($0.value.text)) |" }
    }
    lines += ["", "| step | kind | digest |", "|---|---|---|"]
    lines += zip(sealed.run.steps, sealed.seals).map {
      "| \(Escape.markdown($0.planned.name)) | \($0.planned.kind) | `\($1.step.hex)` |"
    }
    lines += ["", "Made by \(engine). Core digest: `colophon:1:\(sealed.core.hex)`."]
    return lines.joined(separator: "\n")
  }
}
