import NotebookSyntax
import Tables

/// What a table 1 compares between its groups, as it is asked for: nothing, unless the cell says so.
struct TableOneComparison: Sendable {
  let isStandardized: Bool
  /// As written; nil where no pairs are.
  let pairs: [(first: SourcedText, second: SourcedText)]?
  let tests: [(column: SourcedText, method: TestMethod, span: Span)]
  private let place: Span

  static let methods: [TestMethod] = [.student, .welch, .rankSum, .anova, .kruskalWallis, .chiSquare, .fisher]

  /// Reads `difference`, `compare` and `tests`. What is not written is not recorded: tables without them have the digests
  /// that they always had.
  init(_ cell: inout CellDecoder, by: SourcedText?, rows: [SourcedText]) {
    place = cell.cell.kind.span
    isStandardized =
      cell.position(of: "difference") != .max
      && cell.choice("difference", ["none", "standardized"], default: "none") == "standardized"
    var pairs: [(first: SourcedText, second: SourcedText)]?
    if let node = cell.node("compare") {
      var found: [(first: SourcedText, second: SourcedText)] = []
      for item in cell.list(node) {
        guard let pair = Self.pair(item, &cell) else { continue }
        if found.contains(where: {
          $0.first.text.isExactly(pair.first.text) && $0.second.text.isExactly(pair.second.text)
        }) {
          cell.report(
            "repeated-name", "`\(pair.first.text)` and `\(pair.second.text)` are compared twice", item.span,
            help: "name the pair once")
          continue
        }
        found.append(pair)
      }
      pairs = found
      cell.record("compare", .array((pairs ?? []).map { .array([.string($0.first.text), .string($0.second.text)]) }))
    }
    self.pairs = pairs
    var tests: [(column: SourcedText, method: TestMethod, span: Span)] = []
    if let node = cell.node("tests"), let entries = cell.mapping(node, "tests", help: "write `{age: welch}`") {
      for entry in entries {
        guard let word = cell.text(entry.value, "tests") else { continue }
        guard let method = Self.methods.first(where: { $0.rawValue == word.text }) else {
          cell.report(
            "choice", "table 1 has no test `\(word.text)`", word.span,
            help: Suggestion.help(for: word.text, among: Self.methods.map(\.rawValue)))
          continue
        }
        if !rows.contains(where: { $0.text == entry.key.text }) {
          cell.report(
            "unknown-column", "`\(entry.key.text)` is no row of this table", entry.key.span,
            help: Suggestion.help(for: entry.key.text, among: rows.map(\.text)))
        }
        tests.append((entry.key, method, word.span))
      }
      cell.record("tests", .object(tests.map { .init($0.column.text, .string($0.method.rawValue)) }))
    }
    self.tests = tests
    if isComparing, by == nil {
      cell.report("missing-key", "`table1` compares groups and has no `by`", place, help: "add `by: column`")
    } else if pairs != nil, !isComparing {
      cell.report(
        "missing-key", "`compare` says what to compare, and nothing is", place, help: "add `difference: standardized`")
    }
  }

  private var isComparing: Bool { isStandardized || !tests.isEmpty }

  private static func pair(_ node: YAMLNode, _ cell: inout CellDecoder) -> (first: SourcedText, second: SourcedText)? {
    guard case .sequence(let nodes) = node.content, nodes.count == 2, let first = cell.text(nodes[0], "compare"),
      let second = cell.text(nodes[1], "compare"), first.text != second.text
    else {
      cell.report("type", "a comparison is a pair of groups", node.span, help: "write `[[A, B], [C, D]]`")
      return nil
    }
    return (first, second)
  }

  /// The pairs that are compared; nil where all groups are compared at once.
  func pairs(of levels: [String]) -> [(first: String, second: String)]? {
    if let pairs { return pairs.map { ($0.first.text, $0.second.text) } }
    return levels.count == 2 ? [(levels[0], levels[1])] : nil
  }

  /// The fields that comparisons add to the result.
  func check(_ context: inout PlanContext, by: ColumnSchema?, _ schema: Schema) -> [Shape.Field] {
    guard isComparing, let by, let levels = by.type.levels else { return [] }
    for level in (pairs ?? []).flatMap({ [$0.first, $0.second] }) where !levels.containsExactly(level.text) {
      context.report(
        "unknown-level", "`\(level.text)` is no level of `\(by.name)`", level.span,
        help: Suggestion.help(for: level.text, among: levels))
    }
    let compared = pairs(of: levels)
    if isStandardized, compared == nil {
      context.report(
        "missing-key", "a standardized difference is between two groups, and `\(by.name)` has \(levels.count)", place,
        help: "say which with `compare: [[\(levels.prefix(2).joined(separator: ", "))]]`")
    }
    for test in tests {
      guard let column = schema[test.column.text] else { continue }
      if column.type.isNumeric == test.method.countsLevels {
        context.report(
          "type", "`\(test.method.rawValue)` does not test `\(column.name)`, which is \(column.type.name)", test.span,
          help: test.method.countsLevels
            ? "for numbers there are t, welch, rank-sum, anova, kruskal-wallis"
            : "for categories there are chi-square and fisher")
      } else if compared == nil, test.method.needsTwoGroups {
        context.report(
          "type", "`\(test.method.rawValue)` compares two groups, and `\(by.name)` has \(levels.count)", test.span,
          help:
            "name pairs with `compare`, or use \(test.method.countsLevels ? "chi-square" : "anova or kruskal-wallis")")
      }
    }
    let groups: [Shape.Key] = [.init("first", compared?.map(\.first)), .init("second", compared?.map(\.second))]
    var fields: [Shape.Field] = []
    if isStandardized {
      fields.append(
        .init(
          "differences", .keyed(by: [.init("variable", nil)] + groups, .record([.init("standardized", .number)]))))
    }
    if !tests.isEmpty {
      let variable = Shape.Key("variable", tests.map(\.column.text))
      fields.append(
        .init(
          "tests",
          .keyed(
            by: [variable] + (compared == nil ? [] : groups),
            .record([.init("p_value", .number), .init("method", .text)]))))
    }
    return fields
  }
}
