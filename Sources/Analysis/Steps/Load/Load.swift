import NotebookSyntax
import Digests
import Tables

/// `load`: a file becomes a table of declared columns.
public struct Load: Step {
  public static let kind = "load"
  public static let version = 1
  public static let isPreparation = true
  public static let summary =
    "Reads a CSV, TSV or SQLite file into typed columns; whatever does not fit its declaration stops the run."
  public static let keys: [Key] = [
    .required(
      "file", "path",
      "Relative to the project root; `.tsv` files are split at tabs, all others at commas. Behind either may stand `.gz`."
    ),
    .optional(
      "columns", "name: declaration",
      "Required, except for a table that another notebook published. Each column's name and its type: `id`, `number UNIT, LOW ... HIGH`, `integer`, `boolean`, `text`, `category [A, B]`, `category [0 = placebo, 1 = drug]`, `ordered [mild, severe]`; `date`, `date \"%d.%m.%Y\"`; then `of ANALYTE`, `factor NUMBER`, `else missing`, `else keep`, `from NAME`. Or a mapping of `type`, `range`, `from`, `label`, `labels`, `unit_from`, `missing`, `flags`, `decimal`, `below`, `above`, `outside`."
    ),
    .optional(
      "key", "column or list",
      "Columns that together name a row; a row without them, or a second row of the same name, stops the run."),
    .optional("missing", "list", "Texts that mean missing. Default: the empty field."),
    .optional(
      "duplicates", "error, drop exact, keep first or keep last",
      "What a second row means: `drop exact` leaves out rows that repeat another in every field, `keep first` and `keep last` leave one row for each `key`; `[drop exact, keep first]` does one after the other. Default: `error`."
    ),
    .optional(
      "corrections", "list or path",
      "Single cells with what stands there and what is read instead: `{row: {patient: P1, week: 4}, column: alb, received: -25.1, value: 25.1, because: …}`; or a CSV file with the columns `column`, `received`, `value`, `because` and those that name a row."
    ),
    .optional("decimal", "\".\", \",\" or both", "The decimal mark of all numbers. Default: a point."),
    .optional("delimiter", "\",\", \";\", \"|\" or tab", "What separates fields. Default: by the file's name."),
    .optional("encoding", "utf-8, latin1 or windows-1252", "Default: `utf-8`."),
    .optional(
      "select", "SQL",
      "For an SQLite database: one SELECT. Needs `key`, by which the rows are sorted. Functions are those whose value depends on their arguments alone."
    ),
    .optional("sha256", "64 hexadecimal digits", "The file must be the one with this digest."),
    .optional(
      "sensitive", "true or false",
      "Whether rows must not be shown with what names a person: ids and texts are shown as P1, P2, …, tables take no text and no dates, and messages and `data-issues.csv` hold no values. It holds for every table made from this one. Default: `false`."
    ),
    .optional("notice", "text", "Heads every report made from this file."),
  ]
  public static let manual = """
    Only declared columns are read; the report names the others. `colophon schema FILE` prints a block of `columns` to
    begin with. Every cell that does not fit is listed with its row, column, value and the broken rule, all at once.

    A table that another notebook published with a `table` step, `outputs/RUN/tables/NAME.csv`, brings its schema along, so
    `columns` can be left out; it also brings along what heads the reports of that run. The record names that run by its core
    digest, `run` computes it first, and `verify` follows it.

    Data as they arrive: whatever a cell may be besides a plain number in the declared unit is said by a key of its column.
    `unit_from` names the column that holds each row's unit, from which it is converted; `flags: [H, L]` are stripped from
    behind a number; `decimal: [".", ","]` allows a comma too; `below: limit`, `half`, `missing` or `censored` says what `<5`
    means, and `above` what `>1000` does; `outside` what a value outside the range becomes. There is no default: a cell
    that no rule reads stops the run. Each cell that a rule changed, set aside or kept though it is odd is a row of
    `tables/data-issues.csv` with what was received, what is used, and the rule; and so is each row left out by
    `duplicates`. Tokens in a column's own `missing` are listed there, those of the whole load are not.

    A column named `data_source` in the file is always read, declared or not: what stands in it heads the report, so
    that synthetic data are called synthetic whoever writes the notebook.

    ````markdown
    ---
    title: Loading a file
    ---

    ```{load} visits
    file: data/pbc/pbcseq.csv
    key: [patient, day]
    columns:
      patient: id from id
      day: number d
      bili: number mg/dL of bilirubin, 0 ... 50
      trt: category [0 = placebo, 1 = D-penicillamine]
    ```

    {value}`visits.n_rows` visits.
    ````
    """

  static let sourceColumn = "data_source"
  static var headerLimit: Int { Limit.headerBytes.value }

  let form: FileForm
  var file: SourcedText { form.file }
  /// Empty where the schema of a published table is meant.
  let written: [ColumnDeclaration]
  let key: [SourcedText]
  let missing: [String]
  let notice: String?
  let duplicates: Duplicates
  let corrections: [Correction]
  let correctionsFile: SourcedText?
  let isSensitive: Bool
  private let isDeclared: Bool
  /// Where the cell begins.
  private let start: Span

