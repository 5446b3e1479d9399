import Digests
import NotebookSyntax

/// A run whose published table another notebook reads.
public struct UpstreamRun: Sendable {
  /// Its folder, relative to the project root.
  public let path: String
  /// Its core digest: 64 hexadecimal digits.
  public let core: String

  public init(path: String, core: String) {
    self.path = path
    self.core = core
  }
}

/// A table that a run of another notebook published: `RUN/tables/NAME.csv`. Beside it stand its schema, where a `table`
/// step wrote it, and the run's results, from which a reader learns the run's core digest and what heads its reports.
public struct PublishedTable: Sendable {
  /// The run's folder, relative to the project root.
  public let run: String
  /// Nil for the rows of a result, whose reader declares their columns.
  public let schema: SourcedText?
  public let results: SourcedText

  /// Nil where the path leads to no table in a folder of a run.
  init?(_ file: SourcedText, in workspace: Workspace) {
    guard let (run, table) = Self.split(file.text), workspace.exists("\(run)/manifest.json") else { return nil }
    self.run = run
    let schema = "\(run)/\(table.dropLast(".csv".count)).columns.yaml"
    self.schema = workspace.exists(schema) ? SourcedText(schema, span: file.span, verbatimStart: nil) : nil
    results = SourcedText("\(run)/results.json", span: file.span, verbatimStart: nil)
  }

  /// The folder of the run that a path would lead into, and the rest of the path: `outputs/a`, `tables/rows.csv`.
  public static func split(_ path: String) -> (run: String, table: String)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 3, parts[parts.count - 2].isExactly("tables"), path.hasSuffix(".csv") else { return nil }
    return (parts.dropLast(2).joined(separator: "/"), parts.suffix(2).joined(separator: "/"))
  }

  struct Origin {
    let run: UpstreamRun
    let notices: [String]
  }

  /// What the run's `results.json` says of the run; nil where it is none.
  func origin(_ results: [UInt8]) -> Origin? {
    guard let json = try? JSONParser.parse(results), let core = json["core"]?.string, Digest(hex: core) != nil,
      let notices = json["notices"]?.all({ $0.string })
    else { return nil }
    return Origin(run: UpstreamRun(path: run, core: core), notices: notices)
  }
}
