import Digests
import NotebookSyntax
import Tables

/// An answer as a notebook writes it: a number is an expression over results.
enum WrittenAnswer {
  case number(Expression, tolerance: Double, unit: String?)
  case choice(String, of: [String])
  case text([String])

  private static let help =
    "write `answer: {number: …, tolerance: …}`, `{choice: …, of: […]}` or `{text: …}`"

  /// Nil where a mistake has been reported.
  init?(_ node: YAMLNode, _ cell: inout CellDecoder) {
    guard let entries = cell.mapping(node, "answer", help: Self.help) else { return nil }
    func field(_ name: String) -> YAMLNode? { entries.first { $0.key.text == name }?.value }
    let kinds = ["number", "choice", "text"].filter { field($0) != nil }
    guard kinds.count == 1, let kind = kinds.first, let value = field(kind) else {
      cell.report(
        "choice", "an answer is one of `number`, `choice` and `text`, and \(kinds.count) stand here", node.span,
        help: Self.help)
      return nil
    }
    let known =
      kind == "number" ? ["number", "tolerance", "unit"] : kind == "choice" ? ["choice", "of"] : ["text", "also"]
    for entry in entries where !known.contains(entry.key.text) {
      cell.report(
        "unknown-key", "an answer with `\(kind)` has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: known))
    }
    switch kind {
    case "number":
      guard let expression = cell.expression(value, "number") else { return nil }
      guard let written = field("tolerance").flatMap({ cell.text($0, "tolerance") }) else {
        cell.report(
          "missing-key", "an answer that is a number needs `tolerance`", node.span,
          help: "say how far from the answer still counts as right, for example `tolerance: 0.01`")
        return nil
      }
      guard let tolerance = ParameterValue.plainNumber(written.text), tolerance >= 0 else {
        cell.report("type", "`tolerance` is a number, zero or more, and this is `\(written.text)`", written.span)
        return nil
      }
      var unit: String?
      if let text = field("unit").flatMap({ cell.text($0, "unit") }) {
        guard AnswerForm.isUnit(text, &cell) else { return nil }
        unit = text.text
      }
      self = .number(expression, tolerance: tolerance, unit: unit)
    case "choice":
      guard let right = cell.text(value, "choice") else { return nil }
      guard let node = field("of") else {
        cell.report("missing-key", "a choice needs `of`, its options", node.span, help: "write `of: [A, B, C]`")
        return nil
      }
      guard let options = AnswerForm.options(node, &cell) else { return nil }
      guard options.containsExactly(right.text) else {
        cell.report(
          "choice", "`\(right.text)` is none of the options", right.span,
          help: Suggestion.help(for: right.text, among: options))
        return nil
      }
      self = .choice(right.text, of: options)
    default:
      guard let first = cell.text(value, "text") else { return nil }
      let also = field("also").map { cell.list($0) }?.compactMap { cell.text($0, "also")?.text } ?? []
      self = .text([first.text] + also)
    }
  }

  var expression: Expression? {
    if case .number(let expression, _, _) = self { return expression }
    return nil
  }

  var form: AnswerForm {
    switch self {
    case .number(_, _, let unit): .number(unit: unit)
    case .choice(_, let options): .choice(options)
    case .text: .text
    }
  }

  /// In canonical form.
  var json: JSONValue {
    func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    switch self {
    case .number(let expression, let tolerance, let unit):
      return [
        "number": .string(expression.description), "tolerance": .string(NumberText.shortest(tolerance)),
        "unit": unit.map { .string($0) } ?? .null,
      ]
    case .choice(let option, let options): return ["choice": .string(option), "of": texts(options)]
    case .text(let accepted): return ["text": texts(accepted)]
    }
  }

  /// - Throws: where the number can't be computed.
  func expected(_ context: RunContext) throws(StepFailure) -> ExpectedAnswer {
    switch self {
    case .choice(let option, let options): return .choice(option, of: options)
    case .text(let accepted): return .text(accepted)
    case .number(let expression, let tolerance, let unit):
      let values = try ResultExpression.values(expression, context)
      var reason = "it has no value"
      for case (let path, .absent(let why)) in values { reason = "`\(path)` is not estimable (\(why))" }
      do throws(ExpressionEvaluator.Failure) {
        let vector = try ResultExpression.evaluate(expression, values)
        if case .numbers(let numbers) = vector.values(rowCount: 1), let number = numbers.first, number.isFinite {
          return .number(number, tolerance: tolerance, unit: unit)
        }
      } catch {
        reason = error.message
      }
      throw StepFailure(
        Diagnostic(
          "computation", "the answer `\(expression)` has no value: \(reason)", at: expression.span,
          help: "ask for something that these data determine"))
    }
  }
}

extension AnswerForm {
  /// What `asks` says in a student's copy; nil where a mistake has been reported.
  init?(_ node: YAMLNode, _ cell: inout CellDecoder) {
    if case .sequence = node.content {
      guard let options = Self.options(node, &cell) else { return nil }
      self = .choice(options)
      return
    }
    guard let text = cell.text(node, "asks") else { return nil }
    if text.text == "text" {
      self = .text
    } else if text.text == "number" {
      self = .number(unit: nil)
    } else if text.text.hasPrefix("number ") {
      let unit = text.part(7..<text.text.utf8.count).trimmed
      guard Self.isUnit(unit, &cell) else { return nil }
      self = .number(unit: unit.text)
    } else {
      cell.report(
        "choice", "`asks` cannot be `\(text.text)`", text.span,
        help: "it is `number` (with a unit if it has one), `text`, or a list of options")
      return nil
    }
  }

  static func isUnit(_ text: SourcedText, _ cell: inout CellDecoder) -> Bool {
    do throws(Unit.Unknown) {
      _ = try Unit(code: text.text)
      return true
    } catch {
      cell.report(
        "unit", "there is no unit `\(text.text)`", text.span, help: error.suggestion.map { "did you mean `\($0)`?" })
      return false
    }
  }

  static func options(_ node: YAMLNode, _ cell: inout CellDecoder) -> [String]? {
    let options = cell.list(node).compactMap { cell.text($0, "of") }
    for (index, option) in options.enumerated() where options[..<index].contains(where: { $0.text == option.text }) {
      cell.report("repeated-name", "the option `\(option.text)` stands twice", option.span, help: "name it once")
      return nil
    }
    guard (2...26).contains(options.count) else {
      cell.report("type", "a choice has from 2 to 26 options, and this one has \(options.count)", node.span)
      return nil
    }
    return options.map(\.text)
  }
}