  public init?(_ cell: inout CellDecoder) {
    let file = cell.text("file")
    key = cell.columns("key")
    missing = Self.tokens("missing", &cell) ?? [""]
    notice = cell.text("notice")?.text
    cell.record("missing", .array(missing.map { .string($0) }))
    let options = LoadOptions(&cell)
    isSensitive = options.isSensitive
    duplicates = options.duplicates
    corrections = options.corrections
    correctionsFile = options.correctionsFile
    var written = DeclarationReader.read(&cell)
    for index in written.indices {
      written[index].isSensitive = isSensitive
      if written[index].type.isNumeric, written[index].decimalMarks == nil {
        written[index].decimalMarks = options.decimalMarks
      }
    }
    self.written = written
    var names: Set<String> = []
    for declaration in written where !names.insert(declaration.name.text.lowercased()).inserted {
      cell.report("repeated-name", "a second column is named `\(declaration.name.text)`", declaration.name.span)
    }
    cell.record("columns", .object(written.map { .init($0.name.text, .string($0.text)) }))
    isDeclared = cell.position(of: "columns") != .max
    options.checkKey(key, &cell)
    guard let file, !written.isEmpty || !isDeclared else { return nil }
    form = options.form(of: file)
    start = cell.cell.kind.span
  }

  static func tokens(_ key: String, _ cell: inout CellDecoder) -> [String]? {
    guard let node = cell.node(key) else { return nil }
    return cell.list(node).compactMap { cell.scalar($0, key)?.text }
  }

  public var files: [SourcedText] { [file] + (correctionsFile.map { [$0] } ?? []) }

  /// Whether cells may be read otherwise than as they stand, so that the result counts them.
  func hasRules(_ declarations: [ColumnDeclaration]) -> Bool {
    duplicates.isDeclared || !corrections.isEmpty || correctionsFile != nil
      || declarations.contains {
        $0.unitSource != nil || !$0.flags.isEmpty || $0.decimalMarks?.count ?? 1 > 1 || $0.below != nil
          || $0.above != nil || $0.missing != nil
      }
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    let published = context.published(file)
    guard let declarations = declarations(published, &context) else { return nil }
    for name in key where !declarations.contains(where: { $0.name.text == name.text }) {
      context.report(
        "unknown-column", "the key `\(name.text)` is no declared column", name.span,
        help: Suggestion.help(for: name.text, among: declarations.map(\.name.text)))
    }
    let schema = Schema(declarations.map(\.schema))
    let counts = Shape.keyed(by: [.init("column", schema.names)], .record([.init("n", .count)]))
    var fields: [Shape.Field] = [
      .init("file", .text), .init("missing", counts), .init("outside_range", counts), .init("not_read", .list(.text)),
      .init("source", .list(.text)),
    ]
    if hasRules(declarations) {
      fields += [.init("repaired", counts), .init("censored", counts), .init("dropped", .count)]
    }
    var yield = Yield.table(schema, fields + (published == nil ? [] : [.init("run", .text)]))
    yield.published = published
    if let problem = form.checkCompanions(context.exists) { context.report(problem) }
    guard let bytes = context.beginning(of: file, limit: Self.headerLimit) else { return yield }
    do throws(StepFailure) {
      // What is no text is read by the run alone.
      guard let text = try form.beginning(bytes, limit: Self.headerLimit) else { return yield }
      let header = try LoadRun.header(text, delimiter: form.separator, file)
      for problem in Self.unknownColumns(declarations, header, file) { context.report(problem) }
    } catch {
      for diagnostic in error.diagnostics { context.report(diagnostic) }
    }
    return yield
  }

  static func unknownColumns(
    _ declarations: [ColumnDeclaration], _ header: CSVReader.Header, _ file: SourcedText
  ) -> [Diagnostic] {
    declarations.flatMap { [$0.source, $0.unitSource].compactMap(\.self) }
      .filter { !header.names.containsExactly($0.text) }.map { source in
        Diagnostic(
          "unknown-column", "`\(file.text)` has no column `\(source.text)`", at: source.span,
          help: Suggestion.help(for: source.text, among: header.names))
      }
  }

  /// As written, or as the schema beside a published table has them; nil where a mistake has been reported.
  private func declarations(_ published: PublishedTable?, _ context: inout PlanContext) -> [ColumnDeclaration]? {
    guard written.isEmpty else { return written }
    guard let schema = published?.schema else {
      let run =
        published == nil
        ? PublishedTable.split(file.text).map { "; or run the notebook that publishes to `\($0.run)`" } ?? "" : ""
      context.report(
        "missing-key", "`load` needs `columns`", start,
        help: "`colophon schema FILE` reads the file and prints the block to paste\(run)")
      return nil
    }
    guard let bytes = context.beginning(of: schema, limit: Self.headerLimit) else { return nil }
    switch PublishedSchema.read(bytes, schema, isSensitive: isSensitive) {
    case .success(let declarations): return declarations
    case .failure(let failure):
      for diagnostic in failure.diagnostics { context.report(diagnostic) }
      return nil
    }
  }

  public func run(_ context: RunContext) throws -> StepOutcome { try LoadRun(self, context).outcome() }
}
