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
        "file",
        "the first line of `\(file.text)` does not end within \(Limit.headerBytes.value) bytes: it is long, or a quote in it is not closed",
        at: file.span,
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

  /// - Parameter isSensitive: whether rows are named without what stands in them.
  static func problems(_ problems: DataProblems, _ file: SourcedText, isSensitive: Bool = false) -> Diagnostic {
    let what = problems.count == 1 ? "1 cell or row does" : "\(problems.count) cells or rows do"
    var notes = problems.first.sorted { $0.row < $1.row }.map { Diagnostic.Note(self.text($0, isSensitive)) }
    if problems.count > notes.count { notes.append(.init("… and \(problems.count - notes.count) more")) }
    return Diagnostic(
      "data", "in `\(file.text)` \(what) not fit what is declared", at: file.span, help: help(problems), notes: notes)
  }

  /// Names the keys that would read what no rule reads.
  private static func help(_ problems: DataProblems) -> String {
    var keys: [String] = []
    func add(_ key: String) { if !keys.contains(key) { keys.append(key) } }
    for problem in problems.first {
      switch problem.rule {
      case .belowLimit: add("`below: limit`, `half`, `missing` or `censored` for values such as `<5`")
      case .aboveLimit: add("`above: limit`, `missing` or `censored` for values such as `>1000`")
      case .decimalComma: add("`decimal: [\".\", \",\"]` for decimal commas")
      case .flag(let flag): add("`flags: [\(flag)]` for markers behind numbers")
      case .notADate: add("the form of dates, for example `date \"%d.%m.%Y\"`")
      case .repeatedKey: add("`duplicates: drop exact`, `keep first` or `keep last` for rows that stand twice")
      case .unitDoesNotConvert(_, _, analyte: nil):
        add("what is measured, `of bilirubin`, by which mass and substance convert")
      default: break
      }
    }
    let isNA = problems.first.contains { $0.value == "NA" }
    if isNA, keys.isEmpty { return "if `NA` means missing, declare it: `missing: [\"\", NA]`" }
    if isNA { keys.insert("`missing: [\"\", NA]` if `NA` means missing", at: 0) }
    let isPlain = keys.isEmpty || keys.allSatisfy { $0.hasPrefix("`duplicates") }
    if isPlain {
      return
        "correct the file, or declare what these values mean: a wider range, `else missing`, a further level, `missing: [\"\", …]`"
        + (keys.first.map { "; \($0)" } ?? "")
    }
    return "declare " + keys.joined(separator: "; ")
  }

  private static func text(_ problem: DataProblem, _ isSensitive: Bool) -> String {
    let place = "row \(problem.row) (line \(problem.line))" + (problem.column.map { ", column `\($0)`" } ?? "")
    let value = isSensitive ? problem.value == nil ? "" : "a value " : problem.value.map { "`\($0)` " } ?? ""
    return "\(place): \(value)\(rule(problem.rule, isSensitive))"
  }

  private static func rule(_ rule: DataProblem.Rule, _ isSensitive: Bool) -> String {
    switch rule {
    case .notANumber: return "is not a number"
    case .notADate(let format): return "is not a date as `\(format)` writes it"
    case .belowLimit: return "lies below a limit, and no rule says what that means"
    case .aboveLimit: return "lies above a limit, and no rule says what that means"
    case .decimalComma: return "has a decimal comma"
    case .flag(let flag): return isSensitive ? "has a marker behind it" : "has the marker `\(flag)` behind it"
    case .unitMissing: return "has no unit beside it"
    case .unknownUnit(let unit, let suggestion):
      guard !isSensitive else { return "has a unit beside it that colophon does not know" }
      return "has the unit `\(unit)` beside it, which colophon does not know"
        + (suggestion.map { "; did you mean `\($0)`?" } ?? "")
    case .unitDoesNotConvert(let unit, let to, let analyte):
      let of = analyte.map { " of \($0.name)" } ?? ""
      return "is in \(isSensitive ? "a unit" : unit), which does not convert to \(to)\(of)"
    case .correction(let expected):
      return isSensitive ? "is not what a correction expects there" : "stands where a correction expects `\(expected)`"
    case .notAWholeNumber: return "is not a whole number"
    case .notABoolean: return "is neither `true` nor `false`"
    case .notALevel where isSensitive: return "is none of the declared levels"
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
    _ table: Table, file: String, unread: [String], _ read: CSVReader.Result, _ declarations: [ColumnDeclaration],
    dropped: Int = 0
  ) -> String {
    var text =
      "\(NumberFormat.counted(table.rowCount, "row")) with \(NumberFormat.counted(table.columns.count, "column")) read from \(file)."
    for (index, count) in read.outsideRange.enumerated() where count > 0 {
      let name = declarations[index].name.text
      let what = declarations[index].outside == .missing ? "set to missing" : "kept"
      text +=
        " \(count) \(count == 1 ? "value" : "values") of \(name) outside the declared range \(count == 1 ? "was" : "were") \(what)."
    }
    if dropped > 0 {
      text += " \(NumberFormat.counted(dropped, "row")) left out as \(dropped == 1 ? "a duplicate" : "duplicates")."
    }
    let repaired = declarations.indices.map { read.issues.count(of: [.repaired, .corrected], column: $0) }.reduce(0, +)
    let censored = declarations.indices.map { read.issues.count(of: .censored, column: $0) }.reduce(0, +)
    if repaired > 0 { text += " \(NumberFormat.counted(repaired, "value")) repaired." }
    if censored > 0 { text += " \(NumberFormat.counted(censored, "value")) below or above a limit." }
    let analytes = declarations.filter { $0.unitSource != nil }.compactMap(\.analyte)
    for analyte in analytes {
      guard let factor = analyte.micromolesPerLitre else { continue }
      text +=
        " 1 mg/dL of \(analyte.name) is \(NumberText.shortest(factor)) umol/L\(analyte.isConventional ? ", as is usual" : ", as declared")."
    }
    if !unread.isEmpty { text += " Not read: \(unread.joined(separator: ", "))." }
    return text
  }
}
