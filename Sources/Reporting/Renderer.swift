import Analysis
import Digests
import NotebookSyntax

/// One file of a run's folder.
public struct OutputFile: Sendable {
  /// Below the run's folder, with `/`.
  public let path: String
  public let bytes: [UInt8]

  public init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}

/// Stage five: sealed results → files. Looks at nothing but what it is given.
public enum Renderer {
  public static func render(_ sealed: SealedRun, engine: String) -> [OutputFile] {
    // What steps publish themselves comes first: a result's rows don't take the place of a table of their name.
    let published = sealed.run.publications.map {
      OutputFile(path: $0.path, bytes: $0.bytes)
    }
    let rendered = render(RunDocument(sealed, engine: engine)).filter { file in
      !published.contains { $0.path.isExactly(file.path) }
    }
    return (published + rendered).sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// All files that follow from a document, `results.json` included, and none else.
  public static func render(_ document: RunDocument) -> [OutputFile] {
    let numbering = ExhibitNumbering(document)
    var files = [
      OutputFile(path: "report.html", bytes: Array(HTMLReport(document, numbering).text.utf8)),
      OutputFile(path: "report.md", bytes: Array(MarkdownReport(document, numbering).text.utf8)),
      OutputFile(path: "results.json", bytes: document.canonicalBytes),
    ]
    for step in document.steps {
      for (index, exhibit) in step.exhibits.enumerated() {
        guard case .figure = exhibit, let drawing = numbering.drawing(step.name, index) else { continue }
        let path = numbering.figurePath(step.name, index)
        files.append(OutputFile(path: path, bytes: Array(drawing.standalone.utf8)))
      }
      for table in step.tables.compactMap({ $0.file(step) })
      where !files.contains(where: { $0.path.isExactly(table.path) }) {
        files.append(table)
      }
    }
    return files
  }
}

/// Numbers of figures and tables in page order, and the figures drawn.
struct ExhibitNumbering {
  private var labels: [String: String] = [:]
  private var drawings: [String: SVGFigure] = [:]
  /// What a step's name leads to: its first figure and its first table.
  private var targets: [String: (text: String, anchor: String)] = [:]
  private var anchors: [String: String] = [:]

  init(_ document: RunDocument) {
    for step in document.steps {
      for (index, exhibit) in step.exhibits.enumerated() {
        if case .figure(let figure) = exhibit { drawings["\(step.name)/\(index)"] = SVGFigure(figure) }
      }
    }
    var figures = 0
    var tables = 0
    for cell in document.notebook.cells {
      // What is folded prepares the data: it is shown, but not numbered.
      guard let step = document.step(named: cell.name.text), step.show != "none", step.show != "folded" else {
        continue
      }
      for (index, exhibit) in step.exhibits.enumerated() {
        switch exhibit {
        case .figure:
          figures += 1
          note(cell.name.text, index, "Figure \(figures)", kind: "fig")
        case .table:
          tables += 1
          note(cell.name.text, index, "Table \(tables)", kind: "tbl")
        case .statement, .passage: break
        }
      }
    }
  }

  private mutating func note(_ step: String, _ index: Int, _ label: String, kind: String) {
    labels["\(step)/\(index)"] = label
    let isFirst = targets["\(kind)-\(step)"] == nil
    // Names of steps hold no hyphen, so those behind the first can have a number.
    let anchor = isFirst ? "\(kind)-\(step)" : "\(kind)-\(step)-\(index + 1)"
    anchors["\(step)/\(index)"] = anchor
    if isFirst { targets[anchor] = (label, anchor) }
  }

  func anchor(_ step: String, _ index: Int) -> String? { anchors["\(step)/\(index)"] }

  /// What a reference to a figure or table reads, and where it leads.
  func target(_ reference: CrossReference) -> (text: String, anchor: String) {
    targets["\(reference.kind.rawValue)-\(reference.name)"] ?? (reference.text, "")
  }

  func drawing(_ step: String, _ index: Int) -> SVGFigure? { drawings["\(step)/\(index)"] }

  func label(_ step: String, _ index: Int) -> String? { labels["\(step)/\(index)"] }

  func figurePath(_ step: String, _ index: Int) -> String {
    "figures/\(step)\(index == 0 ? "" : "-\(index + 1)").svg"
  }
}
