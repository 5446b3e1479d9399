import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Testing

@Suite("Digests of runs")
struct DeterminismTests {
  static let notebook = """
    ---
    title: T
    params:
      high: {type: number, default: 5}
    ---

    Prose.

    ```{load} rows
    file: data/x.csv
    columns:
      g: category [a, b]
      x: number
      unused: number
    ```

    ```{filter} some
    data: rows
    keep: {where: x < $high, because: small}
    ```

    ```{summarize} means
    data: some
    of: x
    by: g
    ```

    """
  static let data = "g,x,unused\na,1,7\nb,2,8\na,3,9\nb,9,1\n"

  private func run(notebook: String = Self.notebook, data: String = Self.data, high: String? = nil) throws -> Manifest {
    let project = try TemporaryProject(["n.md": notebook, "data/x.csv": data])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    let plan = try Planner.plan(source, in: project.workspace, overrides: high.map { [("high", $0)] } ?? [])
    return try RecordedRun(plan, in: project.workspace).manifest
  }

  private func output(_ step: String, _ manifest: Manifest) -> String? {
    manifest.steps.first { $0.name == step }?.output
  }
  private func action(_ step: String, _ manifest: Manifest) -> String? {
    manifest.steps.first { $0.name == step }?.action
  }

  @Test func theSameGivesTheSame() throws {
    #expect(try run().json.canonicalBytes == run().json.canonicalBytes)
  }

  @Test func proseChangesTheCoreAndNotTheAnalysis() throws {
    let before = try run()
    let after = try run(notebook: Self.notebook.replacingOccurrences(of: "Prose.", with: "Other prose."))
    #expect(before.core != after.core)
    #expect(before.analysis == after.analysis)
    #expect(before.steps.map(\.step) == after.steps.map(\.step))
  }

  @Test func oneCellChangesEverythingBehindIt() throws {
    let before = try run()
    let after = try run(data: Self.data.replacingOccurrences(of: "a,3", with: "a,4"))
    for step in ["rows", "some", "means"] { #expect(output(step, before) != output(step, after)) }
  }

  /// `means` reads `g` and `x` only: another column of its input is none of its business.
  @Test func aColumnThatAStepDoesNotUseLeavesItsActionAlone() throws {
    let before = try run()
    let after = try run(data: Self.data.replacingOccurrences(of: "a,1,7", with: "a,1,70"))
    #expect(output("some", before) != output("some", after))
    #expect(action("means", before) == action("means", after))
  }

  @Test func aParameterChangesTheStepsThatUseIt() throws {
    let before = try run()
    let after = try run(high: "2.5")
    #expect(action("rows", before) == action("rows", after))
    #expect(action("some", before) != action("some", after))
    #expect(before.core != after.core)
  }

  @Test func aManifestReadsBackToItself() throws {
    let manifest = try run()
    let bytes = manifest.json.canonicalBytes
    #expect(try Manifest(bytes: bytes).json.canonicalBytes == bytes)
  }

  /// No float stands in a manifest: parameters are their canonical source text.
  @Test func aManifestHoldsNoFloatingPointNumber() throws {
    func hasFloat(_ value: JSONValue) -> Bool {
      switch value {
      case .number: return true
      case .array(let items): return items.contains(where: hasFloat)
      case .object(let members): return members.contains { hasFloat($0.value) }
      default: return false
      }
    }
    #expect(!hasFloat(try run().json))
  }
}
