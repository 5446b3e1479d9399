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

  private static func file(_ path: String) throws -> String {
    try String(contentsOf: folder.appending(path: path), encoding: .utf8)
  }

  private let expected: JSONValue

  init() throws {
    expected = try JSONParser.parse(Array(try Self.file("expected/predict_diagnose_r.json").utf8))
  }

  private func run(_ cells: String, _ data: [String: String]) throws -> RunResult {
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

  private func wanted(_ path: String...) throws -> [Double] {
    var value = expected
    for name in path { value = try #require(value[name], "\(name)") }
    if let array = value.array { return array.map { number($0) ?? .nan } }
    return [try #require(number(value))]
  }

  private func column(_ name: String, _ step: String, _ run: RunResult) throws -> [Double] {
    let table = try #require(run.step(named: step)?.outcome.table)
    return try #require(table[name]?.values.numbers, "\(name)")
  }

  private func expectClose(
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

  /// θ is right to 1e-8, and lme4 was given the fifty-digit one.
  @Test func randomSlopes() throws {
    let run = try run(
      """
      ```{load} rows
      file: data/x.csv
      columns: {Reaction: number, Days: number, Subject: id}
      ```

      ```{load} new
      file: data/new.csv
      columns: {Days: number, Subject: id}
      ```

      ```{mixed} model
      data: rows
      formula: Reaction ~ Days + (Days | Subject)
      ```

      ```{predict} population
      model: model
      data: new
      interval: prediction
      ```

      ```{predict} own
      model: model
      data: new
      effects: conditional
      interval: prediction
      ```

      ```{diagnose} check
      model: model
      ```
      """,
      [
        "data/x.csv": try Self.file("data/sleepstudy.csv"),
        "data/new.csv": "Days,Subject\n0,308\n5,351\n12,372\n3,999\n",
      ])
    let errors = try wanted("sleep", "std_error")
    expectClose(try column("estimate", "population", run), try wanted("sleep", "population"), 1e-9, "population")
    expectClose(try column("std_error", "population", run), errors, 1e-8, "its error")
    expectClose(try column("estimate", "own", run), try wanted("sleep", "conditional"), 1e-8, "conditional")
    expectClose(try column("std_error", "own", run), try wanted("sleep", "conditional_se"), 1e-7, "its error")
    // The half width of a new row's interval over that of the mean's.
    let variances = try wanted("sleep", "new_variance")
    let (means, high, new) = (
      try column("estimate", "population", run), try column("conf_high", "population", run),
      try column("pred_high", "population", run)
    )
    expectClose(
      means.indices.map { (new[$0] - means[$0]) / (high[$0] - means[$0]) },
      errors.indices.map { (errors[$0] * errors[$0] + variances[$0]).squareRoot() / errors[$0] }, 1e-7, "new rows")
    let result = try #require(run.step(named: "own")?.outcome.result)
    #expect(result["new_groups"]?.double == 1)
    #expect(result["predicted"]?.double == 4)
    // Of a group that the model knows, a new row varies by the residual alone, by the normal distribution.
    let sigma = try wanted("sleep", "sigma")[0]
    let (center, ends, own) = (
      try column("estimate", "own", run)[0], try column("pred_high", "own", run)[0],
      try column("std_error", "own", run)[0]
    )
    #expect(abs((ends - center) - 1.959963984540054 * (own * own + sigma * sigma).squareRoot()) < 1e-5)
    expectClose(try column("std_residual", "check", run), try wanted("sleep", "scaled"), 1e-7, "residuals")
    try expectGroups("check", "sleep_groups", "Subject", ["(Intercept)", "Days"], run, tolerance: 1e-7)
  }

  @Test func nestedAndCrossed() throws {
    let pastes = try run(
      """
      ```{load} rows
      file: data/x.csv
      columns: {strength: number, batch: id, sample: id}
      ```

      ```{load} new
      file: data/new.csv
      columns: {batch: id, sample: id}
      ```

      ```{mixed} model
      data: rows
      formula: strength ~ 1 + (1 | sample) + (1 | batch)
      ```

      ```{predict} own
      model: model
      data: new
      effects: conditional
      ```

      ```{diagnose} check
      model: model
      by: batch
      ```
      """, ["data/x.csv": try Self.file("data/pastes.csv"), "data/new.csv": "batch,sample\nA,A:a\nB,?\nJ,J:c\n"])
    expectClose(try column("estimate", "own", pastes), try wanted("pastes", "conditional"), 1e-9, "conditional")
    expectClose(try column("std_error", "own", pastes), try wanted("pastes", "conditional_se"), 1e-7, "its error")
    try expectGroups("check", "pastes_groups", "batch", ["(Intercept)"], pastes, tolerance: 1e-7)
    let penicillin = try run(
      """
      ```{load} rows
      file: data/x.csv
      columns: {diameter: number, plate: id, sample: id}
      ```

      ```{load} new
      file: data/new.csv
      columns: {plate: id, sample: id}
      ```

      ```{mixed} model
      data: rows
      formula: diameter ~ 1 + (1 | plate) + (1 | sample)
      ```

      ```{predict} own
      model: model
      data: new
      effects: conditional
      ```
      """, ["data/x.csv": try Self.file("data/penicillin.csv"), "data/new.csv": "plate,sample\na,B\n,F\n"])
    expectClose(try column("estimate", "own", penicillin), try wanted("penicillin", "conditional"), 1e-9, "conditional")
    expectClose(try column("std_error", "own", penicillin), try wanted("penicillin", "conditional_se"), 1e-7, "error")
  }

  @Test func repeatedMeasures() throws {
    let run = try run(
      """
      ```{load} rows
      file: data/x.csv
      columns:
        distance: number
        age: number
        Subject: id
        Sex: category [Male, Female]
      ```

      ```{mmrm} model
      data: rows
      formula: distance ~ age * Sex + us(factor(age) | Subject)
      df: satterthwaite
      ```

      ```{predict} twelve
      model: model
      at: {age: 12, Sex: Female}
      interval: prediction
      ```

      ```{diagnose} check
      model: model
      ```
      """, ["data/x.csv": try Self.file("data/orthodont.csv")])
    expectClose(try column("estimate", "twelve", run), try wanted("orthodont", "estimate"), 1e-9, "estimate")
    let (mean, error) = (try column("estimate", "twelve", run)[0], try column("std_error", "twelve", run)[0])
    let (high, new) = (try column("conf_high", "twelve", run)[0], try column("pred_high", "twelve", run)[0])
    let variance = try wanted("orthodont", "variance")[0]
    expectClose([(new - mean) / (high - mean)], [(error * error + variance).squareRoot() / error], 1e-7, "new row")
    expectClose(try column("scaled_residual", "check", run), try wanted("orthodont", "scaled"), 1e-7, "scaled")
    expectClose(try column("std_residual", "check", run), try wanted("orthodont", "pearson"), 1e-7, "Pearson")
    try expectGroups(
      "check", "orthodont_groups", "Subject", ["(Intercept)", "age", "SexFemale", "age:SexFemale"], run, tolerance: 1e-7
    )
  }

  /// Every group's change of every coefficient, and its distance.
  private func expectGroups(
    _ step: String, _ name: String, _ key: String, _ terms: [String], _ run: RunResult, tolerance: Double
  ) throws {
    guard case .keyed(let keys, let groups)? = run.step(named: step)?.outcome.result["influence"] else {
      Issue.record("no influence")
      return
    }
    #expect(keys == [key])
    #expect(groups.count == expected[name]?.object?.count)
    for group in groups {
      let change = try wanted(name, group.keys[0], "change")
      guard case .keyed(_, let found)? = group.value["change"] else { continue }
      #expect(found.map(\.keys) == terms.map { [$0] })
      expectClose(found.map { $0.value.double ?? .nan }, change, tolerance, "\(group.keys[0])")
      expectClose(
        [try #require(group.value["cooksd"]?.double)], try wanted(name, group.keys[0], "cooksd"), 10 * tolerance,
        "distance of \(group.keys[0])")
    }
  }
}
