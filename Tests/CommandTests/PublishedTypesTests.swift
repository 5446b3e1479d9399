import Foundation
import Testing

/// What a published table's schema says reaches the notebook that loads it: units, analytes with their factors, censored numbers,
/// dates and labels.
@Suite("Types of published tables")
struct PublishedTypesTests {
  private static let first = """
    ---
    title: First
    ---

    ```{load} t
    file: d.csv
    columns:
      p: id
      tbil: {type: number umol/L of bilirubin factor 17.104, label: Bilirubin}
      alt: {type: number U/L, below: censored, label: ALT}
      seen: date "%d.%m.%Y"
      arm: {type: "category [A, B]", label: Arm, labels: {A: Drug, B: Placebo}}
    ```

    ```{table} rows
    data: t
    ```

    """

  private static let second = """
    ---
    title: Second
    ---

    ```{load} t
    file: outputs/first/tables/rows.csv
    ```

    ```{derive} more
    data: t
    columns:
      conventional: convert(tbil, mg/dL)
      half: uncensor(alt, half)
      since: seen - date("2020-01-01")
    ```

    ```{table} again
    data: more
    ```

    ```{summarize} s
    data: more
    of: [tbil, half]
    by: arm
    ```

    """

  @Test func theyReachTheNextNotebook() throws {
    let data = "p,tbil,alt,seen,arm\nP1,17.104,<5,31.01.2020,A\nP2,34.208,7,01.02.2020,B\n"
    let project = try TemporaryFolder(
      ["colophon.yaml": "", "notebooks/first.md": Self.first, "notebooks/second.md": Self.second, "d.csv": data])
    let result = try project.run(["run", "notebooks"])
    #expect(result.code == 0, "\(result.errors)")
    func text(_ path: String) throws -> String { String(decoding: try project.read(path), as: UTF8.self) }
    #expect(
      try text("outputs/first/tables/rows.csv")
        == "p,tbil,alt,seen,arm\nP1,17.104,<5,2020-01-31,A\nP2,34.208,7,2020-02-01,B\n")
    #expect(
      try text("outputs/second/tables/again.csv")
        == "p,tbil,alt,seen,arm,conventional,half,since\nP1,17.104,<5,2020-01-31,A,1,2.5,30\nP2,34.208,7,2020-02-01,B,2,7,31\n"
    )
    let schema = try text("outputs/first/tables/rows.columns.yaml").split(separator: "\n")
    #expect(
      try text("outputs/second/tables/again.columns.yaml").split(separator: "\n").prefix(schema.count) == schema[...])
    let report = try text("outputs/second/report.md")
    #expect(report.contains("| Bilirubin (µmol/L) | Drug |") && report.contains("| Placebo |"), "\(report)")
  }
}
