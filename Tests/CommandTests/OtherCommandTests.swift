import Foundation
import Testing

@Suite("The other commands")
struct OtherCommandTests {
  @Test func versionAndDoctor() throws {
    let version = try Command.run(["--version"], in: Command.root)
    #expect(version.code == 0 && version.output.hasPrefix("colophon "))
    let doctor = try Command.run(["doctor"], in: Command.root)
    #expect(doctor.code == 0 && doctor.output.contains("numeric fingerprint") && doctor.output.contains("GSL"))
  }

  @Test func stepsListsKindsAndPrintsManuals() throws {
    let list = try Command.run(["steps"], in: Command.root).output
    for kind in [
      "load", "join", "filter", "derive", "table1", "summarize", "regression", "mixed", "figure", "table", "expect",
    ] {
      #expect(list.contains(kind))
      let manual = try Command.run(["steps", kind], in: Command.root)
      #expect(manual.code == 0 && manual.output.hasPrefix("# \(kind)\n"))
    }
    let unknown = try Command.run(["steps", "filtre"], in: Command.root)
    #expect(unknown.code == 64 && unknown.errors.contains("did you mean `filter`?"))
  }

  @Test func theStepsReferenceIsUpToDate() throws {
    let printed = try Command.run(["steps", "--all"], in: Command.root).output
    #expect(try String(contentsOfFile: "\(Command.root)/docs/steps.md", encoding: .utf8) == printed)
  }

  /// What `schema` proposes can be pasted: the notebook made of it runs.
  @Test(arguments: ["data/pbc/pbcseq.csv", "data/pbc/pbc.csv", "data/ucmsc24/labs.csv", "data/ucmsc24/patients.csv"])
  func aProposedSchemaLoadsItsFile(_ file: String) throws {
    let project = try ProjectCopy()
    let schema = try project.run("schema", file)
    #expect(schema.code == 0 && schema.output.hasPrefix("columns:\n"))
    try project.write(
      "---\ntitle: T\n---\n\n```{load} rows\nfile: \(file)\n\(schema.output)```\n", to: "notebooks/t.md")
    let result = try project.run("run", "notebooks/t.md")
    #expect(result.code == 0, "\(result.errors)")
  }

  /// Units stand in headers as laboratories print them; the notebook's names hold nothing of their marks.
  @Test func aProposedSchemaReadsUnitsFromHeaders() throws {
    var rows = "patient_id,HBV DNA (IU/mL),Total bilirubin,Total bilirubin unit,Weight [kg]\n"
    for index in 0..<20 {
      rows += "P\(index),\(1000 + 37 * index).5,\(10 + index).2,\(index % 3 > 0 ? "mg/dL" : "umol/L"),\(60 + index).5\n"
    }
    let project = try TemporaryFolder(["colophon.yaml": "", "h.csv": rows])
    let schema = try Command.run(["schema", "h.csv"], in: project.root)
    for line in [
      "hbv_dna__iu_ml_: number [IU]/mL,", "type: number mg/dL of bilirubin,", "unit_from: Total bilirubin unit",
      "weight__kg_: number kg,",
    ] {
      #expect(schema.output.contains(line), "\(line) in \(schema.output)\(schema.errors)")
    }
  }

  @Test func showFollowsPaths() throws {
    let run = "outputs/pbc-bilirubin"
    let estimate = try Command.run(["show", run, "reference.terms[\"year\"].estimate"], in: Command.root)
    #expect(estimate.code == 0)
    #expect(
      Double(estimate.output.trimmingCharacters(in: .whitespacesAndNewlines)).map {
        abs($0 - 0.179_757_030_905_436_37) < 1e-13
      } == true)
    #expect(try Command.run(["show", run], in: Command.root).output.contains("mixed\tgrowth"))
    #expect(
      try Command.run(["show", run, "growth.ranef[\"patient\"][\"1\"][\"year\"].cond_sd"], in: Command.root).code == 0)
    let wrong = try Command.run(["show", run, "growth.terms[\"yera\"]"], in: Command.root)
    #expect(wrong.code == 6 && wrong.errors.contains("did you mean `year`?"))
    #expect(try Command.run(["show", "outputs/none"], in: Command.root).code == 74)
  }

  @Test(arguments: [["nonsense"], ["run"], ["run", "--outptu", "x", "n.md"], ["verify"], []])
  func wrongUsageEndsSixtyFour(_ arguments: [String]) throws {
    let result = try Command.run(arguments, in: Command.root)
    #expect(arguments.isEmpty ? result.code == 0 : result.code == 64)
  }

  @Test func checkReadsHeadersAndWritesNothing() throws {
    let project = try ProjectCopy()
    let before = try project.contents(of: ".")
    #expect(try project.run("check", "notebooks").code == 0)
    #expect(try project.contents(of: ".") == before)
  }

  @Test func aReportHoldsNoScriptAndLoadsNothing() throws {
    for name in ["pbc-bilirubin", "ucmsc-24-weeks", "ucmsc-visit-by-visit"] {
      let html = try String(contentsOfFile: "\(Command.root)/outputs/\(name)/report.html", encoding: .utf8)
      for forbidden in [
        "<script", "javascript:", " style=", " onclick", " onerror", " onload", "<link", "<iframe", "src=", "@import",
        "url(",
      ] {
        #expect(!html.contains(forbidden), "\(forbidden) in \(name)")
      }
      #expect(html.contains("default-src 'none'"))
      #expect(html.utf8.count < 300_000)
    }
  }

  @Test func syntheticDataAreCalledSo() throws {
    let html = try String(contentsOfFile: "\(Command.root)/outputs/ucmsc-24-weeks/report.html", encoding: .utf8)
    let top = html.components(separatedBy: "<h2").first ?? ""
    #expect(top.contains("<strong>SYNTHETIC</strong>"))
  }

  /// Messages are for researchers: no word of the language or library underneath.
  @Test func messagesAreInTheReadersLanguage() throws {
    let folder = "\(Command.root)/Tests/Specs"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      for word in ["Optional(", "nil", "Swift", "GSL", "gsl_", "fatal", "NaN", " nan"] {
        #expect(!text.contains(word), "\(word) in \(name)")
      }
    }
  }

  /// The tutorial's notebook is run as its reader would, and its digest is the one the page shows.
  @Test func theTutorialTellsTheTruth() throws {
    let page = try String(contentsOfFile: "\(Command.root)/docs/tutorial.md", encoding: .utf8)
    let blocks = page.components(separatedBy: "`````")
    let notebook = try #require(blocks.count > 2 ? blocks[1] : nil).dropFirst("markdown\n".count)
    let project = try ProjectCopy()
    try project.write(String(notebook), to: "notebooks/first.md")
    let mistake = try project.run("check", "notebooks/first.md")
    #expect(mistake.code == 6)
    #expect(page.contains(mistake.errors.trimmingCharacters(in: .newlines)))
    try project.write(notebook.replacingOccurrences(of: "albumn", with: "albumin"), to: "notebooks/first.md")
    let result = try project.run("run", "notebooks/first.md")
    #expect(result.code == 0)
    let core = try #require(result.errors.components(separatedBy: "core colophon:1:").last).prefix(8)
    #expect(page.contains("core colophon:1:\(core)…"))
    let shown = try project.run("show", "outputs/first", "model.terms[\"albumin\"]").output
    #expect(page.contains(shown))
  }
}
