import NotebookSyntax
import Tables

/// What `load` says to the reader.
enum LoadMessages {
  static func header(_ problem: CSVReader.HeaderProblem, _ file: SourcedText) -> Diagnostic {
    let text: String
    switch problem {
    case .empty: text = "is empty"
    case .nulByte(let line): text = "holds a NUL byte in line \(line), so it is no text file"
    case .invalidUTF8: text = "has a header that is not valid UTF-8"
    case .quoteNotClosed: text = "has a quote in its header that is not closed"
    case .tooLong:
      return Diagnostic(
        "file", "the first line of `\(file.text)` does not end within \(Limit.headerBytes.value) bytes", at: file.span,
        help: Limit.headerBytes.help("close the quotes in it, name fewer columns"))
    case .tooManyColumns(let count):
      text = "has \(count) columns, more than the limit of \(CSVReader.mostColumns) (--limit columns=NUMBER)"
    case .repeatedName(let name): text = "has two columns named `\(name)`"
    case .emptyName: text = "begins with an empty line, where the columns' names should stand"
    case .carriageReturn:
      return Diagnostic(
        "file", "`\(file.text)` has a carriage return within its first line", at: file.span,
        help: "save it with lines that end with LF or CRLF")
    }
    return Diagnostic(
      "file", "`\(file.text)` \(text)", at: file.span,
      help: "the first line names the columns, separated by commas (or tabs in a .tsv file)")
  }

  static func headerAlone(_ file: SourcedText) -> Diagnostic {
    Diagnostic("file", "`\(file.text)` has a header and no rows", at: file.span)
  }

  static func problems(_ problems: DataProblems, _ file: SourcedText) -> Diagnostic {
    let what = problems.count == 1 ? "1 cell or row does" : "\(problems.count) cells or rows do"
    var notes = problems.first.sorted { $0.row < $1.row }.map { Diagnostic.Note(self.text($0)) }
    if problems.count > notes.count { notes.append(.init("… and \(problems.count - notes.count) more")) }
    let isNA = problems.first.contains { $0.value == "NA" }
    return Diagnostic(
      "data", "in `\(file.text)` \(what) not fit what is declared", at: file.span,
      help: isNA
        ? "if `NA` means missing, declare it: `missing: [\"\", NA]`"
        : "correct the file, or declare what these values mean: a wider range, `else missing`, a further level, `missing: [\"\", …]`",
      notes: notes)
  }

  private static func text(_ problem: DataProblem) -> String {
    let place = "row \(problem.row) (line \(problem.line))" + (problem.column.map { ", column `\($0)`" } ?? "")
    let value = problem.value.map { "`\($0)` " } ?? ""
    return "\(place): \(value)\(rule(problem.rule))"
  }

  private static func rule(_ rule: DataProblem.Rule) -> String {
    switch rule {
    case .notANumber: return "is not a number"
    case .notADate: return "is not a date such as 2020-01-31"
    case .notAWholeNumber: return "is not a whole number"
    case .notABoolean: return "is neither `true` nor `false`"
    case .notALevel(let codes): return "is none of the declared levels \(codes.joined(separator: ", "))"
    case .outside(let range):
      return "lies outside \(NumberText.shortest(range.lowerBound)) ... \(NumberText.shortest(range.upperBound))"
    case .missingInKey: return "is not a complete key"
    case .repeatedKey(let first): return "is a key that stands already in row \(first)"
    case .fieldCount(let found, let expected): return "the row has \(found) fields, and the header names \(expected)"
    case .quoteNotClosed: return "a quote is not closed before the file ends"
    case .textAfterQuote: return "text follows a closing quote"
    case .fieldTooLong(let limit): return "is longer than \(limit) bytes (--limit field-bytes=NUMBER)"
    case .invalidUTF8: return "is not valid UTF-8"
    case .nulByte: return "holds a NUL byte"
    }
  }

  static func summary(
    _ table: Table, file: String, unread: [String], _ read: CSVReader.Result, _ declarations: [ColumnDeclaration]
  ) -> String {
    var text =
      "\(NumberFormat.counted(table.rowCount, "row")) with \(NumberFormat.counted(table.columns.count, "column")) read from \(file)."
    for (index, count) in read.outsideRange.enumerated() where count > 0 {
      let name = declarations[index].name.text
      let what = declarations[index].outside == .missing ? "set to missing" : "kept"
      text +=
        " \(count) \(count == 1 ? "value" : "values") of \(name) outside the declared range \(count == 1 ? "was" : "were") \(what)."
    }
    if !unread.isEmpty { text += " Not read: \(unread.joined(separator: ", "))." }
    return text
  }
}
