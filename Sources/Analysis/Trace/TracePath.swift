import NotebookSyntax
import Tables

/// A path into a result, taken apart: `numbers["age", "A"].mean` of a step.
struct TracePath {
  enum Part: Equatable {
    case member(String)
    case row([String])
  }

  let parts: [Part]

  init(_ path: Expression) {
    var parts: [Part] = []
    var node = path
    while true {
      switch node.node {
      case .member(let inner, let name, _):
        parts.insert(.member(name), at: 0)
        node = inner
        continue
      case .index(let inner, let indices):
        parts.insert(
          .row(indices.map { index in if case .text(let text) = index.node { text } else { index.description } }), at: 0
        )
        node = inner
        continue
      default: break
      }
      break
    }
    self.parts = parts
  }

  /// The keys behind the first member, where it is `name`: of `rows["A"]` the list with `A`.
  func keys(of name: String) -> [String]? {
    guard parts.count > 1, parts[0] == .member(name), case .row(let keys) = parts[1] else { return nil }
    return keys
  }

  /// The member at a place.
  func member(_ index: Int) -> String? {
    guard index < parts.count, case .member(let name) = parts[index] else { return nil }
    return name
  }
}

/// The rows of a table behind one value of a result, and why just these.
struct TracedRows {
  let rows: [Int]
  /// `arm is placebo, bili present`
  let reason: String
}

/// A step whose results each have rows of their own.
protocol RowSelecting: Step {
  /// Nil where the path leads to something that all rows have part in.
  func rows(behind path: TracePath, in table: Table) -> TracedRows?
}

/// Conditions of one kind, met one after the other.
struct RowConditions {
  private let table: Table
  private var rows: [Int]
  private var reasons: [String] = []

  init(_ table: Table) {
    self.table = table
    rows = Array(0..<table.rowCount)
  }

  mutating func keep(_ column: String, is level: String) {
    guard let values = table[column] else { return }
    rows = rows.filter { values.text($0)?.isExactly(level) == true }
    reasons.append("\(column) is \(level)")
  }

  mutating func keep(_ column: String, isOneOf levels: [String]) {
    guard let values = table[column] else { return }
    rows = rows.filter { values.text($0).map(levels.containsExactly) ?? false }
    reasons.append("\(column) is \(levels.joined(separator: " or "))")
  }

  mutating func keep(_ column: String, isPresent: Bool) {
    guard let values = table[column]?.values else { return }
    rows = rows.filter { values.isMissing($0) != isPresent }
    reasons.append("\(column) is \(isPresent ? "present" : "missing")")
  }

  var selection: TracedRows { TracedRows(rows: rows, reason: reasons.joined(separator: ", ")) }
}

extension Summarize: RowSelecting {
  func rows(behind path: TracePath, in table: Table) -> TracedRows? {
    var conditions = RowConditions(table)
    if let keys = path.keys(of: "rows") { for (name, key) in zip(by, keys) { conditions.keep(name.text, is: key) } }
    // `overall.bili.mean`, `rows["A"].bili.mean`
    let place = path.member(0) == "overall" ? 1 : 2
    if let column = path.member(place), of.contains(where: { $0.text == column }),
      let statistic = path.member(place + 1)
    {
      conditions.keep(column, isPresent: statistic != "missing")
    }
    return conditions.selection
  }
}

extension TableOne: RowSelecting {
  func rows(behind path: TracePath, in table: Table) -> TracedRows? {
    var conditions = RowConditions(table)
    func group(_ key: String?) {
      if let by, let key, !hasOverall || key != Self.all { conditions.keep(by.text, is: key) }
    }
    if let keys = path.keys(of: "groups") {
      group(keys.first)
    } else if let keys = path.keys(of: "numbers"), let column = keys.first {
      group(keys.last)
      if let statistic = path.member(2) { conditions.keep(column, isPresent: statistic != "missing") }
    } else if let keys = path.keys(of: "levels"), keys.count == 3 {
      group(keys[2])
      conditions.keep(keys[0], isPresent: true)
      if path.member(2) == "n" { conditions.keep(keys[0], is: keys[1]) }
    } else if let keys = path.keys(of: "differences") ?? path.keys(of: "tests"), let column = keys.first, let by {
      // Of a test of all groups the variable alone is named.
      if keys.count == 3 {
        conditions.keep(by.text, isOneOf: Array(keys[1...]))
      } else {
        conditions.keep(by.text, isPresent: true)
      }
      conditions.keep(column, isPresent: true)
    } else {
      return nil
    }
    return conditions.selection
  }
}

extension Missingness: RowSelecting {
  func rows(behind path: TracePath, in table: Table) -> TracedRows? {
    var conditions = RowConditions(table)
    if let keys = path.keys(of: "rows"), let by, keys.count == 2 {
      conditions.keep(by.text, is: keys[1])
      if let what = path.member(2), ["n", "missing"].contains(what) {
        conditions.keep(keys[0], isPresent: what == "n")
      }
    } else if let keys = path.keys(of: "variables"), let what = path.member(2), ["n", "missing"].contains(what) {
      conditions.keep(keys[0], isPresent: what == "n")
    } else {
      return nil
    }
    return conditions.selection
  }
}

extension Flow: RowSelecting {
  func rows(behind path: TracePath, in table: Table) -> TracedRows? {
    guard let keys = path.keys(of: "counts") ?? path.keys(of: "groups") else { return nil }
    var conditions = RowConditions(table)
    for (name, key) in zip(split, keys) { conditions.keep(name.text, is: key) }
    // A row without the second split is in no group of the first.
    for name in split.dropFirst(keys.count) { conditions.keep(name.text, isPresent: true) }
    return conditions.selection
  }
}

extension Visits: RowSelecting {
  func rows(behind path: TracePath, in table: Table) -> TracedRows? {
    guard let key = path.keys(of: "windows")?.first else { return nil }
    var conditions = RowConditions(table)
    conditions.keep(Self.visitName, is: key)
    return conditions.selection
  }
}
