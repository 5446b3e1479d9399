import Digests
import NotebookSyntax
import Tables

/// `diagnose`: what a model leaves unexplained, and who weighs most in it.
public struct Diagnose: Step {
  public static let kind = "diagnose"
  public static let version = 1
  public static let summary =
    "Looks at a fitted model's residuals, its random effects, and the influence of single rows and groups."
  public static let keys: [Key] = [
    .required("model", "step", "A `regression`, `mixed` or `mmrm` step."),
    .optional(
      "by", "column",
      "The groups that are left out one by one: patients. Default: the first grouping factor of `mixed`, the subject of `mmrm`, no groups for `regression`."
    ),
    .optional(
      "data", "step", "The table that the model was fitted to: for a `by` that the model itself does not read."),
  ]
  public static let manual = DiagnoseManual.text

  let model: Reference
  let by: SourcedText?
  let data: Reference?

  public init?(_ cell: inout CellDecoder) {
    let model = cell.step("model")
    by = cell.column("by")
    data = cell.step("data")
    if data == nil { cell.record("data", .null) }
    if let data, by == nil {
      cell.report("missing-key", "`data` is for a column `by`", data.span, help: "add `by: …`, or leave `data` out")
    }
    guard let model else { return nil }
    self.model = model
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.model(model) else { return nil }
    let formula = schema.form.formula
    let known = formula.random.map(\.group) + formula.covariances.map(\.subject.description)
    if let by, let data {
      if data.name != schema.data.name {
        context.report(
          "choice", "`\(model.name)` was fitted to `\(schema.data.name)`", data.span,
          help: "write `data: \(schema.data.name)`")
        return nil
      }
      guard let own = context.schema(data), let column = context.column(by.text, at: by.span, of: data, own) else {
        return nil
      }
      context.refuseSensitiveDate(column, at: by.span)
    } else if let by, !known.contains(by.text) {
      context.report(
        "unknown-factor", "`\(by.text)` is no grouping factor of `\(model.name)`", by.span,
        help: "add `data: \(schema.data.name)`, where the column stands")
      return nil
    }
    let group = by?.text ?? known.first
    if let group, data == nil, let column = schema.columns.first(where: { $0.name.isExactly(group) }) {
      context.refuseSensitiveDate(column, at: by?.span ?? model.span)
    }
    var columns = [ColumnSchema(name: "row", type: .integer)]
    // What is left of a person's row is theirs as well; one such column makes the whole table sensitive.
    columns[0].isSensitive = schema.isSensitive
    if let group { columns.append(ColumnSchema(name: "group", type: .id, label: group)) }
    for name in DiagnoseRows.columns(hasScaled: !formula.covariances.isEmpty, hasInfluence: schema.form.hasRowInfluence)
    {
      columns.append(ColumnSchema(name: name, type: .number(.one)))
    }
    var fields: [Shape.Field] = [
      .init("observations", .count), .init("standardization", .text), .init("residuals", DiagnoseReport.residualShape),
    ]
    if schema.form.hasRowInfluence {
      fields.append(.init("rows", DiagnoseReport.rowShape))
    }
    if group != nil {
      let change = Shape.keyed(by: [.init("term", nil)], .number)
      fields += [
        .init(
          "influence",
          .keyed(
            by: [.init(group ?? "group", nil)],
            .record([.init("rows", .count), .init("cooksd", .number), .init("change", change)]))),
        .init("most_influential", .record([.init("group", .text), .init("cooksd", .number)])),
      ]
    }
    if !formula.random.isEmpty {
      let effect = Shape.record(["estimate", "cond_sd", "quantile"].map { .init($0, .number) })
      fields.append(
        .init(
          "effects",
          .keyed(
            by: [.init("group", RandomPart.parts(of: formula).map(\.key))],
            .keyed(by: [.init("level", nil)], .keyed(by: [.init("term", nil)], effect)))))
    }
    return .table(Schema(columns), fields)
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let fitted = try context.model(model)
    guard let details = fitted.details else {
      throw StepFailure(Diagnostic("internal", "`\(model.name)` can't be diagnosed", at: model.span))
    }
    let observations = try details.observations()
    var groups = observations.groups.first
    if let by {
      groups = observations.groups.first { $0.name == by.text }
      if let data {
        let table = try context.table(data)
        guard let column = table[by.text], observations.rows.allSatisfy({ $0 < table.rowCount }) else {
          throw StepFailure(Diagnostic("unknown-column", "there is no column `\(by.text)`", at: by.span))
        }
        groups = try self.groups(column, observations.rows)
      }
    }
    let rows = DiagnoseRows(observations, groups: groups, schema: context.planned.yield.schema)
    let report = DiagnoseReport(
      model: model.name, formula: fitted.form.formula, details: details, observations: observations, rows: rows,
      influence: try groups.map { (group) throws(StepFailure) in
        try GroupInfluence(observations, group, span: by?.span ?? model.span)
      })
    var outcome = StepOutcome.table(rows.table, from: rows.table.rowCount, report.fields)
    outcome.exhibits = report.exhibits
    outcome.showsIndividualRows = groups != nil
    return outcome
  }

  /// Codes of the rows used, numbered in order of appearance.
  private func groups(
    _ column: Column, _ rows: [Int]
  ) throws(StepFailure) -> (name: String, codes: [Int32], levels: [String]) {
    if let row = rows.first(where: column.values.isMissing) {
      throw StepFailure(
        Diagnostic(
          "missing-group", "row \(row + 1) has no `\(column.schema.name)`, and the model uses it",
          at: by?.span ?? model.span,
          help: "filter such rows out before the model"))
    }
    let (codes, names) = ModelFrame.groups(column, rows)
    return (column.schema.name, codes, names)
  }
}
