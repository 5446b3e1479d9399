import NotebookSyntax
import Testing

@Suite("Notebooks")
struct NotebookTests {
  private func parse(_ text: String) -> (notebook: Notebook, diagnostics: [Diagnostic]) {
    NotebookParser.parse(SourceFile(path: "n.md", bytes: Array(text.utf8)))
  }

  private func notebook(_ body: String) -> (notebook: Notebook, diagnostics: [Diagnostic]) {
    parse("---\ntitle: T\n---\n\n" + body)
  }

  @Test func cellsHaveNamesAndPlaces() {
    let text =
      "---\ntitle: T\n---\n\n```{load} one\nfile: x\n```\n\n```{load}\nfile: y\n```\n\n~~~{load}\nfile: z\n~~~\n"
    let (notebook, diagnostics) = parse(text)
    #expect(diagnostics.isEmpty)
    #expect(notebook.cells.map(\.name.text) == ["one", "load_2", "load_3"])
    #expect(notebook.source.location(of: notebook.cells[1].span.start).line == 9)
    #expect(notebook.source.text(notebook.cells[0].kind.span) == "load")
  }

  /// Wherever a value stands in Markdown, its place is its own text.
  @Test(arguments: [
    "A {value}`a.b:.3` and {value}`c[\"x\"].d:p`.", "- item {value}`a.b:.3`\n- item {value}`c[\"x\"].d:p`",
    "> quoted {value}`a.b:.3`\n> more {value}`c[\"x\"].d:p`", "| h |\n|---|\n| {value}`a.b:.3` {value}`c[\"x\"].d:p` |",
    "*em {value}`a.b:.3`* [link {value}`c[\"x\"].d:p`](http://x)", "é 😂 {value}`a.b:.3`\nnext {value}`c[\"x\"].d:p`",
    "``{value}`not` `` {value}`a.b:.3` {value}``c[\"x\"].d:p``", "# Head {value}`a.b:.3`, {value}`c[\"x\"].d:p`",
    "1. a\n\n   - b {value}`a.b:.3`\n     c {value}`c[\"x\"].d:p`",
  ])
  func valuesKnowTheirPlace(_ body: String) {
    let (notebook, diagnostics) = notebook(body + "\n")
    #expect(diagnostics.isEmpty)
    let values = notebook.prose.flatMap(\.values)
    #expect(values.map { notebook.source.text($0.path.span) } == ["a.b", "c[\"x\"].d"])
    #expect(values.map(\.format) == [.decimals(3), .pValue])
    for value in values {
      let text = notebook.source.text(value.span)
      #expect(text.hasPrefix("{value}`") && text.hasSuffix("`"))
    }
  }

  @Test func codeIsNoCell() {
    let (notebook, diagnostics) = notebook("````markdown\n```{load} x\nfile: y\n```\n````\n\n```r\nx <- 1\n```\n")
    #expect(diagnostics.isEmpty && notebook.cells.isEmpty)
  }

  @Test(arguments: [[0xFF], [0x61, 0x00], [0xED, 0xA0, 0x80]] as [[UInt8]])
  func bytesThatAreNoTextAreNamed(_ bytes: [UInt8]) {
    let (_, diagnostics) = NotebookParser.parse(SourceFile(path: "n.md", bytes: bytes))
    #expect(diagnostics.count == 1)
  }

  /// Whatever the bytes, parsing ends and reports places inside the file.
  @Test(arguments: [UInt64(1), 2, 3, 4])
  func anythingCanBeParsed(seed: UInt64) {
    let pieces = [
      "---\n", "title: T\n", "```{load} a\n", "```\n", "x: [1, {a: b}\n", "{value}`a.b`", "# h\n", "- ", "> ", "\t",
      "é", "\"", "'", ": ", " #", "&a ", "*a ", "!t ",
      "|", "`", "{", "}", "\r\n", "$p", "params:\n", "  a: {type: number, default: 1}\n", "? ", "%YAML 1.1\n",
      "~~~{x}\n", "<<: 1\n",
    ]
    var state = seed
    for _ in 0..<600 {
      var text = ""
      for _ in 0..<20 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text += pieces[Int(state >> 33) % pieces.count]
      }
      let source = SourceFile(path: "n.md", bytes: Array(text.utf8))
      let (_, diagnostics) = NotebookParser.parse(source)
      let printer = DiagnosticText(source: source)
      for diagnostic in diagnostics {
        if let span = diagnostic.span {
          #expect(span.start >= 0 && span.end <= source.bytes.count, "\(text.debugDescription)")
        }
        _ = printer.text(diagnostic)
      }
    }
  }

  @Test func suggestions() {
    #expect(Suggestion.nearest(to: "tbli", among: ["week", "tbil", "alt"]) == "tbil")
    #expect(Suggestion.nearest(to: "WEEK", among: ["alt", "week"]) == "week")
    #expect(Suggestion.nearest(to: "zzz", among: ["week", "tbil"]) == nil)
  }

  @Test func controlCharactersAreShown() {
    #expect(VisibleText.of("a\u{1B}[31m\u{202E}b\u{7F}") == "a\\u{1b}[31m\\u{202e}b\\u{7f}")
  }
}
