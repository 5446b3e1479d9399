import Digests
import NotebookSyntax
import Statistics

/// `adjust: {method: holm, over: [group, visit]}`: a method and the family it runs over. Levels of whatever is not named
/// in `over` are families of their own.
struct FamilyAdjustment {
  let method: String
  /// The factors it runs over, but for the key of `each`.
  let over: [SourcedText]
  /// Whether it runs over the values of `each`: it is then made once all are known.
  let spansKey: Bool
  /// As written.
  private let names: [String]
  /// Of the method's name.
  let span: Span

  /// Reads the key `adjust`; nil where it isn't written, or not as it should be.
  /// - Parameter methods: the words that may be written.
  init?(_ cell: inout CellDecoder, methods: [String] = MultipleTesting.methods) {
    guard let node = cell.node("adjust") else {
      cell.record("adjust", .null)
      return nil
    }
    let help = "write `adjust: {method: holm, over: [group]}`"
    guard let entries = cell.mapping(node, "adjust", help: help) else { return nil }
    let names = ["method", "over"]
    for entry in entries where !names.contains(entry.key.text) {
      cell.report(
        "unknown-key", "`adjust` has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: names))
    }
    func entry(_ name: String) -> YAMLNode? { entries.first { $0.key.text == name }?.value }
    guard let method = entry("method").flatMap({ cell.text($0, "method") }), let over = entry("over") else {
      cell.report("missing-key", "`adjust` needs a `method` and the family it runs `over`", node.span, help: help)
      return nil
    }
    guard methods.contains(method.text) else {
      cell.report(
        "choice", "`method` cannot be `\(method.text)`", method.span,
        help: Suggestion.help(for: method.text, among: methods))
      return nil
    }
    let factors = cell.list(over).compactMap { cell.text($0, "over") }
    guard !factors.isEmpty else {
      cell.report("empty-key", "`over` names no factor", over.span, help: help)
      return nil
    }
    for (index, factor) in factors.enumerated() where factors[..<index].contains(where: { $0.text == factor.text }) {
      cell.report("repeated-name", "`\(factor.text)` stands twice in `over`", factor.span, help: "name it once")
    }
    cell.record(
      "adjust", ["method": .string(method.text), "over": .array(factors.map { .string($0.text) })])
    self.method = method.text
    span = method.span
    let key = cell.each?.name
    spansKey = factors.contains { $0.text == key }
    self.over = factors.filter { $0.text != key }
    self.names = factors.map(\.text)
    if spansKey, !MultipleTesting.methods.contains(method.text) {
      cell.report(
        "choice",
        "`\(method.text)` needs the correlations of what is compared, and those of different `\(key ?? "")` are not known",
        method.span, help: "use \(MultipleTesting.methods.joined(separator: ", "))")
    }
  }

  /// Adjusted P values and the sizes of their families. A row without a P value belongs to no family, but is told the
  /// size of the one it would be in.
  /// - Parameter families: the number of the family that each row belongs to.
  static func adjust(_ values: [Double?], families: [Int], by method: String) -> [(p: Double?, size: Int)] {
    var result = values.map { (p: $0, size: 0) }
    for family in Set(families).sorted() {
      let members = families.indices.filter { families[$0] == family && values[$0] != nil }
      let own = MultipleTesting.adjust(members.compactMap { values[$0] }, by: method)
      for (member, p) in zip(members, own) { result[member].p = p }
      for index in families.indices where families[index] == family { result[index].size = members.count }
    }
    return result
  }

  /// How a report names it.
  func note(families: Int) -> String {
    let title = ["bonferroni": "Bonferroni", "holm": "Holm", "hochberg": "Hochberg", "bh": "Benjamini and Hochberg"]
    let over = names.joined(separator: ", ")
    return "Adjusted P by \(title[method] ?? method) over \(over)\(families > 1 ? ", in \(families) families" : "")."
  }
}
