import NotebookSyntax
import Digests
import Tables

/// `load`: a file becomes a table of declared columns.
public struct Load: Step {
  public static let kind = "load"
  public static let version = 1
  public static let isPreparation = true
  public static let summary =
    "Reads a CSV or TSV file into typed columns; whatever does not fit its declaration stops the run."
  public static let keys: [Key] = [
    .required("file", "path", "Relative to the project root; `.tsv` files are split at tabs, all others at commas."),
    .optional(
      "columns", "name: declaration",
      "Required, except for a table that another notebook published. Each column's name and its type: `id`, `number UNIT, LOW ... HIGH`, `integer`, `boolean`, `text`, `category [A, B]`, `category [0 = placebo, 1 = drug]`, `ordered [mild, severe]`; then `of ANALYTE`, `else missing`, `else keep`, `from NAME`. Or a mapping of `type`, `from`, `label`, `labels`, `missing`."
    ),
    .optional(
      "key", "column or list",
      "Columns that together name a row; a row without them, or a second row of the same name, stops the run."),
    .optional("missing", "list", "Texts that mean missing. Default: the empty field."),
    .optional("notice", "text", "Heads every report made from this file."),
  ]
  public static let manual = """
    Only declared columns are read; the report names the others. `colophon schema FILE` prints a block of `columns` to
    begin with. Every cell that does not fit is listed with its row, column, value and the broken rule, all at once.

    A table that another notebook published with a `table` step, `outputs/RUN/tables/NAME.csv`, brings its schema along, so
    `columns` can be left out; it also brings along what heads the reports of that run. The record names that run by its core
    digest, `run` computes it first, and `verify` follows it.

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
  static let headerLimit = 1 << 20

  let file: SourcedText
  /// Empty where the schema of a published table is meant.
  let written: [ColumnDeclaration]
  let key: [SourcedText]
  let missing: [String]
  let notice: String?
  private let isDeclared: Bool
  /// Where the cell begins.
  private let start: Span

  public init?(_ cell: inout CellDecoder) {
    let file = cell.text("file")
    key = cell.columns("key")
    missing = Self.tokens("missing", &cell) ?? [""]
    notice = cell.text("notice")?.text
    cell.record("missing", .array(missing.map { .string($0) }))
    written = DeclarationReader.read(&cell)
    var names: Set<String> = []
    for declaration in written where !names.insert(declaration.name.text.lowercased()).inserted {
      cell.report("repeated-name", "a second column is named `\(declaration.name.text)`", declaration.name.span)
    }
    cell.record("columns", .object(written.map { .init($0.name.text, .string($0.text)) }))
    isDeclared = cell.position(of: "columns") != .max
    guard let file, !written.isEmpty || !isDeclared else { return nil }
    self.file = file
    start = cell.cell.kind.span
  }

  static func tokens(_ key: String, _ cell: inout CellDecoder) -> [String]? {
    guard let node = cell.node(key) else { return nil }
    return cell.list(node).compactMap { cell.scalar($0, key)?.text }
  }

  public var files: [SourcedText] { [file] }

  var delimiter: UInt8 { file.text.lowercased().hasSuffix(".tsv") ? 9 : UInt8(ascii: ",") }

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
    var yield = Yield.table(
      schema,
      [
        .init("file", .text), .init("missing", counts), .init("outside_range", counts), .init("not_read", .list(.text)),
        .init("source", .list(.text)),
      ] + (published == nil ? [] : [.init("run", .text)]))
    yield.published = published
    guard let bytes = context.beginning(of: file, limit: Self.headerLimit) else { return yield }
    do throws(CSVReader.HeaderProblem) {
      let header = try CSVReader.header(bytes, delimiter: delimiter)
      for declaration in declarations
      where !header.names.containsExactly(declaration.source.text) {
        context.report(
          "unknown-column", "`\(file.text)` has no column `\(declaration.source.text)`", declaration.source.span,
          help: Suggestion.help(for: declaration.source.text, among: header.names))
      }
    } catch {
      context.report(LoadMessages.header(error, file))
    }
    return yield
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
    switch PublishedSchema.read(bytes, schema) {
    case .success(let declarations): return declarations
    case .failure(let failure):
      for diagnostic in failure.diagnostics { context.report(diagnostic) }
      return nil
    }
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let bytes = try context.read(file)
    let published = context.planned.yield.published
    var declarations = written
    if let schema = published?.schema, written.isEmpty {
      declarations = try PublishedSchema.read(context.read(schema), schema).get()
      guard Schema(declarations.map(\.schema)) == context.planned.yield.schema else {
        throw StepFailure(Diagnostic("file", "`\(schema.text)` changed while it was read", at: file.span))
      }
    }
    let header: CSVReader.Header
    do throws(CSVReader.HeaderProblem) {
      header = try CSVReader.header(bytes, delimiter: delimiter)
    } catch {
      throw StepFailure(LoadMessages.header(error, file))
    }
    var wanted = declarations
    if header.names.containsExactly(Self.sourceColumn) {
      // As it stands in the file, whatever the notebook declares of it.
      let name = SourcedText(Self.sourceColumn, span: file.span, verbatimStart: nil)
      var declaration = ColumnDeclaration(name: name, source: name, type: .text)
      declaration.missing = []
      wanted.append(declaration)
    }
    let read = CSVReader.read(
      bytes, header: header, declarations: wanted, missing: missing, progress: context.progress)
    guard read.rowCount > 0 else { throw StepFailure(LoadMessages.headerAlone(file)) }
    let source = wanted.count > declarations.count ? sources(read.columns[declarations.count]) : []
    var table = Table(columns: Array(read.columns.prefix(declarations.count)), rowCount: read.rowCount)
    if published != nil, written.isEmpty { table = PublishedSchema.unguarded(table) }
    if context.isTracing { table.origins = RowOrigins(all: table.rowCount, of: context.planned.name) }
    var problems = read.problems
    checkKey(table, lines: read.lines, &problems)
    if problems.count > 0 { throw StepFailure(LoadMessages.problems(problems, file)) }
    var outcome = outcome(table, read, source: source, header: header, declarations)
    if let published {
      guard let origin = try published.origin(context.read(published.results)) else {
        throw StepFailure(
          Diagnostic(
            "file", "`\(published.results.text)` holds no results of a run", at: file.span,
            help: "run the notebook that publishes to `\(published.run)` again"))
      }
      outcome.add(origin)
    }
    return outcome
  }

  /// What the file itself says its data are.
  private func sources(_ column: Column) -> [String] {
    guard case .codes(_, let levels) = column.values else { return [] }
    return Array(levels.prefix(10))
  }

  private func checkKey(_ table: Table, lines: [Int32], _ problems: inout DataProblems) {
    guard !key.isEmpty else { return }
    let columns = key.compactMap { table[$0.text] }
    let codes = columns.map { Grouping.codes($0).codes }
    let keys = RowKeys(codes)
    let names = key.map(\.text).joined(separator: ", ")
    for (row, number) in keys.numbers.enumerated() {
      let rule: DataProblem.Rule
      if number < 0 {
        rule = .missingInKey
      } else if keys.firstRows[Int(number)] != row {
        rule = .repeatedKey(firstRow: keys.firstRows[Int(number)] + 1)
      } else {
        continue
      }
      let text = columns.map { $0.text(row) ?? "" }.joined(separator: ", ")
      problems.add(DataProblem(row: row + 1, line: Int(lines[row]), column: names, value: text, rule: rule))
    }
  }

  private func outcome(
    _ table: Table, _ read: CSVReader.Result, source: [String], header: CSVReader.Header,
    _ declarations: [ColumnDeclaration]
  ) -> StepOutcome {
    func counts(_ of: (Int) -> Int) -> ResultValue {
      .keyed(
        by: ["column"],
        declarations.indices.map { .init([declarations[$0].name.text], .record([.init("n", .count(of($0)))])) })
    }
    let unread = header.names.filter { name in
      name != Self.sourceColumn && !declarations.contains { $0.source.text.isExactly(name) }
    }
    let missing = counts { index in (0..<table.rowCount).count { table.columns[index].values.isMissing($0) } }
    var outcome = StepOutcome.table(
      table, from: table.rowCount,
      [
        .init("file", .text(file.text)), .init("missing", missing),
        .init("outside_range", counts { read.outsideRange[$0] }),
        .init("not_read", .list(unread.map { .text($0) })), .init("source", .list(source.map { .text($0) })),
      ])
    outcome.rowsIn = nil
    if let notice { outcome.notices.append(notice) }
    if !source.isEmpty { outcome.notices.append(source.joined(separator: ", ")) }
    outcome.exhibits = [.statement(LoadMessages.summary(table, file: file.text, unread: unread, read, declarations))]
    return outcome
  }
}
