import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Reporting
import Testing

/// What a run publishes beside its numbers: tables, captions, equations.
@Suite("Published results")
struct PublishedResultTests {
  private static let notebook = """
    ---
    title: From $5 to $6
    ---

    ```{load} m
    file: data/m.csv
    columns:
      patient: id
      week: number wk
      alb: number g/L of albumin
      ast: number U/L
      g: category [A, B]
    ```

    ```{figure} course
    data: m
    x: week
    y: alb
    color: g
    mean: each
    average: median
    ```

    ```{figure} spread
    each: {lab: {type: column, values: [alb, ast]}}
    kind: histogram
    data: m
    x: $lab
    caption: The author's words
    ```

    ```{regression} lines
    each: {lab: {type: column, values: [alb, ast]}}
    data: m
    formula: $lab ~ g + week
    ```

    ```{mixed} growth
    data: m
    formula: alb ~ week + g + (1 + g | patient)
    ```

    """

  private static let data = """
    patient,week,alb,ast,g
    P1,0,30.1,36,A
    P1,4,36.2,31,B
    P1,4,35.0,33,A
    P2,0,28.4,38,A
    P2,4,31.9,40,B
    P2,4,31.2,41,A
    P3,0,33.3,33,A
    P3,4,38.0,41,B
    P3,4,37.0,43,A
    P4,0,29.9,27,A
    P4,4,35.5,32,B
    P4,0,29.1,30,B
    P5,0,31.2,39,A
    P5,4,33.7,44,B
    P5,0,31.9,37,B
    P6,0,35.5,33,A
    P6,4,40.1,35,A
    P6,4,41.5,38,B

    """

  private let texts: [String: String]

  init() throws {
    let project = try TemporaryProject(["notebook.md": Self.notebook, "data/m.csv": Self.data])
    let source = SourceFile(path: "notebook.md", bytes: Array(Self.notebook.utf8))
    let run = try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace)
    texts = Dictionary(
      run.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }, uniquingKeysWith: { first, _ in first })
  }

  @Test func mediansOfAFigureAreATable() throws {
    let lines = try #require(texts["tables/course.csv"]).split(separator: "\n")
    #expect(lines.first == "g,window,n,x,median,conf_low,conf_high,conf_level")
    #expect(lines.count == 5)
  }

  @Test func aRowOfAllValuesHasAPath() throws {
    let document = try RunDocument(json: try JSONParser.parse(Array(try #require(texts["results.json"]).utf8)))
    #expect(
      ResultTable.path("lines", row: 5, column: "estimate", in: document) == "lines[\"ast\"].terms[\"gB\"].estimate")
    #expect(ResultTable.path("lines", row: 5, column: "term", in: document) == "lines[\"ast\"].terms[\"gB\"]")
    #expect(ResultTable.path("lines", row: 7, column: nil, in: document) == nil)
    #expect(ResultTable.path("course", row: 1, column: nil, in: document) == "course.medians[\"A\", \"0\"]")
  }

  @Test func theAuthorsCaptionIsThatOfTheFirstFigure() throws {
    let report = try #require(texts["report.md"])
    #expect(report.components(separatedBy: "The author's words").count == 2)
    #expect(report.contains("**Figure 3.** ast: "))
  }

  /// A factor in a random term has an effect for each of its levels but the first.
  @Test func theEquationNamesTheColumnsOfRandomTerms() throws {
    let page = try #require(texts["report.html"])
    let equation = try #require(page.components(separatedBy: "class=\"equation\"").last)
    // Once with its coefficient, once with its random effect.
    #expect(equation.prefix { $0 != "\n" }.components(separatedBy: "gB<").count == 3)
  }

  @Test func dollarsMakeNoFormula() throws {
    #expect(try #require(texts["report.md"]).hasPrefix("# From \\$5 to \\$6\n"))
  }
}
