import Analysis
import NotebookSyntax
import Tables

/// A notebook to begin with, made from a data file: its columns, a table and a figure.
public enum NewNotebook {
  public struct Problem: Error { public let text: String }

  /// - Parameters:
  ///   - file: the data file's path below the project root.
  ///   - path: the notebook's.
  /// - Returns: a notebook that passes `check`.
  public static func text(
    title: String, file: String, bytes: [UInt8], path: String, in workspace: Workspace
  ) -> Result<String, Problem> {
    let block: String
    switch SchemaProposal.block(bytes, file: file) {
    case .success(let text): block = text
    case .failure(let problem): return .failure(Problem(text: problem.text))
    }
    let beginning = """
      ---
      title: \(NumberText.quoted(title))
      ---

      # Data

      The types below are guesses from the values. What a column means, its unit and its plausible range are yours to say:
      `bili: number mg/dL of bilirubin, 0 ... 50`. Remove the columns that you do not need.

      ```{load} rows
      file: \(NumberText.quoted(file))
      \(block)```

      """
    do throws(Diagnostics) {
      let plan = try Planner.plan(SourceFile(path: path, bytes: Array(beginning.utf8)), in: workspace)
      guard let schema = plan.step(named: "rows")?.yield.schema else {
        return .failure(Problem(text: "`\(file)` has no columns"))
      }
      let numbers = schema.columns.filter { $0.type.isNumeric }.map(\.name)
      let text = beginning + rest(schema, drawn: try varying(numbers, beginning, path, in: workspace))
      _ = try Planner.plan(SourceFile(path: path, bytes: Array(text.utf8)), in: workspace)
      return .success(text)
    } catch {
      return .failure(Problem(text: error.all.map(\.message).joined(separator: "; ")))
    }
  }

  /// The first column of numbers that has two different values: one value makes no picture.
  private static func varying(
    _ numbers: [String], _ beginning: String, _ path: String, in workspace: Workspace
  ) throws(Diagnostics) -> String? {
    guard !numbers.isEmpty else { return nil }
    let text = beginning + "```{summarize} values\ndata: rows\nof: [\(numbers.joined(separator: ", "))]\n```\n"
    let plan = try Planner.plan(SourceFile(path: path, bytes: Array(text.utf8)), in: workspace)
    do throws(StepFailure) {
      let overall = try Runner.run(plan, in: workspace).step(named: "values")?.outcome.result["overall"]
      return numbers.first { name in
        guard let low = overall?[name]?["min"]?.double, let high = overall?[name]?["max"]?.double else { return false }
        return low < high
      }
    } catch {
      throw Diagnostics(error.diagnostics)
    }
  }

  /// As many rows as a reader takes in.
  private static let mostRows = 12

  private static func rest(_ schema: Schema, drawn: String?) -> String {
    let groups = schema.columns.filter { (2...6).contains($0.type.levels?.count ?? 0) }.map(\.name)
    let described = schema.columns.filter { $0.type.isNumeric || $0.type.levels != nil }.map(\.name)
    var text = "There are {value}`rows.n_rows` rows.\n\n"
    let by = groups.first
    let shown = described.filter { $0 != by }.prefix(mostRows)
    if !shown.isEmpty {
      text += "# What is in it\n\n```{table1} described\ndata: rows\n"
      if let by { text += "by: \(by)\n" }
      text += "rows: [\(shown.joined(separator: ", "))]\ncaption: The columns at a glance\n```\n\n"
    }
    if let number = drawn {
      text += "```{figure} picture\n"
      if let by {
        text += "kind: box\ndata: rows\nx: \(by)\ny: \(number)\n"
      } else {
        text += "kind: histogram\ndata: rows\nx: \(number)\n"
      }
      text += "```\n\n"
    }
    return text
      + """
      # Checks

      ```{expect} sanity
      that:
        - rows.n_rows > 0
      ```

      """
  }
}
