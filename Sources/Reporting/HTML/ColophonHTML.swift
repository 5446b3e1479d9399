import Analysis

/// The report's end: what went in, what was done, and the digests that a reviewer checks.
struct ColophonHTML {
  private let document: RunDocument
  private let numbering: ExhibitNumbering

  init(_ document: RunDocument, _ numbering: ExhibitNumbering) {
    self.document = document
    self.numbering = numbering
  }

  var text: String {
    let notebook = document.notebook
    var text = "<section class=\"colophon\" id=\"colophon\">\n<h2>Colophon</h2>\n"
    text +=
      "<p>Made by \(Escape.html(document.engine)). Core digest:</p>\n<p class=\"core\"><code>colophon:1:\(document.core)</code></p>\n"
    text +=
      "<p>Quote it in a paper; <code>colophon verify</code> checks these files against it, and with <code>--rerun</code> computes everything again.</p>\n"
    let files =
      document.inputs.map { [$0.path, NumberFormat.count($0.size), $0.digest] }
      + [[notebook.source.path, NumberFormat.count(notebook.source.bytes.count), document.notebookDigest]]
    text += table("Inputs", ["File", "Bytes", "SHA-256"], files)
    for run in document.upstreams {
      text +=
        "<p>Tables were read that the run <code>\(Escape.html(run.path))</code> published, core digest <code>colophon:1:\(Escape.html(run.core))</code>.</p>\n"
    }
    if !document.parameters.isEmpty {
      let declared = notebook.frontMatter.parameters
      text += table(
        "Parameters", ["Name", "Type", "Value"],
        document.parameters.map { parameter in
          let type = declared.first { $0.name.text.isExactly(parameter.name) }?.type.name ?? ""
          return [parameter.name, type, parameter.value]
        })
    }
    text += StepGraphHTML(document, numbering).html
    let steps = document.steps.map { [$0.name, $0.kind, $0.producers.joined(separator: ", "), $0.digest] }
    text += table("Steps", ["Step", "Kind", "Reads", "Digest"], steps)
    return text + "</section>\n"
  }

  /// The last column holds digests.
  private func table(_ caption: String, _ heads: [String], _ rows: [[String]]) -> String {
    var text =
      "<div class=\"scroll\" id=\"\(caption.lowercased())\" tabindex=\"0\"><table>\n<caption>\(caption)</caption>\n<thead><tr>"
    text += heads.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead>\n<tbody>\n"
    var places: Set<String> = []
    for row in rows {
      let cells = row.enumerated().map { index, cell -> String in
        if index == 0 { return "<th scope=\"row\">\(Escape.html(cell))</th>" }
        let isDigest = index == row.count - 1 && caption != "Parameters"
        return isDigest ? "<td><code>\(Escape.html(cell))</code></td>" : "<td>\(Escape.html(cell))</td>"
      }
      // Links lead here for steps that the report does not show.
      let isHidden = caption == "Steps" && document.step(named: row[0])?.show == "none"
      let anchor = isHidden ? Lineage.anchor(row[0]) : ""
      let place = isHidden && places.insert(anchor).inserted ? " id=\"\(Escape.html(anchor))\"" : ""
      text += "<tr\(place)>\(cells.joined())</tr>\n"
    }
    return text + "</tbody></table></div>\n"
  }
}
