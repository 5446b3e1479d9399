import Digests
import NotebookSyntax
import Tables

/// Which rows of which files stand behind a value. Nothing of it is stored: the tables are made again.
public struct Tracer {
  /// One step on the way from the files to the value.
  public struct Stage: Sendable {
    public let name: String
    public let kind: String
    public let rowsIn: Int?
    public let rowsOut: Int
    /// Rows that went, by reason.
    public let losses: [(reason: String, count: Int)]
    public let file: String?
  }

  /// The rows of one file.
  public struct Source: Sendable {
    public let file: String
    /// The names that the traced columns have in the file; empty where no column was asked for.
    public let columns: [String]
    /// Counted from 1, without the header; ascending.
    public let rows: [Int]
    public let total: Int
  }

  /// What a value was computed from.
  public struct Reading: Sendable {
    public let table: String
    public let rows: Int
    public let total: Int
    /// Why these rows and no others; empty for all of them.
    public let reason: String
    /// In the order they ran.
    public let stages: [Stage]
    public let sources: [Source]
    /// What makes the groups over whose rows the cell's column was computed: other rows of the group have part in it.
    public let groups: [String]
    /// Set where a step on the way does not say which rows it made its rows of.
    public let isUntraceable: Bool
  }

  /// Something that a trace cannot be made from.
  public struct Problem: Error, Sendable {
    public let text: String
  }

  private let plan: Plan
  private var state: RunState
  private var outputs: [String: Digest] = [:]

  /// - Parameter workspace: the project, whose files are those of the run.
  public init(_ plan: Plan, in workspace: Workspace) {
    self.plan = plan
    state = RunState(plan, in: workspace, store: nil, observer: nil, isTracing: true)
  }

  /// The outputs of the steps that were computed for a trace, to be compared with the record.
  public var computed: [(name: String, output: Digest)] {
    plan.steps.compactMap { step in outputs[step.name].map { (step.name, $0) } }
  }

  /// The rows behind a value of a result.
  /// - Parameters:
  ///   - path: into the result of a step; it leads somewhere.
  ///   - observations: how many rows the recorded result says were used, where it does.
  public mutating func rows(behind path: Expression, observations: Int?) throws -> [Reading] {
    guard let (name, _) = ResultPath.root(path), let step = plan.step(named: name) else {
      throw Problem(text: "the notebook has no such step")
    }
    let readers = readers(of: step)
    guard !readers.isEmpty else { throw Problem(text: "`\(name)` comes from no table") }
    let parts = TracePath(path)
    var readings: [Reading] = []
    for (reader, tables) in readers {
      for table in tables {
        let made = try self.table(table)
        var selection: TracedRows?
        if reader.name == step.name {
          // With the names by which the result calls its groups.
          let seen = type(of: reader.step).isPreparation ? made : made.withoutSensitiveIDs
          selection = (reader.step as? any RowSelecting)?.rows(behind: parts, in: seen)
        }
        if selection == nil, reader.name != table { selection = complete(reader, table, made, observations) }
        readings.append(reading(made, of: table, selection, columns: []))
      }
    }
    return readings
  }

  /// The rows behind one row of a step's table.
  /// - Parameters:
  ///   - row: counted from 1.
  ///   - column: the cell's; nil for the whole row.
  public mutating func row(_ row: Int, of name: String, column: String?) throws -> Reading {
    guard let step = plan.step(named: name) else { throw Problem(text: "the notebook has no step `\(name)`") }
    let table = step.yield.schema != nil ? name : (step.step as? TableStep)?.data.name
    guard let table else { throw Problem(text: "`\(name)` is a `\(step.kind)` step and has no rows of its own") }
    let made = try self.table(table)
    guard (1...max(1, made.rowCount)).contains(row), made.rowCount > 0 else {
      throw Problem(text: "`\(name)` has \(NumberFormat.counted(made.rowCount, "row")), and no row \(row)")
    }
    var columns: [ColumnPlace] = []
    var groups: [String] = []
    if let column {
      guard made[column] != nil else {
        let help = Suggestion.help(for: column, among: made.schema.names).map { "; \($0)" } ?? ""
        throw Problem(text: "`\(name)` has no column `\(column)`\(help)")
      }
      columns = ColumnOrigins(plan: plan).files(of: column, in: table)
      groups = ColumnOrigins(plan: plan).groups(of: column, in: table)
    }
    return reading(made, of: table, TracedRows(rows: [row - 1], reason: "row \(row)"), columns: columns, groups: groups)
  }

