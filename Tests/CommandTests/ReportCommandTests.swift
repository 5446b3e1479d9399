import Foundation
import Testing

/// What is made of published reports beside the runs: hints about prose, a page over all, conversions.
@Suite("Reports beside their runs")
struct ReportCommandTests {
  private static let notebook = """
    ---
    title: A <small> run
    ---

    The slope is 0.529, or −0.529 from the other side, and it is 0.53 when rounded; p12.5 and 7 and 1.5 are none, nor is
    `0.529` in code or $0.529$ in a formula. There are 103 rows; {value}`line.terms["x"].estimate:.3`.

    ```{load} rows
    file: x.csv
    columns: {x: number, y: number}
    ```

    ```{regression} line
    data: rows
    formula: y ~ x
    ```

    """

  private func project() throws -> TemporaryFolder {
    var data = "x,y\n"
    for row in 1...103 { data += "\(row),\(Double(row * row % 11) + 0.53 * Double(row))\n" }
    let folder = try TemporaryFolder(["colophon.yaml": "", "n.md": Self.notebook, "x.csv": data])
    #expect(try folder.run(["run", "n.md"]).code == 0)
    return folder
  }

  @Test func typedNumbersAreNamed() throws {
    let folder = try project()
    let estimate = try folder.run(["show", "outputs/n", "line.terms[\"x\"].estimate"]).output
    let value = try #require(Double(estimate.split(whereSeparator: \.isWhitespace).last ?? ""))
    let typed = String(format: "%.3f", value)
    try folder.write(Self.notebook.replacingOccurrences(of: "0.529", with: typed), to: "n.md")
    #expect(try folder.run(["run", "n.md"]).code == 0)
    let verified = try folder.run(["verify", "outputs/n", "--prose"])
    #expect(verified.code == 0)
    #expect(verified.output.contains("line 5: \(typed) could be {value}`line.terms[\"x\"].estimate:.3`"))
    #expect(verified.output.contains("line 6: 103 could be {value}`rows.n_rows`"))
    #expect(!verified.output.contains("12.5 could") && !verified.output.contains("-\(typed)"))
    #expect(verified.output.components(separatedBy: "\(typed) could").count == 2)
    #expect(!(try folder.run(["verify", "outputs/n"]).output.contains("Prose")))
    #expect(try folder.run(["verify", "outputs/n", "--prose", "--json"]).code == 64)
  }

  @Test func theGalleryBelongsToNoRun() throws {
    let folder = try project()
    let made = try folder.run(["gallery"])
    #expect(made.code == 0 && made.output == "outputs/index.html: 1 run\n")
    let first = try folder.read("outputs/index.html")
    let page = String(decoding: first, as: UTF8.self)
    #expect(page.contains("<a href=\"n/report.html\">A &lt;small&gt; run</a>"))
    #expect(!page.contains("<script") && !page.contains("style=\""))
    #expect(try folder.run(["verify", "outputs/n", "--rerender", "--rerun"]).code == 0)
    #expect(try folder.run(["run", "n.md"]).code == 0)
    #expect(try folder.run(["gallery"]).code == 0)
    #expect(try folder.read("outputs/index.html") == first)
    // What is no run is named and left out.
    try folder.write("{}", to: "outputs/broken/manifest.json")
    let again = try folder.run(["gallery"])
    #expect(again.code == 0 && again.errors.contains("outputs/broken is left out"))
    #expect(try folder.run(["gallery", "nowhere"]).code == 74)
    // A page in a run would break it.
    try folder.write("", to: "outputs/n/tables/more/x")
    for inside in ["outputs/n", "outputs/n/tables/more", "outputs/broken"] {
      let refused = try folder.run(["gallery", inside])
      #expect(refused.code == 74 && refused.errors.contains("name the folder of runs"), "\(inside)")
    }
    #expect(!folder.exists("outputs/n/index.html"))
    // Limits hold for it as for others.
    for limit in [["--limit", "cells=1"], ["--max-file-size", "10"]] {
      let few = try folder.run(["gallery"] + limit)
      #expect(few.code == 0 && few.errors.contains("outputs/n is left out"), "\(limit)")
    }
    #expect(try folder.run(["gallery", "--project", "nowhere"]).code == 74)
  }

