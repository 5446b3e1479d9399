import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// Whole notebooks that predict and diagnose, against R: `predict`, `rstandard`, `cooks.distance`, `qqnorm`; lme4's
/// predictions at the fifty-digit θ; Henderson's mixed-model equations inverted as a whole; and generalized least squares with
/// the rows left out.
@Suite("Predict and diagnose")
struct PredictTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Reference")

  static func file(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  let expected: JSONValue

  init() throws {
    expected = try JSONParser.parse(Array(try Self.file("expected/predict_diagnose_r.json").utf8))
  }

  func run(_ cells: String, _ data: [String: String]) throws -> RunResult {
    let project = try TemporaryProject(data)
    let source = SourceFile(path: "n.md", bytes: Array(("---\ntitle: T\n---\n\n" + cells).utf8))
    return try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed.run
  }

  private func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    case .array(let values) where values.count == 1: number(values[0])
    default: nil
    }
  }

  func wanted(_ path: String...) throws -> [Double] {
    var value = expected
    for name in path { value = try #require(value[name], "\(name)") }
    if let array = value.array { return array.map { number($0) ?? .nan } }
    return [try #require(number(value))]
  }

  func column(_ name: String, _ step: String, _ run: RunResult) throws -> [Double] {
    let table = try #require(run.step(named: step)?.outcome.table)
    return try #require(table[name]?.values.numbers, "\(name)")
  }

  func expectClose(
    _ found: [Double], _ wanted: [Double], _ tolerance: Double, _ what: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == wanted.count, "\(what)", sourceLocation: sourceLocation)
    let size = wanted.reduce(1e-3) { max($0, abs($1)) }
    for (index, pair) in zip(found, wanted).enumerated() {
      #expect(
        abs(pair.0 - pair.1) <= tolerance * size, "\(what) \(index): \(pair.0) and not \(pair.1)",
        sourceLocation: sourceLocation)
    }
  }

  private static let cars = """
    ```{load} cars
    file: data/x.csv
    columns:
      mpg: number
      cyl: category ["4", "6", "8"]
      hp: number
      wt: number
      am: integer
      carb: integer
    ```

    ```{load} new
    file: data/new.csv
    columns:
      hp: number
      wt: number
      cyl: category ["4", "6", "8"]
    ```

    """

  private static let newCars = "hp,wt,cyl\n100,2.5,4\n150,3.1,6\n220,4.0,8\n"

  /// R gives fifteen digits, and its own QR is good to about 1e-12 here.
  @Test func leastSquares() throws {
    let run = try run(
      Self.cars + """
        ```{regression} model
        data: cars
        formula: mpg ~ poly(hp, 2) + wt * cyl
        ```

        ```{predict} future
        model: model
        data: new
        interval: prediction
        ```

        ```{diagnose} check
        model: model
        ```

        ```{regression} simple
        data: cars
        formula: mpg ~ wt + hp
        ```

        ```{diagnose} groups
        model: simple
        by: carb
        data: cars
        ```
        """, ["data/x.csv": try Self.file("data/mtcars.csv"), "data/new.csv": Self.newCars])
    for name in ["estimate", "std_error", "conf_low", "conf_high", "pred_low", "pred_high"] {
      expectClose(try column(name, "future", run), try wanted("lm", name), 1e-10, name)
    }
    expectClose(try column("df", "future", run), [24, 24, 24], 0, "df")
    for (ours, theirs) in [
      ("std_residual", "rstandard"), ("leverage", "hat"), ("cooksd", "cooks"), ("quantile", "qq"),
    ] {
      expectClose(try column(ours, "check", run), try wanted("lm", theirs), 1e-9, ours)
    }
    try expectGroups("groups", "lm_groups", "carb", ["(Intercept)", "wt", "hp"], run, tolerance: 1e-9)
  }

  @Test func generalizedLinear() throws {
    let run = try run(
      Self.cars + """
        ```{regression} model
        data: cars
        formula: am ~ wt + hp
        family: binomial
        ```

        ```{predict} link
        model: model
        data: new
        ```

        ```{predict} mean
        model: model
        data: new
        scale: response
        ```

        ```{diagnose} check
        model: model
        ```

        ```{derive} counts
        data: cars
        columns:
          cylinders: if(cyl == "4", 4, if(cyl == "6", 6, 8))
        ```

        ```{regression} rate
        data: counts
        formula: carb ~ wt
        family: poisson
        offset: log(cylinders)
        ```

        ```{predict} rates
        model: rate
        at: {wt: [2.5, 3.5], cylinders: [4, 8]}
        ```
        """, ["data/x.csv": try Self.file("data/mtcars.csv"), "data/new.csv": Self.newCars])
    // A logistic fit is good to the square of its last step: some 1e-10 of these standard errors.
    for name in ["estimate", "std_error"] {
      expectClose(try column(name, "link", run), try wanted("glm", name), 1e-9, name)
    }
    expectClose(try column("estimate", "mean", run), try wanted("glm", "response"), 1e-9, "mean")
    expectClose(try column("std_error", "mean", run), try wanted("glm", "response_se"), 1e-9, "its error")
    for (ours, theirs) in [("std_residual", "rstandard"), ("leverage", "hat"), ("cooksd", "cooks")] {
      expectClose(try column(ours, "check", run), try wanted("glm", theirs), 1e-8, ours)
    }
    for name in ["estimate", "std_error"] {
      let all = try column(name, "rates", run)
      expectClose([all[0], all[3]], try wanted("offset", name), 1e-9, name)
    }
  }

  /// What `{value}` finds when it is planned is there when it has run: levels that look like numbers, numbers without
  /// digits, and days.
  @Test func rowsOfAtAreNamedAsTheyAreFound() throws {
    let run = try run(
      """
      ```{load} rows
      file: data/x.csv
      columns: {g: 'category ["01", "1"]', x: number, day: date, y: number}
      ```

      ```{regression} model
      data: rows
      formula: y ~ g + x + year(day)
      ```

      ```{predict} expected
      model: model
      at: {g: ["01", "1"], x: [1e21, -0, 0.0000001], day: [2020-06-01, 2021-06-01]}
      ```

      {value}`expected.rows["01", "1e+21", "2020-06-01"].estimate:.2` {value}`expected.rows["1", "0", "2021-06-01"].df:.0`
      {value}`expected.rows["1", "1e-7", "2021-06-01"].estimate:.2`
      """,
      [
        "data/x.csv": """
        g,x,day,y
        01,1,2020-01-31,3
        01,2,2021-03-04,5
        01,4,2020-05-06,7
        1,1,2021-01-31,8
        1,3,2020-07-08,9
        1,5,2021-12-31,13

        """
      ])
    let result = try #require(run.step(named: "expected")?.outcome.result)
    #expect(result["predicted"]?.double == 12 && result["not_predicted"]?.double == 0)
  }

  @Test(arguments: [
    ("x + year(day)", "x: [4, 4.0], day: [2020-06-01]", "repeated-name", "`4` stands twice in `x`"),
    ("x + year(day)", "x: [4], day: [2020-06-31]", "type", "`day` is a date, and `2020-06-31` is none"),
    (
      "uncensor(lab, half)", "lab: [<5]", "type", "`lab` is censored number, and `at` has no form for one"
    ),
  ])
  func valuesOfAtThatAreNone(_ formula: String, _ at: String, _ code: String, _ message: String) throws {
    do {
      _ = try run(
        """
        ```{load} rows
        file: data/x.csv
        columns: {x: number, day: date, lab: {type: number, below: censored}, y: number}
        ```

        ```{regression} model
        data: rows
        formula: y ~ \(formula)
        ```

        ```{predict} expected
        model: model
        at: {\(at)}
        ```
        """, ["data/x.csv": "x,day,lab,y\n"])
      Issue.record("\(at)")
    } catch let mistakes as Diagnostics {
      #expect(mistakes.all.map(\.code) == [code] && mistakes.all.first?.message == message, "\(mistakes.all)")
    }
  }
}
