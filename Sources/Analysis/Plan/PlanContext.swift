import NotebookSyntax
import Tables

/// What a step may ask while it is planned.
public struct PlanContext {
  public let cell: Cell
  public let frontMatter: FrontMatter
  public private(set) var diagnostics: [Diagnostic] = []
  /// Columns read of each referenced table, in the order they were first asked for; nil for all.
  public private(set) var columnsRead: [String: Set<String>?] = [:]
  /// The steps whose results, and not only tables, are read.
  public private(set) var resultsRead: Set<String> = []
  /// The steps that were followed beyond those that the cell names.
  private(set) var followed: [String] = []
  /// The steps with `each` of which the results of all values are read.
  public private(set) var wholesRead: Set<String> = []
  /// What steps yield; of one with `each`, in an instance of a cell, what it yields for the same value.
  let yields: [String: Yield?]
  /// Of steps with `each`, what all values yield together.
  let wholes: [String: Yield?]
  /// The steps before this one; of one with `each`, in an instance of a cell, that for the same value.
  let planned: [String: PlannedStep]
  let cells: [String: Cell]
  let workspace: Workspace

  init(
    cell: Cell, frontMatter: FrontMatter, yields: [String: Yield?], wholes: [String: Yield?] = [:],
    cells: [String: Cell], workspace: Workspace, planned: [String: PlannedStep] = [:]
  ) {
    self.wholes = wholes
    self.planned = planned
    self.cell = cell
    self.frontMatter = frontMatter
    self.yields = yields
    self.cells = cells
    self.workspace = workspace
  }

  public mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  public mutating func report(_ code: String, _ message: String, _ span: Span, help: String? = nil) {
    diagnostics.append(Diagnostic(code, message, at: span, help: help))
  }

  /// The schema of the table a step yields; nil where that step yields none (reported) or has mistakes of its own.
  public mutating func schema(_ reference: Reference) -> Schema? {
    guard let yield = yields[reference.name] ?? nil else { return nil }
    guard let schema = yield.schema else {
      let kind = cells[reference.name]?.kind.text ?? ""
      report(
        "type", "`\(reference.name)` is a `\(kind)` step and yields no table", reference.span,
        help: "name a step that loads or changes a table")
      return nil
    }
    if columnsRead[reference.name] == nil { columnsRead[reference.name] = .some([]) }
    return schema
  }

  /// What the model of a step can be asked; nil where it fits none (reported) or has mistakes of its own.
  public mutating func model(_ reference: Reference) -> ModelSchema? {
    resultsRead.insert(reference.name)
    guard let yield = yields[reference.name] ?? nil else { return nil }
    if yield.model == nil {
      let kind = cells[reference.name]?.kind.text ?? ""
      report(
        "type", "`\(reference.name)` is a `\(kind)` step and no model to estimate from", reference.span,
        help: "name a `regression`, `mixed` or `mmrm` step")
    }
    return yield.model
  }

  /// The keys of the estimates of a step; nil where it yields none (reported) or has mistakes of its own.
  public mutating func estimates(_ reference: Reference) -> [Shape.Key]? {
    resultsRead.insert(reference.name)
    guard let yield = yields[reference.name] ?? nil else { return nil }
    if yield.estimates == nil {
      let kind = cells[reference.name]?.kind.text ?? ""
      report(
        "type", "`\(reference.name)` is a `\(kind)` step and yields no estimates to compare", reference.span,
        help: "name a `means` or `trends` step")
    }
    return yield.estimates
  }

  /// The steps through which the rows of a table came, the first one first. Their results are noted as read.
  mutating func rowChain(_ reference: Reference) -> [RowLink] {
    var chain: [RowLink] = []
    var next: String? = reference.name
    while let name = next, let step = planned[name] {
      chain.append(RowLink(name: name, step: step))
      resultsRead.insert(name)
      if name != reference.name, !followed.contains(name) { followed.append(name) }
      next = (step.step as? any RowKeeping)?.rowsOf.name
    }
    return chain.reversed()
  }

  /// The shape of a step's whole result, of one with `each` keyed by its values; nil where it has mistakes of its own.
  public mutating func result(_ reference: Reference) -> Shape? {
    if reference.isWhole, let whole = wholes[reference.name] {
      wholesRead.insert(reference.name)
      return whole?.shape
    }
    resultsRead.insert(reference.name)
    return (yields[reference.name] ?? nil)?.shape
  }

  /// Notes that the step reads every column of a table.
  public mutating func readAll(_ reference: Reference) { columnsRead[reference.name] = .some(nil) }

  /// Notes that the step reads a column.
  public mutating func read(_ column: String, of reference: Reference) {
    guard case .some(.some(var columns)) = columnsRead[reference.name] else { return }
    columns.insert(column)
    columnsRead[reference.name] = columns
  }

  /// A column of a table, noted as read; an unknown one is reported with the nearest name.
  public mutating func column(_ name: String, at span: Span, of reference: Reference, _ schema: Schema) -> ColumnSchema?
  {
    guard let column = schema[name] else {
      report(unknownColumn(name, at: span, of: reference, schema))
      return nil
    }
    read(name, of: reference)
    return column
  }

  /// Groups are shown by what they are called, and a day may name a person; ids and texts are renamed.
  mutating func refuseSensitiveDate(_ column: ColumnSchema, at span: Span) {
    guard column.isSensitive, column.type == .date else { return }
    report(
      "sensitive", "`\(column.name)` is a date of sensitive data, and groups would be called by it", span,
      help: "derive a number or a category from it")
  }

