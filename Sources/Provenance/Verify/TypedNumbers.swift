import Analysis
import Digests
import NotebookSyntax
import Reporting

/// Numbers that prose holds as typed text although a step computed them: they stay behind when the data change.
public enum TypedNumbers {
  public struct Hint: Sendable {
    /// As typed: `0.066`.
    public let text: String
    public let line: Int
    /// What to write instead: `` {value}`growth.terms["week"].estimate:.3` ``.
    public let value: String
  }

  private struct Typed {
    let text: String
    let decimals: Int
    let line: Int
  }

  /// Hints about a published run; nil where its results cannot be read.
  ///
  /// Whole numbers of one or two digits are left out, and decimals with one that is not a leading zero: they equal
  /// something too often.
  public static func hints(_ run: String) -> [Hint]? {
    guard let bytes = try? Workspace(root: run).read("results.json"), let json = try? JSONParser.parse(bytes),
      let document = try? RunDocument(json: json)
    else { return nil }
    let typed = document.notebook.prose.flatMap { numbers(in: $0, document.notebook.source) }
    guard !typed.isEmpty else { return [] }
    let decimals = Set(typed.map(\.decimals)).sorted()
    let wanted = Set(typed.map(\.text))
    var found: [String: String] = [:]
    for step in document.steps {
      visit(step.result, step.name) { path, value, isCount in
        guard value.magnitude < 1e12 else { return }
        for count in decimals where isCount == (count == 0) {
          let text = plain(isCount ? NumberFormat.count(Int(value)) : NumberFormat.fixed(value, count))
          guard wanted.contains(text), found[text] == nil else { continue }
          found[text] = "{value}`\(path)\(isCount ? "" : ":.\(count)")`"
        }
      }
    }
    return typed.compactMap { number in
      found[number.text].map { Hint(text: number.text, line: number.line, value: $0) }
    }
  }

  /// Without what parts thousands, and with the minus sign of a keyboard.
  private static func plain(_ text: String) -> String {
    text.replacing(",", with: "").replacing("−", with: "-")
  }

  private static func visit(_ value: ResultValue, _ path: String, _ found: (String, Double, Bool) -> Void) {
    switch value {
    case .number(let number): if number.isFinite { found(path, number, false) }
    case .count(let count): found(path, Double(count), true)
    case .record(let fields): for field in fields { visit(field.value, "\(path).\(field.name)", found) }
    case .keyed(_, let entries):
      for entry in entries where entry.keys.allSatisfy({ !$0.contains("\"") && !$0.contains("`") }) {
        visit(entry.value, path + "[\(entry.keys.map { "\"\($0)\"" }.joined(separator: ", "))]", found)
      }
    case .absent, .boolean, .text, .list: break
    }
  }

  private static func numbers(in prose: Prose, _ source: SourceFile) -> [Typed] {
    var from = prose.span.start
    return texts(prose.block).flatMap(numbers).compactMap { written -> Typed? in
      let text = plain(written)
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      // Zeros at the beginning say nothing: 0.05 is one digit.
      let digits = text.utf8.filter { UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }
        .drop { $0 == UInt8(ascii: "0") }.count
      guard parts.count <= 2, digits >= (parts.count == 1 ? 3 : 2) else { return nil }
      // The first place behind the one before; the line of the block where it was written otherwise.
      let rest = source.text(Span(from, prose.span.end))
      var line = source.location(of: prose.span.start).line
      if let place = rest.firstRange(of: written) {
        from += rest[..<place.upperBound].utf8.count
        line = source.location(of: from).line
      }
      return Typed(text: text, decimals: parts.count == 1 ? 0 : parts[1].utf8.count, line: line)
    }
  }

  /// Runs of digits with their sign, thousands and point.
  private static func numbers(_ text: String) -> [String] {
    var found: [String] = []
    var number = ""
    var previous: Character = " "
    func isPart(_ character: Character, _ index: String.Index) -> Bool {
      if character.isASCII, character.isNumber { return true }
      guard ".,".contains(character), !number.isEmpty else { return false }
      let next = text.index(after: index)
      return next < text.endIndex && text[next].isASCII && text[next].isNumber
    }
    for index in text.indices {
      let character = text[index]
      if isPart(character, index) {
        // A digit that belongs to a word, as in B12, begins no number.
        if number.isEmpty, previous.isLetter || previous == "_" { previous = "x"; continue }
        if number.isEmpty, previous == "−" || previous == "-" { number = String(previous) }
        number.append(character)
      } else if !number.isEmpty {
        found.append(number)
        number = ""
      }
      previous = character
    }
    return number.isEmpty ? found : found + [number]
  }

  private static func texts(_ block: MarkdownBlock) -> [String] {
    switch block {
    case .heading(_, let inlines, _), .paragraph(let inlines): return texts(inlines)
    case .list(let items, _, _): return items.flatMap { $0.flatMap(texts) }
    case .quote(let blocks), .footnote(_, let blocks), .admonition(_, let blocks): return blocks.flatMap(texts)
    case .table(_, let header, let rows): return (header + rows.flatMap(\.self)).flatMap(texts)
    case .definition(let term, let meanings): return texts(term) + meanings.flatMap(texts)
    case .code, .html, .rule: return []
    }
  }

  private static func texts(_ inlines: [MarkdownInline]) -> [String] {
    inlines.flatMap { inline -> [String] in
      switch inline {
      case .text(let text): return [text]
      case .emphasis(let inner), .strong(let inner), .strikethrough(let inner), .link(_, let inner),
        .image(_, let inner):
        return texts(inner)
      default: return []
      }
    }
  }
}
