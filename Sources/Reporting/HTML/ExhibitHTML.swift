import Analysis

/// What a step shows, as HTML.
enum ExhibitHTML {
  /// - Parameters:
  ///   - label: `Table 2`, where the exhibit is numbered.
  ///   - caption: the author's, in place of the exhibit's own.
  ///   - drawing: of a figure.
  static func html(_ exhibit: Exhibit, label: String?, caption: String?, drawing: (any Drawing)?) -> String {
    let lead = label.map { "<b>\($0).</b> " } ?? ""
    switch exhibit {
    case .statement(let text): return "<p class=\"statement\">\(Escape.html(text))</p>\n"
    case .figure(let figure):
      return self.figure(drawing ?? SVGFigure(figure), lead, caption ?? figure.caption, figure.notes)
    case .flow(let diagram):
      return figure(drawing ?? FlowSVG(diagram), lead, caption ?? diagram.caption, diagram.notes)
    case .table(let table): return self.table(table, lead: lead, caption: caption ?? table.caption)
    }
  }

  private static func figure(_ drawing: any Drawing, _ lead: String, _ caption: String, _ notes: [String]) -> String {
    let notes = notes.map { " " + Escape.html($0) }.joined()
    let ending = caption.hasSuffix(".") ? "" : "."
    return
      "<figure>\n\(drawing.inline)<figcaption>\(lead)\(Escape.html(caption))\(ending)\(notes)</figcaption>\n</figure>\n"
  }

  private static func table(_ table: TableExhibit, lead: String, caption: String) -> String {
    let heads = table.headings.map {
      "<th scope=\"col\"\($0.isNumeric ? " class=\"n\"" : "")>\(Escape.html($0.text))</th>"
    }
    var text =
      "<figure class=\"table\">\n<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>\(lead)\(Escape.html(caption))</caption>\n"
    text += "<thead><tr>\(heads.joined())</tr></thead>\n<tbody>\n"
    for row in table.rows {
      let cells = row.cells.enumerated().map { index, cell -> String in
        let display = Escape.html(cell.display)
        if index == 0 { return "<th scope=\"row\"\(row.indent > 0 ? " class=\"in\"" : "")>\(display)</th>" }
        return "<td\(table.headings[index].isNumeric ? " class=\"n\"" : "")>\(display)</td>"
      }
      text += "<tr>\(cells.joined())</tr>\n"
    }
    text += "</tbody></table></div>\n"
    if !table.notes.isEmpty {
      text += "<figcaption>\(table.notes.map(Escape.html).joined(separator: " "))</figcaption>\n"
    }
    return text + "</figure>\n"
  }
}
