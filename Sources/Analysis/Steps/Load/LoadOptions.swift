import NotebookSyntax
import Tables

/// What several rows that say the same, or are of one key, mean.
struct Duplicates: Sendable {
  enum Rule: String, CaseIterable, Sendable {
    case error
    case dropExact = "drop exact"
    case keepFirst = "keep first"
    case keepLast = "keep last"
  }

  /// Rows that repeat another in every field are left out, before all else.
  var dropsExact = false
  /// One row of each key stays: the first or the last.
  var keeps: Rule?

  var isDeclared: Bool { dropsExact || keeps != nil }
}

/// The keys of a `load` that most files do without. Each is recorded where it is written, and only there.
struct LoadOptions {
  var duplicates = Duplicates()
  var corrections: [Correction] = []
  var correctionsFile: SourcedText?
  var isSensitive = false
  var decimalMarks: [UInt8]?
  private var delimiter: UInt8?
  private var encoding = TextEncoding.utf8
  private var select: SourcedText?
  private var pin: SourcedText?
  private var duplicatesSpan: Span?

  init(_ cell: inout CellDecoder) {
    if let node = cell.node("duplicates") {
      let rules = cell.list(node).compactMap { cell.text($0, "duplicates") }.compactMap {
        cell.word($0, "duplicates", Duplicates.Rule.self)
      }
      duplicates.dropsExact = rules.contains(.dropExact)
      duplicates.keeps = rules.first { $0 == .keepFirst || $0 == .keepLast }
      if rules.count > 1, rules.contains(.error) || rules.count > 2 || !duplicates.dropsExact || duplicates.keeps == nil
      {
        cell.report(
          "choice", "these rules for duplicates do not go together", node.span,
          help: "write one of them, or `[drop exact, keep first]` or `[drop exact, keep last]`")
      }
      cell.record("duplicates", .array(rules.map { .string($0.rawValue) }))
      duplicatesSpan = node.span
    }
    if let written = written("encoding", &cell) {
      encoding = cell.word(written, "encoding", TextEncoding.self) ?? .utf8
    }
    if let written = written("sensitive", &cell) {
      isSensitive = written.text == "true"
      if !["true", "false"].contains(written.text) {
        cell.report("choice", "`sensitive` is `true` or `false`", written.span)
      }
    }
    if let written = written("delimiter", &cell) {
      let known: [String: UInt8] = [",": 44, ";": 59, "|": 124, "tab": 9, "\t": 9]
      delimiter = known[written.text]
      if delimiter == nil {
        cell.report(
          "choice", "`delimiter` cannot be `\(written.text)`", written.span, help: "one of \",\", \";\", \"|\", tab")
      }
    }
    if let written = written("sha256", &cell) {
      pin = written
      if written.text.utf8.count != 64
        || !written.text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
      {
        cell.report(
          "type", "`sha256` is 64 hexadecimal digits in lower case", written.span, help: "`sha256sum FILE` prints them")
      }
    }
    select = written("select", &cell)
    if let node = cell.node("decimal") {
      decimalMarks = DeclarationReader.decimalMarks(node, &cell)
      cell.record("decimal", .string(String(decoding: decimalMarks ?? [], as: UTF8.self)))
    }
    if let node = cell.node("corrections") {
      if node.scalar != nil {
        correctionsFile = cell.text(node, "corrections")
        cell.record("corrections", .string(correctionsFile?.text ?? ""))
      } else {
        corrections = Correction.read(cell.list(node), &cell)
        if isSensitive {
          cell.report(
            "sensitive", "corrections in a notebook show whose values they correct, and these data are sensitive",
            node.span, help: "write them to a file beside the data: `corrections: FILE.csv`")
        }
        cell.record("corrections", .array(corrections.map { .string($0.text) }))
      }
    }
  }

  private func written(_ key: String, _ cell: inout CellDecoder) -> SourcedText? {
    guard let text = cell.node(key).flatMap({ cell.text($0, key) }) else { return nil }
    cell.record(key, .string(text.text))
    return text
  }

  func checkKey(_ key: [SourcedText], _ cell: inout CellDecoder) {
    guard key.isEmpty else { return }
    if let select {
      cell.report(
        "missing-key", "`select` needs a `key`", select.span,
        help: "rows of a database have no order of their own; they are sorted by `key`")
    }
    if let duplicatesSpan, let rule = duplicates.keeps {
      cell.report(
        "missing-key", "`duplicates: \(rule.rawValue)` needs a `key`", duplicatesSpan,
        help: "name the columns that should name one row")
    }
  }

  func form(of file: SourcedText) -> FileForm {
    FileForm(file: file, encoding: encoding, delimiter: delimiter, select: select, pin: pin)
  }
}
