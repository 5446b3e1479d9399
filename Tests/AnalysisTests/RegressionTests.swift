import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// `regression` of whole notebooks against R: coefficients by name, analysis of variance and deviance, prediction.
@Suite("Regressions")
struct RegressionTests {
  private static let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Reference")

  private static func expected() throws -> JSONValue {
    try JSONParser.parse(Array(try Data(contentsOf: reference.appending(path: "expected/regression_r.json"))))
  }

  private static func data(_ name: String) throws -> String {
    try String(contentsOf: reference.appending(path: "data/\(name).csv"), encoding: .utf8)
  }

  private static let cars = """
    ---
    title: T
    ---

    ```{load} cars
    file: data/x.csv
    columns:
      mpg: number
      wt: number
      hp: number
      qsec: number
      cyl: number
      am: number
      gear: number
    ```

    """

  private static let trial = """
    ---
    title: T
    ---

    ```{load} visits
    file: data/x.csv
    missing: ["", NA]
    columns:
      id: id
      group: category [A, B, C, D]
      sex: category [F, M]
      age: number a
      week: number wk
      alb: number g/L
    ```

    """

  private static let deaths = """
    ---
    title: T
    ---

    ```{load} patients
    file: data/x.csv
    missing: ["", NA]
    columns:
      status: "category [0, 1, 2]"
      age: number
      sex: category [m, f]
      bili: number
      albumin: number
    ```

    ```{derive} all
    data: patients
    columns:
      dead: status == "2"
      event: if(status == "2", 1, 0)
    ```

    """

  private func run(_ notebook: String, _ data: String) throws -> SealedRun {
    let project = try TemporaryProject(["n.md": notebook, "data/x.csv": data])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    return try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed
  }

