import Digests
import NotebookSyntax
import Tables

/// `kind: trajectory`: courses of subjects, means or medians with intervals, a model's mean with its band.
struct Trajectory: FigureKind {
  static let word = "trajectory"
  static let takes: Set<String> = [
    "data", "x", "y", "group", "color", "panels", "mean", "average", "interval", "fit", "log", "sqrt", "reference",
  ]

  private static let mostColors = 8
  private static let mostPanels = 12

  enum Means {
    case each, none
    case windows(Double, unit: String?, span: Span)
  }

  let data: Reference
  let x: SourcedText
  let y: SourcedText
  let group: SourcedText?
  let color: SourcedText?
  let panels: SourcedText?
  let means: Means
  let isMedian: Bool
  /// Nil for no interval.
  let interval: Double?
  let scale: Figure.Axis.Scale
  let fit: Reference?
  let reference: Double?
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let x = cell.column("x")
    let y = cell.column("y")
    cell.needs("data", "step", of: Self.word, isThere: data != nil)
    cell.needs("x", "column", of: Self.word, isThere: x != nil)
    cell.needs("y", "column", of: Self.word, isThere: y != nil)
    group = cell.column("group")
    color = cell.column("color")
    panels = cell.column("panels")
    let means = Self.means(&cell)
    interval = cell.interval()
    let isLogarithmic = cell.choice("log", ["y", "none"], default: "none") == "y"
    let isRoot = cell.word("sqrt", ["y", "none"]) == "y"
    if isLogarithmic, isRoot {
      cell.report(
        "choice", "an axis is logarithmic or of square roots, not both", cell.cell.kind.span, help: "leave out one")
    }
    scale = isLogarithmic ? .logarithmic : isRoot ? .squareRoot : .linear
    isMedian = cell.word("average", ["mean", "median"]) == "median"
    fit = cell.step("fit")
    reference = cell.writtenNumber("reference")?.value
    // A model's mean stands for the means, unless they are asked for.
    self.means = means ?? (fit == nil ? .each : .none)
    alternative = cell.text("alt")?.text
    guard let data, let x, let y else { return nil }
    self.data = data
    self.x = x
    self.y = y
  }

  /// Nil where they are not written.
  private static func means(_ cell: inout CellDecoder) -> Means? {
    guard let node = cell.node("mean"), let text = cell.text(node, "mean") else {
      cell.record("mean", "each")
      return nil
    }
    cell.record("mean", .string(text.text))
    if text.text == "each" { return .each }
    if text.text == "none" { return Means.none }
    guard let expression = cell.expression(text), case .number(let width, let unit) = expression.node, width > 0 else {
      cell.report("type", "`mean` is `each`, `none` or a width", text.span, help: "for example `mean: 0.5 a`")
      return Means.none
    }
    return .windows(width, unit: unit?.code, span: text.span)
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    for name in [x, y] {
      guard let column = context.column(name.text, at: name.span, of: data, schema) else { continue }
      if !column.type.isNumeric {
        context.report("type", "`\(name.text)` is \(column.type.name), and an axis is a number", name.span)
      }
      if name.span == x.span, case .windows(_, let unit?, let span) = means, unit != column.type.unit.description {
        context.report("unit", "the width is in \(unit), and `\(x.text)` in \(column.type.unit)", span)
      }
    }
    if let group { _ = context.column(group.text, at: group.span, of: data, schema) }
    if let color, panels?.text == color.text {
      context.report(
        "repeated-name", "`\(color.text)` gives both colours and panels", color.span, help: "leave out one of the two")
    }
    var keys: [Shape.Key] = []
    for name in [panels, color] {
      guard let name else { continue }
      let most = name.text == color?.text ? Self.mostColors : Self.mostPanels
      guard let column = FigureColumns.category(name, of: data, schema, most: most, &context) else { continue }
      keys.append(.init(name.text, column.type.levels))
    }
    if color == nil { keys.append(.init("series", [TrajectoryBuilder.all])) }
    if let fit { ModelCurve.check(fit, self, &context) }
    let average = isMedian ? "median" : "mean"
    let mean = Shape.record(
      [.init("n", .count)] + ["x", average, "conf_low", "conf_high", "conf_level"].map { .init($0, .number) })
    return Yield(shape: .record([.init(average + "s", .keyed(by: keys + [.init("window", nil)], mean))]))
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    var builder = try TrajectoryBuilder(step: self, table: table, level: interval)
    var curve: ModelCurve?
    if let fit { curve = try ModelCurve(of: context.model(fit), step: self, span: fit.span) }
    let figure = try builder.figure(curve)
    var outcome = StepOutcome(
      result: .record([.init(isMedian ? "medians" : "means", .keyed(by: builder.keyNames, builder.means))]))
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = builder.rowsShown
    outcome.exhibits = [.figure(figure)]
    outcome.showsIndividualRows = group != nil
    return outcome
  }
}

enum FigureColumns {
  /// A column that gives colours or panels; nil where a mistake that leaves it unknown has been reported.
  static func category(
    _ name: SourcedText, of data: Reference, _ schema: Schema, most: Int, _ context: inout PlanContext
  ) -> ColumnSchema? {
    guard let column = context.column(name.text, at: name.span, of: data, schema) else { return nil }
    if column.type.levels == nil {
      context.report(
        "type", "`\(name.text)` is \(column.type.name), and colours and panels are a category", name.span,
        help: "declare it as `category [A, B]`")
    }
    if let count = column.type.levels?.count, count > most {
      context.report(
        "limit", "`\(name.text)` has \(count) levels, and a figure tells at most \(most) apart here", name.span)
    }
    return column
  }

  /// A column that an axis measures.
  static func number(_ name: SourcedText, of data: Reference, _ schema: Schema, _ context: inout PlanContext) {
    guard let column = context.column(name.text, at: name.span, of: data, schema), !column.type.isNumeric else {
      return
    }
    context.report("type", "`\(name.text)` is \(column.type.name), and an axis is a number", name.span)
  }
}
