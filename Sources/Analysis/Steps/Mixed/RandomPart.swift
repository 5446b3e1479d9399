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

  /// - Parameter others: every variable whose missing values exclude a row from the model.
  init(
    _ part: RandomPart, _ formula: Formula, _ frame: ModelFrame, _ table: Table, data: Reference, others: [Expression]
  ) throws(StepFailure) {
    self.part = part
    let columns = try ModelFrame(part.term.columns(of: formula), table, data: data, others: others)
    columnNames = columns.columnNames
    let (codes, levels) = try Self.groups(part.term, frame, table)
    self.levels = levels
    effects = RandomEffectsTerm(
      columns: columns.design, groups: codes, groupCount: levels.count, isCorrelated: part.term.isCorrelated)
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
