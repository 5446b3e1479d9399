import Digests
import NotebookSyntax
import Tables

/// `visits`: measurements assigned to planned visits by windows of days.
public struct Visits: Step {
  public static let kind = "visits"
  public static let version = 1
  public static let isPreparation = true
  public static let summary =
    "Assigns measurements to planned visits by windows of days, and lists what no window takes."
  public static let keys: [Key] = [
    .required("data", "step", "The table, one row for each measurement."),
    .required("day", "column", "When it was made, in days, weeks, hours or years since the start."),
    .required("by", "column", "The participant."),
    .required(
      "windows", "planned time: first day ... last day",
      "For example `4 wk: 25 d ... 41 d`. Both ends count; gaps are allowed, overlaps are a mistake. `0 wk: 0 d` is one day."
    ),
    .optional(
      "duplicates", "nearest, first, last or error",
      "Which of several measurements in one window counts: the one nearest to the planned day (the earlier one of two equally near), the first, the last; or the run stops. Default: error."
    ),
  ]
  public static let manual = """
    Adds `week`, the planned time as a number of weeks, and `visit`, an ordered category with the planned times as they are
    written. A row that is in no window, has no day or no participant, or gives way to another row of its window, leaves the
    table; all of them are listed in `tables/NAME-unassigned.csv`, the first twenty in the report. Two rows of one participant
    on one day, between which no rule can choose, stop the run.

    Results: `assigned`, `moved` (assigned, and not made on the planned day), `duplicates`, `outside`, `undated`,
    `windows["4"].{n, moved, duplicates, first_day, last_day}`.

    ````markdown
    ---
    title: Planned visits
    ---

    ```{load} measured
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL of bilirubin
    ```

    ```{visits} planned
    data: measured
    day: day
    by: patient
    windows:
      0 wk: 0 d
      26 wk: 20 wk ... 28 wk
    duplicates: nearest
    ```

    {value}`planned.windows["26"].n` patients have a visit at six months.
    ````
    """

  static let weekName = "week"
  static let visitName = "visit"

  let data: Reference
  let day: SourcedText
  let by: SourcedText
  let windows: [VisitWindow]
  let duplicates: String

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let day = cell.column("day")
    let by = cell.column("by")
    windows = cell.node("windows").map { VisitWindowReader.read($0, &cell) } ?? []
    cell.record(
      "windows",
      .array(
        windows.map {
          .array([
            .string("\($0.level) \($0.unit)"), .string(NumberText.shortest($0.low)),
            .string(NumberText.shortest($0.high)),
          ])
        }))
    duplicates = cell.choice("duplicates", ["nearest", "first", "last", "error"], default: "error")
    guard let data, let day, let by, !windows.isEmpty else { return nil }
    self.data = data
    self.day = day
    self.by = by
  }

  /// What is added to the table.
  private var added: [ColumnSchema] {
    [
      ColumnSchema(name: Self.weekName, type: .number((try? Unit(code: "wk")) ?? .one), label: "Planned time"),
      ColumnSchema(
        name: Self.visitName, type: .category(levels: windows.map(\.level), isOrdered: true), label: "Visit",
        levelLabels: windows.map(\.label)),
    ]
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    context.readAll(data)
    if let column = context.column(by.text, at: by.span, of: data, schema) {
      context.refuseSensitiveDate(column, at: by.span)
    }
    if let column = context.column(day.text, at: day.span, of: data, schema), Self.conversion(column) == nil {
      context.report(
        "unit", "`\(day.text)` is \(column.type.name), and no time that converts to days", day.span,
        help: "declare it as `number d`; weeks (`wk`), hours (`h`) and years (`a`) are converted")
    }
    for column in added where schema[column.name] != nil {
      context.report(
        "column-clash", "`\(data.name)` has a column `\(column.name)` already, which `visits` adds", data.span,
        help: "rename it where it is loaded, for example to `\(column.name)_received`")
    }
    let counts: [Shape.Field] = ["assigned", "moved", "duplicates", "outside", "undated"].map { .init($0, .count) }
    let window = Shape.record(
      ["n", "moved", "duplicates"].map { .init($0, .count) } + ["first_day", "last_day"].map { .init($0, .number) })
    return .table(
      Schema(schema.columns + added),
      counts + [.init("windows", .keyed(by: [.init("visit", windows.map(\.level))], window))])
  }

  private static func conversion(_ column: ColumnSchema) -> UnitConversion? {
    column.type.isNumeric ? VisitWindow.days(column.type.unit.description) : nil
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    guard let dayColumn = table[day.text], let days = dayColumn.values.numbers, let people = table[by.text] else {
      throw StepFailure(Diagnostic("internal", "`\(data.name)` lost its columns", at: data.span))
    }
    let conversion = Self.conversion(dayColumn.schema)
    var assignment = VisitAssignment(windows: windows, duplicates: duplicates)
    do throws(VisitAssignment.Undecided) {
      try assignment.assign(days.map { day in conversion.map { $0(day) } ?? day }, Grouping.codes(people).codes)
    } catch {
      let rows = error.rows.map { String($0 + 1) }.joined(separator: " and ")
      let help =
        error.isSameDay
        ? "both were made on one day: say which one counts before, with a `filter`, or with `duplicates` where it is loaded"
        : "say which one counts: `duplicates: nearest`, `first` or `last`"
      throw StepFailure(
        Diagnostic(
          "duplicate-visit",
          "rows \(rows) of `\(data.name)` are both \(windows[error.window].label) of \(people.schema.isSensitive ? "one participant" : "`\(people.text(error.rows[0]) ?? "")`")",
          at: data.span, help: help))
    }
    let kept = assignment.keptRows
    let visits = kept.map { Int32(assignment.window[$0]) }
    let values: [ColumnValues] = [
      .numbers(visits.map { windows[Int($0)].plannedDay / 7 }), .codes(visits, levels: windows.map(\.level)),
    ]
    var result = table.rows(kept)
    result = Table(
      columns: result.columns + zip(added, values).map { Column(schema: $0, values: $1) }, rowCount: kept.count,
      origins: result.origins)
    let report = VisitReport(step: self, table: table.withoutSensitiveIDs, assignment: assignment)
    var outcome = StepOutcome.table(result, from: table.rowCount, report.fields)
    outcome.exhibits = report.exhibits
    outcome.publications = report.publications(named: context.planned.name)
    outcome.showsIndividualRows = !assignment.unassigned.isEmpty
    return outcome
  }
}

extension Visits: RowKeeping {
  var rowsOf: Reference { data }

  func losses(_ result: ResultValue) -> [RowLoss] {
    [
      ("Outside every window", "outside"), ("Without day or participant", "undated"),
      ("Second measurement of a visit", "duplicates"),
    ]
    .map { RowLoss(reason: $0.0, count: result.count($0.1)) }
  }
}
