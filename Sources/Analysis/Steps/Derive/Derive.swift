import Digests
import NotebookSyntax
import Tables

/// `derive`: new columns from old ones.
public struct Derive: Step {
  public static let kind = "derive"
  public static let version = 2
  public static let isPreparation = true
  public static let summary = "Adds columns computed from others, row by row or over the rows of a group."
  public static let keys: [Key] = [
    .required("data", "step", "The table to add to."),
    .required(
      "columns", "name: expression",
      "New columns in order; later ones may use earlier ones. Or a mapping of `is` and `label`, or of `cases`, `else` and `label`."
    ),
    .optional(
      "by", "column or list", "Groups of rows, for functions such as `mean`: one for each combination of values."),
    .optional(
      "order", "column or list",
      "The order of the rows in a group, for functions such as `lag` and `baseline`. Two rows of a group that it does not tell apart stop the run."
    ),
  ]
  public static let manual = """
    Arithmetic is `+ - * / ^`, comparisons `== != < <= > >=`, `in [..]`, `is missing`, `is present`, logic `and or not`. A
    number and its unit are written `4 wk`. Units of one dimension convert: `bili > 50 umol/L` holds for mg/dL by the
    analyte's factor, which the report names; adding weeks to grams is a mistake. A value computed from a missing one is
    missing; one that does not exist (the logarithm of zero) stops the run and names its rows.

    Row by row: `log log2 log10 exp sqrt abs round floor ceil min max if coalesce cut convert uncensor date year
    weeks_between` and the [clinical scores](scores.md). Over a group (`by`): `mean sd median min max sum count`, which
    refuse missing values unless told `missing = skip`. In a group's order (`by` and `order`): `baseline(x, at = week == 0)`,
    `change(x, from = week == 0)`, `first`, `last`, `lag`, `cumulative(x, sum)`. All are explained in
    [language.md](language.md#expressions).

    `cases` is a list of `when` and `is`; the first condition that is true decides, and where one before it is unknown the
    value is missing. `else` says what all others are: `stop`, `missing` or a value. There, text stands in quotation marks.

    ````markdown
    ---
    title: New columns
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL of bilirubin
    ```

    ```{derive} prepared
    data: visits
    by: patient
    order: day
    columns:
      year: day / 365.25 d/a
      high: {is: bili > 51.3 umol/L, label: Bilirubin above 3 mg/dL}
      fall: change(bili, from = day == 0 d)
      worst: max(bili)
      course:
        label: Course of bilirubin
        cases:
          - when: fall <= -1 mg/dL
            is: "falling"
          - when: fall >= 1 mg/dL
            is: "rising"
        else: "stable"
    ```
    ````
    """

