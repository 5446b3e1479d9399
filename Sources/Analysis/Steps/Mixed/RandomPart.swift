import NotebookSyntax
import Statistics
import Tables

/// A random term of a formula and what results call it.
struct RandomPart: Sendable {
  let term: RandomTerm
  /// The grouping factor as lme4 names it, `patient` or `centre:patient`; its second term is `patient.1`.
  let key: String

  static func parts(of formula: Formula) -> [RandomPart] {
    formula.random.enumerated().map { index, term in
      let before = formula.random[..<index].count { $0.group == term.group }
      return RandomPart(term: term, key: before == 0 ? term.group : "\(term.group).\(before)")
    }
  }

  /// Checks the term against a table and names its columns; nil where only the data know them.
  func columnNames(_ formula: Formula, _ check: FormulaCheck, _ schema: Schema, _ context: inout PlanContext)
    -> [String]?
  {
    let columns = term.columns(of: formula)
    var isSound = true
    for item in columns.terms.flatMap(\.variables) where check.variable(item, &context) == nil { isSound = false }
    for group in term.groups {
      guard let column = context.column(group.description, at: group.span, of: check.data, schema) else { continue }
      context.refuseSensitiveDate(column, at: group.span)
      if case .number = column.type {
        context.report(
          "type", "`\(group)` is \(column.type.name), and groups are names", group.span,
          help: "declare it where it is loaded: `\(group): id`")
      }
    }
    return isSound ? check.columnNames(columns, &context) : nil
  }
}

/// A random term with the rows that are used.
struct RandomDesign {
  let part: RandomPart
  let columnNames: [String]
  /// The levels of its grouping factor, by code.
  let levels: [String]
  let effects: RandomEffectsTerm
  /// What its columns are made of, for rows that are not these.
  let variables: [String: ModelFrame.Variable]
  let codings: [[ModelFrame.Coding]]

  /// - Parameter others: every variable whose missing values exclude a row from the model.
  init(
    _ part: RandomPart, _ formula: Formula, _ frame: ModelFrame, _ table: Table, data: Reference, others: [Expression]
  ) throws(StepFailure) {
    self.part = part
    let random: Matrix
    if let numbers = try Self.numbers(part.term, frame, table, data) {
      (random, columnNames) = numbers
      codings =
        (part.term.hasIntercept ? [[]] : [])
        + part.term.terms.map { [ModelFrame.Coding(variable: $0.variables[0].description, part: .number)] }
      variables = Dictionary(
        part.term.terms.map { ($0.variables[0].description, .number($0.variables[0])) },
        uniquingKeysWith: { first, _ in first })
    } else {
      let columns = try ModelFrame(part.term.columns(of: formula), table, data: data, others: others)
      (random, columnNames) = (columns.design, columns.columnNames)
      (codings, variables) = (columns.codings, columns.variables)
    }
    let (codes, levels) = try Self.groups(part.term, frame, table)
    self.levels = levels
    effects = RandomEffectsTerm(
      columns: random, groups: codes, groupCount: levels.count, isCorrelated: part.term.isCorrelated)
  }

  /// The columns of a term of plain numbers, which needs no model frame of its own; nil for any other.
  private static func numbers(
    _ term: RandomTerm, _ frame: ModelFrame, _ table: Table, _ data: Reference
  ) throws(StepFailure) -> (Matrix, [String])? {
    let count = frame.rows.count
    var columns = term.hasIntercept ? [[Double](repeating: 1, count: count)] : []
    var names = term.hasIntercept ? [ModelVariable.intercept] : []
    for item in term.terms {
      guard item.variables.count == 1 else { return nil }
      guard let numbers = try frame.numbersIfAny(item.variables[0], table, data: data) else { return nil }
      columns.append(numbers)
      names.append(item.variables[0].description)
    }
    let width = columns.count
    var elements = [Double](repeating: 0, count: count * width)
    for (index, column) in columns.enumerated() {
      for row in column.indices { elements[row * width + index] = column[row] }
    }
    return (Matrix(rows: count, columns: width, elements: elements), names)
  }

  /// Codes of the groups, numbered in order of appearance, and their names.
  private static func groups(
    _ term: RandomTerm, _ frame: ModelFrame, _ table: Table
  ) throws(StepFailure) -> (codes: [Int32], names: [String]) {
    let parts = term.groups.compactMap { table[$0.description] }.map { frame.groups($0) }
    guard var (codes, names) = parts.first else { return ([], []) }
    for part in parts.dropFirst() {
      var known: [Int64: Int32] = [:]
      var joined: [String] = []
      codes = zip(codes, part.codes).map { left, right in
        let pair = Int64(left) << 32 | Int64(right)
        if let code = known[pair] { return code }
        let code = Int32(joined.count)
        known[pair] = code
        joined.append("\(names[Int(left)]):\(part.names[Int(right)])")
        return code
      }
      names = joined
    }
    var seen: Set<String> = []
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw StepFailure(
        Diagnostic(
          "repeated-name", "two groups of `\(term.group)` would be called `\(twice)`", at: term.span,
          help: "rename a level where the table is loaded"))
    }
    return (codes, names)
  }
}
