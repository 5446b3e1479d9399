import Digests
import NotebookSyntax
import Tables

/// `derive`: new columns from old ones.
public struct Derive: Step {
  public static let kind = "derive"
  public static let version = 2
  public static let isPreparation = true
  public static let summary = "Adds columns computed from others, row by row."
  public static let keys: [Key] = [
    .required("data", "step", "The table to add to."),
    .required(
      "columns", "name: expression",
      "New columns in order; later ones may use earlier ones. Or a mapping of `is` and `label`."),
  ]
  public static let manual = """
    Arithmetic is `+ - * / ^`, comparisons `== != < <= > >=`, `in [..]`, `is missing`, `is present`, logic `and or not`;
    functions are `log log2 log10 exp sqrt abs round min max if`. A number and its unit are written `4 wk`. Units are
    carried through: adding weeks to grams is a mistake, days divided by days per year are years. A value computed from a
    missing one is missing; one that does not exist (the logarithm of zero) stops the run and names its rows.

    ````markdown
    ---
    title: New columns
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      day: number d
      bili: number mg/dL of bilirubin
    ```

    ```{derive} prepared
    data: visits
    columns:
      year: day / 365.25 d/a
      high: {is: bili > 3 mg/dL, label: Bilirubin above 3 mg/dL}
    ```
    ````
    """

  struct Definition {
    let name: SourcedText
    let expression: Expression
    let label: String?
  }

  let data: Reference
  let definitions: [Definition]

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    var definitions: [Definition] = []
    if let node = cell.node("columns"), let entries = cell.mapping(node, "columns", help: "write `name: expression`") {
      definitions = entries.compactMap { Self.definition($0, &cell) }
    }
    cell.record(
      "columns",
      .array(
        definitions.map {
          .array([
            .string($0.name.text), .string($0.expression.description), $0.label.map { .string($0) } ?? .null,
          ])
        }))
    guard let data, !definitions.isEmpty else { return nil }
    self.data = data
    self.definitions = definitions
  }

  private static func definition(_ entry: YAMLEntry, _ cell: inout CellDecoder) -> Definition? {
    guard ParameterValue.isName(entry.key.text) else {
      cell.report(
        "column", "`\(entry.key.text)` cannot be a column's name", entry.key.span,
        help: "a name is one word of letters, digits and `_`")
      return nil
    }
    if let text = entry.value.scalar, !entry.value.isEmpty {
      return cell.expression(text).map { Definition(name: entry.key, expression: $0, label: nil) }
    }
    guard
      let fields = cell.mapping(
        entry.value, entry.key.text, help: "write an expression, or `{is: expression, label: text}`")
    else { return nil }
    for field in fields where !["is", "label"].contains(field.key.text) {
      cell.report(
        "unknown-key", "a derived column has no key `\(field.key.text)`", field.key.span,
        help: Suggestion.help(for: field.key.text, among: ["is", "label"]))
    }
    guard let node = fields.first(where: { $0.key.text == "is" })?.value else {
      cell.report("missing-key", "a derived column needs `is`", entry.key.span)
      return nil
    }
    let label = fields.first { $0.key.text == "label" }.flatMap { cell.scalar($0.value, "label")?.text }
    return cell.expression(node, "is").map { Definition(name: entry.key, expression: $0, label: label) }
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard var schema = context.schema(data) else { return nil }
    context.readAll(data)
    var isSound = true
    for definition in definitions {
      if schema[definition.name.text] != nil {
        context.report(
          "repeated-name", "`\(data.name)` has a column `\(definition.name.text)` already", definition.name.span,
          help: "give the new column a name of its own")
        isSound = false
        continue
      }
      guard let type = context.type(of: definition.expression, over: data, schema) else {
        isSound = false
        continue
      }
      schema.columns.append(ColumnSchema(name: definition.name.text, type: columnType(type), label: definition.label))
    }
    return isSound ? .table(schema) : nil
  }

  private func columnType(_ type: ExpressionType) -> ColumnType {
    switch type {
    case .number(let quantity): return .number(quantity.unit ?? .one)
    case .boolean: return .boolean
    case .text(let levels): return levels.map { .category(levels: $0, isOrdered: false) } ?? .text
    }
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    var table = try context.table(data)
    let rowsIn = table.rowCount
    guard let schema = context.planned.yield.schema else { preconditionFailure("derive yields a table") }
    for definition in definitions {
      do throws(ExpressionEvaluator.Failure) {
        let vector = try ExpressionEvaluator(table).evaluate(definition.expression)
        guard let column = schema[definition.name.text] else { continue }
        table = Table(
          columns: table.columns + [
            Column(schema: column, values: levelled(vector.values(rowCount: table.rowCount), column.type))
          ],
          rowCount: table.rowCount)
      } catch {
        throw StepFailure(error, in: definition.expression, rowsOf: data.name)
      }
    }
    var outcome = StepOutcome.table(table, from: rowsIn)
    outcome.exhibits = [
      .table(
        TableExhibit(
          caption: "Columns added to \(data.name)",
          headings: [.init("Column", isNumeric: false), .init("Expression", isNumeric: false), .init("Missing")],
          rows: definitions.map { definition in
            let missing =
              table[definition.name.text].map { column in (0..<table.rowCount).count { column.values.isMissing($0) } }
              ?? 0
            let title = schema[definition.name.text]?.title ?? definition.name.text
            return .init([.text(title), .text(definition.expression.description), .count(missing)])
          }))
    ]
    return outcome
  }

  /// Codes into the levels that were planned: what was computed may have met fewer of them, or in another order.
  private func levelled(_ values: ColumnValues, _ type: ColumnType) -> ColumnValues {
    guard case .codes(let codes, let found) = values, case .category(let levels, _) = type else { return values }
    let map = found.map { level in Int32(levels.firstIndex { $0.isExactly(level) } ?? -1) }
    return .codes(codes.map { $0 < 0 ? -1 : map[Int($0)] }, levels: levels)
  }
}
