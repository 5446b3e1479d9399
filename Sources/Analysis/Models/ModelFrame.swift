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
  /// Variables with missing values and the rows that lack them, in the order of the formula; a row may lack several.
  let missing: [(variable: String, rows: Int)]
  /// What was done on the way and should be known: levels without rows.
  let notes: [String]

  /// Per column what it is a product of.
  let codings: [[Coding]]
  /// Of columns that are a power of a number, `I(x^3)`, what each entry lost to rounding.
  let lowParts: [Int: [Double]]
  /// Of each term of the formula, its columns.
  let termColumns: [Range<Int>]
  /// What each variable of the terms is in the rows used, by its text.
  let variables: [String: Variable]

  /// One factor of a column's product.
  struct Coding: Sendable {
    enum Part: Sendable {
      case number
      /// A column of a basis, counted from 0.
      case basis(Int)
      /// 1 at a level, else 0.
      case indicator(Int)
      /// 1 at a level, −1 at the last, else 0.
      case sum(Int, last: Int)
    }

    let variable: String
    let part: Part

    /// Its value at a level of its factor; nil where it is a number.
    func value(level: Int) -> Double? {
      switch part {
      case .number, .basis: return nil
      case .indicator(let own): return own == level ? 1 : 0
      case .sum(let own, let last): return own == level ? 1 : level == last ? -1 : 0
      }
    }
  }

  enum Variable: Sendable {
    case number(Expression)
    /// A basis of the number that the expression is.
    case basis(Expression, FittedBasis)
    /// Levels that have rows, and a code into them per row used.
    case factor(levels: [String], codes: [Int32])
  }

  private static var largest: Int { Limit.modelNumbers.value }
  /// Fitting takes time with the square of the columns.
  private static var mostColumns: Int { Limit.coefficients.value }

  /// - Parameters:
  ///   - others: further columns whose missing values exclude a row: random slopes and groups.
  ///   - isEvent: whether an outcome with levels is 1 at its second level and 0 at its first.
  ///   - isUsed: rows for which it is false are left out.
  init(
    _ formula: Formula, _ table: Table, data: Reference, others: [Expression] = [], contrasts: Contrasts = .treatment,
    isEvent: Bool = false, isUsed: (Int) -> Bool = { _ in true }
  ) throws(StepFailure) {
    var values: [String: Values] = [:]
    let variables = [formula.response] + formula.terms.flatMap(\.variables) + others
    for variable in variables where values[variable.description] == nil {
      values[variable.description] = try Self.values(of: variable, table, data)
    }
    let used = variables.compactMap { values[$0.description] }
    var isComplete = [Bool](repeating: true, count: table.rowCount)
    for item in used {
      switch item {
      case .numbers(let numbers), .basis(_, let numbers):
        for row in isComplete.indices where numbers[row].isNaN { isComplete[row] = false }
      case .factor(let codes, _):
        for row in isComplete.indices where codes[row] < 0 { isComplete[row] = false }
      case .fitted: continue
      }
    }
    let complete = isComplete.indices.filter { isComplete[$0] && isUsed($0) }
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
    missing =
      complete.count == table.rowCount
      ? [] : Self.missing(variables.map(\.description), values, table.rowCount, isUsed)
    switch values[formula.response.description] {
    case .numbers(let outcome): response = Self.values(outcome, of: complete)
    case .factor(let codes, _) where isEvent: response = complete.map { codes[$0] == 0 ? 0 : 1 }
    default: throw StepFailure(Diagnostic("type", "the outcome is no number", at: formula.response.span))
    }
    var notes: [String] = []
    var columns: [[Source]] = []
    var codings: [[Coding]] = []
    var termColumns: [Range<Int>] = []
    var names: [String] = []
    if formula.hasIntercept {
      codings.append([])
      columns.append([])
      names.append(ModelVariable.intercept)
    }
    interceptColumn = formula.hasIntercept ? 0 : nil
    var present: [String: Values] = [:]
    for term in formula.terms {
      var parts: [(name: String, column: [Source], coding: [Coding])] = []
      for variable in term.variables {
        let key = variable.description
        if present[key] == nil, let all = values[key] {
          present[key] = try Self.restricted(all, to: complete, variable, &notes)
        }
        guard let item = present[key] else { continue }
        let usesContrasts = ModelVariable.usesContrasts(variable, in: term, of: formula) { other in
          if case .factor? = values[other.description] { true } else { false }
        }
        let coding = usesContrasts ? contrasts.coding(of: key) : nil
        // Before any of them is made.
        let count = columns.count + max(1, parts.count) * Self.width(of: item, coding: coding)
        guard count <= Self.mostColumns else {
          throw StepFailure(
            Diagnostic(
              "limit", "the model would have more than \(Self.mostColumns) coefficients", at: term.span,
              help: Limit.coefficients.help()))
        }
        guard count * complete.count <= Self.largest else {
          throw StepFailure(
            Diagnostic(
              "limit", "the model matrix would hold more than \(Self.largest) numbers", at: term.span,
              help: Limit.modelNumbers.help()))
        }
        let pieces = try Self.pieces(item, key, coding: coding, at: variable.span)
        parts =
          parts.isEmpty
          ? pieces
          : pieces.flatMap { piece in
            parts.map {
              ("\($0.name):\(piece.name)", $0.column + piece.column, $0.coding + piece.coding)
            }
          }
      }
      termColumns.append(columns.count..<columns.count + parts.count)
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
    self.termColumns = termColumns
    lowParts = Self.lowParts(formula, table, complete, columns, termColumns)
    var described: [String: Variable] = [:]
    for variable in formula.terms.flatMap(\.variables) {
      switch present[variable.description] {
      case .factor(let codes, let levels)?: described[variable.description] = .factor(levels: levels, codes: codes)
      case .numbers?: described[variable.description] = .number(variable)
      case .fitted(let basis, let fitted, _)?:
        described[variable.description] = .basis(basis.argument, fitted)
      case .basis?, nil: break
      }
    }
    self.variables = described
    self.notes = notes
    design = Self.matrix(columns, rows: complete.count)
  }

  private static func missing(
    _ names: [String], _ values: [String: Values], _ count: Int, _ isUsed: (Int) -> Bool
  ) -> [(variable: String, rows: Int)] {
    var seen: [String] = []
    return names.compactMap { name in
      guard !seen.contains(name), let own = values[name] else { return nil }
      seen.append(name)
      let rows = (0..<count).count { row in
        guard isUsed(row) else { return false }
        switch own {
        case .numbers(let numbers), .basis(_, let numbers): return numbers[row].isNaN
        case .factor(let codes, _): return codes[row] < 0
        case .fitted: return false
        }
      }
      return rows > 0 ? (name, rows) : nil
    }
  }

  /// How many rows were left out for missing values, and what they lack: `5 rows left out: 5 without log(tbil)`.
  var droppedWords: String? {
    guard rowsDropped > 0 else { return nil }
    let reasons = missing.map { "\(NumberFormat.count($0.rows)) without \($0.variable)" }.joined(separator: ", ")
    return "\(NumberFormat.counted(rowsDropped, "row")) with a missing value left out: \(reasons)"
  }

  /// The numbers of an expression in the rows that are used.
  func numbers(_ expression: Expression, _ table: Table, data: Reference) throws(StepFailure) -> [Double] {
    guard let numbers = try numbersIfAny(expression, table, data: data) else {
      throw StepFailure(
        Diagnostic(
          "formula", "`\(expression)` is not one number, and one is needed here", at: expression.span,
          help: "use a column or a function of columns"))
    }
    return numbers
  }

  /// The same; nil where the expression is a category or a basis of several columns.
  func numbersIfAny(_ expression: Expression, _ table: Table, data: Reference) throws(StepFailure) -> [Double]? {
    guard case .numbers(let values) = try Self.values(of: expression, table, data) else { return nil }
    return Self.values(values, of: rows)
  }

  /// The values of rows that are used; where all are, the column itself and no copy.
  static func values<Value>(_ column: [Value], of rows: [Int]) -> [Value] {
    rows.count == column.count ? column : rows.map { column[$0] }
  }

  /// Codes of a column's values in the rows that are used, numbered in order of appearance, and their names.
  func groups(_ column: Column) -> (codes: [Int32], names: [String]) { Self.groups(column, rows) }

  /// The same of any rows; none of them may miss it.
  static func groups(_ column: Column, _ rows: [Int]) -> (codes: [Int32], names: [String]) {
    let (all, levels) = Grouping.codes(column)
    var map = [Int32](repeating: -1, count: levels.count)
    var names: [String] = []
    // Codes of ids are numbered so already, and with all rows used the column serves as it is.
    if rows.count == all.count {
      var next: Int32 = 0
      for code in all where code >= next {
        guard code == next else { break }
        next += 1
      }
      if Int(next) == levels.count { return (all, levels) }
    }
    let codes = rows.map { row -> Int32 in
      let code = Int(all[row])
      if map[code] < 0 {
        map[code] = Int32(names.count)
        names.append(levels[code])
      }
      return map[code]
    }
    return (codes, names)
  }
}
