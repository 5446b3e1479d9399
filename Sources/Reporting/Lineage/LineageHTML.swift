import Analysis

/// Where what a step shows comes from: a colophon of its own, at its place.
struct LineageHTML {
  private let lineage: Lineage

  init(_ lineage: Lineage) { self.lineage = lineage }

  func html(_ step: RunDocument.Step) -> String {
    let inputs = lineage.inputs(of: step)
    var rows: [(String, String)] = []
    if !inputs.isEmpty {
      let files = inputs.map { "<code>\(Escape.html($0.path))</code> \(digest($0.digest, "inputs"))" }
      rows.append((inputs.count == 1 ? "File" : "Files", files.joined(separator: "<br>")))
    }
    // What those go back to themselves stands at their places, and in the drawing at the end.
    if !step.producers.isEmpty {
      let links = step.producers.map { "<a href=\"#\(Escape.html(Lineage.anchor($0)))\">\(Escape.html($0))</a>" }
      rows.append(("Reads", links.joined(separator: ", ")))
    }
    rows.append(("Step digest", digest(step.digest, "steps")))
    let tables = step.tables.map { $0.path(step) }
    if !tables.isEmpty {
      let links = tables.map { "<a href=\"\(Escape.html($0))\">\(Escape.html($0))</a>" }
      rows.append(("With full precision", links.joined(separator: ", ")))
    }
    let items = rows.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
    return "<dl class=\"lineage\">\(items)</dl>\n"
  }

  /// The beginning of a digest, and where it stands whole.
  private func digest(_ digest: String, _ place: String) -> String {
    "<a href=\"#\(place)\"><code>\(Escape.html(String(digest.prefix(16))))…</code></a>"
  }
}
