import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// `compare` against the likelihoods of lme4, and against χ² where it is known by hand.
@Suite("Comparison of models")
struct CompareTests {
  private static let reference = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Reference")

  private func run(_ cells: String) throws -> SealedRun {
    let data = try String(
      contentsOf: Self.reference.appending(path: "data/sleepstudy.csv"), encoding: .utf8)
    let notebook = """
      ---
      title: T
      ---

      ```{load} rows
      file: data/x.csv
      columns:
        Reaction: number
        Days: number
        Subject: id
      ```

      \(cells)

      """
    let project = try TemporaryProject(["data/x.csv": data])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    return try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed
  }

  private func value(_ path: String, _ run: SealedRun) throws -> Double? {
    let steps = run.run.steps.map { step -> JSONValue in
      ["name": .string(step.planned.name), "result": step.outcome.result.json]
    }
    switch try ResultLookup.find(path, in: steps).get() {
    case .number(let number): return number
    case .integer(let number): return Double(number)
    default: return nil
    }
  }

  private func logLikelihood(_ file: String) throws -> Double {
    let bytes = try Data(contentsOf: Self.reference.appending(path: "expected/\(file).json"))
    guard case .number(let number)? = try JSONParser.parse(Array(bytes))["logLik"] else {
      throw CocoaError(.coderReadCorrupt)
    }
    return number
  }

  private static func mixed(_ name: String, _ random: String, _ method: String, fixed: String = "Days") -> String {
    "```{mixed} \(name)\ndata: rows\nformula: Reaction ~ \(fixed) + \(random)\nmethod: \(method)\n```\n\n"
  }

  /// Fits by REML that are compared after `refit: ml` are the fits by ML, and their own results stay those of REML.
  @Test func refittedModelsAreThoseByML() throws {
    func models(_ method: String) -> String {
      let random = "(1 + Days | Subject)"
      return Self.mixed("a", random, method, fixed: "1") + Self.mixed("b", random, method)
        + [("u", "1"), ("v", "factor(Days)")].map { name, fixed in
          "```{mmrm} \(name)\ndata: rows\nformula: Reaction ~ \(fixed) + cs(factor(Days) | Subject)\nmethod: \(method)\n```\n\n"
        }.joined()
    }
    func compare(_ rest: String) -> String {
      "```{compare} c\nmodels: [a, b]\n\(rest)```\n\n```{compare} d\nmodels: [u, v]\n\(rest)```"
    }
    let refitted = try run(models("reml") + compare("refit: ml\n"))
    let fitted = try run(models("ml") + compare(""))
    for path in ["c.tests[\"b\", \"a\"]", "d.tests[\"v\", \"u\"]"].flatMap({ test in
      ["statistic", "df", "p_value"].map { "\(test).\($0)" }
    }) + ["c.models[\"b\"].log_likelihood", "d.models[\"u\"].bic"] {
      let found = try #require(try value(path, refitted))
      #expect(found == (try value(path, fitted)), "\(path)")
    }
    #expect(try value("b.log_likelihood", refitted) != (try value("b.log_likelihood", fitted)))
  }

  /// The mixture is half of what χ² says with one and with two degrees of freedom: P(χ²₁ > x) = erfc(√(x/2)),
  /// P(χ²₂ > x) = exp(−x/2).
  @Test(arguments: ["ml", "reml"])
  func aSlopeIsTestedOnItsBoundary(_ method: String) throws {
    let models = Self.mixed("a", "(1 | Subject)", method) + Self.mixed("b", "(1 + Days | Subject)", method)
    let mixture = try run(models + "```{compare} c\nmodels: [a, b]\nboundary: mixture\n```")
    let plain = try run(models + "```{compare} c\nmodels: [a, b]\nboundary: none\n```")
    let x = try #require(try value("c.tests[\"b\", \"a\"].statistic", mixture))
    let difference =
      try #require(try value("b.log_likelihood", mixture)) - (try #require(try value("a.log_likelihood", mixture)))
    #expect(abs(x - 2 * difference) < 1e-9)
    // lme4's documentation has 42.139 (ML) and 42.837 (REML) for this pair.
    #expect(abs(x - (method == "ml" ? 42.1393 : 42.8372)) < 1e-3)
    #expect(try value("c.tests[\"b\", \"a\"].df", mixture) == 2)
    let (one, two) = (erfc((x / 2).squareRoot()), exp(-x / 2))
    let p = try #require(try value("c.tests[\"b\", \"a\"].p_value", mixture))
    #expect(abs(p - (one + two) / 2) < 1e-10 * p)
    let whole = try #require(try value("c.tests[\"b\", \"a\"].p_value", plain))
    #expect(abs(whole - two) < 1e-10 * two)
  }

  @Test func fixedTermsAreTestedByML() throws {
    let models =
      Self.mixed("a", "(1 | Subject)", "ml", fixed: "1") + Self.mixed("b", "(1 | Subject)", "ml")
      + Self.mixed("c", "(1 | Subject)", "ml", fixed: "Days + I(Days^2)")
    let run = try run(models + "```{compare} d\nmodels: [a, b, c]\n```")
    for (larger, smaller) in [("b", "a"), ("c", "b")] {
      let x = try #require(try value("d.tests[\"\(larger)\", \"\(smaller)\"].statistic", run))
      #expect(try value("d.tests[\"\(larger)\", \"\(smaller)\"].df", run) == 1)
      let p = try #require(try value("d.tests[\"\(larger)\", \"\(smaller)\"].p_value", run))
      #expect(abs(p - erfc((x / 2).squareRoot())) < 1e-10 * p)
    }
    for name in ["a", "b", "c"] {
      for part in ["log_likelihood", "aic", "bic"] {
        #expect(try value("d.models[\"\(name)\"].\(part)", run) == value("\(name).\(part)", run))
      }
    }
  }

  @Test func modelsThatAreNotNestedHaveNoTest() throws {
    let models =
      "```{regression} a\ndata: rows\nformula: Reaction ~ log(Days + 1)\n```\n\n"
      + "```{regression} b\ndata: rows\nformula: Reaction ~ Days\n```\n\n"
    let run = try run(models + "```{compare} c\nmodels: [a, b]\n```")
    #expect(try value("c.tests[\"b\", \"a\"].p_value", run) == nil)
    #expect(try value("c.models[\"b\"].aic", run) != nil)
  }

  @Test func structuresOfVisitsAreNestedAsTheyAre() throws {
    let model = { (name: String, structure: String) in
      "```{mmrm} \(name)\ndata: rows\nformula: Reaction ~ Days + \(structure)(factor(Days) | Subject)\n```\n\n"
    }
    let run = try run(
      model("a", "ar1") + model("b", "toep") + model("c", "cs") + "```{compare} d\nmodels: [a, b]\n```\n\n"
        + "```{compare} e\nmodels: [a, c]\n```")
    #expect(try value("d.tests[\"b\", \"a\"].df", run) == 8)
    #expect(try value("e.tests[\"c\", \"a\"].p_value", run) == nil)
  }

  @Test func differentRowsAreRefused() throws {
    let cells = """
      ```{filter} later
      data: rows
      keep: {where: Days > 0, because: Later}
      ```

      ```{regression} a
      data: rows
      formula: Reaction ~ 1
      ```

      ```{regression} b
      data: later
      formula: Reaction ~ Days
      ```

      ```{compare} c
      models: [a, b]
      ```
      """
    let failure = #expect(throws: StepFailure.self) { _ = try run(cells) }
    #expect(failure?.diagnostics.first?.code == "comparison")
  }
}
