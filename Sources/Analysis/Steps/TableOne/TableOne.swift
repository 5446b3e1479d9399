import Digests
import NotebookSyntax
import Tables

/// `table1`: who was studied, by group.
public struct TableOne: Step {
  public static let kind = "table1"
  public static let version = 1
  public static let summary = "Describes the participants by group, as the first table of a paper does."
  public static let keys: [Key] = [
    .required("data", "step", "One row for each participant."),
    .required(
      "rows", "list",
      "Columns, or `{show: mean_sd, median_iqr, range or n_percent, of: column, digits: 1}`. Numbers are shown as mean (SD), categories as n (%)."
    ),
    .optional("by", "column", "The groups, as columns of the table."),
    .optional("overall", "true or false", "Whether a column for all participants is shown. Default: true."),
    .optional("difference", "none or standardized", "Standardized differences between two groups. Default: none."),
    .optional(
      "compare", "list of pairs of groups",
      "`[[A, B], [C, D]]`: what `difference` and `tests` compare. Default: the two groups, where there are two; `tests` of more compare all of them at once."
    ),
    .optional(
      "tests", "column: method",
      "P values, only of what is named here: `{age: welch, sex: chi-square}` with `t`, `welch`, `rank-sum`, `anova`, `kruskal-wallis` for numbers and `chi-square`, `fisher` for categories."
    ),
  ]
  public static let manual = """
    There are no tests unless `tests` names them one by one: differences at baseline are described, not tested. Missing
    values are counted under each variable that has any; percentages are of those not missing. A standardized difference
    does not grow with the sample as a test does: (mean − mean) / √((s² + s²) / 2), and for categories the distance of their
    shares (Austin 2009; Yang & Dalton 2012).

    Results: `groups["A"].n`, `numbers["age", "A"].mean`, `levels["sex", "F", "A"].n` and `.share`; all participants
    together are the group `Overall`. With `difference`: `differences["age", "A", "B"].standardized`; with `tests`:
    `tests["age", "A", "B"].p_value`, or `tests["age"].p_value` of all groups at once.

    ````markdown
    ---
    title: Table 1
    ---

    ```{load} patients
    file: data/ucmsc24/patients.csv
    key: patient
    columns:
      patient: id from patient_id
      group: category [A, B, C, D]
      age: number a
      sex: category [F, M]
    ```

    ```{table1} baseline
    data: patients
    by: group
    rows:
      - age
      - {show: median_iqr, of: age, digits: 0}
      - sex
    difference: standardized
    compare: [[A, B], [C, D]]
    ```
    ````
    """

  static let all = "Overall"
  private static let shows = ["mean_sd", "median_iqr", "range", "n_percent"]

  struct Row {
    let column: SourcedText
    /// Nil for what suits the column's type.
    let show: String?
    let digits: Int?
  }

