import Analysis

/// Where what a step shows comes from: a colophon of its own, at its place.
struct LineageHTML {
  private let lineage: Lineage

  init(_ lineage: Lineage) { self.lineage = lineage }

  func html(_ step: RunDocument.Step) -> String {
    let origin = lineage.origin(of: step)
    var rows: [(String, String)] = []
    if !origin.inputs.isEmpty {
      let files = origin.inputs.map {
        "<code>\(Escape.html($0.path))</code> <a href=\"#inputs\"><code>\(Escape.html(String($0.digest.prefix(16))))…</code></a>"
      }
      rows.append((origin.inputs.count == 1 ? "File" : "Files", files.joined(separator: "<br>")))
    }
    if !origin.steps.isEmpty {
      let links = origin.steps.map { before in
        "<a href=\"#step-\(Escape.html(before.name))\">\(Escape.html(before.name))</a>"
      }
      rows.append(("Through", links.joined(separator: ", ")))
    }
    rows.append(("Step digest", "<code>\(Escape.html(step.digest))</code>"))
    let tables = step.tables.map { $0.path(step) }
    if !tables.isEmpty {
      let links = tables.map { "<a href=\"\(Escape.html($0))\">\(Escape.html($0))</a>" }
      rows.append(("With full precision", links.joined(separator: ", ")))
    }
    let items = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
    return "<dl class=\"lineage\">\(items)</dl>\n"
  }
}