  let data: Reference
  let definitions: [DerivedColumn]
  let by: [SourcedText]
  let order: [SourcedText]

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    var definitions: [DerivedColumn] = []
    if let node = cell.node("columns"), let entries = cell.mapping(node, "columns", help: "write `name: expression`") {
      definitions = entries.compactMap { DerivedColumn($0, &cell) }
    }
    cell.record("columns", .array(definitions.map(\.canonical)))
    by = cell.position(of: "by") == .max ? [] : cell.columns("by")
    order = cell.position(of: "order") == .max ? [] : cell.columns("order")
    if by.isEmpty, let first = order.first {
      cell.report(
        "missing-key", "`order` orders the rows of a group, and there is no `by`", first.span,
        help: "add `by:` with what makes a group, for example the patient")
    }
    guard let data, !definitions.isEmpty else { return nil }
    self.data = data
    self.definitions = definitions
  }

  private var scope: ExpressionChecker.Scope { by.isEmpty ? .row : .groups(isOrdered: !order.isEmpty) }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard var schema = context.schema(data) else { return nil }
    context.readAll(data)
    var isSound = true
    for name in by where context.column(name.text, at: name.span, of: data, schema) == nil { isSound = false }
    for name in order where !isOrder(name, schema, &context) { isSound = false }
    for definition in definitions {
      if schema[definition.name.text] != nil {
        context.report(
          "repeated-name", "`\(data.name)` has a column `\(definition.name.text)` already", definition.name.span,
          help: "give the new column a name of its own")
        isSound = false
        continue
      }
      guard let checked = definition.check(over: data, schema, scope: scope, &context) else {
        isSound = false
        continue
      }
      schema.columns.append(column(definition, checked.type))
    }
    return isSound ? .table(schema) : nil
  }

  /// Whether the values of a column have an order; reports where they haven't.
  private func isOrder(_ name: SourcedText, _ schema: Schema, _ context: inout PlanContext) -> Bool {
    guard let column = context.column(name.text, at: name.span, of: data, schema) else { return false }
    switch column.type {
    case .number, .integer, .date, .category(_, isOrdered: true): return true
    default:
      context.report(
        "type", "`\(name.text)` is \(column.type.name), whose values have no order", name.span,
        help: "order by a number, a date or an `ordered` category")
      return false
    }
  }

  private func column(_ definition: DerivedColumn, _ type: ExpressionType) -> ColumnSchema {
    var column = ColumnSchema(name: definition.name.text, type: .text, label: definition.label)
    switch type {
    case .number(let quantity):
      column.type = .number(quantity.unit ?? .one)
      column.analyte = quantity.analyte
    case .censored(let quantity):
      column.type = .censored(quantity.unit ?? .one)
      column.analyte = quantity.analyte
    case .boolean: column.type = .boolean
    case .date: column.type = .date
    case .text(let levels, let isOrdered):
      column.type = levels.map { .category(levels: $0, isOrdered: isOrdered) } ?? .text
    }
    return column
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    var table = try context.table(data)
    let rowsIn = table.rowCount
    guard let schema = context.planned.yield.schema else { preconditionFailure("derive yields a table") }
    let groups = try groups(table)
    var conversions: [String] = []
    for definition in definitions {
      let evaluator = ExpressionEvaluator(table, groups: groups)
      guard let column = schema[definition.name.text], let checked = definition.checked(evaluator) else {
        preconditionFailure("a column is checked when it is planned")
      }
      conversions += checked.conversions.filter { !conversions.contains($0) }
      do throws(ExpressionEvaluator.Failure) {
        let vector = try evaluator.evaluate(checked)
        table = Table(
          columns: table.columns + [
            Column(schema: column, values: vector.values(rowCount: table.rowCount, as: column.type))
          ],
          rowCount: table.rowCount)
      } catch {
        throw StepFailure(error, in: "\(definition.text)", rowsOf: data.name)
      }
    }
    var outcome = StepOutcome.table(table, from: rowsIn, adding: context.content(data))
    outcome.exhibits = [.table(exhibit(table, schema, conversions))]
    return outcome
  }

  private func groups(_ table: Table) throws(StepFailure) -> RowGroups? {
    guard !by.isEmpty else { return nil }
    do throws(RowGroups.Problem) {
      return try RowGroups(table, by: by.map(\.text), order: order.map(\.text))
    } catch {
      throw StepFailure(failure(error))
    }
  }

  private func failure(_ problem: RowGroups.Problem) -> Diagnostic {
    func listed(_ items: [String]) -> String {
      items.prefix(20).joined(separator: ", ") + (items.count > 20 ? ", … (\(items.count) in all)" : "")
    }
    switch problem {
    case .missing(let column, let rows):
      let span = (by + order).first { $0.text.isExactly(column) }?.span ?? data.span
      return Diagnostic(
        "computation", "`\(column)` is missing in row \(listed(rows.map(String.init))) of `\(data.name)`", at: span,
        help: "a row belongs to a group and has a place in it: filter these rows out before")
    case .ties(let pairs):
      return Diagnostic(
        "computation",
        "rows of one group tie in the order: \(listed(pairs.map { "\($0.0) and \($0.1)" })) of `\(data.name)`",
        at: order.first?.span ?? data.span,
        help: "name a further column in `order`, or remove what stands twice before")
    }
  }

  private func exhibit(_ table: Table, _ schema: Schema, _ conversions: [String]) -> TableExhibit {
    var notes: [String] = []
    if !by.isEmpty {
      let order = order.isEmpty ? "" : ", in the order of \(order.map(\.text).joined(separator: ", "))"
      notes.append("Groups: rows alike in \(by.map(\.text).joined(separator: ", "))\(order).")
    }
    if !conversions.isEmpty { notes.append("Units converted: \(conversions.joined(separator: "; ")).") }
    return TableExhibit(
      caption: "Columns added to \(data.name)",
      headings: [.init("Column", isNumeric: false), .init("Expression", isNumeric: false), .init("Missing")],
      rows: definitions.map { definition in
        let column = table[definition.name.text]
        let missing = column?.values.missingCount ?? 0
        let title = schema[definition.name.text]?.title ?? definition.name.text
        return .init([.text(title), .text(definition.text), .count(missing)])
      }, notes: notes)
  }
}
