import Digests
import NotebookSyntax
import Tables

/// Stage two's result: typed steps in an order in which each follows what it reads.
public struct Plan: Sendable {
  public let notebook: Notebook
  public let steps: [PlannedStep]
  public let parameters: [ParameterScope.Value]
  public let warnings: [Diagnostic]

  public func step(named name: String) -> PlannedStep? { steps.first { $0.name == name } }
}

public struct PlannedStep: Sendable {
  public let name: String
  public let cell: Cell
  public let step: any Step
  public let yield: Yield
  /// The names of the steps it reads, each once, in the order they are written.
  public let producers: [String]
  /// The columns it reads of each table, sorted; nil for all. Other results have no entry.
  public let columnsRead: [String: [String]?]
  /// The producers whose results, and not only tables, it reads.
  public let resultsRead: Set<String>
  public let parameters: JSONValue
  public let caption: String?
  public let note: String?
  public let show: String
  /// Kind, version, parameters with every default filled in, and the producers' plan digests.
  public let planDigest: Digest
  /// Of a cell with `each`, the key and a step for each of its values, in order.
  public var each: EachKey?
  public var instances: [PlannedStep] = []
  /// Of such a step, what the cell calls those producers that are instances themselves, by their names.
  var cellNames: [String: String] = [:]
  /// What its files are named.
  public var fileName: String
  /// Of an instance, the name of the key: families of tests run over it or not.
  var keyName: String?

  /// The files that the step reads.
  public var files: [SourcedText] {
    guard instances.isEmpty else {
      return instances.flatMap(\.files).reduce(into: []) { files, file in
        if !files.contains(where: { $0.text.isExactly(file.text) }) { files.append(file) }
      }
    }
    return step.files + (yield.published.map { [$0.schema, $0.results].compactMap(\.self) } ?? [])
  }

  public var kind: String { type(of: step).kind }
  public var version: Int { type(of: step).version }
}
