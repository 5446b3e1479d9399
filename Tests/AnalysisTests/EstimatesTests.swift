import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// `means` and `contrast` of a whole notebook against R's emmeans on mmrm's fit.
@Suite("Estimated means and contrasts")
struct EstimatesTests {
  private static let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Reference")

  /// `trial24` after its first visit, with the albumin of the first visit beside each row.
  private static func data() throws -> String {
    let text = try String(contentsOf: reference.appending(path: "data/trial24.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    var baseline: [Substring: Substring] = [:]
    for row in rows where row[4] == "0" { baseline[row[0]] = row[5] }
    let lines = rows.filter { $0[4] != "0" }.map { "\($0[0]),\($0[1]),\($0[4]),\($0[5]),\(baseline[$0[0]] ?? "")" }
    return "id,group,week,alb,balb\n" + lines.joined(separator: "\n") + "\n"
  }

  private static func notebook(_ df: String) -> String {
    """
    ---
    title: T
    ---

    ```{load} visits
    file: data/x.csv
    columns:
      id: id
      group: category [A, B, C, D]
      week: number wk
      alb: number g/L
      balb: number g/L
    ```

    ```{mmrm} course
    data: visits
    formula: alb ~ balb + group * factor(week) + us(factor(week) | id)
    df: \(df)
    ```

    ```{means} levels
    model: course
    of: [group, factor(week)]
    ```

    ```{contrast} pairs
    from: levels
    between: group
    adjust: {method: holm, over: [group]}
    ```

    """
  }

  private func run(_ notebook: String, data: String? = nil) throws -> SealedRun {
    let project = try TemporaryProject(["n.md": notebook, "data/x.csv": try data ?? Self.data()])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    return try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed
  }

  private func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  private func rows(_ step: String, _ run: SealedRun) throws -> [[String]: ResultValue] {
    let result = try #require(run.run.step(named: step)?.outcome.result["rows"])
    guard case .keyed(_, let entries) = result else { return [:] }
    return Dictionary(entries.map { ($0.keys, $0.value) }, uniquingKeysWith: { first, _ in first })
  }

  @Test(arguments: [
    ("satterthwaite", "satterthwaite"), ("kenward-roger", "kenward_roger_linear"),
    ("kenward-roger-full", "kenward_roger"), ("between-within", "between_within"),
  ])
  func emmeans(df: String, key: String) throws {
    let bytes = try Data(contentsOf: Self.reference.appending(path: "expected/mmrm_trial24_alb_us_reml.json"))
    let expected = try #require(try JSONParser.parse(Array(bytes))[key])
    let run = try run(Self.notebook(df))
    let means = try rows("levels", run)
    let pairs = try rows("pairs", run)
    // mmrm's search stops at 1e-7 to 1e-6 of its optimum.
    func compare(_ want: JSONValue, _ got: ResultValue?, _ name: String) throws {
      let got = try #require(got)
      let error = try #require(number(want["SE"]))
      for (theirs, ours) in [(name, "estimate"), ("SE", "std_error"), ("df", "df"), ("lower.CL", "conf_low")] {
        let value = try #require(number(want[theirs]))
        let found = try #require(got[ours]?.double)
        #expect(abs(value - found) < 1e-5 * max(abs(value), error), "\(theirs)")
      }
    }
    let wanted = try #require(expected["emmeans"]?.array)
    #expect(wanted.count == means.count)
    for row in wanted {
      try compare(row, means[[row["group"]?.string ?? "", row["visit"]?.string ?? ""]], "emmean")
    }
    let differences = try #require(expected["pairwise"]?.array)
    #expect(differences.count == pairs.count)
    for row in differences {
      let levels = (row["contrast"]?.string ?? "").components(separatedBy: " - ")
      try compare(row, pairs[levels + [row["visit"]?.string ?? ""]], "estimate")
    }
    #expect(pairs.values.allSatisfy { $0["family_size"]?.double == 6 })
  }

  @Test(arguments: [("satterthwaite", 8.0), ("satterthwaite", 11), ("kenward-roger", 8), ("kenward-roger", 14)])
  func emmeansOfAMixedModel(df: String, age: Double) throws {
    let bytes = try Data(contentsOf: Self.reference.appending(path: "expected/orthodont_int_ri_reml.json"))
    let key = df
    let expected = try #require(try JSONParser.parse(Array(bytes))["emm"]?["sex_at"]?[key]?["emmeans"]?.array)
    let data = try String(contentsOf: Self.reference.appending(path: "data/orthodont.csv"), encoding: .utf8)
    let run = try run(
      """
      ---
      title: T
      ---

      ```{load} visits
      file: data/x.csv
      columns:
        distance: number
        age: number a
        Subject: id
        Sex: category [Male, Female]
      ```

      ```{mixed} growth
      data: visits
      formula: distance ~ age * Sex + (1 | Subject)
      df: \(df)
      ```

      ```{means} levels
      model: growth
      of: Sex
      at: {age: \(age)}
      ```

      """, data: data)
    let means = try rows("levels", run)
    let wanted = expected.filter { number($0["age"]) == age }
    #expect(wanted.count == 2)
    for row in wanted {
      let got = try #require(means[[row["Sex"]?.string ?? ""]])
      // lme4's optimum is polished to about 1e-7.
      for (theirs, ours) in [("emmean", "estimate"), ("SE", "std_error"), ("df", "df"), ("upper.CL", "conf_high")] {
        let value = try #require(number(row[theirs]))
        let found = try #require(got[ours]?.double)
        #expect(abs(value - found) < 1e-6 * abs(value), "\(theirs)")
      }
    }
  }

  /// Grids and lists of pairs end with a message and not in silence, nor never.
  @Test(arguments: [
    ("of: [factor(a), factor(b)]", "10,201 combinations"), ("of: factor(c)", "11,175 comparisons"),
  ])
  func limits(of: String, expected: String) throws {
    let rows = (0..<303).map { "\($0 % 101),\(($0 * 7 + $0 / 101) % 101),\($0 % 150),\(($0 * $0) % 97)" }
    let notebook = """
      ---
      title: T
      ---

      ```{load} rows
      file: data/x.csv
      columns:
        a: number
        b: number
        c: number
        y: number
      ```

      ```{regression} model
      data: rows
      formula: y ~ \(of.contains("factor(c)") ? "factor(c)" : "factor(a) + factor(b)")
      ```

      ```{means} levels
      model: model
      \(of)
      ```

      ```{contrast} pairs
      from: levels
      between: \(of.contains("factor(c)") ? "factor(c)" : "factor(a)")
      ```

      """
    #expect {
      try run(notebook, data: "a,b,c,y\n" + rows.joined(separator: "\n") + "\n")
    } throws: { error in
      (error as? StepFailure)?.diagnostics.first?.message.contains(expected) ?? false
    }
  }
}
