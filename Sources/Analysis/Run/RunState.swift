import Digests
import NotebookSyntax
import Tables

/// How far a run has come: what each step brought about, and what readers of it may be given.
struct RunState {
  let inputs: Inputs
  private let store: ResultStore?
  private let observer: (any RunObserver)?
  private let isTracing: Bool
  private var outcomes: [String: StepOutcome] = [:]
  private var outputs: [String: Digest] = [:]
  private var typed: [String: Digest] = [:]
  /// What the outcome of each step is kept under.
  private(set) var keys: [String: Digest] = [:]
  /// Steps whose outcome comes from the store, without table and model.
  private var stored: Set<String> = []
  /// All steps by name, instances of cells with `each` as well.
  private let steps: [String: PlannedStep]
  /// Steps whose model or estimates another step reads; those of all others are let go, for a model holds its matrix.
  private let read: Set<String>
  /// Of instances that were settled with the others of their cell: what they were before.
  private var unsettled: [String: Digest] = [:]

  init(
    _ plan: Plan, in workspace: Workspace, store: ResultStore?, observer: (any RunObserver)?, isTracing: Bool = false
  ) {
    self.store = store
    self.observer = observer
    self.isTracing = isTracing
    inputs = Inputs(workspace)
    let all = plan.steps.flatMap { [$0] + $0.instances }
    read = Set(all.flatMap(\.producers))
    steps = Dictionary(
      all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The outcome of a step whose producers have theirs: from the store, or computed.
  mutating func result(of planned: PlannedStep) throws(StepFailure) -> StepResult {
    if let each = planned.each { return try result(of: planned, each) }
    let reads = try reads(of: planned)
    let key = key(of: planned, reads)
    keys[planned.name] = key
    var origin = StepResult.Origin.ran
    switch store?.find(key) {
    case .found(let outcome, let digests):
      stored.insert(planned.name)
      return note(planned, outcome, digests, reads, .stored)
    case .damaged: origin = .ranInPlaceOfDamaged
    case .absent, nil: break
    }
    let outcome = try compute(planned)
    let digests = OutcomeDigests(of: outcome)
    store?.keep(outcome, digests, under: key)
    return note(planned, outcome, digests, reads, origin)
  }

  func outcome(_ name: String) -> StepOutcome? { outcomes[name] }

  func table(_ name: String) -> Table? { outcomes[name]?.table }

  /// The outcomes of all instances of a cell, as one.
  private mutating func result(of planned: PlannedStep, _ each: EachKey) throws(StepFailure) -> StepResult {
    var results: [StepResult] = []
    var problems: [[Diagnostic]] = []
    for (index, instance) in planned.instances.enumerated() {
      do throws(StepFailure) {
        results.append(try result(of: instance))
        problems.append([])
      } catch {
        problems.append(error.diagnostics)
      }
      observer?.progressed(planned, fraction: Double(index + 1) / Double(planned.instances.count))
    }
    // All values have to come out: what is adjusted over them, or shown of them, would be another thing without one.
    guard results.count == planned.instances.count else {
      throw StepFailure(KeyedDiagnostics.merge(problems, each))
    }
    var origin = StepResult.Origin.ran
    if results.allSatisfy({ if case .stored = $0.origin { true } else { false } }) { origin = .stored }
    if results.contains(where: { if case .ranInPlaceOfDamaged = $0.origin { true } else { false } }) {
      origin = .ranInPlaceOfDamaged
    }
    return try combine(planned, each, results.map(\.outcome), origin)
  }

  /// Settles the outcomes of all instances, and notes what they are together.
  private mutating func combine(
    _ planned: PlannedStep, _ each: EachKey, _ outcomes: [StepOutcome], _ origin: StepResult.Origin
  ) throws(StepFailure) -> StepResult {
    var outcomes = outcomes
    if let settled = planned.step.settle(outcomes, each) {
      outcomes = settled
      for (instance, outcome) in zip(planned.instances, settled) {
        unsettled[instance.name] = outputs[instance.name]
        let digests = OutcomeDigests(of: outcome)
        self.outcomes[instance.name] = outcome
        outputs[instance.name] = digests.output
        typed[instance.name] = digests.typed
      }
    }
    let outcome = KeyedOutcome.combine(outcomes, each)
    return note(planned, outcome, OutcomeDigests(of: outcome), try reads(of: planned), origin)
  }

  /// What the store holds for a step, without running anything; nil where a producer's outcome is not known.
  mutating func lookUp(_ planned: PlannedStep) throws(StepFailure) -> (reads: [StepResult.Read], isStored: Bool)? {
    guard planned.producers.allSatisfy({ outputs[$0] != nil }) else { return nil }
    let reads = try reads(of: planned)
    if let each = planned.each {
      var isStored = true
      for instance in planned.instances where try lookUp(instance)?.isStored != true { isStored = false }
      guard isStored else { return (reads, false) }
      _ = try combine(planned, each, planned.instances.compactMap { outcomes[$0.name] }, .stored)
      return (reads, true)
    }
    let key = key(of: planned, reads)
    keys[planned.name] = key
    guard case .found(let outcome, let digests)? = store?.find(key) else { return (reads, false) }
    _ = note(planned, outcome, digests, reads, .stored)
    return (reads, true)
  }

  private mutating func note(
    _ planned: PlannedStep, _ outcome: StepOutcome, _ digests: OutcomeDigests, _ reads: [StepResult.Read],
    _ origin: StepResult.Origin
  ) -> StepResult {
    var outcome = outcome
    if !read.contains(planned.name) { (outcome.model, outcome.estimates) = (nil, nil) }
    outcomes[planned.name] = outcome
    outputs[planned.name] = digests.output
    typed[planned.name] = digests.typed
    return StepResult(planned: planned, outcome: outcome, reads: reads, output: digests.output, origin: origin)
  }

  /// Content digests of what a step reads.
  private func reads(of planned: PlannedStep) throws(StepFailure) -> [StepResult.Read] {
    var reads: [StepResult.Read] = []
    for file in planned.files {
      let read = try Inputs.reading(file) { path throws(Workspace.Problem) in try inputs.file(path) }
      reads.append(.init(name: read.path, digest: read.digest))
    }
    for producer in planned.producers {
      if let columns = planned.columnsRead[producer], let content = outcomes[producer]?.content {
        reads.append(.init(name: producer, digest: columns.map(content.digest(of:)) ?? content.digest))
      }
      // Results beside columns, or alone.
      if planned.columnsRead[producer] == nil || planned.resultsRead.contains(producer), let output = outputs[producer]
      {
        reads.append(.init(name: producer, digest: output))
      }
    }
    return reads
  }

  /// The action, whose outcome it is, and what its digest leaves out: the order of its parameters, in which the columns of
  /// a `load` come; the types and order of results, where a number is not the text that looks like it; what its files are
  /// named, which depends on the other values of `each`; how the key of `each` is named, over which families of tests run
  /// or not; and for models and estimates how they came about, for they hold more than their result says.
  private func key(of planned: PlannedStep, _ reads: [StepResult.Read]) -> Digest {
    let action = Sealer.actionDigest(
      kind: planned.kind, version: planned.version, parameters: planned.parameters,
      reads: reads.map { ($0.name, $0.digest.hex) })
    let models = planned.producers.filter { isLiveNeeded($0, by: planned) }.compactMap { keys[$0]?.hex }
    let results = planned.producers.filter(planned.resultsRead.contains).compactMap { typed[$0]?.hex }
    return Digest(
      of: "key",
      .array([
        .string(action.hex), .string(planned.name), .string(planned.fileName),
        planned.keyName.map { .string($0) } ?? .null, .array(models.map { .string($0) }),
        Self.inOrder(planned.parameters), .array(results.map { .string($0) }), analytes(readBy: planned),
      ]))
  }

  /// What the columns that a step may read measure: by it units are converted, and it is no part of their values.
  private func analytes(readBy planned: PlannedStep) -> JSONValue {
    .array(
      planned.producers.flatMap { steps[$0]?.yield.schema?.columns ?? [] }.compactMap { column in
        column.analyte.map { .array([.string(column.name), .string($0.text)]) }
      })
  }

  /// Objects as lists of their members.
  private static func inOrder(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members): return .array(members.map { .array([.string($0.key), inOrder($0.value)]) })
    case .array(let elements): return .array(elements.map(inOrder))
    default: return value
    }
  }

