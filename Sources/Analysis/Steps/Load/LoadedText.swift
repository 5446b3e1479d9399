import Digests
import NotebookSyntax
import Tables

/// What a data file says as text in UTF-8, whatever it is packed in.
struct LoadedText {
  let bytes: [UInt8]
  let delimiter: UInt8
}

/// How a file is packed, as the notebook declares it.
struct FileForm: Sendable {
  let file: SourcedText
  var encoding = TextEncoding.utf8
  /// Nil for tabs in a `.tsv` file and commas in all others.
  var delimiter: UInt8?
  /// The statement by which a database is read.
  var select: SourcedText?
  /// The digest that the file must have: 64 hexadecimal digits.
  var pin: SourcedText?

  private var name: String { file.text.lowercased() }
  var isGzip: Bool { name.hasSuffix(".gz") && select == nil }

  var separator: UInt8 {
    delimiter ?? ((isGzip ? name.hasSuffix(".tsv.gz") : name.hasSuffix(".tsv")) ? 9 : UInt8(ascii: ","))
  }

  /// What stands beside a database while another program has it open: some of its rows are there.
  var companions: [String] { select == nil ? [] : ["\(file.text)-wal", "\(file.text)-journal"] }

  func checkCompanions(_ exists: (String) -> Bool) -> Diagnostic? {
    companions.first(where: exists).map { path in
      Diagnostic(
        "file", "`\(path)` stands beside the database, so that not all of its rows are in the file", at: file.span,
        help: "close the program that has it open, or copy the database with `.backup`")
    }
  }

  /// The beginning of the text, for its header; nil where a database must be read as a whole.
  func beginning(_ bytes: [UInt8], limit: Int) throws(StepFailure) -> [UInt8]? {
    guard select == nil else { return nil }
    return try text(isGzip ? expanded(bytes, limit: limit, isBeginning: true) : bytes)
  }

  /// - Parameter key: names of selected columns in a database, by which its rows are sorted.
  func read(_ bytes: [UInt8], key: [String]) throws(StepFailure) -> LoadedText {
    if let pin, !Digest(ofFile: bytes).hex.isExactly(pin.text) {
      throw StepFailure(
        Diagnostic(
          "pin", "`\(file.text)` is not the file that `sha256` names", at: pin.span,
          help: "its SHA-256 is \(Digest(ofFile: bytes).hex)"))
    }
    if let select { return try LoadedText(bytes: rows(bytes, select, key), delimiter: UInt8(ascii: ",")) }
    if bytes.starts(with: Array("SQLite format 3\0".utf8)) {
      throw StepFailure(
        Diagnostic(
          "file", "`\(file.text)` is an SQLite database", at: file.span,
          help: "say which rows with `select: SELECT … FROM …`, and name a `key`"))
    }
    let expanded = isGzip ? try expanded(bytes, limit: Limit.expandedBytes.value) : bytes
    return try LoadedText(bytes: text(expanded), delimiter: separator)
  }

  private func text(_ bytes: [UInt8]) throws(StepFailure) -> [UInt8] {
    do throws(TextEncoding.UndefinedByte) {
      return try encoding.utf8(bytes)
    } catch {
      let hex = String(error.byte, radix: 16, uppercase: true)
      let line = 1 + bytes[..<error.offset].count { $0 == 10 }
      throw StepFailure(
        Diagnostic(
          "file", "`\(file.text)` holds the byte \(hex) in line \(line), which means nothing in \(encoding.rawValue)",
          at: file.span, help: "declare the `encoding` it is in"))
    }
  }

  private func expanded(_ bytes: [UInt8], limit: Int, isBeginning: Bool = false) throws(StepFailure) -> [UInt8] {
    do throws(GzipReader.Problem) {
      return try GzipReader.expand(bytes, limit: limit, isBeginning: isBeginning)
    } catch {
      let text: String
      var help: String?
      switch error {
      case .notGzip: text = "is no gzip file"
      case .damaged: text = "is damaged: its compressed bytes or their checksum are wrong"
      case .endsEarly: text = "ends before its compressed data do"
      case .trailingBytes: text = "has bytes behind its compressed data"
      case .tooLarge(let limit):
        text = "expands to more than \(limit) bytes"
        help = Limit.expandedBytes.help()
      }
      throw StepFailure(Diagnostic("file", "`\(file.text)` \(text)", at: file.span, help: help))
    }
  }

  private func rows(_ bytes: [UInt8], _ select: SourcedText, _ key: [String]) throws(StepFailure) -> [UInt8] {
    do throws(SQLiteReader.Problem) {
      return try SQLiteReader.csv(bytes, select: select.text, key: key, limit: Limit.expandedBytes.value)
    } catch {
      var span = select.span
      let text: String
      var help: String?
      switch error {
      case .notADatabase:
        text = "`\(file.text)` is no SQLite database"
        span = file.span
      case .sql(let message): text = "SQLite does not understand this: \(message)"
      case .notOneSelect:
        text = "`select` is one SELECT and nothing else"
        help = "it only reads: no second statement, PRAGMA, ATTACH or change"
      case .function(let name):
        text = "`\(name)` is no function that a `select` may use"
        help =
          "functions whose value depends on their arguments alone: \(SQLiteReader.functions.joined(separator: ", ")); compute all else in the notebook"
      case .recursion: text = "a recursive query need not end, and is not run"
      case .keyNotSelected(let name):
        text = "the key `\(name)` is not among the selected columns"
        help = "rows of a database have no order of their own; they are sorted by `key`"
      case .blob(let column): text = "`\(column)` holds binary data"
      case .infinite(let column): text = "`\(column)` holds an infinite number"
      case .tooLarge(let limit):
        text = "the selected rows have more than \(limit) bytes"
        help = Limit.expandedBytes.help("select fewer")
      case .reading(let message):
        text = "`\(file.text)` cannot be read: \(message)"
        span = file.span
      }
      throw StepFailure(Diagnostic("sqlite", text, at: span, help: help))
    }
  }
}
