import NotebookSyntax

/// Parses the one-line form of a column's declaration.
public struct ColumnDeclarationParser {
  private static let types = ["id", "number", "integer", "boolean", "text", "date", "category", "ordered"]

  private static var mostLevels: Int { Limit.levels.value }

  private let name: SourcedText
  private let text: SourcedText
  private var words: [(text: String, range: Range<Int>)] = []
  private var position = 0

  public static func parse(name: SourcedText, _ text: SourcedText) throws(Diagnostic) -> ColumnDeclaration {
    guard ParameterValue.isName(name.text) else {
      throw Diagnostic(
        "column", "`\(name.text)` cannot be a column's name", at: name.span,
        help: "choose a name of letters, digits and `_`, and say where it comes from: `number from \"\(name.text)\"`")
    }
    var parser = ColumnDeclarationParser(name: name, text: text)
    try parser.split()
    return try parser.declaration()
  }

  private init(name: SourcedText, text: SourcedText) {
    self.name = name
    self.text = text
  }

  /// Words are separated by blanks; `,` stands alone; `[…]` and `"…"` are one word each.
  private mutating func split() throws(Diagnostic) {
    let bytes = Array(text.text.utf8)
    var index = 0
    while index < bytes.count {
      let start = index
      switch bytes[index] {
      case 0x20, 0x0A, 0x09:
        index += 1
        continue
      case UInt8(ascii: ","): index += 1
      case UInt8(ascii: "\""), UInt8(ascii: "["):
        // A unit such as [IU]/L begins with a bracket too, so a word only ends at a blank or comma outside.
        var close: [UInt8] = []
        repeat {
          let byte = bytes[index]
          if byte == close.last {
            close.removeLast()
          } else if byte == UInt8(ascii: "\"") {
            close.append(byte)
          } else if byte == UInt8(ascii: "["), close.last != UInt8(ascii: "\"") {
            close.append(UInt8(ascii: "]"))
          }
          index += 1
        } while index < bytes.count && (!close.isEmpty || (bytes[index] != 0x20 && bytes[index] != UInt8(ascii: ",")))
        guard close.isEmpty else {
          throw Diagnostic("column", "a bracket or quote is not closed", at: text.span(start..<bytes.count))
        }
      default:
        while index < bytes.count, bytes[index] != 0x20, bytes[index] != UInt8(ascii: ","), bytes[index] != 0x0A {
          if bytes[index] == UInt8(ascii: "["), index > start {
            while index < bytes.count, bytes[index] != UInt8(ascii: "]") { index += 1 }
          }
          index = min(index + 1, bytes.count)
        }
      }
      words.append((String(decoding: bytes[start..<index], as: UTF8.self), start..<index))
    }
  }

  private var next: String? { position < words.count ? words[position].text : nil }

  private var span: Span {
    position < words.count ? text.span(words[position].range) : text.span
  }

  private mutating func word(after what: String) throws(Diagnostic) -> (String, Span) {
    let place = span
    guard let word = next else { throw Diagnostic("column", "something is missing after `\(what)`", at: text.span) }
    position += 1
    return (word, place)
  }

  private mutating func declaration() throws(Diagnostic) -> ColumnDeclaration {
    guard let word = next else {
      throw Diagnostic(
        "column", "the type of `\(name.text)` is missing", at: text.span,
        help: "one of \(Self.types.joined(separator: ", "))")
    }
    let place = span
    position += 1
    var result = ColumnDeclaration(name: name, source: name, type: .text)
    switch word {
    case "id": result.type = .id
    case "integer": result.type = .integer
    case "boolean":
      result.type = .boolean
      result.codes = ["false", "true"]
    case "text": result.type = .text
    case "date":
      result.type = .date
      try dateFormat(&result)
    case "number": result.type = .number(try unit())
    case "category", "ordered": try levels(&result, isOrdered: word == "ordered")
    default:
      throw Diagnostic(
        "column", "`\(word)` is no type", at: place, help: Suggestion.help(for: word, among: Self.types))
    }
    while let word = next { try clause(word, &result) }
    return result
  }

  private mutating func unit() throws(Diagnostic) -> Unit {
    guard let code = next, !["of", "factor", "from", "else", ","].contains(code) else { return .one }
    let place = span
    position += 1
    do throws(Unit.Unknown) {
      return try Unit(code: code)
    } catch {
      throw Diagnostic(
        "unknown-unit", "`\(code)` is no unit that colophon knows", at: place,
        help: error.suggestion.map { "did you mean `\($0)`?" } ?? "units are UCUM codes, such as umol/L, 10*9/L, wk, a")
    }
  }

  private mutating func dateFormat(_ result: inout ColumnDeclaration) throws(Diagnostic) {
    guard let word = next, word.utf8.count > 1, word.hasPrefix("\""), word.hasSuffix("\"") else { return }
    let place = span
    position += 1
    do throws(DateFormat.Problem) {
      result.dateFormat = try DateFormat(String(word.dropFirst().dropLast()))
    } catch {
      throw Diagnostic(
        "column", "\(error.text)", at: place, help: "write for example `date \"%d.%m.%Y\"`: `%Y`, `%m` or `%b`, `%d`")
    }
  }