  let data: Reference
  let rows: [Row]
  let by: SourcedText?
  let hasOverall: Bool
  let comparison: TableOneComparison

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    rows = cell.node("rows").map { cell.list($0) }?.compactMap { Self.row($0, &cell) } ?? []
    cell.record(
      "rows",
      .array(
        rows.map {
          .array([
            .string($0.column.text), $0.show.map { .string($0) } ?? .null, $0.digits.map { .integer($0) } ?? .null,
          ])
        }))
    by = cell.column("by")
    hasOverall = cell.boolean("overall", default: true)
    comparison = TableOneComparison(&cell, by: by, rows: rows.map(\.column))
    guard let data, !rows.isEmpty else { return nil }
    self.data = data
  }

  private static func row(_ node: YAMLNode, _ cell: inout CellDecoder) -> Row? {
    if node.scalar != nil { return cell.text(node, "rows").map { Row(column: $0, show: nil, digits: nil) } }
    guard let entries = cell.mapping(node, "rows") else { return nil }
    for entry in entries where !["show", "of", "digits"].contains(entry.key.text) {
      cell.report(
        "unknown-key", "a row has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: ["show", "of", "digits"]))
    }
    func field(_ name: String) -> SourcedText? {
      entries.first { $0.key.text == name }.flatMap { cell.text($0.value, name) }
    }
    guard let column = field("of") else {
      cell.report("missing-key", "a row needs `of`", node.span, help: "write `{show: median_iqr, of: age}`")
      return nil
    }
    var show: String?
    if let written = field("show") {
      guard shows.contains(written.text) else {
        cell.report(
          "choice", "`show` cannot be `\(written.text)`", written.span,
          help: Suggestion.help(for: written.text, among: shows))
        return nil
      }
      show = written.text
    }
    var digits: Int?
    if let written = field("digits") {
      guard let value = Int(written.text), (0...8).contains(value) else {
        cell.report("type", "`digits` is a whole number from 0 to 8", written.span)
        return nil
      }
      digits = value
    }
    return Row(column: column, show: show, digits: digits)
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    var groups: [String]? = hasOverall ? [Self.all] : []
    if let by, let column = context.column(by.text, at: by.span, of: data, schema) {
      if let levels = column.type.levels {
        if hasOverall, levels.containsExactly(Self.all) {
          context.report(
            "column-clash", "`\(by.text)` has a level `\(Self.all)`, which is the name of all participants together",
            by.span,
            help: "rename the level where it is loaded, or write `overall: false`")
        }
        groups = levels + (groups ?? [])
      } else {
        context.report(
          "type", "`\(by.text)` is \(column.type.name), and groups are a category", by.span,
          help: "declare it as `category [A, B]`")
      }
    } else if by == nil {
      groups = [Self.all]
    }
    var numbers: [String] = []
    var categories: [String] = []
    var levels: [String] = []
    for row in rows {
      guard let column = context.column(row.column.text, at: row.column.span, of: data, schema) else { continue }
      if column.type.isNumeric {
        numbers.append(column.name)
        if row.show == "n_percent" {
          context.report(
            "type", "`\(column.name)` is a number and has no levels to count", row.column.span,
            help: "use mean_sd, median_iqr or range")
        }
      } else if let own = column.type.levels {
        categories.append(column.name)
        levels += own
        if let show = row.show, show != "n_percent" {
          context.report(
            "type", "`\(column.name)` is \(column.type.name), and `\(show)` needs a number", row.column.span)
        }
      } else {
        context.report(
          "type", "`\(column.name)` is \(column.type.name); table 1 shows numbers and categories", row.column.span)
      }
    }
    let group = Shape.Key("group", groups)
    let compared = comparison.check(&context, by: by.flatMap { schema[$0.text] }, schema)
    return Yield(
      shape: .record(
        [
          .init("groups", .keyed(by: [group], .record([.init("n", .count)]))),
          .init("numbers", .keyed(by: [.init("variable", numbers), group], NumberSummary.shape)),
          .init(
            "levels",
            .keyed(
              by: [.init("variable", categories), .init("level", levels), group],
              .record([.init("n", .count), .init("total", .count), .init("share", .number)]))),
        ] + compared))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    var groups: [(name: String, label: String, rows: [Int])] = []
    var ungrouped = 0
    if let by {
      let grouping = Grouping(table, by: [by.text], keepsEmpty: true)
      ungrouped = grouping.ungrouped.count
      let schema = table[by.text]?.schema
      for (index, (key, rows)) in zip(grouping.keys, grouping.rows).enumerated() {
        groups.append((key[0], schema?.label(ofLevel: index) ?? key[0], rows))
      }
    }
    // All participants together are compared with nobody; a level may well have their name.
    let compared = ComparedGroups(comparison, table: table, groups: groups.map { ($0.name, $0.label, $0.rows) })
    if hasOverall || by == nil { groups.append((Self.all, Self.all, Array(0..<table.rowCount))) }
    var report = TableOneReport(table: table, groups: groups, compared: compared)
    for row in rows { report.add(row) }
    var outcome = StepOutcome(
      result: .record(
        [
          .init(
            "groups",
            .keyed(by: ["group"], groups.map { .init([$0.name], .record([.init("n", .count($0.rows.count))])) })
          ),
          .init("numbers", .keyed(by: ["variable", "group"], report.numbers)),
          .init("levels", .keyed(by: ["variable", "level", "group"], report.levels)),
        ] + report.comparisons))
    outcome.rowsIn = table.rowCount
    outcome.exhibits = [.table(report.exhibit(caption: "Characteristics of the participants", ungrouped: ungrouped))]
    return outcome
  }
}
