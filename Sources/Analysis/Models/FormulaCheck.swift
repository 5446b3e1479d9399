import NotebookSyntax
import Tables

/// Checks a formula against a table's schema and names the columns its model matrix can have.
struct FormulaCheck {
  /// What one variable of a formula is.
  enum Variable {
    case number
    /// The levels are nil where only the data know them: `factor(week)`.
    case factor(levels: [String]?)
    /// Several columns made of one number: `poly(x, 2)`.
    case basis(FormulaBasis)
  }

  private static var mostNames: Int { Limit.coefficients.value }

  let data: Reference
  let schema: Schema

  /// Checks the response and all fixed terms; false where a mistake has been reported.
  ///
  /// - Parameter isEvent: whether the outcome may have two levels, of which the second is the event.
  func check(_ formula: Formula, isEvent: Bool = false, _ context: inout PlanContext) -> Bool {
    var isSound = true
    let column = formula.response.description
    switch variable(formula.response, &context) {
    case .factor(let levels):
      if !isEvent {
        context.report(
          "type", "the outcome `\(column)` is no number", formula.response.span,
          help: "a regression needs a numeric outcome")
        isSound = false
      } else if levels?.count != 2 {
        let count = levels.map { "\($0.count) levels" } ?? "levels that only the data know"
        context.report(
          "type", "the outcome `\(column)` has \(count), and a binomial outcome has two", formula.response.span,
          help: "make it a condition with `derive`: `event: if(\(column) == \"…\", 1, 0)`")
        isSound = false
      }
    case .basis:
      context.report("type", "the outcome is one number, and `\(column)` is several columns", formula.response.span)
      isSound = false
    case .number, nil: break
    }
    for term in formula.terms {
      for item in term.variables where variable(item, &context) == nil { isSound = false }
    }
    return isSound && !context.diagnostics.contains { $0.severity == .error }
  }

  /// What a variable is; nil once its mistake has been reported.
  func variable(_ expression: Expression, _ context: inout PlanContext) -> Variable? {
    if case .name(let name) = expression.node {
      guard let column = context.column(name, at: expression.span, of: data, schema) else { return nil }
      switch column.type {
      case .number, .integer: return .number
      case .category(let levels, _): return .factor(levels: levels)
      case .boolean: return .factor(levels: ["false", "true"])
      case .censored:
        context.report(
          "censored", "`\(name)` holds values such as `<5`, and a model takes plain numbers", expression.span,
          help: "say what they count as: derive a column by `uncensor(\(name), half)`")
        return nil
      case .date, .id, .text:
        context.report(
          "type", "`\(name)` is \(column.type.name) and cannot be a term of a formula", expression.span,
          help: "declare it where it is loaded: `category [LEVEL, LEVEL]` for groups, `number UNIT` for measurements")
        return nil
      }
    }
    if let inner = ModelVariable.factorArgument(expression) {
      guard case .name(let name) = inner.node else {
        context.report("formula", "`factor(…)` takes one column", expression.span, help: "derive the column first")
        return nil
      }
      guard let column = context.column(name, at: inner.span, of: data, schema) else { return nil }
      context.refuseSensitiveDate(column, at: inner.span)
      return .factor(levels: column.type.levels)
    }
    if let basis = FormulaBasis.of(expression) { return self.basis(basis, expression, &context) }
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

  private func basis(
    _ basis: Result<FormulaBasis, FormulaBasis.Mistake>, _ expression: Expression, _ context: inout PlanContext
  ) -> Variable? {
    switch basis {
    case .failure(let mistake):
      context.report("formula", mistake.message, expression.span, help: mistake.help)
      return nil
    case .success(let basis):
      switch variable(basis.argument, &context) {
      case .number: return .basis(basis)
      case .factor, .basis:
        context.report("type", "`\(basis.argument)` is no number", basis.argument.span)
        return nil
      case nil: return nil
      }
    }
  }

  /// Every column that the model matrix may have: fewer where levels turn out to have no rows; nil where there are
  /// too many to name.
  func columnNames(
    _ formula: Formula, contrasts: Contrasts = .treatment, _ context: inout PlanContext
  ) -> [String]? {
    var scratch = context
    var levels: [String: [String]] = [:]
    var bases: [String: Int] = [:]
    for variable in formula.terms.flatMap(\.variables) {
      switch self.variable(variable, &scratch) {
      case .factor(let own):
        guard let own else { return nil }
        levels[variable.description] = own
      case .basis(let basis): bases[variable.description] = basis.count
      case .number, nil: break
      }
    }
    var names = formula.hasIntercept ? [ModelVariable.intercept] : []
    for term in formula.terms {
      var parts = [""]
      for variable in term.variables {
        var pieces: [String] = [variable.description]
        if let own = levels[variable.description] {
          let usesContrasts = ModelVariable.usesContrasts(variable, in: term, of: formula) {
            levels[$0.description] != nil
          }
          // Where levels turn out to have no rows, sum contrasts count fewer: the names stay among these.
          pieces = ModelVariable.names(
            variable.description, levels: own, usesContrasts ? contrasts.coding(of: variable.description) : nil)
        } else if let count = bases[variable.description] {
          pieces = FormulaBasis.names(variable.description, count)
        }
        guard parts.count * pieces.count + names.count <= Self.mostNames else { return nil }
        parts = pieces.flatMap { piece in parts.map { $0.isEmpty ? piece : "\($0):\(piece)" } }
      }
      names += parts
    }
    var seen: Set<String> = []
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      context.report(
        "repeated-name", "two terms of this formula would be called `\(twice)`", formula.span,
        help: "rename a column or a level where the table is loaded")
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

  /// The column of `factor(week)`.
  static func factorArgument(_ expression: Expression) -> Expression? {
    if case .call("factor", _, let arguments) = expression.node, arguments.count == 1, arguments[0].name == nil {
      return arguments[0].value
    }
    return nil
  }

  /// The columns of a factor as R names them: levels, or numbers for sum contrasts.
  static func names(_ variable: String, levels: [String], _ coding: Contrasts.Coding?) -> [String] {
    switch coding {
    case nil: return levels.map { variable + $0 }
    case .treatment: return levels.dropFirst().map { variable + $0 }
    case .sum: return levels.indices.dropFirst().map { "\(variable)\($0)" }
    }
  }

  /// R's rule: a factor is coded by contrasts where the term without it is in the model, else by all its levels.
  /// Without an intercept, the first factor that stands alone takes its place.
  static func usesContrasts(
    _ variable: Expression, in term: FormulaTerm, of formula: Formula, isFactor: (Expression) -> Bool
  ) -> Bool {
    let rest = Set(term.variables.map(\.description)).subtracting([variable.description])
    if rest.isEmpty {
      let first = formula.terms.first { $0.variables.count == 1 && isFactor($0.variables[0]) }
      return formula.hasIntercept || first?.variables[0].description != variable.description
    }
    return formula.terms.contains { Set($0.variables.map(\.description)) == rest }
  }
}
