import Foundation
import Testing

/// The file of sources is an input of the run like any other.
@Suite("Bibliographies of runs")
struct BibliographyCommandTests {
  private static let notebook = """
    ---
    title: T
    bibliography: refs.bib
    ---

    As known [@a].

    ```{load} rows
    file: x.csv
    columns: {x: number}
    ```

    """
  private static let sources = """
    @misc{a, author = {Ada Example}, title = {One thing}, year = 2001, file = {/somewhere/private.pdf},
      abstract = {nobody asked for this}}
    @misc{unused, title = {Not cited}}
    """

  private func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder([
      "colophon.yaml": "", "n.md": Self.notebook, "refs.bib": Self.sources, "x.csv": "x\n1\n2\n",
    ])
    #expect(try folder.run(["run", "n.md"]).code == 0)
    return folder
  }

  @Test func itIsRecordedAndOnlyWhatIsShownIsKept() throws {
    let folder = try project()
    let manifest = String(decoding: try folder.read("outputs/n/manifest.json"), as: UTF8.self)
    #expect(manifest.contains("\"refs.bib\""))
    #expect(try folder.run(["verify", "outputs/n", "--rerender", "--rerun"]).code == 0)
    for (path, data) in try folder.contents(of: "outputs/n") {
      let text = String(decoding: data, as: UTF8.self)
      #expect(!text.contains("private.pdf") && !text.contains("nobody asked") && !text.contains("Not cited"), "\(path)")
    }
    // The report follows from its results alone.
    try FileManager.default.removeItem(atPath: "\(folder.root)/refs.bib")
    let alone = try folder.run(["verify", "outputs/n", "--outputs-only", "--rerender"])
    #expect(alone.code == 0 && alone.output.contains("identical when rendered again"))
    #expect(try folder.run(["verify", "outputs/n"]).code == 5)
  }

  @Test func aChangeIsNoticed() throws {
    let folder = try project()
    #expect(!(try folder.run(["run", "n.md"]).errors.contains("refs.bib")))
    try folder.write(Self.sources.replacingOccurrences(of: "One thing", with: "Another thing"), to: "refs.bib")
    let verified = try folder.run(["verify", "outputs/n"])
    #expect(verified.code == 4)
    #expect(verified.output.contains("input refs.bib is changed"))
    let why = try folder.run(["why", "n.md"])
    #expect(why.output.contains("rows: stored"))
    #expect(why.output.contains("report: refs.bib has changed: the references are written anew"))
    let run = try folder.run(["run", "n.md"])
    #expect(run.errors.contains("refs.bib has changed: the references are written anew"))
    #expect(run.errors.contains("cached"))
    let report = String(decoding: try folder.read("outputs/n/report.md"), as: UTF8.self)
    #expect(report.contains("Another thing"))
    #expect(try folder.run(["verify", "outputs/n", "--rerun"]).code == 0)
  }

  /// Results that lack what the notebook in them cites are no results of it.
  @Test func resultsWithoutTheirSourcesAreRefused() throws {
    let folder = try project()
    let path = "outputs/n/results.json"
    let text = String(decoding: try folder.read(path), as: UTF8.self)
    let forged = text.replacingOccurrences(of: "\"key\":\"a\"", with: "\"key\":\"b\"")
    #expect(forged != text)
    try folder.write(forged, to: path)
    let verified = try folder.run(["verify", "outputs/n", "--rerender"])
    #expect(verified.output.contains("FAILED  results.json holds no results"))
  }

  @Test func aLinkOrAPathOutsideIsNoBibliography() throws {
    let folder = try project()
    try FileManager.default.removeItem(atPath: "\(folder.root)/refs.bib")
    try FileManager.default.createSymbolicLink(atPath: "\(folder.root)/refs.bib", withDestinationPath: "/etc/passwd")
    let run = try folder.run(["check", "n.md"])
    #expect(run.code == 6)
    #expect(!run.errors.contains("root:"))
    try folder.write(Self.notebook.replacingOccurrences(of: "refs.bib", with: "../refs.bib"), to: "n.md")
    #expect(try folder.run(["check", "n.md"]).errors.contains("`..` would leave the project"))
  }
}
