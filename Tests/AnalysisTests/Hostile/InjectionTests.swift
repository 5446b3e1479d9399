import Analysis
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// Text that would like to be more than text, in every place where a notebook or its data can hold any.
@Suite("Injection into reports")
struct InjectionTests {
  static let payloads: [String] = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onmouseover='alert(1)", "\" style=\"x:y",
    "</title><script>alert(1)</script>", "</style><script>alert(1)</script>", "</svg><script>alert(1)</script>",
    "]]><script>alert(1)</script>", "<![CDATA[<script>]]>", "a <!-- ", "--><script>", "<svg onload=alert(1)>",
    "<base href=//e.example>", "<meta http-equiv=refresh content=0;url=//e.example>", "<iframe src=//e.example>",
    "<form action=//e.example><input>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;", "&notaref", "&",
    "javascript:alert(1)", "java\\tscript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "[a](javascript:alert(1))", "![a](http://e.example/x.png)", "<javascript:alert(1)>", "[a][b]", "`code", "$(id)",
    "{value}`rows.n_rows`", "| a | b |", "# heading", "```{load} x", "\u{202e}gpj.exe", "a\u{2066}b\u{200b}c\u{feff}",
    "\u{1b}[31mred\u{1b}]0;title\u{7}", "\u{9b}31m", "x\u{7f}\u{8}\u{8}y", "=1+1", "@SUM(A1)", "+1", "-1",
    "\u{ff1d}1+1",
    "__proto__", "constructor", "é\u{301}\u{1f600}", String(repeating: "W", count: 5000),
  ]

  /// Where one payload stands in all places at once.
  private struct Project {
    let files: [String: String]

    init(_ payload: String) {
      let quoted = Self.quoted(payload)
      let level = Self.quoted("category [\(Self.inner(payload)), other]")
      // What a CSV or the front matter cannot hold as it is.
      let cell = "\"" + payload.replacingOccurrences(of: "\"", with: "\"\"") + "\""
      var data = "group,x,y,\(cell == "\"x\"" ? "z" : cell),data_source\n"
      for row in 0..<24 {
        data += "\(row % 2 == 0 ? cell : "other"),\(row),\(Double(row * row % 7) + 0.5),\(cell),\(cell)\n"
      }
      // A bare `@` names a source.
      let prose = payload.contains("```") ? "" : payload.replacingOccurrences(of: "@", with: "\\@")
      // What TeX cannot hold as it is.
      let tex = payload.replacingOccurrences(of: "\\", with: "\\textbackslash{}")
      let words = payload.filter { !"{}\\`$\n".contains($0) }
      let letters = payload.filter { !"{}\\`$\n%#~'_^&".contains($0) }
      files = [
        "data/x.csv": data,
        "refs.bib": """
        @misc{src, title = {\(tex)}, author = {{\(tex)} and \(tex)}, year = {\(tex)}, journal = {\(tex)},
          pages = {\(tex)}, note = {\(tex)}, doi = {\(tex)}}
        @book{book, title = {\(tex)}, editor = {{\(tex)}}, booktitle = {\(tex)}, edition = {\(tex)}, url = {\(tex)},
          publisher = {\(tex)}, address = {\(tex)}}
        """,
        "notebook.md": """
        ---
        title: \(quoted)
        description: \(quoted)
        date: \(quoted)
        license: \(quoted)
        bibliography: refs.bib
        authors:
          - {name: \(quoted), orcid: \(quoted)}
        params:
          p: {type: text, default: \(quoted), doc: \(quoted)}
        ---

        # \(prose) {#sec-one}

        Cited [see \(prose) @src, \(prose); @book] and @book [\(prose)], @src, @fig-f, @tbl-one, @sec-one.

        The value $\\text{\(words)}$ and $$\(letters)$$ and $x \(letters) y$.

        > [!WARNING]
        > \(prose)

        \(prose) term
        : \(prose)

        \(prose) {value}`$p` text[^1] [link](\(prose)) [other](<\(prose)>) ![\(prose)](\(prose)) <\(prose)> *\(prose)*

        \(prose)

        | \(prose) | b |
        |---|---|
        | \(prose) | c |

        - \(prose)

        > \(prose)

            \(prose)

        `\(prose)`

        [^1]: \(prose)

        ```{load} rows
        file: data/x.csv
        notice: \(quoted)
        columns:
          group: {type: \(level), label: \(quoted)}
          x: {type: number, label: \(quoted)}
          y: number
          words: {type: text, from: \(quoted), label: \(quoted)}
        caption: \(quoted)
        note: \(quoted)
        show: open
        ```

        ```{filter} some
        data: rows
        keep: {where: x >= 0, because: \(quoted)}
        show: explained
        ```

        ```{derive} more
        data: some
        columns:
          z: {is: x * 2, label: \(quoted)}
        show: open
        ```

        ```{table1} one
        data: more
        by: group
        rows: [x, z]
        caption: \(quoted)
        note: \(quoted)
        ```

        ```{summarize} s
        data: more
        of: [x, z]
        by: group
        note: \(quoted)
        ```

        ```{regression} r
        data: more
        formula: y ~ x + group
        caption: \(quoted)
        ```

        ```{table} listing
        data: more
        caption: \(quoted)
        ```

        ```{figure} f
        data: more
        x: x
        y: y
        color: group
        caption: \(quoted)
        note: \(quoted)
        ```

        ```{expect} e
        that:
          - {value: rows.n_rows, equals: 7, within: 0.1, source: \(quoted)}
        ```
        """,
      ]
    }