  func unknownColumn(_ name: String, at span: Span, of reference: Reference, _ schema: Schema) -> Diagnostic {
    var help = Suggestion.help(for: name, among: schema.names)
    if let near = Suggestion.nearest(to: name, among: schema.names), let column = schema[near] {
      help = "did you mean `\(near)` (\(column.type.name))?"
    }
    let made = cells[reference.name].map { [Diagnostic.Note("`\(reference.name)` is made here", at: $0.span)] } ?? []
    return Diagnostic(
      "unknown-column", "`\(reference.name)` has no column `\(name)`", at: span, help: help, notes: made)
  }

  /// Checks an expression over the columns of a table; nil where a mistake in it has been reported.
  public mutating func type(of expression: Expression, over reference: Reference, _ schema: Schema) -> ExpressionType? {
    check([expression], over: reference, schema) { $0.check(expression) }?.type
  }

  /// Checks what is made of `expressions` over the columns of a table, or of groups of its rows.
  public mutating func check(
    _ expressions: [Expression], over reference: Reference, _ schema: Schema, scope: ExpressionChecker.Scope = .row,
    _ body: (inout ExpressionChecker) -> CheckedExpression?
  ) -> CheckedExpression? {
    var checker = ExpressionChecker(scope: scope) { [self] leaf, problems in
      guard case .name(let name) = leaf.node else {
        problems.append(Diagnostic("type", "a column is expected here, not a path into a result", at: leaf.span))
        return nil
      }
      guard let column = schema[name] else {
        problems.append(unknownColumn(name, at: leaf.span, of: reference, schema))
        return nil
      }
      return ExpressionType(column)
    }
    let checked = body(&checker)
    diagnostics += checker.diagnostics
    for name in expressions.flatMap(\.names) { read(name, of: reference) }
    return checked
  }

  /// As `type(of:over:)` for something that must be a condition.
  public mutating func isCondition(_ expression: Expression, over reference: Reference, _ schema: Schema) -> Bool {
    let before = diagnostics.count
    switch type(of: expression, over: reference, schema) {
    case .boolean: return true
    case .some: report("type", "a condition is expected here", expression.span, help: "compare it, for example `… > 0`")
    case nil: precondition(diagnostics.count > before, "an expression without a type has been reported")
    }
    return false
  }

  /// The shape at the end of a path into a result; nil where a mistake has been reported.
  public mutating func shape(of path: Expression) -> Shape? {
    guard let (name, span) = ResultPath.root(path) else {
      report("path", "a path begins with a step's name", path.span)
      return nil
    }
    let isWhole = ResultPath.namesValue(path) && wholes[name] != nil
    if isWhole { wholesRead.insert(name) } else { resultsRead.insert(name) }
    guard let yield = isWhole ? wholes[name] : yields[name] else {
      report(
        "unknown-step", "there is no step `\(name)`", span,
        help: Suggestion.help(for: name, among: yields.keys.sorted()))
      return nil
    }
    guard let yield else { return nil }
    switch ResultPath.shape(path, root: yield.shape) {
    case .success(let shape): return shape
    case .failure(let diagnostic):
      report(diagnostic)
      return nil
    }
  }

  /// The table of another notebook's run that a path leads to; nil where it leads to another file.
  public func published(_ file: SourcedText) -> PublishedTable? { PublishedTable(file, in: workspace) }

  /// Whether there is such a file in the project.
  public func exists(_ path: String) -> Bool { workspace.exists(path) }

  /// The beginning of a file, for its header; reported where it can't be read.
  public mutating func beginning(of file: SourcedText, limit: Int) -> [UInt8]? {
    do throws(Workspace.Problem) {
      return try workspace.readBeginning(file.text, limit: limit)
    } catch {
      report("file", "`\(file.text)` \(error.text)", file.span, help: "paths are relative to the project root")
      return nil
    }
  }
}

extension Expression {
  /// The plain names in an expression, in order of appearance.
  public var names: [String] {
    switch node {
    case .name(let name): return [name]
    case .number, .text, .boolean, .unit, .word: return []
    case .list(let elements): return elements.flatMap(\.names)
    case .group(let inner), .negation(let inner), .not(let inner), .presence(let inner, _), .censored(let inner):
      return inner.names
    case .binary(_, let left, let right): return left.names + right.names
    case .membership(let value, let elements, _): return value.names + elements.flatMap(\.names)
    case .call(_, _, let arguments): return arguments.flatMap(\.value.names)
    case .member(let inner, _, _): return inner.names
    case .index(let inner, _): return inner.names
    }
  }

  /// The outermost names and paths in an expression: what stands for a result.
  public var paths: [Expression] {
    switch node {
    case .name, .member, .index: return [self]
    case .number, .text, .boolean, .unit, .word: return []
    case .list(let elements): return elements.flatMap(\.paths)
    case .group(let inner), .negation(let inner), .not(let inner), .presence(let inner, _), .censored(let inner):
      return inner.paths
    case .binary(_, let left, let right): return left.paths + right.paths
    case .membership(let value, let elements, _): return value.paths + elements.flatMap(\.paths)
    case .call(_, _, let arguments): return arguments.flatMap(\.value.paths)
    }
  }
}