  /// A program that stands for pandoc or Chromium: it notes what it was asked and writes a file.
  private func converter(_ folder: TemporaryFolder, _ name: String, _ script: String) throws -> [String: String] {
    try folder.write("#!/bin/sh\n\(script)\n", to: "bin/\(name)")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o755], ofItemAtPath: "\(folder.root)/bin/\(name)")
    return ["PATH": "\(folder.root)/bin"]
  }

  @Test func conversionsStandBesideTheRun() throws {
    let folder = try project()
    let before = try folder.contents(of: "outputs/n")
    let pandoc = try converter(
      folder, "pandoc",
      "for word in \"$@\"; do case $word in --output=*) echo made > \"${word#--output=}\";; *.html) echo \"$word\" > asked;; esac; done"
    )
    let made = try folder.run(["export", "outputs/n", "--to", "docx"], environment: pandoc)
    #expect(made.code == 0)
    #expect(made.output.hasPrefix("n.docx\ncore colophon:1:"))
    #expect(made.errors.contains("converted by pandoc; no part of the run"))
    #expect(try folder.read("n.docx") == Data("made\n".utf8))
    #expect(try folder.contents(of: "outputs/n") == before)
    // A copy was converted, and not below the folder that the command was called in.
    let there = ["export", "outputs/n", "--to", "docx", "--output", "there/n.docx"]
    #expect(try folder.run(there, environment: pandoc.merging(["TMPDIR": "bin"]) { $1 }).code == 0)
    let asked = String(decoding: try folder.read("asked"), as: UTF8.self)
    #expect(asked.hasPrefix("/") && !asked.hasPrefix(folder.root))
    try FileManager.default.copyItem(atPath: "\(folder.root)/outputs/n", toPath: "\(folder.root)/outputs/other")
    let other = try folder.run(
      ["export", "outputs/n", "--to", "docx", "--output", "outputs/other/new/n.docx"], environment: pandoc)
    #expect(other.code == 74 && !folder.exists("outputs/other/new"))
    let inside = try folder.run(
      ["export", "outputs/n", "--to", "docx", "--output", "outputs/n/copy.docx"], environment: pandoc)
    #expect(inside.code == 74 && inside.errors.contains("choose another place"))
    #expect(try folder.contents(of: "outputs/n") == before)
    #expect(try folder.run(["export", "outputs/n"]).code == 64)
    #expect(try folder.run(["export", "outputs/n", "--to", "docx", "--crate", "c"]).code == 64)
  }

  @Test func whatCannotBeConvertedSaysWhy() throws {
    let folder = try project()
    let nothing = ["PATH": "\(folder.root)/none"]
    let pdf = try folder.run(["export", "outputs/n", "--to", "pdf"], environment: nothing)
    #expect(pdf.code == 74 && pdf.errors.contains("apt-get install chromium"))
    let docx = try folder.run(["export", "outputs/n", "--to", "docx"], environment: nothing)
    #expect(docx.code == 74 && docx.errors.contains("apt-get install pandoc"))
    let failing = try folder.run(
      ["export", "outputs/n", "--to", "pdf"], environment: try converter(folder, "chromium", "exit 3"))
    #expect(failing.code == 74 && failing.errors.contains("Chromium ended with 3"))
    let silent = try folder.run(
      ["export", "outputs/n", "--to", "pdf"], environment: try converter(folder, "chromium", "exit 0"))
    #expect(silent.code == 74 && silent.errors.contains("no file came out"))
    try folder.write("changed", to: "outputs/n/report.html")
    let changed = try folder.run(["export", "outputs/n", "--to", "pdf"], environment: nothing)
    #expect(changed.code == 4)
    #expect(!folder.exists("n.pdf") && !folder.exists("n.docx"))
  }
}
