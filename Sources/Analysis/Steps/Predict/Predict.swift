import Digests
import NotebookSyntax
import Tables

/// `predict`: what a model says of rows.
public struct Predict: Step {
  public static let kind = "predict"
  public static let version = 1
  public static let summary =
    "Predicts the outcome of a model for rows of a table, or for values that are given, with intervals."
  public static let keys: [Key] = [
    .required("model", "step", "A `regression`, `mixed` or `mmrm` step."),
    .optional("data", "step", "The table whose rows are predicted. Either this or `at`."),
    .optional(
      "at", "column: values",
      "Values of every column the prediction needs; all combinations are predicted: `{week: [0, 4], group: [C, D]}`."),
    .optional(
      "effects", "population or conditional",
      "Of a mixed model: fixed effects alone, or with the random effects of the rows' groups; a group that the model has not seen has the population's. Default: population."
    ),
    .optional(
      "interval", "confidence or prediction",
      "`prediction` adds the interval of a new observation to that of the mean. Default: confidence."),
    .optional(
      "scale", "model or response",
      "`response` gives means of a generalized linear model, or exp after a model of `log(…)`. Default: model."),
  ]
  public static let manual = PredictManual.text

  let model: Reference
  let data: Reference?
  let at: [(column: SourcedText, values: [SourcedText])]
  let isConditional: Bool
  let hasNewRows: Bool
  let isResponse: Bool
  let level: Double
  private let start: Span

  public init?(_ cell: inout CellDecoder) {
    let model = cell.step("model")
    data = cell.step("data")
    if data == nil { cell.record("data", .null) }
    var at: [(column: SourcedText, values: [SourcedText])] = []
    let node = cell.node("at")
    if let node {
      for entry in cell.mapping(node, "at", help: "write for example `at: {week: [0, 4]}`") ?? [] {
        var values: [SourcedText] = []
        for item in cell.list(entry.value) {
          if let text = cell.text(item, "at") { values.append(text) }
        }
        at.append((entry.key, values))
      }
    }
    cell.record(
      "at", .array(at.map { .array([.string($0.column.text), .array($0.values.map { .string($0.text) })]) }))
    self.at = at
    isConditional = cell.choice("effects", ["population", "conditional"], default: "population") == "conditional"
    hasNewRows = cell.choice("interval", ["confidence", "prediction"], default: "confidence") == "prediction"
    isResponse = cell.choice("scale", ["model", "response"], default: "model") == "response"
    level = cell.confidenceLevel()
    start = cell.cell.kind.span
    if (node == nil) == (data == nil) {
      cell.report(
        node == nil ? "missing-key" : "choice", "`predict` takes rows from `data`, or values from `at`", start,
        help: node == nil ? "write one of the two" : "leave one of the two out")
      return nil
    }
    guard let model else { return nil }
    self.model = model
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.model(model) else { return nil }
    checkSettings(schema.form, &context)
    let needed = needed(schema)
    let before = context.diagnostics.count
    if data?.name != schema.data.name { checkNames(needed, schema, &context) }
    var columns: [ColumnSchema]
    var fields: [Shape.Field] = []
    if let data {
      guard let own = context.schema(data) else { return nil }
      context.readAll(data)
      columns = own.columns
      for column in needed { check(column, data, own, &context) }
    } else {
      columns = []
      var keys: [Shape.Key] = []
      for (name, values) in at {
        guard let column = needed.first(where: { $0.name.isExactly(name.text) }) else {
          context.report(
            "unknown-column", "the prediction does not need `\(name.text)`", name.span,
            help: Suggestion.help(for: name.text, among: needed.map(\.name)))
          continue
        }
        columns.append(column)
        keys.append(Shape.Key(name.text, values.map { Self.name($0.text, of: column) }))
        check(values, of: column, &context)
      }
      for column in needed where !at.contains(where: { column.name.isExactly($0.column.text) }) {
        context.report(
          "missing-key", "`at` has no values of `\(column.name)`, which the prediction needs", start,
          help: "add `\(column.name): …` to it")
      }
      fields.append(.init("rows", .keyed(by: keys, .record(Self.record(hasNewRows).map { .init($0, .number) }))))
    }
    guard context.diagnostics.count == before else { return nil }
    let added = Self.record(hasNewRows).map { ColumnSchema(name: $0, type: type(of: $0, schema)) }
    for column in added where columns.contains(where: { $0.name.isExactly(column.name) }) {
      context.report(
        "repeated-name",
        "`\(data?.name ?? "at")` has a column `\(column.name)` already, where the prediction would stand",
        data?.span ?? start, help: "rename it where the table is loaded")
    }
    guard context.diagnostics.count == before else { return nil }
    return .table(
      Schema(columns + added),
      fields + [
        .init("predicted", .count), .init("not_predicted", .count), .init("new_groups", .count),
        .init("effects", .text),
        .init("scale", .text),
      ])
  }

