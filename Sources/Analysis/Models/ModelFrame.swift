import NotebookSyntax
import Statistics
import Tables

/// A formula meets a table: outcome, model matrix with R's column names, and the rows that are complete.
struct ModelFrame {
  let response: [Double]
  let design: Matrix
  let columnNames: [String]
  let interceptColumn: Int?
  /// Rows of the table that are used, ascending.
  let rows: [Int]
  let rowsDropped: Int
  /// What was done on the way and should be known: levels without rows.
  let notes: [String]

  /// Per column what it is a product of.
  let codings: [[Coding]]
  /// What each variable of the terms is in the rows used, by its text.
  let variables: [String: Variable]

  /// A number, or the indicator of a level.
  struct Coding: Sendable {
    let variable: String
    let level: Int?
  }

  enum Variable: Sendable {
    case number(Expression)
    /// Levels that have rows, and a code into them per row used.
    case factor(levels: [String], codes: [Int32])
  }

  private enum Values {
    case numbers([Double])
    /// Levels that have rows, and codes into them.
    case factor(codes: [Int32], levels: [String])
  }

  private static let largest = 1 << 28
  /// Fitting takes time with the square of the columns.
  private static let mostColumns = 10_000

  /// - Parameter others: further columns whose missing values exclude a row: random slopes and groups.
  init(_ formula: Formula, _ table: Table, data: Reference, others: [Expression] = []) throws(StepFailure) {
    var values: [String: Values] = [:]
    let variables = [formula.response] + formula.terms.flatMap(\.variables) + others
    for variable in variables where values[variable.description] == nil {
      values[variable.description] = try Self.values(of: variable, table, data)
    }
    let used = variables.compactMap { values[$0.description] }
    let complete = (0..<table.rowCount).filter { row in
      used.allSatisfy { item in
        switch item {
        case .numbers(let numbers): return !numbers[row].isNaN
        case .factor(let codes, _): return codes[row] >= 0
        }
      }
    }
    guard !complete.isEmpty else {
      throw StepFailure(
        Diagnostic(
          "no-rows", "no row of `\(data.name)` has a value for every term of the formula", at: formula.span,
          help: table.rowCount == 0
            ? "`\(data.name)` has no rows at all: look at the rules that filter it"
            : "look at which columns are missing"))
    }
    rows = complete
    rowsDropped = table.rowCount - complete.count
    guard case .numbers(let outcome)? = values[formula.response.description] else {
      throw StepFailure(Diagnostic("type", "the outcome is no number", at: formula.response.span))
    }
    response = complete.map { outcome[$0] }
    var notes: [String] = []
    var columns: [[Double]] = []
    var codings: [[Coding]] = []
    var names: [String] = []
    if formula.hasIntercept {
      codings.append([])
      columns.append([Double](repeating: 1, count: complete.count))
      names.append(ModelVariable.intercept)
    }
    interceptColumn = formula.hasIntercept ? 0 : nil
    var present: [String: Values] = [:]
    for term in formula.terms {
      var parts: [(name: String, column: [Double], coding: [Coding])] = []
      for variable in term.variables {
        let key = variable.description
        if present[key] == nil {
          present[key] = values[key].map { Self.restricted($0, to: complete, name: key, &notes) }
        }
        guard let item = present[key] else { continue }
        let usesContrasts = ModelVariable.usesContrasts(variable, in: term, of: formula) { other in
          if case .factor? = values[other.description] { true } else { false }
        }
        let pieces = try Self.pieces(item, key, usesContrasts: usesContrasts, at: variable.span)
        parts =
          parts.isEmpty
          ? pieces
          : pieces.flatMap { piece in
            parts.map {
              ("\($0.name):\(piece.name)", zip($0.column, piece.column).map { $0 * $1 }, $0.coding + piece.coding)
            }
          }
        guard columns.count + parts.count <= Self.mostColumns else {
          throw StepFailure(
            Diagnostic("limit", "the model would have more than \(Self.mostColumns) coefficients", at: term.span))
        }
        guard (columns.count + parts.count) * complete.count <= Self.largest else {
          throw StepFailure(
            Diagnostic("limit", "the model matrix would hold more than \(Self.largest) numbers", at: term.span))
        }
      }
      columns += parts.map(\.column)
      names += parts.map(\.name)
      codings += parts.map(\.coding)
    }
    guard !columns.isEmpty else {
      throw StepFailure(Diagnostic("formula", "the formula has neither an intercept nor a term", at: formula.span))
    }
    var seen: Set<String> = []
    if let twice = names.first(where: { !seen.insert($0).inserted }) {
      throw StepFailure(
        Diagnostic(
          "repeated-name", "two terms of this formula would be called `\(twice)`", at: formula.span,
          help: "rename a column or a level where the table is loaded"))
    }
    columnNames = names
    self.codings = codings
    var described: [String: Variable] = [:]
    for variable in formula.terms.flatMap(\.variables) {
      switch present[variable.description] {
      case .factor(let codes, let levels)?: described[variable.description] = .factor(levels: levels, codes: codes)
      case .numbers?: described[variable.description] = .number(variable)
      case nil: break
      }
    }
    self.variables = described
    self.notes = notes
    var elements = [Double](repeating: 0, count: complete.count * columns.count)
    for (index, column) in columns.enumerated() {
      for row in complete.indices { elements[row * columns.count + index] = column[row] }
    }
    design = Matrix(rows: complete.count, columns: columns.count, elements: elements)
  }

