import NotebookSyntax
import Tables
import Testing

/// Expressions evaluated from their text.
enum ExpressionProbe {
  static func parsed(_ text: String) throws(Diagnostic) -> Expression {
    try ExpressionReader.expression(SourcedText(text, span: Span(0, text.utf8.count), verbatimStart: 0)) {
      name, span throws(Diagnostic) in
      throw Diagnostic("unknown-parameter", name, at: span)
    }
  }

  private static func checker(_ table: Table, _ groups: RowGroups?) -> ExpressionChecker {
    ExpressionChecker(scope: groups.map { .groups(isOrdered: $0.isOrdered) } ?? .row) { leaf, problems in
      guard case .name(let name) = leaf.node, let column = table[name] else {
        problems.append(Diagnostic("unknown-column", "\(leaf)", at: leaf.span))
        return nil
      }
      return ExpressionType(column.schema)
    }
  }

  /// What is wrong with an expression.
  static func diagnostics(_ text: String, _ table: Table, _ groups: RowGroups? = nil) throws -> [Diagnostic] {
    var checker = checker(table, groups)
    let expression = try parsed(text)
    let checked = checker.check(expression)
    #expect((checked == nil) == !checker.diagnostics.isEmpty, "a mistake is reported, and only a mistake")
    return checker.diagnostics
  }

  /// The type and the conversions of an expression without mistakes.
  static func checked(_ text: String, _ table: Table, _ groups: RowGroups? = nil) throws -> CheckedExpression {
    var checker = checker(table, groups)
    let checked = checker.check(try parsed(text))
    return try #require(checked, "\(checker.diagnostics.map(\.message))")
  }

  static func vector(_ text: String, _ table: Table, _ groups: RowGroups? = nil) throws -> ExpressionEvaluator.Vector {
    try ExpressionEvaluator(table, groups: groups).evaluate(checked(text, table, groups))
  }

  static func numbers(_ text: String, _ table: Table, _ groups: RowGroups? = nil) throws -> [Double] {
    try #require(try vector(text, table, groups).values(rowCount: table.rowCount).numbers)
  }

  /// The values as text, numbers in their shortest form.
  static func texts(_ text: String, _ table: Table, _ groups: RowGroups? = nil) throws -> [String?] {
    let values = try vector(text, table, groups).values(rowCount: table.rowCount)
    let column = Column(schema: ColumnSchema(name: "r", type: .text), values: values)
    return (0..<table.rowCount).map { column.text($0) }
  }

  /// Why the expression has no value in some rows.
  static func failure(
    _ text: String, _ table: Table, _ groups: RowGroups? = nil
  ) throws -> ExpressionEvaluator.Failure? {
    failure(try checked(text, table, groups), ExpressionEvaluator(table, groups: groups))
  }

  static func failure(_ checked: CheckedExpression, _ evaluator: ExpressionEvaluator) -> ExpressionEvaluator.Failure? {
    do throws(ExpressionEvaluator.Failure) {
      _ = try evaluator.evaluate(checked)
      return nil
    } catch {
      return error
    }
  }
}
