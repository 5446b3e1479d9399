import Digests
import NotebookSyntax
import Tables

/// `reshape`: columns become rows, or rows become columns.
public struct Reshape: Step {
  public static let kind = "reshape"
  public static let version = 1
  public static let isPreparation = true
  public static let summary = "Turns columns into rows (long) or rows into columns (wide), with their types and labels."
  public static let keys: [Key] = [
    .required("data", "step", "The table."),
    .required("to", "long or wide", "Long: several columns become one, on a row each. Wide: the other way round."),
    .required(
      "key", "column or list", "What names a row of the wide table. It is checked: two rows of one name stop the run."),
    .required(
      "name", "column",
      "The column that says which value a row holds. Long makes it; of wide it is a category, whose levels become columns."
    ),
    .required(
      "values", "column, list or {level: column}",
      "Long: the columns that become rows, or a mapping that gives each its level. Wide: the columns that are spread."),
    .optional("value", "name", "Long: the column that the values go to. Default: value."),
    .optional(
      "keep", "list",
      "Wide: further columns, the same in all rows of a key; anything else in them stops the run. Long keeps all other columns."
    ),
    .optional("missing", "keep or drop", "Long: whether values that are missing get a row. Default: keep."),
  ]
  public static let manual = """
    Long: the columns are of one type and unit, and their labels become the labels of the levels of `name`. Wide: the
    columns are named `tbil_0`, `tbil_4`, from the value's column and the level, and labelled by both; a key that has no
    row of a level is missing there. A name that the table has already is a mistake.

    Results: `rows_in`, `absent` (long: missing values; wide: cells for which there was no row).

    ````markdown
    ---
    title: Long and wide
    ---

    ```{load} labs
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      visit: ordered [0, 1, 2, 3, 4, 8, 12, 16, 20, 24] from visit_week
      tbil: {type: number umol/L, label: Bilirubin}
    ```

    ```{reshape} wide
    data: labs
    to: wide
    key: patient
    name: visit
    values: tbil
    ```

    ```{reshape} long
    data: wide
    to: long
    key: patient
    name: visit
    values: {"0": tbil_0, "4": tbil_4}
    value: tbil
    missing: drop
    ```

    {value}`wide.n_rows` patients; {value}`long.n_rows` values at baseline and week 4.
    ````
    """

