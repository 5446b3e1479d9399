import NotebookSyntax
import Tables

/// `kind: residuals`: one number against another, with a smooth line.
struct Residuals: FigureKind {
  static let word = "residuals"
  static let takes: Set<String> = ["data", "of", "x", "y", "color", "reference"]

  let data: Reference
  let x: SourcedText
  let y: SourcedText
  let color: SourcedText?
  let reference: Double?
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    let (data, diagnosed) = cell.tableOrDiagnosis(Self.word)
    let x = cell.writtenName("x") ?? diagnosed.map { SourcedText("fitted", span: $0, verbatimStart: nil) }
    let y = cell.writtenName("y") ?? diagnosed.map { SourcedText("std_residual", span: $0, verbatimStart: nil) }
    cell.needs("x", "column", of: Self.word, isThere: x != nil)
    cell.needs("y", "column", of: Self.word, isThere: y != nil)
    color = cell.writtenName("color")
    reference = cell.writtenNumber("reference")?.value
    alternative = cell.text("alt")?.text
    guard let data, let x, let y else { return nil }
    self.data = data
    self.x = x
    self.y = y
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    FigureColumns.number(x, of: data, schema, &context)
    FigureColumns.number(y, of: data, schema, &context)
    if let color { _ = FigureColumns.category(color, of: data, schema, most: 8, &context) }
    return Self.countShape
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let rows = try FigureRows(y, [x, color], table)
    let across = try FigureRows(x, [y, color], table)
    let series = rows.levels(color.flatMap { table[$0.text] })
    guard
      let figure = ResidualFigure.build(
        caption: "\(rows.column.schema.words) against \(FigureWords.lowered(across.column.schema.words))",
        x: across.column.schema.heading, y: rows.column.schema.heading,
        points: rows.rows.map { (across.numbers[$0], rows.numbers[$0], series.code($0)) },
        series: color == nil ? [] : series.labels, reference: reference ?? 0, alternative: alternative,
        notes: rows.notes)
    else { throw FigureMessages.noAxis(y.span) }
    return outcome(figure, count: rows.rows.count, of: table.rowCount, showsIndividualRows: true)
  }
}

/// `kind: qq`: a number against normal quantiles.
struct QuantilePlot: FigureKind {
  static let word = "qq"
  static let takes: Set<String> = ["data", "of", "y", "panels", "interval"]

  let data: Reference
  let y: SourcedText
  let panels: SourcedText?
  let level: Double?
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    let (data, diagnosed) = cell.tableOrDiagnosis(Self.word)
    let y = cell.writtenName("y") ?? diagnosed.map { SourcedText("std_residual", span: $0, verbatimStart: nil) }
    cell.needs("y", "column", of: Self.word, isThere: y != nil)
    panels = cell.writtenName("panels")
    level = cell.interval()
    alternative = cell.text("alt")?.text
    guard let data, let y else { return nil }
    self.data = data
    self.y = y
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    FigureColumns.number(y, of: data, schema, &context)
    if let panels { _ = FigureColumns.category(panels, of: data, schema, most: 12, &context) }
    return Self.countShape
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let rows = try FigureRows(y, [panels], table)
    let panel = rows.levels(panels.flatMap { table[$0.text] })
    let parts = panel.labels.enumerated().map { index, label in
      (
        title: panels == nil ? nil : Optional(label),
        values: rows.rows.filter { panel.code($0) == index }.map { rows.numbers[$0] }
      )
    }
    if let few = parts.first(where: { $0.values.count < 3 }) {
      throw FigureMessages.noRows(
        "\(few.title.map { "panel `\($0)`" } ?? "`\(y.text)`") has fewer than three values", y.span)
    }
    guard
      let figure = QuantileFigure.build(
        caption: "Normal quantiles of \(FigureWords.lowered(rows.column.schema.words))",
        quantity: rows.column.schema.heading, panels: parts, level: level, alternative: alternative, notes: rows.notes)
    else { throw FigureMessages.noAxis(y.span) }
    return outcome(figure, count: rows.rows.count, of: table.rowCount, showsIndividualRows: true)
  }
}