  private func rows(_ run: SealedRun, _ step: String, _ field: String) throws -> [[String]: ResultValue] {
    let result = try #require(run.run.step(named: step)?.outcome.result[field])
    guard case .keyed(_, let entries) = result else { return [:] }
    return Dictionary(entries.map { ($0.keys, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  private func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  /// Coefficients by R's names.
  private func compare(_ terms: [[String]: ResultValue], _ field: String, _ want: JSONValue?, floors: JSONValue? = nil)
    throws
  {
    guard case .object(let members)? = want else {
      Issue.record("no expected values")
      return
    }
    #expect(members.count == terms.count)
    for member in members {
      let value = try #require(number(member.value))
      let found = try #require(terms[[member.key]]?[field]?.double, "\(member.key)")
      let scale = max(abs(value), number(floors?[member.key]) ?? 0)
      // R's QR keeps some fewer digits than refined coefficients do.
      #expect(abs(found - value) <= 1e-10 * scale, "\(member.key) \(field)")
    }
  }

  private func compareAnova(
    _ table: [[String]: ResultValue], _ want: JSONValue?, _ names: [(ours: String, theirs: String)]
  ) throws {
    guard case .object(let members)? = want else {
      Issue.record("no expected values")
      return
    }
    for member in members where member.key != "(Intercept)" && member.key != "NULL" {
      let row = try #require(table[[member.key]], "\(member.key)")
      for (ours, theirs) in names {
        guard let value = number(member.value[theirs]) else { continue }
        let found = try #require(row[ours]?.double, "\(member.key) \(ours)")
        // P values of 1e-20 carry the statistic's error many times over.
        #expect(abs(found - value) <= (ours == "p_value" ? 1e-8 : 1e-9) * abs(value), "\(member.key) \(ours)")
      }
    }
  }

  @Test func basesAndSafePrediction() throws {
    let run = try run(
      Self.cars + """
        ```{regression} model
        data: cars
        formula: mpg ~ poly(wt, 2) * factor(am) + ns(hp, 3)
        ```

        ```{means} near
        model: model
        of: factor(am)
        at: {wt: 2.5, hp: 100}
        ```

        ```{means} far
        model: model
        of: factor(am)
        at: {wt: 3.5, hp: 400}
        ```

        """, try Self.data("mtcars"))
    let expected = try Self.expected()
    let terms = try rows(run, "model", "terms")
    try compare(terms, "estimate", expected["basis_lm"], floors: expected["basis_lm_se"])
    try compare(terms, "std_error", expected["basis_lm_se"])
    let wanted = try #require(expected["basis_lm_pred"]?.array)
    let near = try #require(rows(run, "near", "rows")[["0"]]?["estimate"]?.double)
    let far = try #require(rows(run, "far", "rows")[["1"]]?["estimate"]?.double)
    // At a horsepower of 400 the spline is beyond its points.
    #expect(abs(near - (number(wanted[0]) ?? .nan)) < 1e-11 * near)
    #expect(abs(far - (number(wanted[1]) ?? .nan)) < 1e-11 * far)
  }

  @Test func analysisOfVariance() throws {
    let run = try run(
      Self.trial + """
        ```{regression} one
        data: visits
        formula: alb ~ group * week + age + sex
        anova: sequential
        ```

        ```{regression} two
        data: visits
        formula: alb ~ group * week + age + sex
        anova: hierarchical
        ```

        ```{regression} three
        data: visits
        formula: alb ~ group * week + age + sex
        anova: marginal
        contrasts: sum
        ```

        ```{means} treatment
        model: two
        of: group
        ```

        ```{means} sums
        model: three
        of: group
        ```

        ```{regression} robust
        data: visits
        formula: alb ~ group * week + age + sex
        errors: HC1
        ```

        """, try Self.data("trial24"))
    let expected = try Self.expected()
    let names = [("df", "Df"), ("sumsq", "Sum Sq"), ("statistic", "F value"), ("p_value", "Pr(>F)")]
    try compareAnova(try rows(run, "one", "anova"), expected["type1"], names)
    try compareAnova(try rows(run, "two", "anova"), expected["type2"], names)
    try compareAnova(try rows(run, "three", "anova"), expected["type3"], names)
    try compare(try rows(run, "three", "terms"), "estimate", expected["type3_coef"])
    // The coding of a factor is no part of the model.
    let sums = try rows(run, "sums", "rows")
    for (keys, value) in try rows(run, "treatment", "rows") {
      for field in ["estimate", "std_error", "df", "conf_low"] {
        let (a, b) = (try #require(value[field]?.double), try #require(sums[keys]?[field]?.double))
        #expect(abs(a - b) <= 1e-12 * abs(a), "\(keys) \(field)")
      }
    }
    let test = try #require(run.run.step(named: "robust")?.outcome.result["f_test"]?["statistic"]?.double)
    let wald = try #require(number(expected["wald_hc1"]))
    #expect(abs(test - wald) < 1e-10 * wald)
  }

  @Test func analysisOfDevianceAndOutcomesOfTwoLevels() throws {
    let run = try run(
      Self.deaths + """
        ```{regression} one
        data: all
        formula: dead ~ sex * log(bili) + age
        family: binomial
        anova: sequential
        ```

        ```{regression} two
        data: all
        formula: event ~ sex * log(bili) + age
        family: binomial
        anova: hierarchical
        ```

        ```{regression} clusters
        data: all
        formula: event ~ age + log(bili) + albumin + sex
        family: binomial
        errors: HC3
        ```

        """, try Self.data("pbc"))
    let expected = try Self.expected()
    try compareAnova(
      try rows(run, "one", "anova"), expected["glm_type1"],
      [("df", "Df"), ("deviance", "Deviance"), ("p_value", "Pr(>Chi)")])
    try compareAnova(
      try rows(run, "two", "anova"), expected["glm_type2"],
      [("df", "Df"), ("statistic", "LR Chisq"), ("p_value", "Pr(>Chisq)")])
    // A boolean outcome is its true.
    let (one, two) = (try rows(run, "one", "terms"), try rows(run, "two", "terms"))
    for (keys, value) in one { #expect(value["estimate"]?.double == two[keys]?["estimate"]?.double) }
    let names = ["(Intercept)", "age", "log(bili)", "albumin", "sexf"]
    let wanted = try #require(expected["glm_robust"]?["HC3"]?.array)
    let found = try rows(run, "clusters", "terms")
    for (name, value) in zip(names, wanted) {
      let (a, b) = (try #require(found[[name]]?["std_error"]?.double), try #require(number(value)))
      #expect(abs(a - b) < 1e-11 * b)
      #expect(found[[name]]?["df"]?.double == .infinity)
    }
  }

  @Test func quasiDevianceIsAnF() throws {
    let notebook = """
      ---
      title: T
      ---

      ```{load} insects
      file: data/x.csv
      columns:
        count: integer
        spray: category [A, B, C, D, E, F]
      ```

      ```{regression} model
      data: insects
      formula: count ~ spray
      family: quasipoisson
      anova: sequential
      ```

      """
    let run = try run(notebook, try Self.data("insectsprays"))
    try compareAnova(
      try rows(run, "model", "anova"), try Self.expected()["quasi_F"],
      [("df", "Df"), ("deviance", "Deviance"), ("statistic", "F"), ("p_value", "Pr(>F)")])
  }

  /// What must not matter: the order of rows and of levels; what must: the unit, and only by its factor.
  @Test(arguments: [UInt64(41), 42]) func changesOnlyWhatTheyMust(seed: UInt64) throws {
    let lines = try Self.data("mtcars").split(separator: "\n").map(String.init)
    var state = seed
    let shuffled = lines.dropFirst().map { line -> (UInt64, String) in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 16, line)
    }.sorted { $0.0 < $1.0 }.map(\.1)
    func notebook(_ levels: String, _ outcome: String) -> String {
      """
      ---
      title: T
      ---

      ```{load} cars
      file: data/x.csv
      columns:
        mpg: number
        wt: number
        gear: category [\(levels)]
        carb: number
      ```

      ```{regression} model
      data: cars
      formula: \(outcome) ~ ns(wt, 2) + gear
      errors: {cluster: carb}
      ```

      ```{means} levels
      model: model
      of: gear
      ```

      """
    }
    let plain = try run(notebook("3, 4, 5", "mpg"), lines.joined(separator: "\n") + "\n")
    let moved = try run(
      notebook("5, 3, 4", "mpg"), ([lines[0]] + shuffled).joined(separator: "\n") + "\n")
    let scaled = try run(notebook("3, 4, 5", "I(10 + mpg * 2)"), lines.joined(separator: "\n") + "\n")
    let (a, b) = (try rows(plain, "levels", "rows"), try rows(moved, "levels", "rows"))
    let c = try rows(scaled, "levels", "rows")
    for (keys, value) in a {
      for field in ["estimate", "std_error", "df", "conf_high"] {
        let (x, y) = (try #require(value[field]?.double), try #require(b[keys]?[field]?.double))
        #expect(abs(x - y) < 1e-11 * abs(x), "\(keys) \(field)")
      }
      let x = try #require(value["estimate"]?.double)
      #expect(abs(10 + 2 * x - (try #require(c[keys]?["estimate"]?.double))) < 1e-12 * x)
      let error = try #require(value["std_error"]?.double)
      #expect(abs(2 * error - (try #require(c[keys]?["std_error"]?.double))) < 1e-11 * error)
      #expect(abs(try #require(value["df"]?.double) - (try #require(c[keys]?["df"]?.double))) < 1e-9)
    }
  }

  /// Sum contrasts and bases through the other models: the same means as treatment contrasts and powers.
  @Test func otherModelsToo() throws {
    func notebook(_ basis: String, _ contrasts: String) -> String {
      Self.trial + """
        ```{mmrm} course
        data: visits
        formula: alb ~ group * \(basis) + ar1(factor(week) | id)
        contrasts: \(contrasts)
        ```

        ```{mixed} growth
        data: visits
        formula: alb ~ group * \(basis) + (1 | id)
        contrasts: \(contrasts)
        ```

        ```{means} a
        model: course
        of: group
        at: {week: 12}
        ```

        ```{means} b
        model: growth
        of: group
        at: {week: 12}
        ```

        """
    }
    let data = try Self.data("trial24")
    let one = try run(notebook("poly(week, 2)", "{group: sum}"), data)
    let two = try run(notebook("(week + I(week^2))", "treatment"), data)
    for step in ["a", "b"] {
      let other = try rows(two, step, "rows")
      for (keys, value) in try rows(one, step, "rows") {
        for field in ["estimate", "std_error"] {
          let (x, y) = (try #require(value[field]?.double), try #require(other[keys]?[field]?.double))
          #expect(abs(x - y) < 1e-8 * abs(x), "\(step) \(keys) \(field)")
        }
      }
    }
    #expect(try rows(one, "course", "terms").keys.contains(["group1:poly(week, 2)2"]))
  }
}
