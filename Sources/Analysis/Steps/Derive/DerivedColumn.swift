import Digests
import NotebookSyntax
import Tables

/// A new column as it is written: an expression, or cases.
struct DerivedColumn {
  enum Content {
    case expression(Expression)
    case cases(ExpressionCases)
  }

  let name: SourcedText
  let content: Content
  let label: String?

  var text: String {
    switch content {
    case .expression(let expression): return expression.description
    case .cases(let cases): return cases.description
    }
  }

  var canonical: JSONValue { .array([.string(name.text), .string(text), label.map { .string($0) } ?? .null]) }

  func check(
    over data: Reference, _ schema: Schema, scope: ExpressionChecker.Scope, _ context: inout PlanContext
  ) -> CheckedExpression? {
    switch content {
    case .expression(let expression):
      return context.check([expression], over: data, schema, scope: scope) { $0.check(expression) }
    case .cases(let cases):
      return context.check(cases.expressions, over: data, schema, scope: scope) { $0.check(cases) }
    }
  }

  func checked(_ evaluator: ExpressionEvaluator) -> CheckedExpression? {
    switch content {
    case .expression(let expression): return evaluator.checked(expression)
    case .cases(let cases): return evaluator.checked(cases)
    }
  }
}

extension DerivedColumn {
  private static let keys = ["is", "cases", "else", "label"]
  private static let form = "write an expression, or `{is: expression, label: text}`"

  /// Nil where a mistake has been reported.
  init?(_ entry: YAMLEntry, _ cell: inout CellDecoder) {
    guard ParameterValue.isName(entry.key.text) else {
      cell.report(
        "column", "`\(entry.key.text)` cannot be a column's name", entry.key.span,
        help: "a name is one word of letters, digits and `_`")
      return nil
    }
    if let text = entry.value.scalar, !entry.value.isEmpty {
      guard let expression = cell.expression(text) else { return nil }
      self.init(name: entry.key, content: .expression(expression), label: nil)
      return
    }
    guard let fields = cell.mapping(entry.value, entry.key.text, help: Self.form) else { return nil }
    for field in fields where !Self.keys.contains(field.key.text) {
      cell.report(
        "unknown-key", "a derived column has no key `\(field.key.text)`", field.key.span,
        help: Suggestion.help(for: field.key.text, among: Self.keys))
    }
    func field(_ name: String) -> YAMLEntry? { fields.first { $0.key.text == name } }
    let label = field("label").flatMap { cell.scalar($0.value, "label")?.text }
    if let cases = field("cases") {
      if let also = field("is") {
        cell.report("choice", "a derived column has `is` or `cases`, not both", also.key.span)
        return nil
      }
      guard let content = Self.cases(cases, field("else"), &cell) else { return nil }
      self.init(name: entry.key, content: .cases(content), label: label)
      return
    }
    if let other = field("else") {
      cell.report("choice", "`else` belongs to `cases`", other.key.span)
      return nil
    }
    guard let node = field("is")?.value else {
      cell.report("missing-key", "a derived column needs `is` or `cases`", entry.key.span, help: Self.form)
      return nil
    }
    guard let expression = cell.expression(node, "is") else { return nil }
    self.init(name: entry.key, content: .expression(expression), label: label)
  }

  private static func cases(
    _ entry: YAMLEntry, _ otherwise: YAMLEntry?, _ cell: inout CellDecoder
  ) -> ExpressionCases? {
    let form = "write `- when: condition` and, under it, `is: value`"
    var cases: [(when: Expression, value: ExpressionCases.Value)] = []
    var isSound = true
    for item in cell.list(entry.value) {
      guard let fields = cell.mapping(item, "cases", help: form) else {
        isSound = false
        continue
      }
      for field in fields where !["when", "is"].contains(field.key.text) {
        cell.report(
          "unknown-key", "a case has no key `\(field.key.text)`", field.key.span,
          help: Suggestion.help(for: field.key.text, among: ["when", "is"]))
      }
      guard let when = fields.first(where: { $0.key.text == "when" }),
        let value = fields.first(where: { $0.key.text == "is" })
      else {
        cell.report("missing-key", "a case needs `when` and `is`", item.span, help: form)
        isSound = false
        continue
      }
      let condition = cell.expression(when.value, "when")
      if let word = word(value.value), word == "missing" {
        if let condition { cases.append((condition, .missing)) }
      } else if let found = self.value(value.value, "is", &cell), let condition {
        cases.append((condition, .value(found)))
      }
    }
    guard let otherwise else {
      cell.report(
        "missing-key", "`cases` needs `else`", entry.key.span,
        help: "say what the other rows are: `else: stop`, `else: missing` or `else: value`")
      return nil
    }
    let other: ExpressionCases.Otherwise
    switch word(otherwise.value) {
    case "stop": other = .stop
    case "missing": other = .missing
    default:
      guard let found = value(otherwise.value, "else", &cell) else { return nil }
      other = .value(found)
    }
    guard isSound, cases.count == cell.list(entry.value).count, !cases.isEmpty else { return nil }
    return ExpressionCases(cases: cases, otherwise: other, span: entry.key.span)
  }

  /// A plain word, which quotation marks would make text.
  private static func word(_ node: YAMLNode) -> String? {
    if case .scalar(let text, isPlain: true) = node.content { return text.text }
    return nil
  }

  /// The value of a case: what stands in quotation marks is text, everything else an expression.
  private static func value(_ node: YAMLNode, _ what: String, _ cell: inout CellDecoder) -> Expression? {
    if case .scalar(let text, isPlain: false) = node.content { return Expression(.text(text.text), at: text.span) }
    return cell.expression(node, what)
  }
}
