import Digests
import NotebookSyntax
import Tables

/// What a step may ask while it runs: what it said it reads when it was planned, and nothing else. Its action digest
/// covers just that, so nothing it was not given can change what comes out.
public struct RunContext {
  public let planned: PlannedStep
  let tables: [String: Table]
  /// Of the tables that are given whole.
  let contents: [String: TableContent]
  let results: [String: ResultValue]
  /// Of steps with `each`, the results of all values.
  let wholes: [String: ResultValue]
  let models: [String: FittedModel]
  let estimates: [String: LinearEstimates]
  let inputs: Inputs
  /// Whether tables carry where their rows come from.
  let isTracing: Bool
  /// Tells how far the step has come, from 0 to 1.
  public let progress: (Double) -> Void

  /// The table of another step: the columns that were noted as read.
  public func table(_ reference: Reference) throws(StepFailure) -> Table {
    guard let table = tables[reference.name] else {
      throw StepFailure(Diagnostic("internal", "the table `\(reference.name)` was not made", at: reference.span))
    }
    return table
  }

  /// What the table of another step holds, where the step reads all of it.
  func content(_ reference: Reference) -> TableContent? { contents[reference.name] }

  public func model(_ reference: Reference) throws(StepFailure) -> FittedModel {
    guard let model = models[reference.name] else {
      throw StepFailure(Diagnostic("internal", "the model `\(reference.name)` was not fitted", at: reference.span))
    }
    return model
  }

  public func estimates(_ reference: Reference) throws(StepFailure) -> LinearEstimates {
    guard let estimates = estimates[reference.name] else {
      throw StepFailure(Diagnostic("internal", "`\(reference.name)` made no estimates", at: reference.span))
    }
    return estimates
  }

  /// A step's whole result, of one with `each` keyed by its values.
  public func result(_ reference: Reference) throws(StepFailure) -> ResultValue {
    guard let result = (reference.isWhole ? wholes[reference.name] : nil) ?? results[reference.name] else {
      throw StepFailure(Diagnostic("internal", "`\(reference.name)` has no result", at: reference.span))
    }
    return result
  }

  /// The value at the end of a checked path.
  public func value(_ path: Expression) throws(StepFailure) -> ResultValue {
    guard let (name, _) = ResultPath.root(path),
      let root = (ResultPath.namesValue(path) ? wholes[name] : nil) ?? results[name]
    else {
      throw StepFailure(Diagnostic("unknown-step", "there is no step at the root of `\(path)`", at: path.span))
    }
    do throws(Diagnostic) {
      return try ResultPath.value(path, root: root)
    } catch {
      throw StepFailure(error)
    }
  }

  /// The whole result of a step that was noted as read.
  func result(_ name: String, at span: Span) throws(StepFailure) -> ResultValue {
    guard let result = results[name] else {
      throw StepFailure(Diagnostic("internal", "the result of `\(name)` was not noted as read", at: span))
    }
    return result
  }

  /// Whether there is such a file in the project. What is there may refuse, and changes no result.
  public func exists(_ path: String) -> Bool { inputs.exists(path) }

  /// All bytes of an input, which is part of the run's record.
  public func read(_ file: SourcedText) throws(StepFailure) -> [UInt8] {
    precondition(planned.files.contains { $0.text.isExactly(file.text) }, "a step names the files it reads")
    return try Inputs.reading(file) { path throws(Workspace.Problem) in try inputs.read(path) }
  }
}

extension Inputs {
  /// What goes wrong with a file is said where the notebook names it.
  static func reading<Value>(
    _ file: SourcedText, _ read: (String) throws(Workspace.Problem) -> Value
  ) throws(StepFailure) -> Value {
    do throws(Workspace.Problem) {
      return try read(file.text)
    } catch {
      throw StepFailure(Diagnostic("file", "`\(file.text)` \(error.text)", at: file.span))
    }
  }
}

/// Why a step could not be computed, for the reader.
public struct StepFailure: Error, Sendable {
  public let diagnostics: [Diagnostic]

  public init(_ diagnostic: Diagnostic) { diagnostics = [diagnostic] }
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}

extension StepFailure {
  /// Values that an expression could not have, with the rows concerned.
  public init(_ failure: ExpressionEvaluator.Failure, in expression: some CustomStringConvertible, rowsOf table: String)
  {
    let shown = failure.rows.prefix(20).map(String.init).joined(separator: ", ")
    let more = failure.rows.count > 20 ? ", … (\(failure.rows.count) rows in all)" : ""
    let rows = failure.rows.isEmpty ? "" : " in row \(shown)\(more) of `\(table)`"
    self.init(
      Diagnostic(
        "computation", "`\(expression)` has no value\(rows): \(failure.message)", at: failure.span,
        help: failure.help
          ?? "filter these rows out before, or say what they mean with `if(condition, value, value)`"))
  }
}
