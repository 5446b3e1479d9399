import Digests
import NotebookSyntax
import Tables

/// `missingness`: what is not there, by variable, group and pattern.
public struct Missingness: Step {
  public static let kind = "missingness"
  public static let version = 1
  public static let summary = "Counts missing values by variable and visit or group, and the patterns they form."
  public static let keys: [Key] = [
    .required("data", "step", "The table."),
    .optional("of", "column or list", "The variables. Default: all columns but those of `by` and `participant`."),
    .optional("by", "column", "A category, such as the visit: one count for each of its levels."),
    .optional(
      "participant", "column",
      "With `by`: who should have a row at every level. Those who have none there are counted as `absent`, apart from values that are missing in a row."
    ),
  ]
  public static let manual = """
    A pattern is the set of variables that are missing together in a row. `participant` counts those without a row at a
    visit against all participants of the table; whoever died or left is among them, so absent is no synonym of missing.

    Results: `variables["tbil"].{n, missing, share}`, with `by` also `rows["tbil", "4"].{n, missing, absent, share}`;
    `complete` (rows without a missing value), `patterns["alt, afp"].n`. `share` is of everything that could be there.

    ````markdown
    ---
    title: What is missing
    ---

    ```{load} labs
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      visit: ordered [0, 1, 2, 3, 4, 8, 12, 16, 20, 24] from visit_week
      tbil: number umol/L of bilirubin
      na: {type: number mmol/L, label: Sodium}
      plt: {type: number 10*9/L, label: Platelets}
    ```

    ```{missingness} gaps
    data: labs
    of: [tbil, na, plt]
    by: visit
    participant: patient
    ```

    {value}`gaps.variables["na"].missing` sodium values are missing in the rows there are;
    {value}`gaps.rows["na", "24"].absent` participants have no row at week 24.
    ````
    """

  let data: Reference
  let of: [SourcedText]
  let by: SourcedText?
  let participant: SourcedText?

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    of = cell.columns("of")
    by = cell.column("by")
    participant = cell.column("participant")
    if let participant, by == nil {
      cell.report(
        "missing-key", "`participant` needs `by`", participant.span, help: "name the visits at which a row is expected")
    }
    guard let data else { return nil }
    self.data = data
  }

  /// The variables of a table in order.
  private func variables(_ schema: Schema) -> [ColumnSchema] {
    guard of.isEmpty else { return of.compactMap { schema[$0.text] } }
    return schema.columns.filter { $0.name != by?.text && $0.name != participant?.text }
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    if of.isEmpty { context.readAll(data) }
    for name in of { _ = context.column(name.text, at: name.span, of: data, schema) }
    if let participant { _ = context.column(participant.text, at: participant.span, of: data, schema) }
    let names = variables(schema).map(\.name)
    let counts: [Shape.Field] = [.init("n", .count), .init("missing", .count)]
    var fields: [Shape.Field] = [
      .init("variables", .keyed(by: [.init("variable", names)], .record(counts + [.init("share", .number)])))
    ]
    if let by, let column = context.column(by.text, at: by.span, of: data, schema) {
      if column.type.levels == nil {
        context.report(
          "type", "`\(by.text)` is \(column.type.name), and groups are a category", by.span,
          help: "declare it as `ordered [0, 4]`, or make visits with `visits`")
      }
      fields.append(
        .init(
          "rows",
          .keyed(
            by: [.init("variable", names), .init(by.text, column.type.levels)],
            .record(counts + [.init("absent", .count), .init("share", .number)]))))
    }
    return Yield(
      shape: .record(
        fields + [
          .init("complete", .count),
          .init("patterns", .keyed(by: [.init("missing", nil)], .record([.init("n", .count)]))),
        ]))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let columns = variables(table.schema).compactMap { table[$0.name] }
    let counts = MissingCounts(table, columns: columns, by: by?.text, participant: participant?.text)
    var outcome = StepOutcome(result: .record(counts.fields))
    outcome.rowsIn = table.rowCount
    outcome.exhibits = counts.exhibits(of: data.name)
    return outcome
  }
}
