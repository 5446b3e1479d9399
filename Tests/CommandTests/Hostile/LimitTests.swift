import Foundation
import NotebookSyntax
import Testing

/// Every named limit refuses when it is lowered, says by which flag it is raised, and lets the notebook pass as it stands.
@Suite("Limits with a flag")
struct LimitTests {
  private static let notebook = """
    ---
    title: Limits
    ---

    | a | b |
    |---|---|
    | c | d |

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL
      trt: category [0 = placebo, 1 = D-penicillamine]
      stage: category [1, 2, 3, 4]
    ```

    ```{load} packed
    file: packed.csv.gz
    columns: {x: number}
    ```

    ```{regression} model
    data: visits
    formula: log(bili) ~ day + trt * stage
    ```

    ```{means} grid
    model: model
    of: stage
    ```

    ```{contrast} pairs
    from: grid
    between: stage
    method: pairwise
    ```

    ```{derive} more
    data: visits
    columns:
      sum: 1 + 2 + 3 + bili / 1 mg/dL
    ```

    ```{test} each_stage
    data: visits
    outcome: bili
    groups: trt
    method: rank-sum
    by: stage
    ```

    """

  private func project() throws -> ProjectCopy {
    let project = try ProjectCopy()
    try project.write(PackedInputTests.small, to: "packed.csv.gz")
    try project.write(Self.notebook, to: "notebooks/limits.md")
    return project
  }

  @Test func theNotebookIsWithinThem() throws {
    let result = try project().run("run", "notebooks/limits.md")
    #expect(result.code == 0, "\(result.errors)")
  }

  @Test(arguments: Limit.allCases)
  func loweredItRefuses(_ limit: Limit) throws {
    let lowest: [Limit: Int] = [.levels: 2, .columns: 5, .expandedBytes: 10]
    let project = try project()
    let result = try project.run(
      "run", "--no-cache", "notebooks/limits.md", "--limit", "\(limit.rawValue)=\(lowest[limit] ?? 1)")
    #expect(result.code == 6, "\(limit.rawValue) \(result.errors)")
    #expect(result.errors.contains("--limit \(limit.rawValue)=NUMBER"), "\(limit.rawValue) \(result.errors)")
    #expect(!FileManager.default.fileExists(atPath: "\(project.root)/outputs/limits"))
  }

  @Test func raisedItAccepts() throws {
    let project = try project()
    let sum = (1...450).map(String.init).joined(separator: " + ")
    try project.write(
      Self.notebook.replacingOccurrences(of: "sum: 1 +", with: "sum: \(sum) +"), to: "notebooks/limits.md")
    #expect(try project.run("check", "notebooks/limits.md").code == 6)
    let result = try project.run("check", "notebooks/limits.md", "--limit", "operators=500", "--limit", "cells=7")
    #expect(result.code == 0, "\(result.errors)")
  }

  @Test(arguments: [
    ("cels=3", "did you mean `cells`?"), ("cells", "name=number"), ("cells=0", "name=number"),
    ("cells=-1", "name=number"), ("operators=4001", "4000 at most"),
  ])
  func mistakes(_ text: String, _ said: String) throws {
    let result = try Command.run(["check", "notebooks", "--limit", text], in: Command.root)
    #expect(result.code == 64 && result.errors.contains(said), "\(result.errors)")
  }

  @Test func theManualHasThemAll() throws {
    let page = try String(contentsOfFile: "\(Command.root)/docs/security.md", encoding: .utf8)
    for limit in Limit.allCases { #expect(page.contains("`\(limit.rawValue)`"), "\(limit.rawValue)") }
  }
}
