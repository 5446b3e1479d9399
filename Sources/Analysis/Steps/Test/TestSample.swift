import NotebookSyntax
import Statistics
import Tables

/// The rows of one test, sorted into what is compared.
struct TestSample {
  struct Group {
    /// As paths name it.
    let key: String
    /// As the report names it.
    let label: String
    /// Numbers, or codes of levels.
    var values: [Double] = []
  }

  /// In the order they are compared; of pairs two, of one length.
  private(set) var groups: [Group]
  /// Rows with a missing value, which were left out.
  private(set) var dropped = 0
  /// Subjects with only one half of a pair.
  private(set) var unpaired = 0
  /// Rows of levels that the cell does not compare.
  private(set) var otherLevels = 0

  /// Values, or pairs.
  let observations: Int

  /// - Parameter place: which of several tests this is, for messages; empty for the only one.
  init(_ design: TestDesign, _ method: TestMethod, _ table: Table, rows: [Int], data: Reference, place: String)
    throws(StepFailure)
  {
    let outcome = try Values(design.outcome, table, data)
    switch design.form {
    case .mu, .alone:
      let present = rows.filter { !outcome.values[$0].isNaN }
      groups = [
        Group(key: design.outcome.text, label: outcome.title, values: present.map { outcome.values[$0] })
      ]
      dropped = rows.count - present.count
      observations = present.count
    case .with:
      let name = design.second ?? design.outcome
      let second = try Values(name, table, data)
      let present = rows.filter { !outcome.values[$0].isNaN && !second.values[$0].isNaN }
      groups = [
        Group(key: design.outcome.text, label: outcome.title, values: present.map { outcome.values[$0] }),
        Group(key: name.text, label: second.title, values: present.map { second.values[$0] }),
      ]
      dropped = rows.count - present.count
      observations = present.count
    case .groups, .paired:
      let sorted = try Self.sorted(design, method, table, rows, outcome, place)
      dropped = sorted.dropped
      otherLevels = sorted.otherLevels
      groups = sorted.groups.map { Group(key: $0.key, label: $0.label) }
      if design.form == .paired, groups.count == 2 {
        let (pairs, single) = try Self.pairs(design, table, sorted)
        for pair in pairs {
          groups[0].values.append(outcome.values[pair.0])
          groups[1].values.append(outcome.values[pair.1])
        }
        unpaired = single
        observations = pairs.count
      } else {
        for (index, group) in sorted.groups.enumerated() {
          groups[index].values = group.rows.map { outcome.values[$0] }
        }
        observations = groups.reduce(0) { $0 + $1.values.count }
      }
    }
  }

  /// A column's values as numbers, NaN where missing.
  private struct Values {
    let values: [Double]
    let title: String

    init(_ name: SourcedText, _ table: Table, _ data: Reference) throws(StepFailure) {
      guard let column = table[name.text] else {
        throw StepFailure(
          Diagnostic("internal", "the column `\(name.text)` is not in `\(data.name)`", at: name.span))
      }
      title = column.schema.title
      switch column.values {
      case .numbers(let numbers): values = numbers
      // Refused by the check, which asks for numbers or a category.
      case .censored(let limits, _), .days(let limits): values = limits.map { _ in .nan }
      case .codes(let codes, _): values = codes.map { $0 < 0 ? .nan : Double($0) }
      }
      if let row = values.firstIndex(where: \.isInfinite) {
        throw StepFailure(
          Diagnostic(
            "test", "`\(name.text)` is infinite in row \(row + 1) of `\(data.name)`", at: name.span,
            help: "filter such rows out before"))
      }
    }
  }

  private struct Sorted {
    var groups: [(key: String, label: String, rows: [Int])]
    var dropped = 0
    var otherLevels = 0
  }

  private static func sorted(
    _ design: TestDesign, _ method: TestMethod, _ table: Table, _ rows: [Int], _ outcome: Values, _ place: String
  ) throws(StepFailure) -> Sorted {
    guard let name = design.groups, let column = table[name.text] else { return Sorted(groups: []) }
    let (codes, levels) = Grouping.codes(column)
    let wanted = design.levels?.map { level -> Int? in
      guard column.schema.type.isNumeric, let value = ParameterValue.plainNumber(level.text) else {
        return levels.firstIndex(ofExactly: level.text)
      }
      return levels.firstIndex(ofExactly: ECMAScriptText.of(value))
    }
    var sorted = Sorted(groups: [])
    var ofLevel = [[Int]](repeating: [], count: levels.count)
    let isWanted = levels.indices.map { level in wanted.map { $0.contains(level) } ?? true }
    let subjects = design.subject.flatMap { table[$0.text] }
    for row in rows {
      let code = Int(codes[row])
      if code >= 0, !isWanted[code] {
        sorted.otherLevels += 1
      } else if code < 0 || outcome.values[row].isNaN || subjects?.values.isMissing(row) ?? false {
        sorted.dropped += 1
      } else {
        ofLevel[code].append(row)
      }
    }
    func label(_ code: Int) -> String {
      column.schema.type.levels == nil ? levels[code] : column.schema.label(ofLevel: code)
    }
    if let wanted, let listed = design.levels {
      sorted.groups = zip(wanted, listed).map { code, level in
        (code.map { levels[$0] } ?? level.text, code.map(label) ?? level.text, code.map { ofLevel[$0] } ?? [])
      }
    } else {
      sorted.groups = levels.indices.filter { !ofLevel[$0].isEmpty }.map { (levels[$0], label($0), ofLevel[$0]) }
      if method.needsTwoGroups, sorted.groups.count > 2 {
        let present = sorted.groups.map(\.key).joined(separator: ", ")
        let other = method == .rankSum ? "`kruskal-wallis`" : "`anova`"
        throw StepFailure(
          Diagnostic(
            "test",
            "`\(method.rawValue)` compares two levels of `\(name.text)`, and there are \(sorted.groups.count)\(place): \(present)",
            at: name.span,
            help: "name two, `groups: {\(name.text): [\(sorted.groups[0].key), \(sorted.groups[1].key)]}`"
              + (method.isCorrelation || design.form == .paired ? "" : ", or use \(other)")))
      }
    }
    return sorted
  }

  /// Rows of one subject at the first and at the second level, and how many subjects have only one of them.
  private static func pairs(
    _ design: TestDesign, _ table: Table, _ sorted: Sorted
  ) throws(StepFailure) -> (pairs: [(Int, Int)], single: Int) {
    guard let name = design.subject, let column = table[name.text] else { return ([], 0) }
    let (codes, levels) = Grouping.codes(column)
    func rowsOf(_ group: (key: String, label: String, rows: [Int])) throws(StepFailure) -> [Int?] {
      var rows = [Int?](repeating: nil, count: levels.count)
      for row in group.rows {
        let subject = Int(codes[row])
        if let other = rows[subject] {
          throw StepFailure(
            Diagnostic(
              "test",
              "rows \(other + 1) and \(row + 1) are both `\(levels[subject])` at `\(group.key)`, and a pair has one row of each",
              at: name.span, help: "keep one of them with a `filter`, or separate the tests with `by`"))
        }
        rows[subject] = row
      }
      return rows
    }
    let first = try rowsOf(sorted.groups[0])
    let second = try rowsOf(sorted.groups[1])
    // In the order of the rows, whatever the subjects are called.
    var pairs: [(Int, Int)] = []
    var single = 0
    for (a, b) in zip(first, second) {
      if let a, let b { pairs.append((a, b)) } else if a != nil || b != nil { single += 1 }
    }
    return (pairs.sorted { $0.0 < $1.0 }, single)
  }
}
