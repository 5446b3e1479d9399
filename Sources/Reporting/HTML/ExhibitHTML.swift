import Analysis

/// What a step shows, as HTML.
enum ExhibitHTML {
  /// - Parameters:
  ///   - label: `Table 2`, where the exhibit is numbered.
  ///   - anchor: what references lead to.
  ///   - caption: the author's, in place of the exhibit's own.
  ///   - drawing: of a figure.
  static func html(
    _ exhibit: Exhibit, label: String?, anchor: String?, caption: String?, drawing: SVGFigure?
  ) -> String {
    let name = anchor.map { " id=\"\(Escape.html($0))\"" } ?? ""
    let lead = label.map { "<b>\($0).</b> " } ?? ""
    switch exhibit {
    case .statement(let text): return "<p class=\"statement\">\(Escape.html(text))</p>\n"
    case .passage(let passage): return self.passage(passage)
    case .figure(let figure):
      let notes = figure.notes.map { " " + Escape.html($0) }.joined()
      let ending = (caption ?? figure.caption).hasSuffix(".") ? "" : "."
      return
        "<figure\(name)>\n\((drawing ?? SVGFigure(figure)).inline)<figcaption>\(lead)\(Escape.html(caption ?? figure.caption))\(ending)\(notes)</figcaption>\n</figure>\n"
    case .table(let table): return self.table(table, name, lead: lead, caption: caption ?? table.caption)
    }
  }

  private static func passage(_ passage: Passage) -> String {
    let text = passage.paragraphs.map { paragraph in
      let parts = InlineCode.parts(of: paragraph).map { part in
        part.isCode ? "<code>\(Escape.html(part.text))</code>" : Escape.html(part.text)
      }
      return "<p>\(parts.joined())</p>\n"
    }.joined()
    guard passage.isFolded else { return "<p><b>\(Escape.html(passage.title))</b></p>\n\(text)" }
    return "<details><summary>\(Escape.html(passage.title))</summary>\n\(text)</details>\n"
  }

  private static func table(_ table: TableExhibit, _ name: String, lead: String, caption: String) -> String {
    let heads = table.headings.map {
      // An empty cell heads nothing.
      $0.text.isEmpty
        ? "<td></td>" : "<th scope=\"col\"\($0.isNumeric ? " class=\"n\"" : "")>\(Escape.html($0.text))</th>"
    }
    var text =
      "<figure class=\"table\(table.rows.count > 30 ? " long" : "")\"\(name)>\n<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>\(lead)\(Escape.html(caption))</caption>\n"
    text += "<thead><tr>\(heads.joined())</tr></thead>\n<tbody>\n"
    let padding = DecimalAlignment(table)
    for row in table.rows {
      let cells = row.cells.enumerated().map { index, cell -> String in
        let display = Escape.html(cell.display)
        // A heading that says nothing heads nothing.
        if index == 0, display.isEmpty { return "<td></td>" }
        if index == 0 { return "<th scope=\"row\"\(row.indent > 0 ? " class=\"in\"" : "")>\(display)</th>" }
        return
          "<td\(table.headings[index].isNumeric ? " class=\"n\"" : "")>\(display)\(padding.blanks(behind: cell, column: index))</td>"
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

/// Blanks that bring the decimal points of a column under each other: of the width of a digit and of a point.
struct DecimalAlignment {
  private static let digit = "\u{2007}"
  private static let point = "\u{2008}"

  /// Digits behind the point of each column's longest number.
  private let widths: [Int]

  init(_ table: TableExhibit) {
    widths = table.headings.indices.map { column in
      guard table.headings[column].isNumeric else { return 0 }
      return table.rows.map { column < $0.cells.count ? Self.decimals($0.cells[column]) ?? 0 : 0 }.max() ?? 0
    }
  }

  func blanks(behind cell: TableCell, column: Int) -> String {
    guard widths[column] > 0, let own = Self.decimals(cell), own < widths[column] else { return "" }
    return (own == 0 ? Self.point : "") + String(repeating: Self.digit, count: widths[column] - own)
  }

  /// Digits behind the last point; nil for what is no number or ends in something else.
  private static func decimals(_ cell: TableCell) -> Int? {
    switch cell {
    case .number, .pValue, .interval, .count: break
    default: return nil
    }
    let bytes = Array(cell.display.utf8)
    let digits = bytes.reversed().prefix { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }.count
    guard digits > 0 else { return nil }
    let before = bytes.count - digits - 1
    return before >= 0 && bytes[before] == UInt8(ascii: ".") ? digits : 0
  }
}
