import Digests
import NotebookSyntax
import Tables

/// The `columns` block that a `table` step publishes beside its rows.
enum PublishedSchema {
  /// - Parameter file: what the block is read from, at the place of the notebook that asks for it.
  static func read(
    _ bytes: [UInt8], _ file: SourcedText, isSensitive: Bool = false
  ) -> Result<[ColumnDeclaration], StepFailure> {
    func failure(_ reason: String) -> Result<[ColumnDeclaration], StepFailure> {
      .failure(
        StepFailure(
          Diagnostic(
            "file", "`\(file.text)` is no schema as colophon writes it: \(reason)", at: file.span,
            help: "run the notebook that publishes it again, or declare `columns` here")))
    }
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else { return failure("it is no text") }
    let source = SourceFile(path: file.text, bytes: bytes)
    let (node, problems) = YAMLReader.read(source, body: Span(0, bytes.count))
    guard problems.isEmpty, let node else { return failure(problems.first?.message ?? "it is empty") }
    let name = SourcedText(Load.kind, span: Span(0, 0), verbatimStart: nil)
    let cell = Cell(kind: name, name: name, body: node, span: Span(0, bytes.count))
    var decoder = CellDecoder(
      cell, keys: Load.keys.filter { $0.name == "columns" }, scope: ParameterScope(), level: 0.95)
    let declarations = DeclarationReader.read(&decoder)
    if let problem = decoder.diagnostics.first { return failure(problem.message) }
    guard !declarations.isEmpty else { return failure("it declares no column") }
    return .success(
      declarations.map { declaration in
        var declaration = declaration
        declaration.isSensitive = isSensitive
        return declaration
      })
  }
}

extension PublishedSchema {
  /// Ids and texts as they were before they were published; the schema does as much for levels.
  static func unguarded(_ table: Table) -> Table {
    Table(
      columns: table.columns.map { column in
        guard column.schema.type.levels == nil, case .codes(let codes, let levels) = column.values else {
          return column
        }
        return Column(schema: column.schema, values: .codes(codes, levels: levels.map(CSVWriter.unguarded)))
      },
      rowCount: table.rowCount)
  }
}

extension StepOutcome {
  /// What a table brings along from the run that published it.
  mutating func add(_ origin: PublishedTable.Origin) {
    guard case .record(let fields) = result else { return }
    result = .record(fields + [.init("run", .text("colophon:1:" + origin.run.core))])
    upstream = origin.run
    notices += origin.notices.filter { !notices.containsExactly($0) }
  }
}
