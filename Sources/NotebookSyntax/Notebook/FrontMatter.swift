/// What a notebook says of itself between the `---` lines at its top.
public struct FrontMatter: Sendable {
  public struct Author: Sendable {
    public let name: String
    public let orcid: String?
  }

  public var title = ""
  public var authors: [Author] = []
  /// As written by the author; never from the clock.
  public var date: String?
  public var description: String?
  /// An SPDX expression, as written.
  public var license: String?
  public var language = "en"
  public var parameters: [ParameterDeclaration] = []
  public var seed: Int?
  /// Confidence level of every interval that does not say its own.
  public var level = 0.95
  public var alpha = 0.05
  /// The BibTeX file that citations name sources of, relative to the project root.
  public var bibliography: SourcedText?
  public var citationStyle = CitationStyle.vancouver

  static let keys = [
    "title", "authors", "date", "description", "license", "lang", "params", "seed", "level", "alpha", "bibliography",
    "citation_style",
  ]
}

public enum CitationStyle: String, Sendable, CaseIterable {
  /// Numbers in the order in which sources are first named.
  case vancouver
  case authorYear = "author-year"
}

public struct ParameterDeclaration: Sendable {
  public let name: SourcedText
  public let type: ParameterType
  public let value: ParameterValue
  public let documentation: String?
}

public enum ParameterType: Sendable {
  case number(unit: String?)
  case integer, boolean, text, column, file
  case category([String])

  public static let forms =
    "number (with a unit if it has one), integer, boolean, text, column, file, {category: [A, B]}"

  /// A type as it is written; nil where that is none.
  public init?(_ node: YAMLNode) {
    if case .mapping(let entries) = node.content, entries.count == 1, entries[0].key.text == "category",
      case .sequence(let levels) = entries[0].value.content
    {
      self = .category(levels.compactMap { $0.scalar?.text })
      return
    }
    let words = node.scalar?.text.split(separator: " ").map(String.init) ?? []
    switch words.first {
    case "number" where words.count <= 2: self = .number(unit: words.count == 2 ? words[1] : nil)
    case "integer" where words.count == 1: self = .integer
    case "boolean" where words.count == 1: self = .boolean
    case "text" where words.count == 1: self = .text
    case "column" where words.count == 1: self = .column
    case "file" where words.count == 1: self = .file
    default: return nil
    }
  }

  public var name: String {
    switch self {
    case .number(let unit): return unit.map { "number \($0)" } ?? "number"
    case .integer: return "integer"
    case .boolean: return "boolean"
    case .text: return "text"
    case .column: return "column"
    case .file: return "file"
    case .category(let levels): return "category [\(levels.joined(separator: ", "))]"
    }
  }
}

/// A typed value that is spliced into the syntax tree where `$name` stands: never text pasted into text.
public enum ParameterValue: Sendable {
  case number(Double, unit: String?)
  case integer(Int)
  case boolean(Bool)
  case text(String)
  case column(String)

  public func node(at span: Span) -> Expression.Node {
    switch self {
    case .number(let value, let unit):
      return .number(value, unit: unit.map { .init(code: $0, span: span) })
    case .integer(let value): return .number(Double(value), unit: nil)
    case .boolean(let value): return .boolean(value)
    case .text(let text): return .text(text)
    case .column(let name): return .name(name)
    }
  }

  /// Canonical source text: what the manifest records.
  public var text: String {
    switch self {
    case .number(let value, let unit): return NumberText.shortest(value) + (unit.map { " \($0)" } ?? "")
    case .integer(let value): return String(value)
    case .boolean(let value): return value ? "true" : "false"
    case .text(let text): return text
    case .column(let name): return name
    }
  }

  /// Reads a value of `type`; the reason why it is none where it isn't.
  public static func read(_ text: String, as type: ParameterType) -> Result<ParameterValue, Reason> {
    switch type {
    case .number(let unit):
      // `24 wk` says the unit once more, which is welcome where it is the same.
      let bare = unit.flatMap { text.hasSuffix(" \($0)") ? String(text.dropLast($0.count + 1)) : nil } ?? text
      guard let value = plainNumber(bare) else { return .failure(Reason(text: "`\(text)` is not a number")) }
      return .success(.number(value, unit: unit))
    case .integer:
      guard let value = Int(text), value.magnitude < 1 << 53 else {
        return .failure(Reason(text: "`\(text)` is not a whole number"))
      }
      return .success(.integer(value))
    case .boolean:
      guard text == "true" || text == "false" else {
        return .failure(Reason(text: "`\(text)` is neither `true` nor `false`"))
      }
      return .success(.boolean(text == "true"))
    case .category(let levels):
      guard levels.containsExactly(text) else {
        return .failure(Reason(text: "`\(text)` is none of the levels \(levels.joined(separator: ", "))"))
      }
      return .success(.text(text))
    case .text, .file: return .success(.text(text))
    case .column:
      guard isName(text) else { return .failure(Reason(text: "`\(text)` cannot be a column's name")) }
      return .success(.column(text))
    }
  }

  public struct Reason: Error, Sendable { public let text: String }

  /// A decimal number as the language writes it: no `nan`, `inf`, hexadecimal or leading `+`.
  public static func plainNumber(_ text: String) -> Double? {
    guard let first = text.utf8.first, first == UInt8(ascii: "-") || Lexer.isDigit(first),
      text.utf8.allSatisfy({ Lexer.isDigit($0) || ".eE+-".utf8.contains($0) })
    else { return nil }
    guard let value = Double(text), value.isFinite else { return nil }
    return value
  }

  public static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, Lexer.isNameStart(first) else { return false }
    return text.utf8.allSatisfy { Lexer.isNameStart($0) || Lexer.isDigit($0) }
  }
}
