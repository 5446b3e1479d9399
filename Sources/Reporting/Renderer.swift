import Analysis
import Digests

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
    let numbering = ExhibitNumbering(sealed)
    var files = [
      OutputFile(path: "report.html", bytes: Array(HTMLReport(sealed, numbering, engine: engine).text.utf8)),
      OutputFile(path: "report.md", bytes: Array(MarkdownReport(sealed, numbering, engine: engine).text.utf8)),
      OutputFile(path: "results.json", bytes: ResultsDocument.json(sealed).canonicalBytes),
    ]
    for step in sealed.run.steps {
      for (index, exhibit) in step.outcome.exhibits.enumerated() {
        guard case .figure(let figure) = exhibit else { continue }
        let path = numbering.figurePath(step.planned.name, index)
        files.append(OutputFile(path: path, bytes: Array(SVGFigure(figure).standalone.utf8)))
      }
      for publication in step.outcome.publications {
        files.append(OutputFile(path: publication.path, bytes: publication.bytes))
      }
      for table in ResultTables.files(step) where !files.contains(where: { $0.path == table.path }) {
        files.append(table)
      }
    }
    return files.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }
}

/// Numbers of figures and tables in page order.
struct ExhibitNumbering {
  private var labels: [String: String] = [:]

  init(_ sealed: SealedRun) {
    var figures = 0
    var tables = 0
    for cell in sealed.run.plan.notebook.cells {
      guard let step = sealed.run.step(named: cell.name.text), step.planned.show != "none" else { continue }
      // What is folded prepares the data: it is shown, but not numbered.
      guard step.planned.show != "folded" else { continue }
      for (index, exhibit) in step.outcome.exhibits.enumerated() {
        switch exhibit {
        case .figure:
          figures += 1
          labels["\(cell.name.text)/\(index)"] = "Figure \(figures)"
        case .table:
          tables += 1
          labels["\(cell.name.text)/\(index)"] = "Table \(tables)"
        case .statement: break
        }
      }
    }
  }

  func label(_ step: String, _ index: Int) -> String? { labels["\(step)/\(index)"] }

  func figurePath(_ step: String, _ index: Int) -> String {
    "figures/\(step)\(index == 0 ? "" : "-\(index + 1)").svg"
  }
}