  /// The numbers of an expression in the rows that are used.
  func numbers(_ expression: Expression, _ table: Table, data: Reference) throws(StepFailure) -> [Double] {
    guard case .numbers(let values) = try Self.values(of: expression, table, data) else { return [] }
    return rows.map { values[$0] }
  }

  /// Codes of a column's values in the rows that are used, numbered in order of appearance, and their names.
  func groups(_ column: Column) -> (codes: [Int32], names: [String]) {
    let (all, levels) = Grouping.codes(column)
    var map: [Int32: Int32] = [:]
    var names: [String] = []
    let codes = rows.map { row -> Int32 in
      let code = all[row]
      if let known = map[code] { return known }
      let new = Int32(names.count)
      map[code] = new
      names.append(levels[Int(code)])
      return new
    }
    return (codes, names)
  }

  private static func values(of variable: Expression, _ table: Table, _ data: Reference) throws(StepFailure) -> Values {
    if case .name(let name) = variable.node, let column = table[name],
      case .codes(let codes, let levels) = column.values
    {
      return .factor(codes: codes, levels: levels)
    }
    if case .name(let name)? = ModelVariable.factorArgument(variable)?.node, let column = table[name] {
      let (codes, levels) = Grouping.codes(column)
      return .factor(codes: codes, levels: levels)
    }
    let expression = ModelVariable.evaluable(variable)
    do throws(ExpressionEvaluator.Failure) {
      guard
        case .numbers(let numbers) = try ExpressionEvaluator(table).evaluate(expression).values(
          rowCount: table.rowCount)
      else { return .numbers([]) }
      return .numbers(numbers)
    } catch {
      throw StepFailure(error, in: expression, rowsOf: data.name)
    }
  }

  /// The values in the used rows; levels that none of them has are dropped and noted.
  private static func restricted(_ values: Values, to rows: [Int], name: String, _ notes: inout [String]) -> Values {
    switch values {
    case .numbers(let numbers): return .numbers(rows.map { numbers[$0] })
    case .factor(let codes, let levels):
      let used = rows.map { codes[$0] }
      var counts = [Int](repeating: 0, count: levels.count)
      for code in used { counts[Int(code)] += 1 }
      let kept = levels.indices.filter { counts[$0] > 0 }
      let absent = levels.indices.filter { counts[$0] == 0 }.map { levels[$0] }
      if !absent.isEmpty {
        notes.append(
          "No row used has \(name) = \(absent.joined(separator: ", ")), so \(absent.count == 1 ? "this level is" : "these levels are") left out; the reference is \(levels[kept[0]])."
        )
      }
      var map = [Int32](repeating: -1, count: levels.count)
      for (new, old) in kept.enumerated() { map[old] = Int32(new) }
      return .factor(codes: used.map { map[Int($0)] }, levels: kept.map { levels[$0] })
    }
  }

  private static func pieces(
    _ values: Values, _ name: String, usesContrasts: Bool, at span: Span
  ) throws(StepFailure) -> [(name: String, column: [Double], coding: [Coding])] {
    switch values {
    case .numbers(let numbers): return [(name, numbers, [Coding(variable: name, level: nil)])]
    case .factor(let codes, let levels):
      guard levels.count > 1 || !usesContrasts else {
        throw StepFailure(
          Diagnostic(
            "one-level",
            "`\(name)` has only the level `\(levels.first ?? "")` in the rows used, so it explains nothing", at: span,
            help: "take `\(name)` out of the formula, or look at the rules that filter the rows"))
      }
      return (usesContrasts ? 1..<levels.count : 0..<levels.count).map { level in
        (
          name + levels[level], codes.map { $0 == Int32(level) ? 1 : 0 },
          [Coding(variable: name, level: level)]
        )
      }
    }
  }
}
