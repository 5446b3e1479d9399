import NotebookSyntax
import Testing

@Suite("Bibliographies")
struct BibliographyTests {
  private func read(_ text: String) throws -> [BibliographyEntry] { try BibliographyReader.read(Array(text.utf8)) }

  @Test func fieldsAreReadInAllTheirForms() throws {
    let entries = try read(
      """
      Anything may stand here, an address a@b.example too.
      @string{wiley = "Wiley"}
      @comment{ignored, {with braces}}
      @preamble{"\\newcommand"}
      @Book(Key:1, Title = "A {Q}uoted title", publisher = wiley # { \\& Sons}, year = 1999,
        month = mar)
      @misc{b,
        title = {Braces {inside {braces}}, "quotes" and @at},
      }
      """)
    #expect(entries.map(\.type) == ["book", "misc"])
    #expect(entries.map(\.key) == ["Key:1", "b"])
    #expect(entries[0].text("title") == "A Quoted title")
    #expect(entries[0].text("publisher") == "Wiley & Sons")
    #expect(entries[0].text("year") == "1999")
    #expect(entries[0].text("month") == "Mar")
    #expect(entries[1].text("title") == "Braces inside braces, \"quotes\" and @at")
    #expect(entries[1].text("doi") == nil)
  }

  @Test(arguments: [
    (#"M{\"a}chler"#, "Mächler"), (#"G{\o}tzsche"#, "Gøtzsche"), (#"{\'{E}}t{\'e}"#, "Été"), (#"\v{S}\'{\i}p"#, "Šíp"),
    (#"1--5 --- 7"#, "1–5 — 7"), (#"A~B \& C 5\%"#, "A\u{A0}B & C 5%"), (#"``so''"#, "“so”"), (#"O'Brien"#, "O’Brien"),
    (#"\emph{In vivo} \textbf{x}"#, "In vivo x"), (#"$\alpha$-helix"#, "α-helix"), (#"Stra\ss e"#, "Straße"),
    ("  many \n blanks ", "many blanks"), (#"\H{o}"#, "ő"), (#"\c c"#, "ç"), (#"a\~{}b {\^}"#, "a~b ^"),
  ])
  func texBecomesText(_ tex: String, _ text: String) {
    let entry = BibliographyEntry(type: "misc", key: "k", fields: [("title", tex)])
    #expect(entry.text("title") == text)
  }

  @Test(arguments: [
    ("https://a.example/~c--d?x='y'&z=$1", "https://a.example/~c--d?x='y'&z=$1"),
    (##"\url{https://a.example/\~{}c\_d\%20\#e\&f}"##, "https://a.example/~c_d%20#e&f"),
    (#"10.1002/{\~}a\_b--c:1<2"#, "10.1002/~a_b--c:1<2"), ("https://a.example/\n  long", "https://a.example/long"),
  ])
  func addressesAreNoProse(_ tex: String, _ text: String) {
    let entry = BibliographyEntry(type: "misc", key: "k", fields: [("url", tex)])
    #expect(entry.address("url") == text)
  }

  @Test(arguments: ["\r\n", "\r"]) func linesMayEndInAnyWay(_ end: String) throws {
    let text = "@misc{a,\n author = {Doe,\n Jane\nand\nRoe, Richard},\n title = {A long\n title}}\n"
    let lines = text.replacing("\n", with: end)
    let entry = try #require(try read(lines).first)
    #expect(entry.persons("author").map(\.family) == ["Doe", "Roe"])
    #expect(entry.text("title") == "A long title")
    #expect { try read(lines + "@misc{a}") } throws: { ($0 as? BibliographyReader.Mistake)?.line == 8 }
  }

  /// What a reference never shows, such as notes to oneself, goes into no record.
  @Test func onlyWhatIsShownIsKept() {
    let names = ["author", "title", "note", "annote", "abstract", "file", "keywords", "doi"]
    let entry = BibliographyEntry(type: "misc", key: "k", fields: names.map { ($0, "x") })
    #expect(entry.withShownFields.fields.map(\.name) == ["author", "title", "doi"])
  }

  @Test(arguments: [
    ("Bates, Douglas", ["Bates|Douglas|D"]), ("Douglas M. Bates", ["Bates|Douglas M.|DM"]),
    ("van der Vaart, Aad W.", ["van der Vaart|Aad W.|AW"]), ("Aad van der Vaart", ["van der Vaart|Aad|A"]),
    ("{World Health Organization}", ["World Health Organization||"]),
    ("King, Jr, Martin Luther", ["King|Martin Luther|ML"]),
    ("Jean-Paul Sartre and others", ["Sartre|Jean-Paul|JP", "others||"]),
    ("{Barnes and Noble} and Plato", ["Barnes and Noble||", "Plato||"]),
  ])
  func namesAreDivided(_ author: String, _ expected: [String]) {
    let entry = BibliographyEntry(type: "misc", key: "k", fields: [("author", author)])
    #expect(entry.persons("author").map { "\($0.family)|\($0.given)|\($0.initials)" } == expected)
  }

  @Test(arguments: [
    ("@article{a, title = {x}", 1), ("\n@article{a, title {x}}", 2), ("@article{, title = {x}}", 1),
    ("@article{a, title = {x} year = 1}", 1), ("@article{a, title = x}", 1), ("@misc{a}\n@misc{A}", 2),
    ("@article{a, title = \"x}", 1), ("@article{a, t = {x}, t = {y}}", 1), ("@misc{a, t = }", 1), ("@comment{x", 1),
    ("@misc{a, t = {x}\u{0}}", 1), ("@misc{a,\n t = {" + String(repeating: "{", count: 50), 2),
  ])
  func mistakesAreNamed(_ text: String, _ line: Int) {
    do {
      _ = try read(text)
      Issue.record("it was read")
    } catch let mistake as BibliographyReader.Mistake {
      #expect(mistake.line == line)
      #expect(!mistake.text.isEmpty)
    } catch {
      Issue.record("\(error)")
    }
  }

  /// Files made to take long or grow are refused or read in a time that grows with their size alone.
  @Test(.timeLimit(.minutes(1)), arguments: ["doubling", "entries", "braces", "ats", "names"])
  func hostileFilesEnd(_ kind: String) throws {
    var text = ""
    switch kind {
    case "doubling":
      text = "@string{s0 = {0123456789}}\n"
      for index in 1..<60 { text += "@string{s\(index) = s\(index - 1) # s\(index - 1)}\n" }
      #expect(throws: BibliographyReader.Mistake.self) { try read(text) }
      return
    case "entries": for index in 0..<20_000 { text += "@misc{k\(index), title = {t}}\n" }
    case "braces": text = "@misc{a, title = {" + String(repeating: "{}", count: 500_000) + "}}"
    case "ats": text = String(repeating: "@a ", count: 300_000)
    default: text = "@misc{a, title = {t}, author = {" + String(repeating: "A B and ", count: 50_000) + "C D}}"
    }
    let entries = try read(text)
    if kind == "entries" { #expect(entries.count == 20_000) }
    if kind == "names" { #expect(entries[0].persons("author").count == 50_001) }
  }

  /// Bytes of any kind never end the program.
  @Test func bytesOfAnyKindAreReadOrRefused() {
    var state: UInt64 = 20_261_124
    let alphabet = Array("@misc{a,title= \"x\"#}()\\~$%\n1é".utf8) + [0xFF, 0]
    for _ in 0..<3000 {
      var bytes = Array("@misc{k, ".utf8)
      for _ in 0..<40 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      if let entries = try? BibliographyReader.read(bytes) {
        for entry in entries { _ = (entry.problem, entry.persons("author"), entry.text("title")) }
      }
    }
  }
}

@Suite("Marks in prose")
struct ProseMarkTests {
  private func prose(_ body: String) -> (prose: [Prose], diagnostics: [Diagnostic], source: SourceFile) {
    let source = SourceFile(path: "n.md", bytes: Array(("---\ntitle: T\n---\n\n" + body).utf8))
    let (notebook, diagnostics) = NotebookParser.parse(source)
    return (notebook.prose, diagnostics, source)
  }

  @Test(arguments: [
    ("[@a]", ["a"]), ("[@a; @b]", ["a", "b"]), ("see @a-b.c.", ["a-b.c"]), ("@a's", ["a"]), ("(@a)", ["a"]),
    ("*@a*", ["a"]), ("a@b.de", []), ("\\@a", []), ("`@a`", []), ("[x @a](http://y)", []), ("<a@b.de>", []),
    ("[@a]: http://x", []), ("[@_x:1/2]", ["_x:1/2"]), ("@fig-x", []), ("[@a] [@a]", ["a", "a"]), ("é@a", []),
    ("@ a", []), ("@1a", ["1a"]), ("- @a\n- [-@b]", ["a", "b"]),
  ])
  func sourcesAreFound(_ body: String, _ keys: [String]) {
    let (prose, diagnostics, source) = prose(body + "\n")
    #expect(diagnostics.isEmpty)
    let items = prose.flatMap(\.citations).flatMap(\.items)
    #expect(items.map(\.key) == keys)
    for item in items { #expect(source.text(item.span) == "@" + item.key) }
  }

  @Test(arguments: [
    ("$x$", ["x"]), ("$x$ and $y$", ["x", "y"]), ("costs $5 and $6", []), ("$ x$", []), ("$x $", []), ("\\$x$", []),
    ("`$x$`", []), ("``a ` $x$``", []), ("$$x$$", ["x"]), ("$a\nb$", ["a\nb"]), ("$a\n\nb$", []), ("$x$5", []),
    ("    $x$", []), ("~~~\n$x$\n~~~", []), ("> ```\n> $x$\n> ```\n\n$y$", ["y"]), ("$x_1*y*z_2$", ["x_1*y*z_2"]),
    ("# $x$", ["x"]), ("[a $x$](http://y)", ["x"]), ("| $|x|$ |\n|---|", ["|x|"]), ("a\\\\$x$", ["x"]),
    ("$$\n+ x\n- y\n$$", ["\n+ x\n- y\n"]), ("> $$\n> x\n> $$", ["\nx\n"]),
    ("$$\r\nx\r\n$$", ["\nx\n"]), ("> $$\r\n> x\r\n> $$", ["\nx\n"]), ("$a\r\nb$", ["a\nb"]),
  ])
  func formulasAreFound(_ body: String, _ tex: [String]) {
    let (prose, diagnostics, _) = prose(body + "\n")
    #expect(diagnostics.isEmpty)
    #expect(prose.flatMap(\.formulas).map(\.tex) == tex)
  }

  /// Nothing that prose can hold makes cells, values or lines go astray.
  @Test func linesStayWhereTheyAre() {
    let body = "$$\na\nb\n$$\n\n$x\ny$ {value}`a.b`\n\n```{load} one\nfile: $x$\n```\n"
    let source = SourceFile(path: "n.md", bytes: Array(("---\ntitle: T\n---\n\n" + body).utf8))
    let (notebook, diagnostics) = NotebookParser.parse(source)
    #expect(diagnostics.isEmpty)
    #expect(notebook.cells.map { source.location(of: $0.span.start).line } == [13])
    #expect(notebook.prose.flatMap(\.values).map { source.text($0.path.span) } == ["a.b"])
    #expect(source.text(notebook.cells[0].body.span).contains("$x$"))
  }

  @Test(
    .timeLimit(.minutes(1)),
    arguments: [
      String(repeating: "$", count: 200_000), String(repeating: "$a ", count: 100_000),
      String(repeating: "$a$", count: 50_000), String(repeating: "[@", count: 100_000),
      String(repeating: "[@a;", count: 80_000), "$" + String(repeating: "{", count: 100_000) + "$",
      String(repeating: "&#64;a ", count: 50_000), String(repeating: "` $x$ ``", count: 50_000),
      "$" + String(repeating: "\\sqrt", count: 50_000) + "$", "$" + String(repeating: "x_", count: 50_000) + "y$",
      String(repeating: "@sec-a ", count: 50_000),
    ])
  func hostileProseEnds(_ body: String) {
    _ = prose(body)
  }
}