  private func isLiveNeeded(_ producer: String, by planned: PlannedStep) -> Bool {
    guard let yield = steps[producer]?.yield else { return false }
    return yield.model != nil || yield.estimates != nil
  }

  private mutating func compute(_ planned: PlannedStep) throws(StepFailure) -> StepOutcome {
    for producer in planned.producers where stored.contains(producer) {
      guard planned.columnsRead[producer] != nil || isLiveNeeded(producer, by: planned) else { continue }
      try computeAgain(producer, for: planned.name)
    }
    var tables: [String: Table] = [:]
    var contents: [String: TableContent] = [:]
    for (producer, columns) in planned.columnsRead {
      guard var table = outcomes[producer]?.table else { continue }
      let name = planned.cellNames[producer] ?? producer
      if columns == nil { contents[name] = outcomes[producer]?.content }
      if let columns {
        table = Table(
          columns: table.columns.filter { columns.containsExactly($0.schema.name) }, rowCount: table.rowCount,
          origins: table.origins)
      }
      // Steps that prepare tables for others join by ids; all others show them, or might.
      tables[name] = type(of: planned.step).isPreparation ? table : table.withoutSensitiveIDs
    }
    var known: [String: StepOutcome] = [:]
    var wholes: [String: ResultValue] = [:]
    for producer in planned.resultsRead {
      guard let outcome = outcomes[producer] else { continue }
      if let name = planned.cellNames[producer] {
        known[name] = outcome
      } else if steps[producer]?.each != nil {
        wholes[producer] = outcome.result
      } else {
        known[producer] = outcome
      }
    }
    let context = RunContext(
      planned: planned, tables: tables, contents: contents, results: known.mapValues(\.result), wholes: wholes,
      models: known.compactMapValues(\.model), estimates: known.compactMapValues(\.estimates), inputs: inputs,
      isTracing: isTracing,
      progress: { [observer] in observer?.progressed(planned, fraction: $0) })
    do {
      let outcome = try planned.step.run(context)
      return isTracing ? RowTrace.inheriting(outcome, from: Array(tables.values)) : outcome
    } catch let failure as StepFailure {
      throw failure
    } catch {
      throw StepFailure(
        Diagnostic(
          "internal", "step `\(planned.name)` stopped for a reason it does not name: \(error)", at: planned.cell.span))
    }
  }

  /// Makes table and model of a step whose outcome was stored.
  private mutating func computeAgain(_ name: String, for reader: String) throws(StepFailure) {
    guard let planned = steps[name], let output = unsettled[name] ?? outputs[name] else { return }
    observer?.began(planned)
    var outcome = try compute(planned)
    stored.remove(name)
    guard Sealer.outputDigest(outcome) == output else {
      // Entries are hashed, so this is a step that is no function of what it reads.
      throw StepFailure(
        Diagnostic(
          "internal", "`\(name)` came out otherwise than what is stored of it", at: planned.cell.span,
          help: "run `colophon clean`, then run again, and report this"))
    }
    if unsettled[name] != nil, let settled = outcomes[name] {
      (outcome.result, outcome.exhibits) = (settled.result, settled.exhibits)
    }
    outcomes[name] = outcome
    observer?.finished(
      StepResult(planned: planned, outcome: outcome, reads: [], output: output, origin: .ranAgain(for: reader)))
  }
}
