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

  static func data(_ name: String) throws -> String {
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

  static let trial = """
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

  func run(_ notebook: String, _ data: String) throws -> SealedRun {
    let project = try TemporaryProject(["n.md": notebook, "data/x.csv": data])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    return try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed
  }

  func rows(_ run: SealedRun, _ step: String, _ field: String) throws -> [[String]: ResultValue] {
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
}