  let data: Reference
  let isLong: Bool
  let key: [SourcedText]
  let name: SourcedText
  /// Columns with the levels they become; the level is the column's name where none is written.
  let values: [(level: SourcedText, column: SourcedText)]
  let value: SourcedText?
  let keep: [SourcedText]
  let keepsMissing: Bool

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    isLong = cell.choice("to", ["long", "wide"], default: "long") == "long"
    key = cell.columns("key")
    let name = cell.column("name")
    values = Self.values(&cell)
    value = cell.column("value")
    keep = cell.columns("keep")
    keepsMissing = cell.choice("missing", ["keep", "drop"], default: "keep") == "keep"
    let foreign = isLong ? ["keep"] : ["value", "missing"]
    for other in foreign where cell.position(of: other) != .max {
      cell.report(
        "choice", "`\(other)` means nothing where a table is made \(isLong ? "long" : "wide")", cell.cell.kind.span,
        help: "remove it")
    }
    for written in [isLong ? name : nil, value].compactMap(\.self) where !ParameterValue.isName(written.text) {
      cell.report(
        "column", "`\(written.text)` cannot be a column's name", written.span,
        help: "a name is one word of letters, digits and `_`")
    }
    guard let data, let name, !key.isEmpty, !values.isEmpty else { return nil }
    self.data = data
    self.name = name
  }

  private static func values(_ cell: inout CellDecoder) -> [(level: SourcedText, column: SourcedText)] {
    var values: [(level: SourcedText, column: SourcedText)] = []
    if let node = cell.node("values") {
      if case .mapping(let entries) = node.content {
        for entry in entries { if let name = cell.text(entry.value, "values") { values.append((entry.key, name)) } }
      } else {
        values = cell.list(node).compactMap { cell.text($0, "values") }.map { ($0, $0) }
      }
    }
    cell.record("values", .array(values.map { .array([.string($0.level.text), .string($0.column.text)]) }))
    for (index, value) in values.enumerated()
    where values[..<index].contains(where: { $0.column.text == value.column.text }) {
      cell.report("repeated-name", "`\(value.column.text)` stands twice in `values`", value.column.span)
    }
    return values
  }

  var valueName: String { value?.text ?? "value" }

  /// The columns that a table made long keeps as they are.
  func kept(_ schema: Schema) -> [ColumnSchema] {
    schema.columns.filter { column in !values.contains { $0.column.text.isExactly(column.name) } }
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    context.readAll(data)
    let keys = key.compactMap { context.column($0.text, at: $0.span, of: data, schema) }
    let columns = values.compactMap { context.column($0.column.text, at: $0.column.span, of: data, schema) }
    let kept = keep.compactMap { context.column($0.text, at: $0.span, of: data, schema) }
    guard keys.count == key.count, columns.count == values.count, kept.count == keep.count else { return nil }
    for name in key where values.contains(where: { $0.column.text == name.text }) {
      context.report("column-clash", "`\(name.text)` is a key and cannot be a value too", name.span)
      return nil
    }
    let made = isLong ? long(schema, columns, &context) : wide(schema, keys, columns, kept, &context)
    guard let made else { return nil }
    for (index, column) in made.enumerated() where made[..<index].contains(where: { $0.name.isExactly(column.name) }) {
      context.report(
        "column-clash", "the table would have two columns `\(column.name)`", name.span,
        help: isLong ? "give `name` and `value` names that no column has" : "rename a column where it is loaded")
      return nil
    }
    return .table(Schema(made), [.init("rows_in", .count), .init("absent", .count)])
  }

  private func long(_ schema: Schema, _ columns: [ColumnSchema], _ context: inout PlanContext) -> [ColumnSchema]? {
    for (column, value) in zip(columns, values) where column.type != columns[0].type {
      context.report(
        "type", "`\(column.name)` is \(column.type.name), and `\(columns[0].name)` is \(columns[0].type.name)",
        value.column.span, help: "one column has one type and one unit: declare all alike, or reshape them apart")
      return nil
    }
    for (column, value) in zip(columns, values) where column.analyte != columns[0].analyte {
      func what(_ column: ColumnSchema) -> String { column.analyte.map { "of \($0.text)" } ?? "of nothing named" }
      context.report(
        "type", "`\(column.name)` is \(what(column)), and `\(columns[0].name)` is \(what(columns[0]))",
        value.column.span, help: "one column measures one thing: declare `of` alike, or reshape them apart")
      return nil
    }
    for (index, value) in values.enumerated()
    where values[..<index].contains(where: { $0.level.text == value.level.text }) {
      context.report("repeated-name", "two columns become the level `\(value.level.text)`", value.level.span)
      return nil
    }
    // A level that has a text of its own is shown so; otherwise the column's label says what it was.
    let isNamed = values.allSatisfy { $0.level.text == $0.column.text }
    let hasLabels = isNamed && columns.contains { $0.label != nil }
    return kept(schema) + [
      ColumnSchema(
        name: name.text, type: .category(levels: values.map(\.level.text), isOrdered: !isNamed),
        levelLabels: hasLabels ? columns.map { $0.label ?? $0.name } : nil),
      ColumnSchema(
        name: valueName, type: columns[0].type, analyte: columns[0].analyte,
        label: isNamed ? nil : commonLabel(columns),
        levelLabels: columns[0].levelLabels),
    ]
  }

  /// `Bilirubin` of `Bilirubin, Week 0` and `Bilirubin, Week 4`.
  private func commonLabel(_ columns: [ColumnSchema]) -> String? {
    let heads = columns.map { $0.label?.split(separator: ",").first.map(String.init) }
    return heads.allSatisfy { $0 == heads[0] } ? heads[0] : nil
  }

  private func wide(
    _ schema: Schema, _ keys: [ColumnSchema], _ columns: [ColumnSchema], _ kept: [ColumnSchema],
    _ context: inout PlanContext
  ) -> [ColumnSchema]? {
    guard let names = context.column(name.text, at: name.span, of: data, schema) else { return nil }
    guard let levels = names.type.levels else {
      context.report(
        "type", "`\(name.text)` is \(names.type.name), and the levels of a category become columns", name.span,
        help: "declare it as `category [A, B]` or `ordered [0, 4]`, so that the columns are known before the run")
      return nil
    }
    var made = keys + kept
    for column in columns {
      for (index, level) in levels.enumerated() {
        let label = "\(column.label ?? column.name), \(names.label(ofLevel: index))"
        made.append(
          ColumnSchema(
            name: Self.column(column.name, level), type: column.type, analyte: column.analyte, label: label,
            levelLabels: column.levelLabels))
      }
    }
    return made
  }

  /// `tbil_4`; whatever cannot stand in a name becomes `_`.
  static func column(_ name: String, _ level: String) -> String {
    let tail = level.unicodeScalars.map { scalar -> String in
      scalar.isASCII && (scalar.properties.isAlphabetic || (48...57).contains(scalar.value)) ? String(scalar) : "_"
    }
    return "\(name)_\(tail.joined())"
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    guard let schema = context.planned.yield.schema else {
      throw StepFailure(Diagnostic("internal", "`\(data.name)` cannot be reshaped", at: data.span))
    }
    let (made, absent) = try isLong ? long(table, schema) : wide(table, schema)
    var outcome = StepOutcome.table(
      made, from: table.rowCount, [.init("rows_in", .count(table.rowCount)), .init("absent", .count(absent))])
    let columns = values.map(\.column.text).joined(separator: ", ")
    let shape = "\(NumberFormat.count(table.rowCount)) rows of \(data.name) became \(NumberFormat.count(made.rowCount))"
    let what =
      isLong
      ? "the columns \(columns) stand in `\(valueName)`, named by `\(name.text)`; \(NumberFormat.counted(absent, "missing value")) \(keepsMissing ? "kept" : "left out")"
      : "one for each \(key.map(\.text).joined(separator: ", ")), with \(columns) spread over `\(name.text)`; \(NumberFormat.counted(absent, "cell")) without a row are missing"
    var text = "\(shape): \(what)."
    let lost =
      isLong
      ? []
      : table.schema.names.filter { name in
        !key.contains { $0.text == name } && !keep.contains { $0.text == name }
          && !values.contains { $0.column.text == name } && name != self.name.text
      }
    if !lost.isEmpty { text += " Not kept: \(lost.joined(separator: ", "))." }
    outcome.exhibits = [.statement(text)]
    return outcome
  }
}
