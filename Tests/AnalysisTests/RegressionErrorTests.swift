import Analysis
import NotebookSyntax
import Provenance
import Testing

@Suite("Regressions of bad data")
struct RegressionErrorTests {
  private func run(_ notebook: String, _ data: String) throws -> SealedRun {
    let project = try TemporaryProject(["n.md": notebook, "data/x.csv": data])
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    return try RecordedRun(try Planner.plan(source, in: project.workspace), in: project.workspace).sealed
  }

  /// What data can do wrong: a message that names the term or the row, never a number that means nothing.
  @Test(arguments: [
    ("formula: event ~ split", "family: binomial", "complete separation: `split` predicts `event`"),
    ("formula: event ~ split", "family: binomial\nlink: probit", "complete separation: `split`"),
    ("formula: event ~ group + x", "family: binomial\nlink: cloglog", "quasi-complete separation: `groupC` predicts"),
    ("formula: never ~ x", "family: binomial", "`never` has no variation"),
    ("formula: never ~ x", "family: poisson", "`never` has no variation"),
    ("formula: rare ~ group", "family: poisson", "quasi-complete separation: `groupC` predicts `rare`"),
    ("formula: rare ~ group", "family: negative_binomial", "quasi-complete separation: `groupC`"),
    ("formula: even ~ x", "family: negative_binomial", "`even` varies no more than Poisson counts"),
    ("formula: x ~ y", "family: poisson", "`x` is below zero in row 1"),
    ("formula: y ~ x", "family: poisson", "`y` is no whole number in row 1"),
    ("formula: x ~ y", "family: gamma", "`x` is not above zero in row 1"),
    ("formula: count ~ x", "family: binomial", "`count` is not between 0 and 1 in row 3"),
    ("formula: part ~ x", "family: binomial", "`part` is a proportion without its number of trials in row 1"),
    ("formula: part ~ x", "family: binomial\nweights: count", "times its weight is no whole number of events"),
    ("formula: y ~ x", "weights: x", "the weight `x` of row 1 is -"),
    ("formula: y ~ x", "weights: never", "every row has the weight zero in `never`"),
    ("formula: y ~ x", "errors: {cluster: same}", "all rows have the same `same`"),
    ("formula: y ~ x + alone", "errors: HC3", "row 12 alone determines a coefficient"),
    ("formula: y ~ poly(split, 2)", "", "too few different values"),
    ("formula: y ~ ns(count, 8)", "", "use fewer degrees of freedom"),
    ("formula: never ~ x", "", "`never` is reproduced exactly"),
    ("formula: one ~ x", "family: gamma", "`one` is reproduced exactly"),
    (
      "formula: part ~ x", "family: quasibinomial\nlink: identity\noffset: 5 * x",
      "no coefficients give every row a mean"
    ),
    ("formula: y ~ x", "family: gamma\niterations: 1", "the fit of `y` did not converge in 1 step of scoring"),
    ("formula: y ~ group", "weights: onlyA", "only the level `A`"),
  ])
  func badData(formula: String, settings: String, message: String) throws {
    let header = "patient,group,x,y,count,event,split,never,rare,even,part,alone,same,one,onlyA"
    let rows = (0..<12).map { i -> String in
      let group = ["A", "B", "C"][i % 3]
      let count = [0, 1, 4, 2, 0, 7, 3, 1, 0, 9, 2, 5][i]
      let event = group == "C" ? 1 : [0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1][i]
      return "P\(i),\(group),\(Double(i) - 5.5),\(0.3 + Double((i * 7) % 5)),\(count),"
        + "\(formula.contains("split") ? (i < 6 ? 0 : 1) : event),\(i < 6 ? 0 : 1),0,\(group == "C" ? 0 : count + 1),"
        + "\(3 + i % 2),\([0.25, 0.5, 0.3, 0.75][i % 4]),\(i == 11 ? 1 : 0),S,1,\(group == "A" ? 1 : 0)"
    }
    let numbers = header.split(separator: ",").filter { !["patient", "group", "same"].contains($0) }
    let notebook = """
      ---
      title: T
      ---

      ```{load} rows
      file: data/x.csv
      columns:
        patient: id
        group: category [A, B, C]
        same: text
      \(numbers.map { "  \($0): number" }.joined(separator: "\n"))
      ```

      ```{regression} model
      data: rows
      \(formula)
      \(settings)
      ```

      """
    #expect {
      _ = try run(notebook, ([header] + rows).joined(separator: "\n") + "\n")
    } throws: { error in
      let diagnostics = (error as? StepFailure)?.diagnostics ?? []
      let lines: [String] = diagnostics.map { "\($0.message) \($0.help)" }
      let text = lines.joined(separator: "\n")
      if !text.contains(message) { print("badData \(formula) \(settings): \(text.isEmpty ? "\(error)" : text)") }
      return text.contains(message)
    }
  }
}
