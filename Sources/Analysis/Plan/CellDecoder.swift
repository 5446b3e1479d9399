import Digests
import NotebookSyntax

/// Reads a cell's body key by key. It reports every mistake instead of stopping at the first, splices parameters,
/// remembers which steps the cell refers to, and records each value in its canonical form, defaults included.
public struct CellDecoder {
  public let cell: Cell
  public private(set) var references: [Reference] = []
  public private(set) var diagnostics: [Diagnostic] = []
  /// The cell's parameters in canonical form: what the plan digest is made of.
  public private(set) var canonical: [JSONValue.Member] = []
  private let entries: [YAMLEntry]
  private let keys: [Key]
  private let scope: ParameterScope

  private let level: Double
  /// What `each` names, with its value in this instance of the cell.
  private let own: [(name: String, value: ParameterValue)]
  /// Nil for a cell without `each`.
  let each: EachKey?
  /// Keys whose value was asked for.
  private var asked: [String] = []

  /// Keys that were asked for and stand in no canonical form: they would change a result and no digest.
  var unrecorded: [String] { asked.filter { key in !canonical.contains { $0.key == key } } }

  init(
    _ cell: Cell, keys: [Key], scope: ParameterScope, level: Double, each: EachKey? = nil,
    own: [(name: String, value: ParameterValue)] = []
  ) {
    self.cell = cell
    self.level = level
    self.each = each
    self.own = own
    self.scope = scope
    self.keys = keys + Key.common
    if case .mapping(let entries) = cell.body.content { self.entries = entries } else { entries = [] }
    for entry in entries where !self.keys.contains(where: { $0.name == entry.key.text }) {
      report(
        "unknown-key", "`\(cell.kind.text)` has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: self.keys.map(\.name)))
    }
    for key in keys where key.isRequired && !entries.contains(where: { $0.key.text == key.name }) {
      report(
        "missing-key", "`\(cell.kind.text)` needs `\(key.name)`", cell.kind.span,
        help: key.remedy ?? "add `\(key.name): …` (\(key.form))")
    }
  }

  public mutating func report(_ code: String, _ message: String, _ span: Span, help: String? = nil) {
    diagnostics.append(Diagnostic(code, message, at: span, help: help))
  }

  public mutating func report(_ diagnostic: Diagnostic) { diagnostics.append(diagnostic) }

  /// Notes a value in its canonical form.
  /// - Parameter sources: the keys it was read from, where they have other names.
  public mutating func record(_ key: String, _ value: JSONValue, from sources: [String] = []) {
    canonical.append(.init(key, value))
    asked.removeAll { sources.contains($0) }
  }

  /// The value of a key, or nil where the key isn't written or holds nothing.
  public mutating func node(_ key: String) -> YAMLNode? {
    precondition(keys.contains { $0.name == key }, "a key that is read is listed in the step's keys")
    guard let entry = entries.first(where: { $0.key.text == key }) else { return nil }
    if !asked.contains(key) { asked.append(key) }
    if entry.value.isEmpty {
      report("empty-key", "`\(key)` has no value", entry.key.span, help: "write one, or remove the line")
      return nil
    }
    return entry.value
  }

  /// In the order they are written.
  public func position(of key: String) -> Int { entries.firstIndex { $0.key.text == key } ?? .max }

  /// Where a key is written; nil where it is not.
  public func place(of key: String) -> Span? { entries.first { $0.key.text == key }?.key.span }

  public mutating func scalar(_ node: YAMLNode, _ what: String) -> SourcedText? {
    guard let text = node.scalar else {
      report("type", "`\(what)` is text, not \(node.form)", node.span)
      return nil
    }
    return text
  }

  /// Text in which a whole `$name` stands for a parameter's value.
  public mutating func text(_ node: YAMLNode, _ what: String) -> SourcedText? {
    guard let text = scalar(node, what) else { return nil }
    guard text.text.hasPrefix("$"), ParameterValue.isName(String(text.text.dropFirst())) else { return text }
    do throws(Diagnostic) {
      let value = try Self.resolve(String(text.text.dropFirst()), at: text.span, own, scope)
      return SourcedText(value.text, span: text.span, verbatimStart: nil)
    } catch {
      report(error)
      return nil
    }
  }

  public mutating func text(_ key: String) -> SourcedText? {
    var written: SourcedText?
    if let node = node(key) { written = text(node, key) }
    record(key, written.map { JSONValue.string($0.text) } ?? .null)
    return written
  }

  /// One of a few words; the default where the key isn't written.
  public mutating func choice(_ key: String, _ words: [String], default standard: String) -> String {
    guard let written = node(key).flatMap({ text($0, key) }) else {
      record(key, .string(standard))
      return standard
    }
    guard words.contains(written.text) else {
      report(
        "choice", "`\(key)` cannot be `\(written.text)`", written.span,
        help: Suggestion.help(for: written.text, among: words))
      return standard
    }
    record(key, .string(written.text))
    return written.text
  }

  /// A word that was read, if it is one of a few.
  mutating func word<Word: RawRepresentable & CaseIterable>(
    _ written: SourcedText, _ key: String, _ word: Word.Type
  ) -> Word? where Word.RawValue == String {
    isWord(written, key, Word.allCases.map(\.rawValue)) ? Word(rawValue: written.text) : nil
  }

  mutating func isWord(_ written: SourcedText, _ key: String, _ words: [String]) -> Bool {
    if words.containsExactly(written.text) { return true }
    report(
      "choice", "`\(key)` cannot be `\(written.text)`", written.span,
      help: Suggestion.help(for: written.text, among: words) ?? "one of \(words.joined(separator: ", "))")
    return false
  }

  public mutating func number(_ key: String) -> (value: Double, span: Span)? {
    guard let written = node(key).flatMap({ text($0, key) }) else {
      record(key, .null)
      return nil
    }
    guard let value = ParameterValue.plainNumber(written.text) else {
      report("type", "`\(key)` is a number, and this is `\(written.text)`", written.span)
      return nil
    }
    // As text: a manifest holds no floating-point number.
    record(key, .string(NumberText.shortest(value)))
    return (value, written.span)
  }

  public mutating func integer(_ key: String, in range: ClosedRange<Int>, default standard: Int) -> Int {
    guard let written = node(key).flatMap({ text($0, key) }) else {
      record(key, .integer(standard))
      return standard
    }
    guard let value = Int(written.text), range.contains(value) else {
      report(
        "type",
        "`\(key)` is a whole number from \(range.lowerBound) to \(range.upperBound), and this is `\(written.text)`",
        written.span)
      return standard
    }
    record(key, .integer(value))
    return value
  }

  public mutating func boolean(_ key: String, default standard: Bool) -> Bool {
    choice(key, ["true", "false"], default: standard ? "true" : "false") == "true"
  }

  /// The notebook's confidence level, recorded as a parameter of every step whose results depend on it.
  public mutating func confidenceLevel() -> Double {
    record("level", .string(NumberText.shortest(level)))
    return level
  }

  /// The name of another step.
  /// - Parameter isWhole: whether a step with `each` is read with the results of all values, not one by one.
  public mutating func step(_ key: String, isWhole: Bool = false) -> Reference? {
    guard let text = node(key).flatMap({ scalar($0, key) }) else { return nil }
    guard ParameterValue.isName(text.text) else {
      report("type", "`\(key)` names a step, and `\(text.text)` is no name", text.span)
      return nil
    }
    record(key, .string(text.text))
    return refer(text.text, text.span, isWhole: isWhole)
  }

  /// Notes that the cell reads the step `name`.
  @discardableResult
  public mutating func refer(_ name: String, _ span: Span, isWhole: Bool = false) -> Reference {
    let reference = Reference(name: name, span: span, isWhole: isWhole)
    references.append(reference)
    return reference
  }

  /// Notes that the cell reads the step that a path begins with.
  public mutating func refer(_ path: Expression) {
    guard let (name, span) = ResultPath.root(path) else { return }
    refer(name, span, isWhole: ResultPath.namesValue(path))
  }

  /// The nodes of a list, or the one node where a single value stands for a list of one.
  public func list(_ node: YAMLNode) -> [YAMLNode] {
    if case .sequence(let nodes) = node.content { return nodes }
    return [node]
  }

  /// The entries of a mapping; reported where the node is none.
  public mutating func mapping(_ node: YAMLNode, _ what: String, help: String? = nil) -> [YAMLEntry]? {
    guard case .mapping(let entries) = node.content else {
      report("type", "`\(what)` is a mapping of keys, not \(node.form)", node.span, help: help)
      return nil
    }
    return entries
  }

  /// Names of columns: one, or a list.
  public mutating func columns(_ key: String) -> [SourcedText] {
    let names = node(key).map { list($0) }?.compactMap { text($0, key) } ?? []
    for (index, name) in names.enumerated() where names[..<index].contains(where: { $0.text == name.text }) {
      report("repeated-name", "`\(name.text)` stands twice in `\(key)`", name.span, help: "name it once")
    }
    record(key, .array(names.map { .string($0.text) }))
    return names
  }

  public mutating func column(_ key: String) -> SourcedText? { text(key) }

  private func resolver() -> ParameterResolver {
    let (scope, own) = (scope, own)
    return { name, span throws(Diagnostic) in try Self.resolve(name, at: span, own, scope).node(at: span) }
  }

  private static func resolve(
    _ name: String, at span: Span, _ own: [(name: String, value: ParameterValue)], _ scope: ParameterScope
  ) throws(Diagnostic) -> ParameterValue {
    if let own = own.first(where: { $0.name == name }) { return own.value }
    return try scope.resolve(name, at: span)
  }

  public mutating func expression(_ node: YAMLNode, _ what: String) -> Expression? {
    guard let text = scalar(node, what) else { return nil }
    return expression(text)
  }

  public mutating func expression(_ text: SourcedText) -> Expression? {
    do throws(Diagnostic) {
      return try ExpressionReader.expression(text, resolve: resolver())
    } catch {
      report(error)
      return nil
    }
  }

  public mutating func formula(_ key: String) -> Formula? {
    guard let text = node(key).flatMap({ scalar($0, key) }) else { return nil }
    do throws(Diagnostic) {
      let formula = try ExpressionReader.formula(text, resolve: resolver())
      record(key, .string(formula.text))
      return formula
    } catch {
      report(error)
      return nil
    }
  }
}
