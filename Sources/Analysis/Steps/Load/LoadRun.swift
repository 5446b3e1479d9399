import NotebookSyntax
import Tables

/// One run of a `load`: from the bytes of its file to a table, and what is to be said of it.
struct LoadRun {
  private let load: Load
  private let context: RunContext
  private let published: PublishedTable?
  private let declarations: [ColumnDeclaration]

  init(_ load: Load, _ context: RunContext) throws {
    self.load = load
    self.context = context
    published = context.planned.yield.published
    guard let schema = published?.schema, load.written.isEmpty else {
      declarations = load.written
      return
    }
    declarations = try PublishedSchema.read(context.read(schema), schema, isSensitive: load.isSensitive).get()
    guard Schema(declarations.map(\.schema)) == context.planned.yield.schema else {
      throw StepFailure(Diagnostic("file", "`\(schema.text)` changed while it was read", at: load.file.span))
    }
  }

  static func header(
    _ bytes: [UInt8], delimiter: UInt8, _ file: SourcedText
  ) throws(StepFailure) -> CSVReader.Header {
    do throws(CSVReader.HeaderProblem) {
      return try CSVReader.header(bytes, delimiter: delimiter)
    } catch {
      throw StepFailure(LoadMessages.header(error, file))
    }
  }

  func outcome() throws -> StepOutcome {
    let file = load.file
    if let problem = load.form.checkCompanions(context.exists) { throw StepFailure(problem) }
    let sources = load.key.compactMap { name in declarations.first { $0.name.text.isExactly(name.text) }?.source.text }
    let text = try load.form.read(context.read(file), key: sources)
    let header = try Self.header(text.bytes, delimiter: text.delimiter, file)
    // The beginning of a file has been checked; a database has none.
    let unknown = Load.unknownColumns(declarations, header, file)
    guard unknown.isEmpty else { throw StepFailure(unknown) }
    let read = try read(text, header)
    guard read.rowCount > 0 else { throw StepFailure(LoadMessages.headerAlone(file)) }
    let source = read.columns.count > declarations.count ? self.sources(read.columns[declarations.count]) : []
    var table = Table(columns: Array(read.columns.prefix(declarations.count)), rowCount: read.rowCount)
    if published != nil, load.written.isEmpty { table = PublishedSchema.unguarded(table) }
    if context.isTracing { table.origins = RowOrigins(all: table.rowCount, of: context.planned.name) }
    var problems = read.problems
    let dropped = DroppedRows(load, table, read, text.bytes, &problems)
    if problems.count > 0 { throw StepFailure(LoadMessages.problems(problems, file, isSensitive: load.isSensitive)) }
    var outcome = outcome(table, read, dropped, source: source, header: header)
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

  private func read(_ text: LoadedText, _ header: CSVReader.Header) throws(StepFailure) -> CSVReader.Result {
    var corrections = load.corrections
    if let file = load.correctionsFile {
      corrections = try Correction.read(context.read(file), file, isSensitive: load.isSensitive)
    }
    let corrected = try Correction.resolve(
      corrections, in: text, header: header, declarations: declarations, missing: load.missing,
      dropsExact: load.duplicates.dropsExact)
    var wanted = declarations
    if header.names.containsExactly(Load.sourceColumn) {
      // As it stands in the file, whatever the notebook declares of it.
      let name = SourcedText(Load.sourceColumn, span: load.file.span, verbatimStart: nil)
      var declaration = ColumnDeclaration(name: name, source: name, type: .text)
      declaration.missing = []
      wanted.append(declaration)
    }
    return CSVReader.read(
      text.bytes, header: header, declarations: wanted, missing: load.missing, corrections: corrected,
      keepsRecords: load.duplicates.dropsExact, progress: context.progress)
  }

  /// What the file itself says its data are.
  private func sources(_ column: Column) -> [String] {
    guard case .codes(_, let levels) = column.values else { return [] }
    return Array(levels.prefix(10))
  }

  private func outcome(
    _ received: Table, _ read: CSVReader.Result, _ dropped: DroppedRows, source: [String], header: CSVReader.Header
  ) -> StepOutcome {
    let table = dropped.isEmpty ? received : received.rows(dropped.kept)
    func counts(_ of: (Int) -> Int) -> ResultValue {
      .keyed(
        by: ["column"],
        declarations.indices.map { .init([declarations[$0].name.text], .record([.init("n", .count(of($0)))])) })
    }
    let unread = header.names.filter { name in
      name != Load.sourceColumn
        && !declarations.contains { $0.source.text.isExactly(name) || $0.unitSource?.text.isExactly(name) ?? false }
    }
    let missing = counts { index in (0..<table.rowCount).count { table.columns[index].values.isMissing($0) } }
    var fields: [ResultValue.Field] = [
      .init("file", .text(load.file.text)), .init("missing", missing),
      .init("outside_range", counts { read.outsideRange[$0] }),
      .init("not_read", .list(unread.map { .text($0) })), .init("source", .list(source.map { .text($0) })),
    ]
    if load.hasRules(declarations) {
      fields += [
        .init("repaired", counts { read.issues.count(of: [.repaired, .corrected], column: $0) }),
        .init("censored", counts { read.issues.count(of: .censored, column: $0) }),
        .init("dropped", .count(dropped.count)),
      ]
    }
    var outcome = StepOutcome.table(table, from: received.rowCount, fields)
    outcome.rowsIn = dropped.isEmpty ? nil : received.rowCount
    if let notice = load.notice { outcome.notices.append(notice) }
    if !source.isEmpty { outcome.notices.append(source.joined(separator: ", ")) }
    outcome.exhibits = [
      .statement(
        LoadMessages.summary(
          table, file: load.file.text, unread: unread, read, declarations, dropped: dropped.count))
    ]
    let issues = IssueTable(
      name: context.planned.name, load, received, read, dropped, declarations: declarations)
    if let exhibit = issues.exhibit { outcome.exhibits.append(.table(exhibit)) }
    if let publication = issues.publication { outcome.publications.append(publication) }
    return outcome
  }
}
