import Analysis

/// The report's end: what went in, what was done, and the digests that a reviewer checks.
struct ColophonHTML {
  private let sealed: SealedRun
  private let engine: String

  init(_ sealed: SealedRun, engine: String) {
    self.sealed = sealed
    self.engine = engine
  }

  var text: String {
    let plan = sealed.run.plan
    var text = "<section class=\"colophon\" id=\"colophon\">\n<h2>Colophon</h2>\n"
    text +=
      "<p>Made by \(Escape.html(engine)). Core digest:</p>\n<p class=\"core\"><code>colophon:1:\(sealed.core.hex)</code></p>\n"
    text +=
      "<p>Quote it in a paper; <code>colophon verify</code> checks these files against it, and with <code>--rerun</code> computes everything again.</p>\n"
    let files =
      sealed.run.inputs.map { [$0.path, NumberFormat.count($0.size), $0.digest.hex] }
      + [[plan.notebook.source.path, NumberFormat.count(plan.notebook.source.bytes.count), sealed.notebook.hex]]
    text += table("Inputs", ["File", "Bytes", "SHA-256"], files)
    if !plan.parameters.isEmpty {
      text += table(
        "Parameters", ["Name", "Type", "Value"], plan.parameters.map { [$0.name, $0.type.name, $0.value.text] })
    }
    let steps = zip(sealed.run.steps, sealed.seals).map { step, seal in
      [step.planned.name, step.planned.kind, step.planned.producers.joined(separator: ", "), seal.step.hex]
    }
    text += table("Steps", ["Step", "Kind", "Reads", "Digest"], steps)
    return text + "</section>\n"
  }

  /// The last column holds digests.
  private func table(_ caption: String, _ heads: [String], _ rows: [[String]]) -> String {
    var text = "<div class=\"scroll\" tabindex=\"0\"><table>\n<caption>\(caption)</caption>\n<thead><tr>"
    text += heads.map { "<th scope=\"col\">\($0)</th>" }.joined() + "</tr></thead>\n<tbody>\n"
    for row in rows {
      let cells = row.enumerated().map { index, cell -> String in
        if index == 0 { return "<th scope=\"row\">\(Escape.html(cell))</th>" }
        let isDigest = index == row.count - 1 && caption != "Parameters"
        return isDigest ? "<td><code>\(Escape.html(cell))</code></td>" : "<td>\(Escape.html(cell))</td>"
      }
      text += "<tr>\(cells.joined())</tr>\n"
    }
    return text + "</tbody></table></div>\n"
  }
}