    private static func quoted(_ text: String) -> String {
      var result = "\""
      for scalar in text.unicodeScalars {
        switch scalar {
        case "\"", "\\": result += "\\" + String(scalar)
        default:
          let isPlain = (0x20..<0x7f).contains(scalar.value)
          let hex = String(scalar.value, radix: 16)
          result += isPlain ? String(scalar) : "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
        }
      }
      return result + "\""
    }

    /// A level between quotes of its own.
    private static func inner(_ text: String) -> String { "\"" + text.replacingOccurrences(of: "\"", with: "") + "\"" }
  }

  /// Runs the project with as much of it as can be run, and returns its files.
  private func files(_ payload: String) throws -> [(path: String, text: String)] {
    var files = Project(payload).files
    // A level cannot hold a quote, so that the data must not either.
    if payload.contains("\"") {
      let level = payload.replacingOccurrences(of: "\"", with: "")
      files["data/x.csv"] = files["data/x.csv"]?.replacingOccurrences(
        of: "\n\"\(payload.replacingOccurrences(of: "\"", with: "\"\""))\",", with: "\n\"\(level)\",")
    }
    let project = try TemporaryProject(files)
    let source = SourceFile(path: "notebook.md", bytes: try project.workspace.read("notebook.md"))
    do {
      let run = try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace)
      return run.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }
    } catch let error as Diagnostics {
      Issue.record("\(error.all.map(DiagnosticText(source: source).text).joined())")
    } catch let error as StepFailure {
      Issue.record("\(error.diagnostics.map(DiagnosticText(source: source).text).joined())")
    }
    return []
  }

  @Test(arguments: payloads)
  func staysText(_ payload: String) throws {
    let files = try files(payload)
    #expect(files.contains { $0.path == "report.html" } && files.contains { $0.path == "figures/f.svg" })
    for (path, text) in files {
      if path == "report.html" || path.hasSuffix(".svg") {
        let findings = MarkupChecker.findings(in: text, isPage: path == "report.html")
        #expect(findings.isEmpty, "\(path): \(findings.joined(separator: "\n"))")
      }
      if path.hasSuffix(".csv") {
        for cell in cells(text) where Double(cell) == nil {
          #expect(!"=+-@\t\r\n\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(cell.first ?? " "), "\(path): \(cell)")
        }
      }
      if path == "report.md" {
        #expect(!text.unicodeScalars.contains { VisibleText.of(String($0)) != String($0) && $0 != "\n" }, "\(path)")
        #expect(!text.contains("](<javascript:") && !text.contains("](<data:"))
      }
    }
  }

  /// What a spreadsheet would see: the fields of RFC 4180.
  private func cells(_ text: String) -> [String] {
    var cells = [""]
    var isQuoted = false
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": isQuoted.toggle()
      case ",", "\n": if isQuoted { cells[cells.count - 1].unicodeScalars.append(scalar) } else { cells.append("") }
      default: cells[cells.count - 1].unicodeScalars.append(scalar)
      }
    }
    return cells
  }

  /// The checker finds what it is there for.
  @Test(arguments: [
    "<script>1</script>", "<p onclick=\"x\">a</p>", "<p style=\"x\">a</p>", "<a href=\"javascript:x\">a</a>",
    "<a href=\"java&#39;script:x\">a</a>", "<img src=\"x\"/>", "<p>a", "a</p>", "a & b", "a > b", "<p class=x>a</p>",
    "<iframe>a</iframe>", "<!-- a -->", "<style>a{b:url(c)}</style>", "<meta http-equiv=\"refresh\">", "\u{202e}",
    "<a href=\"//e.example\">a</a>", "<a href=\" javascript:x\">a</a>",
  ])
  func theCheckerFinds(_ markup: String) throws {
    let page = try #require(try files("plain").first { $0.path == "report.html" }?.text)
    #expect(MarkupChecker.findings(in: page, isPage: true).isEmpty)
    let changed = page.replacingOccurrences(of: "</main>", with: "\(markup)</main>")
    #expect(!MarkupChecker.findings(in: changed, isPage: true).isEmpty)
  }
}
