import Digests
import NotebookSyntax
import Tables

/// One kind of analysis step. A kind is one folder under `Steps/` and one line in `StepCatalog`.
public protocol Step: Sendable {
  /// The word between the braces: ```` ```{filter} ````.
  static var kind: String { get }
  /// Raised only when the step's results may change for the same input; part of every digest.
  static var version: Int { get }
  /// What the step does, in one line.
  static var summary: String { get }
  /// Every key of the cell's body, in the order of the manual.
  static var keys: [Key] { get }
  /// The rest of the manual in Markdown, ending with one notebook that runs as it stands.
  static var manual: String { get }
  /// A rendering step shows what others computed; it is no part of the core digest.
  static var isRendering: Bool { get }
  /// A step that prepares data for others; the report folds what it shows.
  static var isPreparation: Bool { get }

  /// Reads the cell's body. Mistakes go to the decoder; nil where they leave no step to speak of.
  init?(_ cell: inout CellDecoder)

  /// Checks the step against what its inputs will look like, and says what it will yield; nil where a reported
  /// mistake leaves that unknown.
  func plan(_ context: inout PlanContext) -> Yield?

  /// The files that the step reads, and no others but those that stand beside a published table.
  var files: [SourcedText] { get }

  func run(_ context: RunContext) throws -> StepOutcome

  /// What the outcomes for all values of `each` become once all are known, in order: P values that are adjusted over them.
  /// Nil where they stay as they are.
  func settle(_ outcomes: [StepOutcome], _ key: EachKey) -> [StepOutcome]?
}

extension Step {
  public func settle(_ outcomes: [StepOutcome], _ key: EachKey) -> [StepOutcome]? { nil }
  public var files: [SourcedText] { [] }
  public static var isRendering: Bool { false }
  public static var isPreparation: Bool { false }
}

/// A key of a cell, as the manual prints it.
public struct Key: Sendable {
  public let name: String
  public let form: String
  public let documentation: String
  public let isRequired: Bool
  /// What to do where a required key is missing, if it is more than to write it.
  var remedy: String?

  public static func required(
    _ name: String, _ form: String, _ documentation: String, remedy: String? = nil
  ) -> Key {
    Key(name: name, form: form, documentation: documentation, isRequired: true, remedy: remedy)
  }

  public static func optional(_ name: String, _ form: String, _ documentation: String) -> Key {
    Key(name: name, form: form, documentation: documentation, isRequired: false)
  }

  /// Keys that every cell may carry.
  static let common: [Key] = [
    .optional(
      "each", "name: {type, values}",
      "`{analyte: {type: column, values: [alt, ast]}}`, or `{analyte: [alt, ast]}` for columns: the step once for each value, which `$analyte` stands for; results are keyed by it, `NAME[\"alt\"]`, and so are those of whatever reads the step."
    ),
    .optional("caption", "text", "Stands over what the step shows."),
    .optional("note", "text", "Stands under what the step shows."),
    .optional(
      "show", "none, folded, open or explained",
      "`none` keeps the step out of the report's body, `folded` closes what it shows, `open` shows it, `explained` opens its source too and says how to read models, means, contrasts, slopes and tests. Default: `folded` for steps that prepare data, `open` for results."
    ),
  ]
}

/// A step named by another.
public struct Reference: Sendable {
  public let name: String
  public let span: Span
  /// Whether a step with `each` is read with the results of all values.
  public var isWhole = false
}

/// What a step yields, known before the run.
public struct Yield: Sendable {
  /// Set where the step yields a table that others may read.
  public let schema: Schema?
  public let shape: Shape
  /// Set where the step fits a model that others may ask for estimates.
  public var model: ModelSchema?
  /// Set where the step yields estimates that others may compare: the keys of its rows.
  public var estimates: [Shape.Key]?
  /// The steps that the rows of its input came through, where the step follows them.
  var rowChain: [RowLink] = []
  /// Set where the step reads a table that another notebook's run published.
  public var published: PublishedTable?

  public init(
    schema: Schema? = nil, shape: Shape, model: ModelSchema? = nil, estimates: [Shape.Key]? = nil
  ) {
    self.schema = schema
    self.shape = shape
    self.model = model
    self.estimates = estimates
  }

  /// What every table step's result holds.
  public static func table(_ schema: Schema, _ fields: [Shape.Field] = []) -> Yield {
    Yield(
      schema: schema.withSensitivity,
      shape: .record([.init("n_rows", .count), .init("columns", .list(.text)), .init("sha256", .text)] + fields))
  }
}

/// What a step brought about.
public struct StepOutcome: Sendable {
  /// The run whose published table was read.
  public var upstream: UpstreamRun?
  public internal(set) var table: Table?
  /// Of `table`, computed once. It is there also where the outcome was kept and the table was not.
  public internal(set) var content: TableContent?
  public var tableDigest: Digest? { content?.digest }
  public var result: ResultValue
  /// For steps that estimate from it. What it was fitted to is part of `result` as a digest.
  public var model: FittedModel?
  /// For steps that compare them.
  public var estimates: LinearEstimates?
  /// How a search went. Kept beside the run, outside every digest and comparison, because another machine may take
  /// another number of steps to the same estimates.
  public var optimizer: ResultValue?
  public var exhibits: [Exhibit] = []
  public var publications: [Publication] = []
  /// Heads the report and every report made from this data.
  public var notices: [String] = []
  /// Conditions of an `expect` that did not hold.
  public var failures: [String] = []
  public var warnings: [Diagnostic] = []
  public var rowsIn: Int?
  public var rowsOut: Int?
  public var showsIndividualRows = false

  public init(result: ResultValue) { self.result = result }

  /// A table with the result every table step has.
  ///
  /// - Parameter known: of the table that it was made from by adding columns: these are hashed already.
  public static func table(
    _ table: Table, from rowsIn: Int, _ fields: [ResultValue.Field] = [], adding known: TableContent? = nil
  ) -> StepOutcome {
    let table = table.withSensitivity
    let content = TableContent(of: table, after: known)
    let common: [ResultValue.Field] = [
      .init("n_rows", .count(table.rowCount)),
      .init("columns", .list(table.schema.names.map { .text($0) })),
      .init("sha256", .text(content.digest.hex)),
    ]
    var outcome = StepOutcome(result: .record(common + fields))
    outcome.table = table
    outcome.content = content
    outcome.rowsIn = rowsIn
    outcome.rowsOut = table.rowCount
    return outcome
  }
}

/// A file that a step adds to the run's folder.
public struct Publication: Sendable {
  /// Below the run's folder: `tables/growth.csv`.
  public let path: String
  public let bytes: [UInt8]

  public init(path: String, text: String) {
    self.init(path: path, bytes: Array(text.utf8))
  }

  init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }
}
