import Analysis
import Testing

/// Models with random effects and of repeated measures.
extension PredictTests {
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
  func expectGroups(
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
      guard case .keyed(_, let found)? = group.value["change"] else {
        Issue.record("no change of \(group.keys[0])")
        continue
      }
      #expect(found.map(\.keys) == terms.map { [$0] })
      expectClose(found.map { $0.value.double ?? .nan }, change, tolerance, "\(group.keys[0])")
      expectClose(
        [try #require(group.value["cooksd"]?.double)], try wanted(name, group.keys[0], "cooksd"), 10 * tolerance,
        "distance of \(group.keys[0])")
    }
  }
}
