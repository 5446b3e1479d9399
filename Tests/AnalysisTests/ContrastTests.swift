import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// Adjustments, joint tests and ratios of whole notebooks, against R.
@Suite("Contrasts")
struct ContrastTests {
  private static let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Reference")

  private func run(_ notebook: String, data: String) throws -> [JSONValue] {
    let project = try TemporaryProject(["data/x.csv": data])
    let source = SourceFile(path: "n.md", bytes: Array(("---\ntitle: T\n---\n\n" + notebook).utf8))
    let run = try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed.run
    return run.steps.map { ["name": .string($0.planned.name), "result": $0.outcome.result.json] }
  }

  private func expected(_ name: String) throws -> JSONValue {
    try JSONParser.parse(Array(try Data(contentsOf: Self.reference.appending(path: "expected/\(name).json"))))
  }

  private func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .number(let number): number
    case .integer(let integer): Double(integer)
    default: nil
    }
  }

  private func value(_ path: String, _ steps: [JSONValue]) throws -> Double {
    try #require(number(try ResultLookup.find(path, in: steps).get()), "\(path)")
  }

  private func contrast(_ name: String, from: String = "levels", _ rest: String) -> String {
    "```{contrast} \(name)\nfrom: \(from)\n\(rest)\n```\n\n"
  }

  @Test func tukeyAndDunnettOfOneFactor() throws {
    let file = try expected("tests_101")
    let groups = try #require(file["inputs"]?["group"]?.array).compactMap(\.string)
    let values = try #require(file["inputs"]?["value"]?.array).compactMap { number($0) }
    let rows = zip(groups, values).map { "\($0),\($1)" }
    let steps = try run(
      "```{load} rows\nfile: data/x.csv\ncolumns:\n  g: category [A, B, C, D]\n  y: number\n```\n\n"
        + "```{regression} model\ndata: rows\nformula: y ~ g\n```\n\n```{means} levels\nmodel: model\nof: g\n```\n\n"
        + contrast("pairs", "between: g\nadjust: {method: tukey, over: g}\njoint: g")
        + contrast("all", "between: g\nadjust: {method: mvt, over: g}")
        + contrast("treated", "between: g\nmethod: control\nadjust: {method: dunnett, over: g}")
        + contrast("degrees", "between: g\nmethod: polynomial\njoint: g"), data: "g,y\n" + rows.joined(separator: "\n"))
    // R's ptukey is good to about 1e-8 here.
    for row in try #require(file["expected"]?["tukey_hsd"]?.array) {
      let levels = try #require(row["term"]?.string).split(separator: "-")
      let p = try value("pairs.rows[\"\(levels[1])\", \"\(levels[0])\"].p_adjusted", steps)
      #expect(abs(p - (try #require(number(row["p adj"])))) < 1e-8)
      // Tukey and Kramer's approximation is conservative: exact correlations give a little less (Hayter 1984).
      let exact = try value("all.rows[\"\(levels[1])\", \"\(levels[0])\"].p_adjusted", steps)
      #expect(exact < p + 1e-4 && exact > p - 0.005)
    }
    // mvtnorm's integration was stopped at 1e-7 by its own estimate; what is left is 2e-7.
    for (level, p) in zip(["B", "C", "D"], try #require(file["expected"]?["dunnett_precise"]?.array)) {
      let found = try value("treated.rows[\"\(level)\", \"A\"].p_adjusted", steps)
      #expect(abs(found - (try #require(number(p)))) < 1e-6)
    }
    // All pairs and all polynomials span the same: the model's own F test.
    for step in ["pairs", "degrees"] {
      for (ours, theirs) in [("statistic", "statistic"), ("df1", "df1"), ("df2", "df2"), ("p_value", "p_value")] {
        let found = try value("\(step).joint.\(ours)", steps)
        let own = try value("model.f_test.\(theirs)", steps)
        #expect(abs(found - own) < 1e-10 * own)
      }
    }
  }

  @Test(arguments: ["satterthwaite", "kenward-roger"])
  func emmeansOnCake(df: String) throws {
    let wanted = try #require(try expected("cake_reml")["emm"]?["temp"]?[df])
    let data = try String(contentsOf: Self.reference.appending(path: "data/cake.csv"), encoding: .utf8)
    let steps = try run(
      "```{load} rows\nfile: data/x.csv\ncolumns:\n  replicate: category [\((1...15).map(String.init).joined(separator: ", "))]\n"
        + "  recipe: category [A, B, C]\n  temperature: category [175, 185, 195, 205, 215, 225]\n  angle: number\n```\n\n"
        + "```{mixed} model\ndata: rows\nformula: angle ~ recipe * temperature + (1 | recipe:replicate)\ndf: \(df)\n```\n\n"
        + "```{means} levels\nmodel: model\nof: temperature\n```\n\n"
        + contrast("pairs", "between: temperature\nadjust: {method: tukey, over: temperature}")
        + contrast("treated", "between: temperature\nmethod: control\nadjust: {method: dunnett, over: temperature}"),
      data: data)
    func temperatures(_ row: JSONValue) throws -> String {
      try #require(row["contrast"]?.string).components(separatedBy: " - ").map {
        "\"\($0.replacing("temperature", with: ""))\""
      }.joined(separator: ", ")
    }
    for row in try #require(wanted["pairwise_tukey"]?.array) {
      let found = try value("pairs.rows[\(temperatures(row))].p_adjusted", steps)
      // lme4's optimum, polished to 1e-7, and ptukey.
      #expect(abs(found - (try #require(number(row["p.value"])))) < 1e-6)
    }
    for row in try #require(wanted["trt_vs_ctrl_mvt"]?.array) {
      let found = try value("treated.rows[\(temperatures(row))].p_adjusted", steps)
      // mvtnorm's lattice is random: up to 1e-3.
      #expect(abs(found - (try #require(number(row["p.value"])))) < 1e-3)
    }
  }

  /// emmeans' joint tests of mmrm's fit, whose F it rounds to three decimals. Its denominator degrees of freedom are an average of its
  /// own over rows, up to 3 % from Fai and Cornelius's; those are tested by hand (`MultiplicityTests.jointTest`).
  @Test(arguments: [("satterthwaite", "satterthwaite"), ("kenward-roger", "kenward_roger_linear")])
  func jointTestsOfMMRM(df: String, key: String) throws {
    let text = try String(contentsOf: Self.reference.appending(path: "data/trial24.csv"), encoding: .utf8)
    let rows = text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
    var baseline: [Substring: Substring] = [:]
    for row in rows where row[4] == "0" { baseline[row[0]] = row[5] }
    let lines = rows.filter { $0[4] != "0" }.map { "\($0[0]),\($0[1]),\($0[4]),\($0[5]),\(baseline[$0[0]] ?? "")" }
    let steps = try run(
      "```{load} visits\nfile: data/x.csv\ncolumns:\n  id: id\n  group: category [A, B, C, D]\n  week: number wk\n  alb: number g/L\n  balb: number g/L\n```\n\n"
        + "```{mmrm} course\ndata: visits\nformula: alb ~ balb + group * factor(week) + us(factor(week) | id)\ndf: \(df)\n```\n\n"
        + "```{means} groups\nmodel: course\nof: group\n```\n\n```{means} weeks\nmodel: course\nof: factor(week)\n```\n\n"
        + "```{means} levels\nmodel: course\nof: [group, factor(week)]\n```\n\n"
        + contrast("a", from: "groups", "between: group\njoint: group")
        + contrast("b", from: "weeks", "between: factor(week)\nmethod: consecutive\njoint: factor(week)")
        + contrast("first", "between: group\nmethod: control")
        + contrast("c", from: "first", "between: factor(week)\nmethod: consecutive\njoint: [group, with, factor(week)]"),
      data: "id,group,week,alb,balb\n" + lines.joined(separator: "\n") + "\n")
    let wanted = try #require(try expected("mmrm_trial24_alb_us_reml")[key]?["joint"]?.array)
    for (step, row) in zip(["a", "b", "c"], wanted.dropFirst()) {
      for (ours, theirs, half) in [("statistic", "F.ratio", 6e-4), ("df1", "df1", 0), ("df2", "df2", 4)] {
        let found = try value("\(step).joint.\(ours)", steps)
        let want = try #require(number(row[theirs]))
        #expect(abs(found - want) <= half, "\(step) \(ours): \(found), emmeans \(want)")
      }
    }
  }

  @Test func ratios() throws {
    let rows = (0..<40).map { "\(["p", "q"][$0 % 2]),\(1 + Double(($0 * 7) % 11) / 4 + Double($0 % 2))" }
    let means = { (scale: String) in "```{means} m\(scale)\nmodel: model\nof: g\nscale: \(scale)\n```\n\n" }
    let steps = try run(
      "```{load} rows\nfile: data/x.csv\ncolumns:\n  g: category [p, q]\n  y: number\n```\n\n"
        + "```{regression} model\ndata: rows\nformula: log(y) ~ g\n```\n\n" + means("model") + means("response")
        + contrast("d", from: "mmodel", "between: g")
        + contrast("r", from: "mresponse", "between: g\nscale: response"),
      data: "g,y\n" + rows.joined(separator: "\n") + "\n")
    for (plain, ratio) in [
      ("mmodel.rows[\"p\"]", "mresponse.rows[\"p\"]"), ("d.rows[\"p\", \"q\"]", "r.rows[\"p\", \"q\"]"),
    ] {
      for part in ["estimate", "conf_low", "conf_high"] {
        let want = exp(try value("\(plain).\(part)", steps))
        #expect(abs(try value("\(ratio).\(part)", steps) - want) <= 1e-14 * want)
      }
      for part in ["df", "statistic", "p_value"] {
        #expect(try value("\(ratio).\(part)", steps) == value("\(plain).\(part)", steps))
      }
      let error = try value("\(plain).std_error", steps) * value("\(ratio).estimate", steps)
      #expect(abs(try value("\(ratio).std_error", steps) - error) <= 1e-14 * error)
    }
  }
}
