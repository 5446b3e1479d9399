import Digests
import NotebookSyntax
import Tables

/// `flow`: how many there were at the start, who left and why, and who was analysed.
public struct Flow: Step {
  public static let kind = "flow"
  public static let version = 1
  public static let summary = "Draws the participant flow (STROBE) from the counts of the filters that made a table."
  public static let keys: [Key] = [
    .required("of", "step", "The table that was analysed. Its filters are followed back to the file."),
    .optional(
      "split", "column or list", "One or two categories that divide those analysed, the second within the first."),
    .optional("participant", "column", "Who is counted: the table must have one row for each, or the run stops."),
    .optional("noun", "word", "What the rows are called. Default: participants with `participant`, otherwise rows."),
  ]
  public static let manual = """
    There is nothing to fill in: `flow` goes back from the table through `filter`, `derive`, `join` and `visits` to the
    `load`, and takes each count from the result of the step itself. A diagram drawn so cannot disagree with the analysis.

    Results: `start`, `analysed`, `excluded["step", "because"].n`, `counts["LF", "A"]`, `groups["LF"]` (of the first
    category). STROBE: von Elm et al. 2007, PLoS Medicine 4:e296, item 13.

    ````markdown
    ---
    title: Participant flow
    ---

    ```{load} screened
    file: data/ucmsc24/screening.csv
    key: patient
    columns:
      patient: id from patient_id
      disease: category [LF, LC]
      exclusion: category [no_hbv, malignancy, criteria_not_met, other_organ_failure, hcv_or_hiv, lost_before_week_4, incomplete_records, exactly_4_weeks]
    ```

    ```{filter} analysed
    data: screened
    drop:
      by: exclusion
      because:
        no_hbv: No hepatitis B
        malignancy: Malignancy
        criteria_not_met: Criteria of liver failure or cirrhosis not met
        other_organ_failure: Failure of another organ
        hcv_or_hiv: Hepatitis C or HIV
        lost_before_week_4: Lost before week 4
        incomplete_records: Incomplete records
        exactly_4_weeks: Exactly 4 weeks of therapy
    ```

    ```{flow} participants
    of: analysed
    split: disease
    participant: patient
    ```

    Of {value}`participants.start` patients {value}`participants.counts["LF"]` with liver failure and
    {value}`participants.counts["LC"]` with cirrhosis were analysed.
    ````
    """

  let of: Reference
  let split: [SourcedText]
  let participant: SourcedText?
  let noun: String

  public init?(_ cell: inout CellDecoder) {
    let of = cell.step("of")
    split = cell.columns("split")
    participant = cell.column("participant")
    let written = cell.node("noun").flatMap { cell.text($0, "noun")?.text }
    noun = written ?? (participant == nil ? "rows" : "participants")
    cell.record("noun", .string(noun))
    if split.count > 2 {
      cell.report(
        "choice", "`split` takes one or two columns", split[2].span, help: "make one column of several with `derive`")
    }
    guard let of else { return nil }
    self.of = of
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(of) else { return nil }
    let chain = context.rowChain(of)
    if let first = chain.first?.step, !(first.step is Load) {
      context.report(
        Diagnostic(
          "flow", "`flow` cannot follow rows through `\(first.name)`, a `\(first.kind)` step", at: of.span,
          help: "after it a row is something else than before: count before it",
          notes: [.init("`\(first.name)` is made here", at: first.cell.span)]))
    }
    var keys: [Shape.Key] = []
    for name in split {
      guard let column = context.column(name.text, at: name.span, of: of, schema) else { continue }
      if column.type.levels == nil {
        context.report(
          "type", "`\(name.text)` is \(column.type.name), and groups are a category", name.span,
          help: "declare it as `category [A, B]`")
      }
      keys.append(.init(column.name, column.type.levels))
    }
    if let participant { _ = context.column(participant.text, at: participant.span, of: of, schema) }
    var fields: [Shape.Field] = [
      .init("start", .count), .init("analysed", .count),
      .init(
        "excluded",
        .keyed(by: [.init("step", chain.map(\.name)), .init("because", nil)], .record([.init("n", .count)]))),
    ]
    if let first = keys.first {
      fields += [.init("counts", .keyed(by: keys, .count)), .init("groups", .keyed(by: [first], .count))]
    }
    var yield = Yield(shape: .record(fields))
    yield.rowChain = chain
    return yield
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(of)
    if let participant { try checkParticipants(table, participant) }
    let count = try FlowCount(self, context, table)
    var outcome = StepOutcome(result: .record(count.fields))
    outcome.rowsIn = table.rowCount
    outcome.exhibits = [.figure(count.figure), .table(count.table)]
    return outcome
  }

  private func checkParticipants(_ table: Table, _ name: SourcedText) throws(StepFailure) {
    guard let column = table[name.text] else { return }
    let keys = RowKeys([Grouping.codes(column).codes])
    for (row, number) in keys.numbers.enumerated() where number < 0 || keys.firstRows[Int(number)] != row {
      let what =
        number < 0
        ? "row \(row + 1) of `\(of.name)` has no `\(name.text)`"
        : "rows \(keys.firstRows[Int(number)] + 1) and \(row + 1) of `\(of.name)` are one `\(name.text)`"
      throw StepFailure(
        Diagnostic(
          "repeated-key", what, at: name.span,
          help: "participants are counted in a table with one row for each: name such a table in `of`"))
    }
  }
}
