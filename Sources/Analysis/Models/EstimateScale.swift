import NotebookSyntax
import Tables

import Digests
import NotebookSyntax

/// The scale on which estimates are shown. After a model of a logarithm, `response` takes exp of estimates and of the ends of
/// intervals: geometric means, and ratios of them. Tests stay on the model's scale.
enum EstimateScale: Sendable {
  case model
  /// exp of an estimate is what `name` says.
  case response(name: String)

  static let key = Key.optional(
    "scale", "model or response",
    "After a model of `log(…)`, `response` gives exp of estimates and intervals: geometric means, and ratios of them. Tests stay on the model's scale. Default: model."
  )

  /// - Throws: where the model's outcome is no logarithm; the message points to `span`.
  init(isResponse span: Span?, name: String, of model: FittedModel) throws(StepFailure) {
    guard let span else {
      self = .model
      return
    }
    guard Self.isLogarithm(model.outcome) else {
      throw StepFailure(
        Diagnostic(
          "scale", "the outcome of the model is `\(model.outcome)` and no logarithm, so it has no ratios", at: span,
          help: "model `log(…)` of the outcome, or leave `scale` out"))
    }
    self = .response(name: name)
  }

  /// Whether a formula's left side is log( … ) and nothing else.
  static func isLogarithm(_ outcome: String) -> Bool {
    guard outcome.hasPrefix("log("), outcome.hasSuffix(")") else { return false }
    var depth = 0
    for character in outcome.dropLast() {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0, character == ")" { return false }
    }
    return true
  }

  /// What stands in a result beside the rows: nothing on the model's scale.
  var fields: [ResultValue.Field] {
    if case .response = self { return [.init("scale", .text("response"))] }
    return []
  }

  static let shape = Shape.Field("scale", .text)

  /// A row's record, its standard error by the delta method.
  func record(_ record: ResultValue) -> ResultValue {
    guard case .response = self, case .record(let fields) = record else { return record }
    return .record(
      fields.map { field in
        guard case .number(let value) = field.value else { return field }
        switch field.name {
        case "estimate", "conf_low", "conf_high": return .init(field.name, .number(Elementary.exp(value)))
        case "std_error":
          let estimate = record["estimate"]?.double ?? 0
          return .init(
            field.name, .real(value * Elementary.exp(estimate), orAbsent: "it is beyond what a number can hold"))
        default: return field
        }
      })
  }

  /// The table of `CoefficientTable`, whose first columns are the name, the estimate, the interval and the standard error.
  func exhibit(_ plain: TableExhibit, _ inferences: [CoefficientTable.Inference?]) -> TableExhibit {
    guard case .response(let name) = self, plain.headings.count > 3 else { return plain }
    func text(_ value: Double) -> String { NumberFormat.significant(Elementary.exp(value), 4) }
    var headings = plain.headings
    headings[1] = .init(name)
    headings[3] = .init("SE of log")
    return TableExhibit(
      caption: plain.caption, headings: headings,
      rows: zip(plain.rows, inferences).map { row, inference in
        guard let inference else { return row }
        var cells = row.cells
        cells[1] = .text(text(inference.estimate))
        cells[2] = .text("\(text(inference.low)) to \(text(inference.high))")
        return .init(cells)
      },
      notes: plain.notes + ["exp of estimates and intervals; tests and standard errors are on the model's scale."])
  }
}

extension CellDecoder {
  /// The key `scale`: where `response` is written; nil for the model's scale.
  mutating func responseScale() -> Span? {
    // Not recorded where it is not written: steps had this scale before they had the key.
    guard let node = node("scale") else { return nil }
    return choice("scale", ["model", "response"], default: "model") == "response" ? node.span : nil
  }
}
