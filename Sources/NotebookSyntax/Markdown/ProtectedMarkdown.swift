/// A notebook's Markdown with its formulas and escaped `@` taken out, because cmark would take `_`, `*` and `\` in them
/// for markup; what stands in their places are private characters at the end of Unicode, which are in use nowhere.
///
/// `$…$` is a formula where the first `$` is not followed by a blank and the last is not preceded by one or followed by a
/// digit, so that prices stay prices (pandoc's rule); `$$…$$` may go over several lines. Code is left alone.
struct ProtectedMarkdown {
  struct Formula {
    let tex: String
    let isDisplay: Bool
    /// Of the TeX, without its dollars.
    let span: Span
    /// As written, dollars included.
    let source: String
  }

  static let open: Unicode.Scalar = "\u{10F0F0}"
  static let close: Unicode.Scalar = "\u{10F0F1}"
  /// Stands on the lines that a formula goes on over.
  static let continuation: Unicode.Scalar = "\u{10F0F2}"
  static let escapedAt: Unicode.Scalar = "\u{10F0F3}"

  private(set) var bytes: [UInt8] = []
  private(set) var formulas: [Formula] = []
  private let source: [UInt8]

  /// - Parameter start: where the text begins, behind the front matter.
  init(_ source: [UInt8], from start: Int) {
    self.source = source
    bytes.reserveCapacity(source.count)
    var index = start
    var fence: (mark: UInt8, count: Int)?
    while index < source.count {
      let end = source[index...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? source.count
      let line = index..<end
      if let (mark, count, rest) = Self.fence(source[line]) {
        if let open = fence {
          if mark == open.mark, count >= open.count, rest { fence = nil }
        } else {
          fence = (mark, count)
        }
        append(source[line])
        index = end
      } else if fence != nil {
        append(source[line])
        index = end
      } else {
        index = protect(from: index, lineEnd: end)
      }
    }
  }

  /// The author's own such characters become what stands for unreadable text.
  private mutating func append(_ slice: ArraySlice<UInt8>) {
    var index = slice.startIndex
    while index < slice.endIndex {
      if slice[index] == 0xF4, index + 3 < slice.endIndex, slice[(index + 1)...].starts(with: [0x8F, 0x83]),
        (0xB0...0xB3).contains(slice[index + 3])
      {
        bytes += [0xEF, 0xBF, 0xBD]
        index += 4
      } else {
        bytes.append(slice[index])
        index += 1
      }
    }
  }

  /// Three backticks or tildes or more at a line's beginning, behind markers of quotations and lists, and whether nothing
  /// follows them.
  private static func fence(_ line: ArraySlice<UInt8>) -> (mark: UInt8, count: Int, isBare: Bool)? {
    let text = line.drop { " \t>-*+".utf8.contains($0) || Lexer.isDigit($0) || $0 == UInt8(ascii: ".") }
    guard let mark = text.first, mark == UInt8(ascii: "`") || mark == UInt8(ascii: "~") else { return nil }
    let count = text.prefix { $0 == mark }.count
    let rest = text.dropFirst(count)
    guard count >= 3, mark == UInt8(ascii: "~") || !rest.contains(mark) else { return nil }
    return (mark, count, rest.allSatisfy { " \t\r\n".utf8.contains($0) })
  }

  /// Copies a line, formulas taken out, and goes on into the lines that its last one reaches.
  private mutating func protect(from start: Int, lineEnd: Int) -> Int {
    var index = start
    // Runs of backticks that are not closed on this line, by length, which need not be looked for again.
    var unclosed: Set<Int> = []
    while index < lineEnd {
      switch source[index] {
      case UInt8(ascii: "\\") where index + 1 < lineEnd:
        if source[index + 1] == UInt8(ascii: "@") {
          bytes += Array(String(Character(Self.escapedAt)).utf8)
        } else {
          append(source[index..<index + 2])
        }
        // A character of several bytes goes on as it is.
        index += 2
      case UInt8(ascii: "`"):
        let count = source[index..<lineEnd].prefix { $0 == UInt8(ascii: "`") }.count
        // cmark knows no longer runs than these either.
        let isSought = count <= 80 && !unclosed.contains(count)
        let end = isSought ? closing(ticks: count, from: index + count, within: lineEnd) : nil
        if end == nil { unclosed.insert(count) }
        append(source[index..<(end ?? index + count)])
        index = end ?? index + count
      case UInt8(ascii: "$"):
        if let (formula, next) = formula(at: index, lineStart: start) {
          write(formula, lineStart: start)
          formulas.append(formula)
          if next > lineEnd { return copyRest(next) }
          index = next
        } else {
          bytes.append(source[index])
          index += 1
        }
      default:
        let next = source[index..<lineEnd].dropFirst().firstIndex { "\\`$".utf8.contains($0) } ?? lineEnd
        append(source[index..<next])
        index = next
      }
    }
    return lineEnd
  }

  /// What follows a formula on its last line.
  private mutating func copyRest(_ start: Int) -> Int {
    let end = source[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? source.count
    return protect(from: start, lineEnd: end)
  }

  /// Behind the run of so many backticks, which may stand on a later line of the paragraph; code that goes over lines is
  /// followed here only to the end of its line, and then holds dollars that mean no formula only if they come in pairs.
  private func closing(ticks: Int, from start: Int, within end: Int) -> Int? {
    var index = start
    while index < end {
      guard source[index] == UInt8(ascii: "`") else {
        index += 1
        continue
      }
      let count = source[index..<end].prefix { $0 == UInt8(ascii: "`") }.count
      index += count
      if count == ticks { return index }
    }
    return nil
  }

  private func formula(at start: Int, lineStart: Int) -> (Formula, end: Int)? {
    let dollar = UInt8(ascii: "$")
    let isDisplay = start + 1 < source.count && source[start + 1] == dollar
    let begin = start + (isDisplay ? 2 : 1)
    func isBlank(_ index: Int) -> Bool { index >= source.count || " \t\r\n".utf8.contains(source[index]) }
    if !isDisplay, isBlank(begin) { return nil }
    var index = begin
    var lines = 0
    while index < source.count {
      switch source[index] {
      case UInt8(ascii: "\\"): index += 1
      case UInt8(ascii: "`") where !isDisplay: return nil
      case UInt8(ascii: "\n"):
        lines += 1
        // A formula in a line of text stays in its paragraph, and a displayed one as well.
        let rest = source[(index + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        if lines > 60 || rest.allSatisfy({ " \t\r>".utf8.contains($0) }) { return nil }
      case dollar:
        if isDisplay {
          guard index + 1 < source.count, source[index + 1] == dollar else { return nil }
          return (make(begin, index, isDisplay, start, index + 2), index + 2)
        }
        guard index > begin, !isBlank(index - 1), index + 1 >= source.count || !Lexer.isDigit(source[index + 1]) else {
          return nil
        }
        return (make(begin, index, isDisplay, start, index + 1), index + 1)
      default: break
      }
      index += 1
    }
    return nil
  }

  private func make(_ begin: Int, _ end: Int, _ isDisplay: Bool, _ start: Int, _ behind: Int) -> Formula {
    // Inside a quotation, its marks are no part of the formula; nor is what ends a line, whichever way.
    let lines = source[begin..<end].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let text = lines.enumerated().map { index, line in
      let line = index < lines.count - 1 && line.last == 0x0D ? line.dropLast() : line
      return index == 0
        ? line : line.drop { $0 == 0x20 }.first == UInt8(ascii: ">") ? line.drop { " >".utf8.contains($0) } : line
    }
    return Formula(
      tex: text.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "\n"), isDisplay: isDisplay,
      span: Span(begin, end), source: String(decoding: source[start..<behind], as: UTF8.self))
  }

  private mutating func write(_ formula: Formula, lineStart: Int) {
    var text = ""
    text.unicodeScalars.append(Self.open)
    text += String(formulas.count)
    text.unicodeScalars.append(Self.close)
    bytes += Array(text.utf8)
    for line in source[formula.span.start..<formula.span.end].split(
      separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
    ).dropFirst() {
      bytes.append(UInt8(ascii: "\n"))
      bytes += line.prefix { " \t>".utf8.contains($0) }
      bytes += Array(String(Character(Self.continuation)).utf8)
    }
  }

  enum Piece {
    case text(String)
    case formula(Int)
  }

  /// Text and the formulas in it.
  func pieces(_ text: String) -> [Piece] {
    guard text.unicodeScalars.contains(where: { (0x10F0F0...0x10F0F2).contains($0.value) }) else {
      return [.text(text)]
    }
    var pieces: [Piece] = []
    var plain = ""
    var number: String?
    for scalar in text.unicodeScalars {
      switch scalar {
      case Self.open:
        if !plain.isEmpty { pieces.append(.text(plain)) }
        plain = ""
        number = ""
      case Self.close:
        if let index = number.flatMap({ Int($0) }), formulas.indices.contains(index) { pieces.append(.formula(index)) }
        number = nil
      case Self.continuation: break
      default:
        if number != nil { number?.unicodeScalars.append(scalar) } else { plain.unicodeScalars.append(scalar) }
      }
    }
    return plain.isEmpty ? pieces : pieces + [.text(plain)]
  }

  /// The text as the author wrote it, for code and addresses.
  func restored(_ text: String) -> String {
    pieces(text).map { piece in
      switch piece {
      case .formula(let index): return formulas[index].source
      case .text(let text):
        guard text.unicodeScalars.contains(Self.escapedAt) else { return text }
        return text.unicodeScalars.map { $0 == Self.escapedAt ? "\\@" : String(Character($0)) }.joined()
      }
    }.joined()
  }
}
