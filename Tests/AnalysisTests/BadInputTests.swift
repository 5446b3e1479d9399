import Analysis
import Digests
import NotebookSyntax
import Provenance
import Testing

/// What dirty data do to models and tests: a message that says what to do, or a result without a number that is none.
@Suite("Bad input")
struct BadInputTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let title: String
    let keep: String
    let cell: String
    /// The code and a part of the message; nil where there is a result.
    let message: (code: String, text: String)?
    var testDescription: String { "\(title): \(cell.prefix { $0 != "\n" })" }

    init(_ title: String, _ keep: String, _ cell: String, _ code: String? = nil, _ text: String = "") {
      self.title = title
      self.keep = keep
      self.cell = cell
      message = code.map { ($0, text) }
    }
  }

  /// Twelve patients, three visits each, one of them with a visit of its own; synthetic.
  private static let data: String = {
    var stream = 1
    var rows = ["p,week,g,y,flat,twice,event,one"]
    for patient in 0..<12 {
      for week in [0, 4, 8] + (patient == 0 ? [99] : []) {
        stream = (stream * 1_103_515_245 + 12345) % 2_147_483_648
        let y = 10 + Double(stream % 1000) / 200 + Double(week) / 10
        rows.append("p\(patient),\(week),\(patient % 2 == 0 ? "A" : "B"),\(y),5,\(2 * week),\(patient % 2),1")
      }
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  private static func regression(_ formula: String, _ rest: String = "") -> String {
    "```{regression} m\ndata: used\nformula: \(formula)\n\(rest)```"
  }
  private static func mixed(_ formula: String) -> String { "```{mixed} m\ndata: used\nformula: \(formula)\n```" }
  private static func mmrm(_ formula: String, _ rest: String = "") -> String {
    "```{mmrm} m\ndata: used\nformula: \(formula) + us(factor(week) | p)\n\(rest)```"
  }
  private static func test(_ outcome: String, _ method: String) -> String {
    "```{test} m\ndata: used\noutcome: \(outcome)\ngroups: g\nmethod: \(method)\n```"
  }

  static let cases: [Case] = [
    Case("no rows", "week > 1000", regression("y ~ week"), "no-rows", "no row of `used`"),
    Case("no rows", "week > 1000", mixed("y ~ week + (1 | p)"), "no-rows", "no row of `used`"),
    Case("no rows", "week > 1000", mmrm("y ~ g"), "no-rows", "no row of `used`"),
    Case("no rows", "week > 1000", test("y", "welch"), "test", "there are no rows to test"),
    Case("one group", "g == \"A\"", regression("y ~ g"), "one-level", "`g` has only the level `A`"),
    Case("one group", "g == \"A\"", mixed("y ~ g + (1 | p)"), "one-level", "`g` has only the level `A`"),
    Case("one group", "g == \"A\"", mmrm("y ~ g"), "one-level", "`g` has only the level `A`"),
    Case("one group", "g == \"A\"", test("y", "rank-sum"), "test", "there is only one group, A"),
    Case("one patient", "p in [\"p0\"]", mixed("y ~ week + (1 | p)"), "model", "all rows have the same `p`"),
    Case("one patient", "p in [\"p0\"]", mmrm("y ~ 1"), "model", "parameters are too many for 4 rows"),
    Case("fewer rows than parameters", "p in [\"p1\"]", regression("y ~ poly(week, 2)")),
    Case(
      "fewer rows than parameters", "p in [\"p0\", \"p1\"] and week < 5", mixed("y ~ week * g + (1 | p)"), "model",
      "4 rows are too few"),
    Case(
      "fewer rows than parameters", "p in [\"p0\", \"p1\"] and week < 5", mmrm("y ~ g"), "model", "too many for 4 rows"),
    Case("constant outcome", "week < 50", regression("flat ~ week"), "model", "reproduced exactly"),
    Case("constant outcome", "week < 50", mixed("flat ~ week + (1 | p)"), "model", "reproduced exactly"),
    Case("constant outcome", "week < 50", mmrm("flat ~ week"), "model", "reproduced exactly"),
    Case("constant outcome", "week < 50", test("flat", "welch"), "test", "all values are the same"),
    Case("constant outcome", "week < 50", test("flat", "rank-sum"), "test", ""),
    Case("aliased predictor", "week < 50", regression("y ~ week + twice")),
    Case("aliased predictor", "week < 50", mixed("y ~ week + twice + (1 | p)")),
    Case("aliased predictor", "week < 50", mmrm("y ~ week + twice")),
    Case("infinite value", "week < 50", regression("y ~ I(10^(week * 100))"), "computation", "has no value"),
    Case("infinite value", "week < 50", mixed("y ~ I(10^(week * 100)) + (1 | p)"), "computation", "has no value"),
    Case("infinite value", "week < 50", mmrm("y ~ I(10^(week * 100))"), "computation", "has no value"),
    Case(
      "complete separation", "week < 50", regression("event ~ g", "family: binomial\n"), "separation", "`gB` predicts"),
    Case("a visit of one patient", "week < 100", mixed("y ~ factor(week) + (1 | p)")),
    Case("a visit of one patient", "week < 100", mmrm("y ~ factor(week)"), "model", "every row of visit 99"),
    Case("a visit of one patient", "week < 100", mmrm("y ~ factor(week)", "fallback: [cs]\n")),
    Case(
      "a slope without variation", "week < 50", mixed("y ~ week + (1 + one | p)"), "model", "has no variance of its own"
    ),
    Case("a slope without variation", "week == 0", mixed("y ~ g + (week | p)"), "model", "is zero in every row"),
    Case(
      "one row for each patient", "week == 0", mixed("y ~ g + (1 | p)"), "model", "cannot be told from the residual's"),
  ]

  @Test(arguments: cases) func isSaid(_ item: Case) throws {
    let notebook = """
      ---
      title: T
      ---

      ```{load} rows
      file: data/x.csv
      columns:
        p: id
        week: number
        g: category [A, B]
        y: number
        flat: number
        twice: number
        event: integer
        one: number
      ```

      ```{filter} used
      data: rows
      keep:
        where: \(item.keep)
        because: Case
      ```

      \(item.cell)

      """
    let project = try TemporaryProject(["n.md": notebook, "data/x.csv": Self.data])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    do {
      let run = try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace)
      #expect(item.message == nil, "a result and no message")
      for file in run.files {
        let text = String(decoding: file.bytes, as: UTF8.self)
        #expect(!text.contains("NaN") && !text.contains("not a number"), "\(file.path)")
      }
    } catch let error as StepFailure {
      let diagnostic = try #require(error.diagnostics.first)
      let wanted = try #require(item.message, "\(diagnostic.message)")
      #expect(diagnostic.code == wanted.code)
      #expect(diagnostic.message.contains(wanted.text) || wanted.text.isEmpty, "\(diagnostic.message)")
      #expect(!diagnostic.help.isEmpty || diagnostic.code == "test", "\(diagnostic.message)")
      #expect(diagnostic.span != nil)
    }
  }
}
