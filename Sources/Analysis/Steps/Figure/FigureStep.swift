import NotebookSyntax

/// `figure`: a picture of data or of a result, as values.
public struct FigureStep: Step {
  public static let kind = "figure"
  public static let version = 2
  public static let isRendering = true
  public static let summary =
    "Draws courses, means, estimates, distributions, residuals and random effects, with a text for those who cannot see them."
  public static let keys: [Key] = [
    .optional(
      "kind", "trajectory, means, forest, caterpillar, box, histogram, residuals or qq",
      "The kind of figure. Default: trajectory."),
    .optional("data", "step", "The table: of trajectories, boxes, histograms, residuals and quantiles."),
    .optional(
      "of", "step",
      "The result that means, a forest or a caterpillar show; of residuals and quantiles a `diagnose` step."),
    .optional("x", "column or key", "Time, a category, or what a histogram counts; of `means` a key of the rows."),
    .optional("y", "column", "The measurement."),
    .optional(
      "group", "column", "The subject: one thin line for each. Of a caterpillar, the grouping factor. "),
    .optional("color", "column or key", "A category: one colour, shape and line type for each level."),
    .optional("panels", "column or key", "A category: one panel for each level."),
    .optional(
      "mean", "each, none or a width",
      "Means at each value of x, or in windows of this width around its multiples, the upper end excluded (`0.5 a`). Default: each, with `fit` none."
    ),
    .optional(
      "average", "mean or median", "What of the rows in a window is drawn and counted as `means`. Default: mean."),
    .optional("interval", "none or a level", "Confidence interval of each mean. Default: the notebook's level."),
    .optional(
      "fit", "step", "A model of `y` or of `log(y)` with `x` in its formula: its mean is drawn as a line, with a band."),
    .optional("log", "x, y or none", "A logarithmic axis; means are then geometric. Default: none."),
    .optional("sqrt", "x, y or none", "An axis of square roots. Default: none."),
    .optional("reference", "number", "Where a dashed line stands."),
    .optional("bins", "whole number", "Of a histogram. Default: by Freedman and Diaconis, with round ends."),
    EstimateScale.key,
    .optional("alt", "text", "What the figure shows, for those who cannot see it. Default: made from the data."),
  ]
  public static let manual = """
    | kind | of what | keys |
    |---|---|---|
    | trajectory | the rows of a table: thin courses, means with intervals, numbers under the axis, a model's mean | `data x y`; `group color panels mean average interval fit log sqrt reference` |
    | means | the rows of a `means` or `trends` step, over the last key of its rows | `of`; `x color panels log sqrt reference interval` |
    | forest | estimates with intervals, one in a row: of `contrast`, `means`, `trends`, `test`, the terms of a model | `of`; `scale log reference` |
    | caterpillar | the random effects of a `mixed` step or of its `diagnose` | `of`; `group interval` |
    | box | a number by categories | `data y`; `x color panels log sqrt reference` |
    | histogram | a number | `data x`; `panels bins log reference` |
    | residuals | one number against another, with a smooth line | `data x y`, or `of` a `diagnose` step; `color reference` |
    | qq | a number against normal quantiles | `data y`, or `of` a `diagnose` step; `panels interval` |

    Of a `diagnose` step `residuals` draw `std_residual` against `fitted`, and `qq` draws `std_residual`, unless `x` and `y` name other
    columns of it. A forest of a step with `each` shows all its values, one under the other.

    Means have Student's interval over the rows in a window, which treats rows as independent: it shows the spread of
    the mean at one time and compares nothing. Fewer than three rows have no interval. A median has the exact interval
    between order statistics.

    Results of a trajectory: `means["placebo", "0"].{n, x, mean, conf_low, conf_high, conf_level}` by colour and window (`all` without a colour; by
    panel as well where there are panels), with `average: median` the same in `medians` with `median`; of all others `n`, how many are drawn.

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

    ```{mixed} growth
    data: visits
    formula: log(bili) ~ day + (1 + day | patient)
    ```

    ```{figure} effects
    kind: caterpillar
    of: growth
    ```

    ```{figure} spread
    kind: box
    data: visits
    x: trt
    y: bili
    log: y
    ```
    ````
    """

  static let kinds: [any FigureKind.Type] = [
    Trajectory.self, EstimatedMeans.self, Forest.self, Caterpillar.self, BoxPlot.self, Histogram.self, Residuals.self,
    QuantilePlot.self,
  ]

  let figure: any FigureKind

  public init?(_ cell: inout CellDecoder) {
    let mistakes = cell.diagnostics.count
    let word = cell.choice("kind", Self.kinds.map { $0.word }, default: Trajectory.word)
    // Of an unknown kind nothing can be said of the other keys.
    guard cell.diagnostics.count == mistakes else { return nil }
    let kind = Self.kinds.first { $0.word == word } ?? Trajectory.self
    for key in Self.keys where key.name != "kind" && key.name != "alt" && !kind.takes.contains(key.name) {
      guard let place = cell.place(of: key.name) else { continue }
      cell.report(
        "unknown-key", "a `\(word)` figure has no key `\(key.name)`", place,
        help:
          "it takes \(Self.keys.map(\.name).filter { kind.takes.contains($0) }.map { "`\($0)`" }.joined(separator: ", "))"
      )
    }
    guard let figure = kind.init(&cell) else { return nil }
    self.figure = figure
  }

  public func plan(_ context: inout PlanContext) -> Yield? { figure.plan(&context) }

  public func run(_ context: RunContext) throws -> StepOutcome { try figure.run(context) }
}
