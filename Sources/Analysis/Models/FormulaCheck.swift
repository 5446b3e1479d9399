import NotebookSyntax
import Tables

/// Checks a formula against a table's schema and names the columns its model matrix can have.
struct FormulaCheck {
  /// What one variable of a formula is.
  enum Variable {
    case number
    case factor(levels: [String])
  }

  let data: Reference
  let schema: Schema

  /// Checks the response and all fixed terms; false where a mistake has been reported.
  func check(_ formula: Formula, _ context: inout PlanContext) -> Bool {
    var isSound = true
    if case .factor? = variable(formula.response, &context, isResponse: true) {
      let column = formula.response.description
      context.report(
        "type", "the outcome `\(column)` is no number", formula.response.span,
        help: "a regression needs a numeric outcome")
      isSound = false
    }
    for term in formula.terms {
      for item in term.variables where variable(item, &context) == nil { isSound = false }
    }
    if schema.index(of: formula.response.description) == nil { _ = variable(formula.response, &context) }
    return isSound && !context.diagnostics.contains { $0.severity == .error }
  }

  /// What a variable is; nil once its mistake has been reported.
  func variable(_ expression: Expression, _ context: inout PlanContext, isResponse: Bool = false) -> Variable? {
    if case .name(let name) = expression.node {
      guard let column = context.column(name, at: expression.span, of: data, schema) else { return nil }
      switch column.type {
      case .number, .integer: return .number
      case .category(let levels, _): return .factor(levels: levels)
      case .boolean: return .factor(levels: ["false", "true"])
      case .id, .text:
        context.report(
          "type", "`\(name)` is \(column.type.name) and cannot be a term of a formula", expression.span,
          help: "declare it where it is loaded: `category [LEVEL, LEVEL]` for groups, `number UNIT` for measurements")
        return nil
      }
    }
    let before = context.diagnostics.count
    switch context.type(of: ModelVariable.evaluable(expression), over: data, schema) {
    case .number: return .number
    case nil:
      precondition(context.diagnostics.count > before, "an expression without a type has been reported")
      return nil
    case .some:
      context.report("type", "`\(expression)` is no number", expression.span)
      return nil
    }
  }

  /// Every column that the model matrix may have: fewer where levels turn out to have no rows.
  func columnNames(_ formula: Formula, _ context: inout PlanContext) -> [String] {
    var scratch = context
    var names = formula.hasIntercept ? [ModelVariable.intercept] : []
    for term in formula.terms {
      var parts = [""]
      for variable in term.variables {
        var pieces: [String] = [variable.description]
        if case .factor(let levels)? = self.variable(variable, &scratch) {
          let usesContrasts = ModelVariable.usesContrasts(variable, in: term, of: formula)
          pieces = (usesContrasts ? Array(levels.dropFirst()) : levels).map { variable.description + $0 }
        }
        parts = pieces.flatMap { piece in parts.map { $0.isEmpty ? piece : "\($0):\(piece)" } }
      }
      names += parts
    }
    return names
  }
}

/// Rules about the variables of formulas that checking and running share.
enum ModelVariable {
  static let intercept = "(Intercept)"

  /// `I(x^2)` without its `I`, which only shields arithmetic from the formula.
  static func evaluable(_ expression: Expression) -> Expression {
    if case .call("I", _, let arguments) = expression.node, arguments.count == 1, arguments[0].name == nil {
      return arguments[0].value
    }
    return expression
  }

  /// R's rule: a factor is coded by contrasts where the term without it is in the model, else by all its levels.
  static func usesContrasts(_ variable: Expression, in term: FormulaTerm, of formula: Formula) -> Bool {
    let rest = Set(term.variables.map(\.description)).subtracting([variable.description])
    if rest.isEmpty { return formula.hasIntercept }
    return formula.terms.contains { Set($0.variables.map(\.description)) == rest }
  }
}
