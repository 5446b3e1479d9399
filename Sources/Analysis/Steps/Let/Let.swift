import Digests
import NotebookSyntax
import Tables

/// `let`: named values computed from results.
public struct Let: Step {
  public static let kind = "let"
  public static let version = 1
  public static let summary = "Names values computed from results, for prose, expectations and further steps."
  public static let keys: [Key] = [
    .required(
      "values", "name: expression",
      "Each name and what it stands for: paths into results, numbers, `+ - * / ^`, comparisons, `log exp sqrt abs round min max if`."
    )
  ]
  public static let manual = """
    A name may use those above it; `reason` and `reasons` are taken. Results carry no units, so neither does what is computed
    from them. Where a result is not estimable, so is what is computed from it, with the same reason; what has no value
    (`log(-1)`) stops the run.

    Results: `NAME.name`: a number, true or false, or text. A number needs a format in prose.

    ````markdown
    ---
    title: Percent per week
    ---

    ```{load} visits
    file: data/ucmsc24/labs_clean.csv
    columns:
      patient: id from patient_id
      week: number wk from visit_week
      tbil: number umol/L of bilirubin
    ```

    ```{mixed} growth
    data: visits
    formula: log(tbil) ~ week + (1 + week | patient)
    ```

    ```{let} change
    values:
      per_week: 100 * (exp(growth.terms["week"].estimate) - 1)
      halving: log(0.5) / growth.terms["week"].estimate
      falls: growth.terms["week"].conf_high < 0
    ```

    Bilirubin changes by {value}`change.per_week:.1` % a week and is halved in {value}`change.halving:.1` weeks.
    ````
    """

  struct Definition {
    let name: SourcedText
    let expression: Expression
  }

  let definitions: [Definition]

  public init?(_ cell: inout CellDecoder) {
    var definitions: [Definition] = []
    if let node = cell.node("values"), let entries = cell.mapping(node, "values", help: "write `name: expression`") {
      for entry in entries {
        guard ParameterValue.isName(entry.key.text) else {
          cell.report(
            "name", "`\(entry.key.text)` cannot be a value's name", entry.key.span,
            help: "a name is one word of letters, digits and `_`")
          continue
        }
        guard !["reason", "reasons"].contains(entry.key.text) else {
          cell.report(
            "name", "`\(entry.key.text)` is where results say why a value is absent", entry.key.span,
            help: "give the value another name")
          continue
        }
        guard let expression = cell.expression(entry.value, entry.key.text) else { continue }
        definitions.append(Definition(name: entry.key, expression: expression))
      }
    }
    cell.record(
      "values", .array(definitions.map { .array([.string($0.name.text), .string($0.expression.description)]) }))
    for definition in definitions {
      for path in definition.expression.paths {
        // A name of its own is no step.
        if case .name(let name) = path.node, definitions.contains(where: { $0.name.text == name }) { continue }
        cell.refer(path)
      }
    }
    guard !definitions.isEmpty else { return nil }
    self.definitions = definitions
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    var own: [String: ExpressionType] = [:]
    var fields: [Shape.Field] = []
    for definition in definitions {
      let name = definition.name.text
      guard let types = ResultExpression.Types(definition.expression, known: own, &context) else { continue }
      var checker = ExpressionChecker { path, _ in types[path] }
      let type = checker.type(of: definition.expression)
      for diagnostic in checker.diagnostics { context.report(diagnostic) }
      guard let type else { continue }
      own[name] = type
      switch type {
      case .number: fields.append(.init(name, .number))
      case .boolean: fields.append(.init(name, .boolean))
      case .text: fields.append(.init(name, .text))
      case .date, .censored:
        context.report(
          "type", "a value of `let` is a number, true or false, or text, and `\(name)` is none of them",
          definition.expression.span, help: "take a number from it: `weeks_between(…, …)`, `year(…)`")
      }
    }
    return fields.count == definitions.count ? Yield(shape: .record(fields)) : nil
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    var fields: [ResultValue.Field] = []
    for definition in definitions {
      let known = fields.map { (path: $0.name, value: $0.value) }
      fields.append(.init(definition.name.text, try value(definition, known, context)))
    }
    var outcome = StepOutcome(result: .record(fields))
    outcome.exhibits = [
      .table(
        TableExhibit(
          caption: "Values from results",
          headings: [
            .init("Name", isNumeric: false), .init("Expression", isNumeric: false), .init("Value", isNumeric: false),
          ],
          rows: zip(definitions, fields).map { definition, field in
            .init([
              .text(definition.name.text), .text(definition.expression.description),
              .text(ConditionCheck.text(field.value)),
            ])
          }))
    ]
    return outcome
  }

  private func value(
    _ definition: Definition, _ known: [(path: String, value: ResultValue)], _ context: RunContext
  ) throws(StepFailure) -> ResultValue {
    let values = try ResultExpression.values(definition.expression, known: known, context)
    for case (_, .absent(let reason)) in values { return .absent(reason: reason) }
    do throws(ExpressionEvaluator.Failure) {
      let vector = try ResultExpression.evaluate(definition.expression, values)
      switch (vector, vector.values(rowCount: 1)) {
      case (.number, .numbers(let numbers)), (.numbers, .numbers(let numbers)):
        return .real(numbers.first, orAbsent: "it has no value")
      case (.boolean, .codes(let codes, _)), (.booleans, .codes(let codes, _)):
        return codes.first.flatMap { $0 < 0 ? nil : .boolean($0 == 1) } ?? .absent(reason: "it has no value")
      case (_, .codes(let codes, let levels)):
        return codes.first.flatMap { $0 < 0 ? nil : .text(levels[Int($0)]) } ?? .absent(reason: "it has no value")
      default: return .absent(reason: "it has no value")
      }
    } catch {
      throw StepFailure(
        Diagnostic(
          "computation", "`\(definition.name.text)` has no value: \(error.message)", at: error.span,
          help: "say what it is then with `if(condition, value, value)`"))
    }
  }
}
