import NotebookSyntax
import Statistics
import Tables

/// A model's mean along x, on the scale of the data.
struct ModelCurve {
  private static let places = 60

  private let model: FittedModel
  private let x: SourcedText
  private let isLogarithm: Bool
  private let factors: [String]
  private let span: Span

  /// What can be said before the model is fitted.
  static func check(_ fit: Reference, _ step: Trajectory, _ context: inout PlanContext) {
    guard let schema = context.model(fit) else { return }
    let response = schema.form.formula.response.description
    if response != step.y.text, response != "log(\(step.y.text))" {
      context.report(
        "type", "`\(fit.name)` is a model of `\(response)`, and the figure shows `\(step.y.text)`", fit.span,
        help: "name a model of `\(step.y.text)` or of `log(\(step.y.text))`")
    }
    if !schema.numbers.contains(step.x.text) {
      let factor = schema.factors.contains { $0.name == "factor(\(step.x.text))" }
      context.report(
        "unknown-column", "`\(step.x.text)` is no number in the formula of `\(fit.name)`, so there is no line over it",
        fit.span,
        help: factor
          ? "it is a factor there: show its `means` by `kind: means`"
          : "write the terms as functions of `\(step.x.text)`, such as `I(\(step.x.text)^2)` or `ns(\(step.x.text), 3)`"
      )
    }
  }

  init(of model: FittedModel, step: Trajectory, span: Span) throws(StepFailure) {
    self.model = model
    self.span = span
    x = step.x
    isLogarithm = model.outcome == "log(\(step.y.text))"
    guard isLogarithm || model.outcome == step.y.text else {
      throw StepFailure(
        Diagnostic(
          "type", "the model estimates `\(model.outcome)`, which is not on the scale of `\(step.y.text)`", at: span,
          help: "draw models of `\(step.y.text)` itself or of its logarithm"))
    }
    factors = model.variables.keys.sorted().filter { name in
      if case .factor? = model.variables[name] { true } else { false }
    }
  }

  /// - Parameters:
  ///   - levels: of columns; those that the model does not have change nothing.
  ///   - level: of the band; nil for none.
  func line(
    from low: Double, to high: Double, at levels: [(column: String, level: String)], level: Double?
  ) throws(StepFailure) -> (points: [Figure.Point], band: [Figure.Interval]) {
    let chosen = levels.filter { factors.contains($0.column) }
    var points: [Figure.Point] = []
    var band: [Figure.Interval] = []
    for place in 0...Self.places {
      let value = low + (high - low) * Double(place) / Double(Self.places)
      let grid = try ReferenceGrid(
        model, of: chosen.map(\.column), at: [x.text: value], isProportional: false, span: span)
      guard let row = grid.rows.first(where: { zip($0.keys, chosen).allSatisfy { $0.isExactly($1.level) } }),
        let estimate = model.estimate(row.weights)
      else { continue }
      func back(_ value: Double) -> Double { isLogarithm ? Elementary.exp(value) : value }
      guard back(estimate.value).isFinite else { continue }
      points.append(.init(x: value, y: back(estimate.value)))
      if let level, estimate.standardError.isFinite, estimate.standardError > 0, estimate.degreesOfFreedom > 0 {
        let half =
          Distributions.studentQuantile(0.5 + level / 2, degreesOfFreedom: estimate.degreesOfFreedom)
          * estimate.standardError
        let ends = (back(estimate.value - half), back(estimate.value + half))
        if ends.0.isFinite, ends.1.isFinite { band.append(.init(x: value, low: ends.0, high: ends.1)) }
      }
    }
    return (points, band)
  }

  func note(_ level: Double?) -> String {
    let mean = isLogarithm ? "exp of the model's mean of \(model.outcome)" : "the model's mean"
    let band = level.map { ", with its \(NumberFormat.percent($0))% confidence band, each place by itself" } ?? ""
    return "Lines: \(mean)\(band)."
  }
}
