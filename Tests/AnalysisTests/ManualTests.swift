import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Reporting
import Testing

/// Every step's manual ends with a notebook: it is parsed, checked and run on the shipped data.
@Suite("Manuals")
struct ManualTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  @Test(arguments: StepCatalog.kinds.map { $0.kind })
  func exampleRuns(_ name: String) throws {
    let kind = try #require(StepCatalog.kinds.first { $0.kind == name })
    let example = StepManual.example(kind)
    #expect(example.contains("```{\(name)}"), "the example shows the step")
    let source = SourceFile(path: "manual.md", bytes: Array(example.utf8))
    let workspace = Workspace(root: Self.root)
    do {
      let plan = try Planner.plan(source, in: workspace)
      let run = try RecordedRun(plan, in: workspace)
      #expect(plan.warnings.isEmpty)
      #expect(run.sealed.run.failures.isEmpty)
      try Self.expectRendersAgain(run)
    } catch let error as Diagnostics {
      Issue.record("\(error.all.map { DiagnosticText(source: source).text($0) }.joined())")
    } catch let error as StepFailure {
      Issue.record("\(error.diagnostics.map { DiagnosticText(source: source).text($0) }.joined())")
    }
  }

  /// Every file but those that steps publish follows from the results alone.
  static func expectRendersAgain(_ run: RecordedRun) throws {
    let results = try #require(run.files.first { $0.path == "results.json" })
    let rendered = Renderer.render(try RunDocument(json: try JSONParser.parse(results.bytes)))
    let published = run.sealed.run.steps.flatMap(\.outcome.publications).map(\.path)
    let records = [Manifest.fileName, Manifest.sumsName]
    #expect(
      Set(rendered.map(\.path)) == Set(run.files.map(\.path).filter { !(published + records).contains($0) }))
    for file in rendered {
      #expect(file.bytes == run.files.first { $0.path == file.path }?.bytes, "\(file.path)")
    }
  }

  @Test func kindsAreNamedOnce() {
    let names = StepCatalog.kinds.map { $0.kind }
    #expect(Set(names).count == names.count)
  }
}