  /// Numbers as results write them: `4.0` is the row `4`; the level `01` of a category is itself.
  private static func name(_ text: String, of column: ColumnSchema) -> String {
    guard column.type.isNumeric else { return text }
    return ParameterValue.plainNumber(text).map(ECMAScriptText.of) ?? text
  }

  static func record(_ hasNewRows: Bool) -> [String] {
    ["estimate", "std_error", "df", "conf_low", "conf_high"] + (hasNewRows ? ["pred_low", "pred_high"] : [])
  }

  private func type(of field: String, _ schema: ModelSchema) -> ColumnType {
    guard field != "df", let outcome = schema.outcome, outcome.type.isNumeric else { return .number(.one) }
    let response = schema.form.formula.response
    if case .name = response.node {
      return isResponse || schema.form.isLinear ? .number(outcome.type.unit) : .number(.one)
    }
    guard isResponse, EstimateScale.isLogarithm(response.description),
      case .call(_, _, let arguments) = response.node, arguments.count == 1, case .name = arguments[0].value.node
    else { return .number(.one) }
    return .number(outcome.type.unit)
  }

  private func checkSettings(_ form: ModelForm, _ context: inout PlanContext) {
    if isConditional, form.formula.random.isEmpty {
      context.report(
        "choice", "`\(model.name)` has no random effects that a prediction could be conditional on", model.span,
        help: "leave `effects` out")
    }
    if hasNewRows, !form.isLinear {
      context.report(
        "choice", "a prediction interval is one of normal errors, and `\(model.name)` is a generalized linear model",
        model.span, help: "leave `interval` out")
    }
    if isResponse, form.isLinear, !EstimateScale.isLogarithm(form.formula.response.description) {
      context.report(
        "scale", "the outcome of `\(model.name)` is `\(form.formula.response)` itself, so it has no other scale",
        model.span, help: "leave `scale` out")
    }
  }

  /// The columns that a prediction is made of.
  private func needed(_ schema: ModelSchema) -> [ColumnSchema] {
    let formula = schema.form.formula
    var names = formula.terms.flatMap(\.variables).flatMap(\.names) + (schema.offset?.names ?? [])
    if isConditional || hasNewRows {
      names += formula.random.flatMap { $0.terms.flatMap(\.variables) }.flatMap(\.names)
    }
    if isConditional { names += formula.random.flatMap(\.groups).flatMap(\.names) }
    if hasNewRows { names += formula.covariances.map(\.visit).flatMap(\.names) }
    return schema.columns.filter { names.containsExactly($0.name) }
  }

  /// Sensitive ids are renamed by each table anew: the P1 of one is another patient's P1 in the next.
  private func checkNames(_ needed: [ColumnSchema], _ schema: ModelSchema, _ context: inout PlanContext) {
    for column in needed where column.isRenamed {
      let written = at.first { column.name.isExactly($0.column.text) }?.column
      context.report(
        "sensitive",
        "`\(column.name)` is \(column.type.name) of sensitive data, called P1, P2, … by each table anew: the model knows the names of `\(schema.data.name)` alone",
        written?.span ?? data?.span ?? start,
        help:
          "predict the rows of `data: \(schema.data.name)`\(isConditional ? ", or the population without `effects`" : "")"
      )
    }
  }

