import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance

struct TraceCommand: ProjectCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Says which rows of which files stand behind a result or a cell.",
    discussion: """
      For example: colophon trace outputs/growth 'baseline.numbers["age", "A"].mean', or \
      colophon trace outputs/growth tables/listing.csv --row 3 --column alt. The preparation is computed again from the \
      recorded notebook and inputs, which must be unchanged.
      """)

  @Argument(help: ArgumentHelp("The folder of a published run.", valueName: "run"))
  var folder: String

  @Argument(help: "A path into a result, a step, or a table of the run such as tables/NAME.csv.")
  var path: String

  @Option(help: ArgumentHelp("A row of the table; 1 is the first below the header.", valueName: "number"))
  var row: Int?

  @Option(help: ArgumentHelp("A column of the table.", valueName: "name"))
  var column: String?

  @Flag(help: "Prints all row numbers, however many.")
  var all = false

  @OptionGroup var project: ProjectOptions

  private static let shownRanges = 40

  func validate() throws {
    if let row, row < 1 { throw ValidationError("--row counts from 1, the first row below the header") }
  }

  func run() throws {
    try Terminal.failing {
      let absolute = Paths.absolute(folder)
      let run = Workspace(root: absolute, largestFile: project.maxFileSize)
      guard run.exists("manifest.json") else {
        throw CommandFailure(Exit.inputOutput, "\(folder) is no folder of a run: it has no manifest.json")
      }
      let trace: RunTrace
      do throws(RunTrace.Problem) {
        trace = try RunTrace(
          path, row: row, column: column, run: run,
          project: project.workspace(above: RecordedProject.root(of: absolute)))
      } catch {
        if let source = error.source, !error.diagnostics.isEmpty { Terminal.report(error.diagnostics, in: source) }
        throw CommandFailure(Exit.unusable, error.text)
      }
      for reading in trace.readings { show(reading) }
    }
  }

  private func show(_ reading: Tracer.Reading) {
    let rows =
      reading.rows == reading.total
      ? "all \(NumberFormat.counted(reading.total, "row"))"
      : "\(NumberFormat.count(reading.rows)) of \(NumberFormat.counted(reading.total, "row"))"
    line("\(rows) of \(reading.table)" + (reading.reason.isEmpty ? "" : ": \(reading.reason)"))
    for stage in reading.stages.reversed() {
      if let file = stage.file {
        line("  \(stage.name) (load): \(NumberFormat.counted(stage.rowsOut, "row")) of \(file)")
      } else {
        let before = stage.rowsIn.map { "\(NumberFormat.count($0)) → " } ?? ""
        line("  \(stage.name) (\(stage.kind)): \(before)\(NumberFormat.counted(stage.rowsOut, "row"))")
      }
      for loss in stage.losses { line("    − \(NumberFormat.count(loss.count)) \(loss.reason)") }
    }
    if !reading.groups.isEmpty {
      line(
        "its column is computed over the rows of a group (\(reading.groups.joined(separator: ", "))), so other rows of it have part in the cell"
      )
    }
    if reading.isUntraceable { line("a step on the way does not say which rows its rows are made of") }
    for source in reading.sources {
      let what =
        source.columns.isEmpty ? "" : ", column \(source.columns.map { "`\($0)`" }.joined(separator: ", "))"
      let count = "\(NumberFormat.count(source.rows.count)) of \(NumberFormat.counted(source.total, "row"))"
      line("\(source.file)\(what): \(count)")
      if !source.rows.isEmpty { line("  \(ranges(source.rows))") }
    }
  }

  private func line(_ text: String) { Terminal.line(VisibleText.of(text, limit: .max)) }

  /// `rows 1–3, 7`
  private func ranges(_ rows: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for row in rows {
      if let last = ranges.last, last.upperBound + 1 == row {
        ranges[ranges.count - 1] = last.lowerBound...row
      } else {
        ranges.append(row...row)
      }
    }
    let shown = ranges.prefix(all ? .max : Self.shownRanges).map { range in
      range.count == 1
        ? "\(range.lowerBound)" : "\(range.lowerBound)\(range.count == 2 ? ", " : "–")\(range.upperBound)"
    }
    let hidden = ranges.dropFirst(shown.count).map(\.count).reduce(0, +)
    return (rows.count == 1 ? "row " : "rows ") + shown.joined(separator: ", ")
      + (hidden > 0 ? ", … and \(NumberFormat.count(hidden)) more (--all)" : "")
  }
}
