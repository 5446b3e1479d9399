import Digests
import NotebookSyntax

/// `each: {analyte: {type: column, values: [alt, ast]}}`: a name, and the values for each of which a cell is done once.
public struct EachKey: Sendable {
  public struct Value: Sendable {
    let value: ParameterValue
    let span: Span

    /// What addresses the results: `growth["alt"]`.
    public var text: String { value.text }
  }

  public let name: String
  let type: ParameterType
  public let values: [Value]
  /// Of the name.
  let span: Span

  var texts: [String] { values.map(\.text) }
  var shape: Shape.Key { Shape.Key(name, texts) }

  /// Whether a text that holds a value can be told from one that holds a number by chance.
  var hasWords: Bool {
    switch type {
    case .column, .text, .category: true
    case .number, .integer, .boolean, .file: false
    }
  }

  private static let most = 200
  private static let help = "write `each: {analyte: {type: column, values: [alt, ast]}}`"

  /// - Parameter taken: names of the notebook's parameters.
  static func read(_ node: YAMLNode, taken: [String], _ diagnostics: inout [Diagnostic]) -> EachKey? {
    func refuse(_ code: String, _ message: String, _ span: Span, help: String? = help) -> EachKey? {
      diagnostics.append(Diagnostic(code, message, at: span, help: help))
      return nil
    }
    guard case .mapping(let entries) = node.content, let entry = entries.first else {
      return refuse("type", "`each` names a key with its type and values, and this is \(node.form)", node.span)
    }
    if entries.count > 1 {
      return refuse(
        "choice", "`each` has one key, and `\(entries[1].key.text)` is a second", entries[1].key.span,
        help: "make a cell for each value of the one, or derive a table that holds both")
    }
    let name = entry.key.text
    guard ParameterValue.isName(name) else {
      return refuse("name", "`\(name)` cannot be a key's name", entry.key.span)
    }
    guard !taken.contains(name) else {
      return refuse(
        "repeated-name", "`\(name)` is a parameter of the notebook already", entry.key.span,
        help: "name the key otherwise")
    }
    var type: ParameterType? = .column
    var list = entry.value
    if case .mapping(let fields) = entry.value.content {
      type = nil
      var values: YAMLNode?
      for field in fields {
        switch field.key.text {
        case "type":
          type = ParameterType(field.value)
          if type == nil {
            return refuse("type", "this is no type", field.value.span, help: "one of \(ParameterType.forms)")
          }
        case "values": values = field.value
        default:
          return refuse(
            "unknown-key", "a key of `each` has no `\(field.key.text)`", field.key.span,
            help: Suggestion.help(for: field.key.text, among: ["type", "values"]))
        }
      }
      guard let values, type != nil else {
        return refuse("missing-key", "`\(name)` needs a `type` and its `values`", entry.key.span)
      }
      list = values
    }
    guard let type, case .sequence(let nodes) = list.content, !nodes.isEmpty else {
      return refuse("type", "the values of `\(name)` are a list", list.span)
    }
    guard nodes.count <= most else {
      return refuse("limit", "`each` has \(nodes.count) values, and \(most) are the most", list.span, help: nil)
    }
    var values: [Value] = []
    for node in nodes {
      guard let scalar = node.scalar else {
        return refuse("type", "a value of `\(name)` is text, not \(node.form)", node.span)
      }
      switch ParameterValue.read(scalar.text, as: type) {
      case .failure(let reason):
        return refuse("parameter", "a value of `\(name)` does not fit its type \(type.name): \(reason.text)", node.span)
      case .success(let value):
        if values.contains(where: { $0.text.isExactly(value.text) }) {
          return refuse("repeated-name", "`\(value.text)` stands twice in `\(name)`", node.span, help: "name it once")
        }
        values.append(Value(value: value, span: node.span))
      }
    }
    return EachKey(name: name, type: type, values: values, span: entry.key.span)
  }

  var json: JSONValue {
    ["name": .string(name), "type": .string(type.name), "values": .array(texts.map { .string($0) })]
  }

  /// Beginnings of names of files, one for each value: of what a file's name may hold, and no two alike in any case.
  func fileNames(_ step: String) -> [String] {
    var seen: Set<String> = []
    return values.enumerated().map { index, value in
      let safe = String(
        decoding: value.text.utf8.prefix(64).map { byte in
          switch byte {
          case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
            byte
          default: UInt8(ascii: "_")
          }
        }, as: UTF8.self)
      var name = "\(step).\(safe)"
      if !seen.insert(name.lowercased()).inserted {
        name = "\(step).\(index + 1)_"
        // A value may look like that itself.
        while !seen.insert(name.lowercased()).inserted { name += "_" }
      }
      return name
    }
  }
}

/// What is said of the instances of a cell, each thing once.
enum KeyedDiagnostics {
  /// - Parameter lists: of each value of the key.
  static func merge(_ lists: [[Diagnostic]], _ key: EachKey) -> [Diagnostic] {
    var found: [(diagnostic: Diagnostic, values: [Int])] = []
    for (value, list) in lists.enumerated() {
      for diagnostic in list {
        if let index = found.firstIndex(where: { isSame($0.diagnostic, diagnostic) }) {
          if found[index].values.last != value { found[index].values.append(value) }
        } else {
          found.append((diagnostic, [value]))
        }
      }
    }
    return found.map { diagnostic, values in
      guard values.count < key.values.count else { return diagnostic }
      var named = diagnostic
      let texts = values.map { key.values[$0].text }.joined(separator: ", ")
      named.notes.append(.init("with `\(key.name)` = \(texts)", at: key.values[values[0]].span))
      return named
    }
  }

  private static func isSame(_ a: Diagnostic, _ b: Diagnostic) -> Bool {
    a.code == b.code && a.span == b.span && a.message.isExactly(b.message) && a.help == b.help
  }
}