  private func check(_ column: ColumnSchema, _ data: Reference, _ schema: Schema, _ context: inout PlanContext) {
    guard let own = context.column(column.name, at: data.span, of: data, schema) else { return }
    if own.type.isNumeric != column.type.isNumeric {
      context.report(
        "type", "`\(column.name)` is \(own.type.name) in `\(data.name)` and \(column.type.name) in the model's table",
        data.span, help: "load both alike")
    } else if own.type.unit != column.type.unit {
      context.report(
        "unit",
        "`\(column.name)` is in \(own.type.unit) in `\(data.name)` and in \(column.type.unit) in the model's table",
        data.span, help: "derive a column in the model's unit")
    }
  }

  private func check(_ values: [SourcedText], of column: ColumnSchema, _ context: inout PlanContext) {
    var seen: [String] = []
    for value in values {
      check(value, of: column, &context)
      let name = Self.name(value.text, of: column)
      if seen.containsExactly(name) {
        context.report("repeated-name", "`\(name)` stands twice in `\(column.name)`", value.span, help: "name it once")
      }
      seen.append(name)
    }
  }

  private func check(_ value: SourcedText, of column: ColumnSchema, _ context: inout PlanContext) {
    if case .censored = column.type {
      context.report(
        "type", "`\(column.name)` is \(column.type.name), and `at` has no form for one", value.span,
        help: "give the rows in `data`")
    }
    if column.type == .date, CalendarDay.days(value.text) == nil {
      context.report(
        "type", "`\(column.name)` is a date, and `\(value.text)` is none", value.span,
        help: "write a day such as `2025-01-31`")
    }
    if column.type.isNumeric, ParameterValue.plainNumber(value.text) == nil {
      context.report(
        "type", "`\(column.name)` is \(column.type.name), and `\(value.text)` is no number", value.span)
    }
    if let levels = column.type.levels, !levels.containsExactly(value.text) {
      context.report(
        "unknown-level", "`\(value.text)` is no level of `\(column.name)`", value.span,
        help: Suggestion.help(for: value.text, among: levels))
    }
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let fitted = try context.model(model)
    let table: Table
    if let data { table = try context.table(data) } else { table = try grid(context.planned.yield.schema) }
    let reference = data ?? Reference(name: context.planned.name, span: start)
    let rows = try PredictedRows(self, fitted, table, data: reference, progress: context.progress)
    return try PredictReport(step: self, model: fitted, table: table, rows: rows).outcome(context)
  }

  /// All combinations of the values of `at`.
  private func grid(_ schema: Schema?) throws(StepFailure) -> Table {
    let size = at.reduce(1.0) { $0 * Double($1.values.count) }
    guard size <= Double(Limit.gridRows.value) else {
      throw StepFailure(
        Diagnostic(
          "limit",
          "`at` has \(NumberFormat.count(size)) combinations, and \(NumberFormat.count(Limit.gridRows.value)) are the most",
          at: start, help: Limit.gridRows.help("name fewer values, give the rows in `data`")))
    }
    var combinations: [[Int]] = [[]]
    for (_, values) in at { combinations = combinations.flatMap { row in values.indices.map { row + [$0] } } }
    let columns = at.enumerated().compactMap { place, item -> Column? in
      guard let column = schema?[item.column.text] else { return nil }
      let texts = combinations.map { item.values[$0[place]].text }
      if column.type.isNumeric {
        return Column(schema: column, values: .numbers(texts.map { ParameterValue.plainNumber($0) ?? .nan }))
      }
      if column.type == .date {
        return Column(schema: column, values: .days(texts.map { CalendarDay.days($0).map(Double.init) ?? .nan }))
      }
      let levels = column.type.levels ?? item.values.map(\.text)
      return Column(
        schema: column, values: .codes(texts.map { Int32(levels.firstIndex(ofExactly: $0) ?? -1) }, levels: levels))
    }
    return Table(columns: columns, rowCount: combinations.count)
  }
}
