import Digests
import NotebookSyntax
import Tables

/// `figure`: a picture of data, as values.
public struct FigureStep: Step {
  public static let kind = "figure"
  public static let version = 2
  public static let isRendering = true
  public static let summary = "Draws trajectories: each subject's course, and means with intervals, by group."
  public static let keys: [Key] = [
    .optional("kind", "trajectory", "The kind of figure."),
    .required("data", "step", "The table, one row for each visit."),
    .required("x", "column", "Time."),
    .required("y", "column", "The measurement."),
    .optional("group", "column", "The subject: one thin line for each."),
    .optional("color", "column", "A category: one colour for each level."),
    .optional("panels", "column", "A category: one panel for each level."),
    .optional(
      "mean", "each, none or a width",
      "Means at each value of x, or in windows of this width around its multiples, the upper end excluded (`0.5 a`). Default: each."
    ),
    .optional("interval", "none or a level", "Confidence interval of each mean. Default: the notebook's level."),
    .optional("log", "y or none", "A logarithmic axis; means are then geometric. Default: none."),
    .optional("alt", "text", "What the figure shows, for those who cannot see it. Default: made from the data."),
  ]
  public static let manual = """
    Means have Student's interval over the rows in a window, which treats rows as independent: it shows the spread of
    the mean at one time and compares nothing. Fewer than three rows have no interval.

    Results: `means["placebo", "0"].{n, x, mean, conf_low, conf_high, conf_level}` by colour and window (`all` without a colour; by
    panel as well where there are panels).

    ````markdown
    ---
    title: Trajectories
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL of bilirubin
      trt: category [0 = placebo, 1 = D-penicillamine]
    ```

    ```{figure} courses
    data: visits
    x: day
    y: bili
    group: patient
    color: trt
    mean: 182.625 d
    log: y
    ```
    ````
    """

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
  /// Nil for no interval.
  let interval: Double?
  let isLogarithmic: Bool
  let alternative: String?

  public init?(_ cell: inout CellDecoder) {
    _ = cell.choice("kind", ["trajectory"], default: "trajectory")
    let data = cell.step("data")
    let x = cell.column("x")
    let y = cell.column("y")
    group = cell.column("group")
    color = cell.column("color")
    panels = cell.column("panels")
    means = Self.means(&cell)
    var level: Double? = cell.confidenceLevel()
    if let text = cell.text("interval") {
      level = nil
      if text.text != "none" {
        level = ParameterValue.plainNumber(text.text)
        if level.map({ $0 <= 0 || $0 >= 1 }) ?? true {
          cell.report(
            "type", "`interval` is `none` or a level between 0 and 1", text.span, help: "for example `interval: 0.95`")
        }
      }
    }
    interval = level
    isLogarithmic = cell.choice("log", ["y", "none"], default: "none") == "y"
    alternative = cell.text("alt")?.text
    guard let data, let x, let y else { return nil }
    self.data = data
    self.x = x
    self.y = y
  }

  private static func means(_ cell: inout CellDecoder) -> Means {
    guard let node = cell.node("mean"), let text = cell.text(node, "mean") else {
      cell.record("mean", "each")
      return .each
    }
    cell.record("mean", .string(text.text))
    if text.text == "each" { return .each }
    if text.text == "none" { return .none }
    guard let expression = cell.expression(text), case .number(let width, let unit) = expression.node, width > 0 else {
      cell.report("type", "`mean` is `each`, `none` or a width", text.span, help: "for example `mean: 0.5 a`")
      return .none
    }
    return .windows(width, unit: unit?.code, span: text.span)
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
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
      guard let column = context.column(name.text, at: name.span, of: data, schema) else { continue }
      if column.type.levels == nil {
        context.report(
          "type", "`\(name.text)` is \(column.type.name), and colours and panels are a category", name.span,
          help: "declare it as `category [A, B]`")
      }
      let most = name.text == color?.text ? Self.mostColors : Self.mostPanels
      if let count = column.type.levels?.count, count > most {
        context.report(
          "limit", "`\(name.text)` has \(count) levels, and a figure tells at most \(most) apart here", name.span)
      }
      keys.append(.init(name.text, column.type.levels))
    }
    if color == nil { keys.append(.init("series", [TrajectoryBuilder.all])) }
    let mean = Shape.record(
      [.init("n", .count)] + ["x", "mean", "conf_low", "conf_high", "conf_level"].map { .init($0, .number) })
    return Yield(shape: .record([.init("means", .keyed(by: keys + [.init("window", nil)], mean))]))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    var builder = try TrajectoryBuilder(step: self, table: table, level: interval)
    let figure = try builder.figure()
    var outcome = StepOutcome(
      result: .record([.init("means", .keyed(by: builder.keyNames, builder.means))]))
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = builder.rowsShown
    outcome.exhibits = [.figure(figure)]
    outcome.showsIndividualRows = group != nil
    return outcome
  }
}
