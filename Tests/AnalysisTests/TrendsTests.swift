import Analysis
import Digests
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// A slope is what the formula's derivative says.
@Suite("Slopes of models")
struct TrendsTests {
  /// Two groups over time, with a little noise that is no noise: sines of the row's number.
  private static let data: String = {
    let rows = (0..<120).map { row -> String in
      let time = 1 + Double(row % 10) * 0.7
      let group = row / 10 % 2
      let y = 3 + (group == 0 ? 0.5 : -0.2) * time + 0.3 * sin(Double(row) * 1.7)
      return "P\(row / 10),\(["a", "b"][group]),\(time),\(y)"
    }
    return "id,g,t,y\n" + rows.joined(separator: "\n") + "\n"
  }()

  private func run(_ model: String, _ at: String) throws -> SealedRun {
    let notebook = """
      ---
      title: T
      ---

      ```{load} rows
      file: data/x.csv
      columns:
        id: id
        g: category [a, b]
        t: number wk
        y: number
      ```

      \(model)

      ```{trends} slopes
      model: fit
      slope: t
      of: g
      \(at)
      ```

      ```{contrast} difference
      from: slopes
      between: g
      ```

      """
    let project = try TemporaryProject(["data/x.csv": Self.data])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    return try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed
  }

  private func value(_ path: String, _ run: SealedRun) throws -> Double {
    let steps = run.run.steps.map { step -> JSONValue in
      ["name": .string(step.planned.name), "result": step.outcome.result.json]
    }
    let found = try ResultLookup.find(path, in: steps).get()
    switch found {
    case .number(let number): return number
    case .integer(let number): return Double(number)
    default: throw Diagnostics([])
    }
  }

  private func expectEqual(_ a: Double, _ b: Double, _ tolerance: Double = 1e-11) {
    #expect(abs(a - b) <= tolerance * max(abs(a), abs(b)), "\(a) and \(b)")
  }

  @Test(arguments: [
    "```{regression} fit\ndata: rows\nformula: y ~ t * g\n```",
    "```{mixed} fit\ndata: rows\nformula: y ~ t * g + (1 | id)\n```",
    "```{mixed} fit\ndata: rows\nformula: y ~ t * g + (1 + t | id)\ndf: kenward-roger\n```",
  ])
  func aStraightLineHasItsCoefficient(_ model: String) throws {
    for at in ["", "at: {t: 1.3}", "at: {t: 0}", "at: {t: -1e6}"] {
      let run = try run(model, at)
      for part in ["estimate", "std_error", "df", "conf_low"] {
        // At −10⁶ the points differ in their last ten bits.
        let tolerance = at.contains("1e6") ? 1e-9 : 1e-10
        expectEqual(try value("slopes.rows[\"a\"].\(part)", run), try value("fit.terms[\"t\"].\(part)", run), tolerance)
      }
      expectEqual(
        try value("difference.rows[\"a\", \"b\"].estimate", run), -(try value("fit.terms[\"t:gb\"].estimate", run)),
        1e-10)
      expectEqual(
        try value("difference.rows[\"a\", \"b\"].std_error", run), try value("fit.terms[\"t:gb\"].std_error", run),
        1e-10)
    }
  }

  /// A term in t, and its derivative's values at 0.5, 2 and 7.3.
  @Test(
    arguments: [
      ("log(t)", [2.0, 0.5, 0.136986301369863]), ("I(t^2)", [1.0, 4.0, 14.6]),
      ("sqrt(t)", [0.7071067811865475, 0.35355339059327373, 0.1850583025494013]), ("I(t^4)", [0.5, 32.0, 1556.068]),
    ] as [(String, [Double])])
  func aCurveHasItsDerivative(_ term: String, _ derivatives: [Double]) throws {
    let model = "```{regression} fit\ndata: rows\nformula: y ~ \(term) + g\n```"
    for (place, derivative) in zip([0.5, 2, 7.3], derivatives) {
      let run = try run(model, "at: {t: \(place)}")
      let coefficient = try value("fit.terms[\"\(term)\"].estimate", run)
      for level in ["a", "b"] {
        // The quotient's own error is of the order (2⁻⁹)⁴ for a curve, and rounding for a power up to the fourth.
        expectEqual(try value("slopes.rows[\"\(level)\"].estimate", run), coefficient * derivative, 1e-10)
      }
    }
  }
}
