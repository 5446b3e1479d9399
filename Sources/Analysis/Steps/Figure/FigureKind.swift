import NotebookSyntax
import Tables

/// One kind of figure: what it reads of the cell, of what it is drawn, and its result.
protocol FigureKind: Sendable {
  static var word: String { get }
  /// The keys that it takes beside `kind` and `alt`.
  static var takes: Set<String> { get }
  init?(_ cell: inout CellDecoder)
  func plan(_ context: inout PlanContext) -> Yield?
  func run(_ context: RunContext) throws -> StepOutcome
}

extension FigureKind {
  /// What a figure yields that has no numbers of its own.
  static var countShape: Yield { Yield(shape: .record([.init("n", .count)])) }

  /// - Parameter count: of rows, estimates or effects that are drawn.
  func outcome(_ figure: Figure, count: Int, of rows: Int?, showsIndividualRows: Bool) -> StepOutcome {
    var outcome = StepOutcome(result: .record([.init("n", .count(count))]))
    outcome.rowsIn = rows
    outcome.rowsOut = rows == nil ? nil : count
    outcome.exhibits = [.figure(figure)]
    outcome.showsIndividualRows = showsIndividualRows
    return outcome
  }
}

enum FigureMessages {
  static func noAxis(_ span: Span) -> StepFailure {
    StepFailure(
      Diagnostic(
        "computation", "the values lie too far apart, or too close together, to be drawn on one axis", at: span,
        help: "filter out the extreme ones, or set them to missing where they are loaded"))
  }

  static func noRows(_ what: String, _ span: Span) -> StepFailure {
    StepFailure(Diagnostic("no-rows", "there is nothing to draw: \(what)", at: span))
  }
}

extension CellDecoder {
  /// A word that is recorded only where it is written: figures had their digests before they had the key.
  mutating func word(_ key: String, _ words: [String]) -> String? {
    guard let node = node(key), let text = text(node, key) else { return nil }
    record(key, .string(text.text))
    return isWord(text, key, words) ? text.text : nil
  }

  /// A number that is recorded only where it is written.
  mutating func writtenNumber(_ key: String) -> (value: Double, span: Span)? {
    node(key) == nil ? nil : number(key)
  }

  /// A name that is recorded only where it is written.
  mutating func writtenName(_ key: String) -> SourcedText? { node(key) == nil ? nil : text(key) }

  /// `interval: none` or a level; the notebook's where it is not written.
  mutating func interval() -> Double? {
    var level: Double? = confidenceLevel()
    if let text = text("interval") {
      level = nil
      if text.text != "none" {
        level = ParameterValue.plainNumber(text.text)
        if level.map({ $0 <= 0 || $0 >= 1 }) ?? true {
          report(
            "type", "`interval` is `none` or a level between 0 and 1", text.span, help: "for example `interval: 0.95`")
        }
      }
    }
    return level
  }

  /// A key that this kind of figure needs.
  mutating func needs(_ key: String, _ form: String, of kind: String, isThere: Bool) {
    guard !isThere, node(key) == nil else { return }
    let what = kind == "trajectory" ? "`figure`" : "a `\(kind)` figure"
    report("missing-key", "\(what) needs `\(key)`", cell.kind.span, help: "add `\(key): …` (\(form))")
  }

  /// The scale of the axis that measures: `log` or `sqrt` naming it, as `x` or `y`.
  mutating func axisScale(_ axis: String) -> Figure.Axis.Scale {
    let isLogarithmic = word("log", [axis, "none"]) == axis
    let isRoot = word("sqrt", [axis, "none"]) == axis
    if isLogarithmic, isRoot {
      report("choice", "an axis is logarithmic or of square roots, not both", cell.kind.span, help: "leave out one")
    }
    return isLogarithmic ? .logarithmic : isRoot ? .squareRoot : .linear
  }
}