  /// A range as it stands behind the type's comma: `0 ... 1500`.
  public static func range(_ text: SourcedText) throws(Diagnostic) -> ClosedRange<Double> {
    var parser = ColumnDeclarationParser(name: text, text: text)
    try parser.split()
    var result = ColumnDeclaration(name: text, source: text, type: .number(.one))
    try parser.range(&result)
    guard parser.next == nil, let range = result.range else {
      throw Diagnostic("column", "a range is written `LOW ... HIGH`", at: text.span, help: "for example `0 ... 1500`")
    }
    return range
  }

  private mutating func levels(_ result: inout ColumnDeclaration, isOrdered: Bool) throws(Diagnostic) {
    guard let list = next, list.hasPrefix("["), list.hasSuffix("]") else {
      throw Diagnostic(
        "column", "a category lists its levels", at: span,
        help: "write `category [A, B]` or `category [0 = placebo, 1 = drug]`")
    }
    let place = span
    position += 1
    var names: [String] = []
    for part in LevelList.split(String(list.dropFirst().dropLast())) {
      result.codes.append(part.code)
      names.append(part.level)
    }
    guard !names.isEmpty else { throw Diagnostic("column", "a category has at least one level", at: place) }
    guard names.count <= Self.mostLevels else {
      throw Diagnostic(
        "limit", "a category has at most \(Self.mostLevels) levels", at: place,
        help: Limit.levels.help("read it as `id`"))
    }
    if let level = repeated(names) { throw Diagnostic("column", "level `\(level)` stands twice", at: place) }
    if let code = repeated(result.codes) { throw Diagnostic("column", "code `\(code)` stands twice", at: place) }
    result.type = .category(levels: names, isOrdered: isOrdered)
  }

  private func repeated(_ texts: [String]) -> String? {
    var seen: Set<[UInt8]> = []
    return texts.first { !seen.insert(Array($0.utf8)).inserted }
  }

  private mutating func clause(_ word: String, _ result: inout ColumnDeclaration) throws(Diagnostic) {
    let place = span
    position += 1
    switch word {
    case ",": try range(&result)
    case "of": result.analyte = Analyte(try self.word(after: "of").0)
    case "from":
      let (source, span) = try self.word(after: "from")
      let isQuoted = source.hasPrefix("\"") && source.hasSuffix("\"") && source.utf8.count > 1
      result.source = SourcedText(
        isQuoted ? String(source.dropFirst().dropLast()) : source, span: span, verbatimStart: nil)
    case "else":
      let (rule, span) = try self.word(after: "else")
      guard let outside = ColumnDeclaration.Outside(rawValue: rule) else {
        throw Diagnostic(
          "column", "`else \(rule)` is no rule", at: span, help: "known are `else stop`, `else missing`, `else keep`")
      }
      result.outside = outside
    case "factor":
      let (number, span) = try self.word(after: "factor")
      guard let factor = ParameterValue.plainNumber(number), factor > 0 else {
        throw Diagnostic(
          "column", "`\(number)` is no factor", at: span,
          help: "write what 1 mg/dL is in umol/L: `of bilirubin factor 17.1`")
      }
      guard let analyte = result.analyte else {
        throw Diagnostic(
          "column", "a factor belongs to an analyte", at: place, help: "write `of bilirubin factor 17.1`")
      }
      result.analyte = Analyte(analyte.name, micromolesPerLitre: factor)
    default:
      throw Diagnostic(
        "column", "unexpected `\(word)` in the declaration of `\(name.text)`", at: place,
        help:
          "after the type may stand `of ANALYTE`, `factor NUMBER`, `, LOW ... HIGH`, `else missing`, `from NAME`; all else is a key of its own"
      )
    }
  }

  private mutating func range(_ result: inout ColumnDeclaration) throws(Diagnostic) {
    let place = span
    guard position + 2 < words.count, words[position + 1].text == "...",
      let low = ParameterValue.plainNumber(words[position].text),
      let high = ParameterValue.plainNumber(words[position + 2].text)
    else {
      throw Diagnostic("column", "a range is written `LOW ... HIGH`", at: place, help: "for example `, 0 ... 1500`")
    }
    guard result.type.isNumeric else { throw Diagnostic("column", "only numbers have a range", at: place) }
    guard low <= high else { throw Diagnostic("column", "the range ends before it begins", at: place) }
    position += 3
    result.range = low...high
  }
}

/// `0 = placebo, 1 = "D-penicillamine, oral"` → codes and levels.
enum LevelList {
  static func split(_ text: String) -> [(code: String, level: String)] {
    split(text, at: ",").map(clean).filter { !$0.isEmpty }.map { part in
      let sides = split(part, at: "=").map(clean)
      let code = unquoted(sides[0])
      return (code, sides.count > 1 ? unquoted(sides[1...].joined(separator: "=")) : code)
    }
  }

  /// Splits at a character that stands outside quotes.
  private static func split(_ text: String, at separator: Character) -> [String] {
    var parts = [""]
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if character == separator, !isQuoted { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  private static func clean(_ text: String) -> String {
    String(text.drop { $0 == " " || $0 == "\n" }.reversed().drop { $0 == " " || $0 == "\n" }.reversed())
  }

  private static func unquoted(_ text: String) -> String {
    text.count > 1 && text.hasPrefix("\"") && text.hasSuffix("\"") ? String(text.dropFirst().dropLast()) : text
  }
}
