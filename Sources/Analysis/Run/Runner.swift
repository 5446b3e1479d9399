import Digests
import NotebookSyntax
import Tables

/// What became of one step.
public struct StepResult: Sendable {
  public let planned: PlannedStep
  public let outcome: StepOutcome
  /// Content digests of what the step read, by producer; for `load`, by file.
  public let reads: [Read]
  /// Of the result and the table.
  public let output: Digest

  public struct Read: Sendable {
    public let name: String
    public let digest: Digest
  }
}

/// Everything a run brought about, before it is sealed.
public struct RunResult: Sendable {
  public let plan: Plan
  /// In the order they ran.
  public let steps: [StepResult]
  public let inputs: [Inputs.File]
  /// The text of each `{value}`, for each block of prose.
  public let values: [[String]]

  /// Conditions of `expect` steps that did not hold.
  public var failures: [String] { steps.flatMap(\.outcome.failures) }
  /// What the data say they are, each notice once.
  public var notices: [String] {
    var notices: [String] = []
    for notice in steps.flatMap(\.outcome.notices) where !notices.contains(notice) { notices.append(notice) }
    return notices
  }

  public func step(named name: String) -> StepResult? { steps.first { $0.planned.name == name } }
}

/// Told what is going on; what it hears never flows back into a result.
public protocol RunObserver: AnyObject {
  func began(_ step: PlannedStep)
  func progressed(_ step: PlannedStep, fraction: Double)
  func finished(_ step: StepResult)
}

/// Stage three: plan → results. Stops at the first step that can't be computed.
public enum Runner {
  public static func run(
    _ plan: Plan, in workspace: Workspace, observer: (any RunObserver)? = nil
  ) throws(StepFailure) -> RunResult {
    let inputs = Inputs(workspace)
    var tables: [String: Table] = [:]
    var results: [String: ResultValue] = [:]
    var models: [String: FittedModel] = [:]
    var estimates: [String: LinearEstimates] = [:]
    var outputs: [String: Digest] = [:]
    var steps: [StepResult] = []
    for planned in plan.steps {
      observer?.began(planned)
      let files = ReadFiles()
      let context = RunContext(
        planned: planned, tables: tables, results: results, models: models, estimates: estimates,
        inputs: inputs, files: files,
        progress: { observer?.progressed(planned, fraction: $0) })
      let outcome: StepOutcome
      do {
        outcome = try planned.step.run(context)
      } catch let failure as StepFailure {
        throw failure
      } catch {
        throw StepFailure(
          Diagnostic(
            "internal", "step `\(planned.name)` stopped for a reason it does not name: \(error)", at: planned.cell.span)
        )
      }
      var reads = files.all.map { StepResult.Read(name: $0.path, digest: $0.digest) }
      for producer in planned.producers {
        if let columns = planned.columnsRead[producer], let table = tables[producer] {
          let whole = steps.first { $0.planned.name == producer }?.outcome.tableDigest
          reads.append(.init(name: producer, digest: contentDigest(table, columns, whole: whole)))
        }
        // Results beside columns, or alone.
        if planned.columnsRead[producer] == nil || planned.resultsRead.contains(producer),
          let output = outputs[producer]
        {
          reads.append(.init(name: producer, digest: output))
        }
      }
      let output = Sealer.outputDigest(outcome)
      let result = StepResult(planned: planned, outcome: outcome, reads: reads, output: output)
      tables[planned.name] = outcome.table
      results[planned.name] = outcome.result
      models[planned.name] = outcome.model
      estimates[planned.name] = outcome.estimates
      outputs[planned.name] = output
      steps.append(result)
      observer?.finished(result)
    }
    return RunResult(plan: plan, steps: steps, inputs: inputs.files, values: try values(plan, results))
  }

  private static func values(_ plan: Plan, _ results: [String: ResultValue]) throws(StepFailure) -> [[String]] {
    do throws(Diagnostics) {
      return try ProseValues.texts(
        plan.notebook, parameters: plan.parameters.map { ($0.name, $0.value.text) }, results: { results[$0] })
    } catch {
      throw StepFailure(error.all)
    }
  }

  /// Of the columns a step reads, with row order and count; of all where it doesn't say.
  private static func contentDigest(_ table: Table, _ columns: [String]?, whole: Digest?) -> Digest {
    guard let columns else { return whole ?? table.digest }
    let digests = columns.compactMap { table[$0]?.digest.hex }
    return Digest(of: "columns", .array([.integer(table.rowCount), .array(digests.map { .string($0) })]))
  }
}