  /// The steps that read tables on behalf of a step, each with the tables it reads: itself, or those whose models and
  /// results it uses.
  private func readers(of step: PlannedStep) -> [(PlannedStep, [String])] {
    if step.yield.schema != nil { return [(step, [step.name])] }
    let tables = step.producers.filter { step.columnsRead[$0] != nil }
    if !tables.isEmpty { return [(step, tables)] }
    var readers: [(PlannedStep, [String])] = []
    for producer in step.producers.compactMap({ plan.step(named: $0) }) {
      for reader in self.readers(of: producer) where !readers.contains(where: { $0.0.name == reader.0.name }) {
        readers.append(reader)
      }
    }
    return readers
  }

  /// Rows in which nothing that a model reads is missing, where that is what its result says it used.
  private func complete(_ reader: PlannedStep, _ name: String, _ table: Table, _ observations: Int?) -> TracedRows? {
    guard reader.yield.model != nil, let observations, let columns = reader.columnsRead[name] ?? nil else { return nil }
    let read = columns.compactMap { table[$0]?.values }
    let rows = (0..<table.rowCount).filter { row in read.allSatisfy { !$0.isMissing(row) } }
    guard rows.count == observations else { return nil }
    return TracedRows(rows: rows, reason: "\(columns.joined(separator: ", ")) present")
  }

  private mutating func table(_ name: String) throws(StepFailure) -> Table {
    let needed = needed(for: name)
    for step in plan.steps where needed.contains(step.name) && outputs[step.name] == nil {
      outputs[step.name] = try state.result(of: step).output
    }
    guard let table = state.table(name) else {
      throw StepFailure(Diagnostic("internal", "the table `\(name)` was not made", at: nil))
    }
    return table
  }

  /// A step and all that it waits for.
  private func needed(for name: String) -> Set<String> {
    var needed: Set<String> = [name]
    for step in plan.steps.reversed() where needed.contains(step.name) { needed.formUnion(step.producers) }
    return needed
  }

  private func reading(
    _ table: Table, of name: String, _ selection: TracedRows?, columns: [ColumnPlace], groups: [String] = []
  )
    -> Reading
  {
    let rows = selection?.rows ?? Array(0..<table.rowCount)
    let needed = needed(for: name)
    let stages = plan.steps.filter { needed.contains($0.name) && $0.yield.schema != nil }.map(stage)
    let sources = (table.origins?.sources ?? []).compactMap { source -> Source? in
      let own = columns.filter { $0.step == source.step }.map(\.column)
      guard columns.isEmpty || !own.isEmpty else { return nil }
      let found = Set(rows.lazy.flatMap { source.rows[$0] })
      return Source(
        file: (plan.step(named: source.step)?.step as? Load)?.file.text ?? source.step, columns: own,
        rows: found.sorted().map { Int($0) + 1 }, total: state.table(source.step)?.rowCount ?? 0)
    }
    return Reading(
      table: name, rows: rows.count, total: table.rowCount, reason: selection?.reason ?? "", stages: stages,
      sources: sources, groups: groups, isUntraceable: table.origins == nil)
  }

  private func stage(_ step: PlannedStep) -> Stage {
    let outcome = state.outcome(step.name)
    let losses = (step.step as? any RowKeeping).map { keeping in outcome.map { keeping.losses($0.result) } ?? [] } ?? []
    return Stage(
      name: step.name, kind: step.kind, rowsIn: outcome?.rowsIn, rowsOut: outcome?.rowsOut ?? 0,
      losses: losses.filter { $0.count > 0 }.map { ($0.reason, $0.count) }, file: (step.step as? Load)?.file.text)
  }
}
