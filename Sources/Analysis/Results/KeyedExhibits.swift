import NotebookSyntax

/// Exhibits of a cell with `each`: tables of one form become one with the key as its first column, what is said of all
/// values is said once, and the rest names its value.
struct KeyedExhibits {
  private let key: String
  private let values: [String]
  private let hasWords: Bool

  init(_ each: EachKey) {
    key = each.name
    values = each.texts
    hasWords = each.hasWords
  }

  /// - Parameter all: the exhibits for each value.
  func combine(_ all: [[Exhibit]]) -> [Exhibit] {
    guard let count = all.first?.count, all.allSatisfy({ $0.count == count }) else {
      return all.enumerated().flatMap { index, own in own.map { named($0, index) } }
    }
    return (0..<count).flatMap { place in combine(all.map { $0[place] }) }
  }

  private func combine(_ all: [Exhibit]) -> [Exhibit] {
    var tables: [TableExhibit] = []
    var statements: [String] = []
    for exhibit in all {
      switch exhibit {
      case .table(let table): tables.append(table)
      case .statement(let text): statements.append(text)
      case .figure, .passage: break
      }
    }
    if statements.count == all.count { return said(statements).map { .statement($0) } }
    let headings = tables.first?.headings.map(\.text)
    guard tables.count == all.count, tables.allSatisfy({ $0.headings.map(\.text) == headings }) else {
      return all.enumerated().map { named($1, $0) }
    }
    let captions = said(tables.map(\.caption))
    return [
      .table(
        TableExhibit(
          caption: captions.count == 1 ? captions[0] : tables[0].caption,
          headings: [.init(key, isNumeric: false)] + tables[0].headings,
          rows: zip(values, tables).flatMap { value, table in
            table.rows.map { .init([.text(value)] + $0.cells, indent: $0.indent) }
          },
          notes: notes(tables.map(\.notes))))
    ]
  }

  private func notes(_ all: [[String]]) -> [String] {
    guard let count = all.first?.count, all.allSatisfy({ $0.count == count }) else {
      // What all of them say, in the order of the first, and then the rest.
      let common = (all.first ?? []).filter { note in all.allSatisfy { $0.containsExactly(note) } }
      return common
        + zip(values, all).flatMap { value, own in
          own.filter { !common.containsExactly($0) }.map { "\(value): \($0)" }
        }
    }
    return (0..<count).flatMap { place in said(all.map { $0[place] }) }
  }

  /// One text where all say the same but for the value, which the key's name stands for; else each with its value.
  private func said(_ texts: [String]) -> [String] {
    if let first = texts.first, texts.allSatisfy({ $0.isExactly(first) }) { return [first] }
    let general = zip(values, texts).map { hasWords ? Self.replacing($0, in: $1, by: key) : $1 }
    if let first = general.first, general.allSatisfy({ $0.isExactly(first) }) { return [first] }
    return zip(values, texts).map { "\($0): \($1)" }
  }

  private func named(_ exhibit: Exhibit, _ index: Int) -> Exhibit {
    func named(_ text: String) -> String { text.isEmpty ? values[index] : "\(values[index]): \(text)" }
    switch exhibit {
    case .statement(let text): return .statement(named(text))
    case .passage(var passage):
      passage.title = named(passage.title)
      return .passage(passage)
    case .table(var table):
      table.caption = named(table.caption)
      return .table(table)
    case .figure(var figure):
      figure.caption = named(figure.caption)
      figure.alternative = named(figure.alternative)
      return .figure(figure)
    }
  }

  /// Replaces a word wherever it stands alone.
  private static func replacing(_ word: String, in text: String, by other: String) -> String {
    let (word, bytes) = (Array(word.utf8), Array(text.utf8))
    func isPart(_ byte: UInt8) -> Bool {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"), 0x80...:
        true
      default: false
      }
    }
    guard !word.isEmpty else { return text }
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let end = place + word.count
      if end <= bytes.count, bytes[place..<end].elementsEqual(word),
        place == 0 || !isPart(bytes[place - 1]) && bytes[place - 1] != UInt8(ascii: "."),
        end == bytes.count || !isPart(bytes[end])
      {
        result += Array(other.utf8)
        place = end
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
