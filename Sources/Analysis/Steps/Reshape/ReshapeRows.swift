import NotebookSyntax
import Tables

/// How `reshape` moves values.
extension Reshape {
  func long(_ table: Table, _ schema: Schema) throws(StepFailure) -> (Table, absent: Int) {
    try checkKey(table)
    let columns = values.compactMap { table[$0.column.text] }
    var rows: [Int] = []
    var levels: [Int32] = []
    var absent = 0
    for row in 0..<table.rowCount {
      for (level, column) in columns.enumerated() {
        if column.values.isMissing(row) {
          absent += 1
          if !keepsMissing { continue }
        }
        rows.append(row)
        levels.append(Int32(level))
      }
    }
    let kept = table.rows(rows)
    var made = self.kept(table.schema).compactMap { kept[$0.name] }
    let added = Array(schema.columns.suffix(2))
    made.append(Column(schema: added[0], values: .codes(levels, levels: values.map(\.level.text))))
    made.append(Column(schema: added[1], values: Self.stacked(columns, rows, levels)))
    return (Table(columns: made, rowCount: rows.count, origins: kept.origins), absent)
  }

  private func checkKey(_ table: Table) throws(StepFailure) {
    let keys = RowKeys(key.compactMap { table[$0.text] }.map { Grouping.codes($0).codes })
    for (row, number) in keys.numbers.enumerated() {
      if number < 0 { throw incomplete(row) }
      let first = keys.firstRows[Int(number)]
      if first != row {
        throw StepFailure(
          Diagnostic(
            "repeated-key", "rows \(first + 1) and \(row + 1) of `\(data.name)` have one key", at: key[0].span,
            help: "add the column that tells them apart to `key`"))
      }
    }
  }

  private func incomplete(_ row: Int) -> StepFailure {
    StepFailure(
      Diagnostic(
        "missing-in-key", "row \(row + 1) of `\(data.name)` has a key that is missing", at: key[0].span,
        help: "filter such rows out before"))
  }

  /// One value for each of `rows`, from the column its level names.
  private static func stacked(_ columns: [Column], _ rows: [Int], _ levels: [Int32]) -> ColumnValues {
    func picked(_ numbers: [[Double]]) -> [Double] { zip(rows, levels).map { numbers[Int($1)][$0] } }
    switch columns[0].values {
    case .numbers: return .numbers(picked(columns.map { $0.values.numbers ?? [] }))
    case .days:
      return .days(
        picked(
          columns.map { column -> [Double] in
            if case .days(let days) = column.values { days } else { [] }
          }))
    case .censored:
      let parts = columns.map { column -> ([Double], [Int8]) in
        if case .censored(let limits, let marks) = column.values { (limits, marks) } else { ([], []) }
      }
      return .censored(picked(parts.map(\.0)), marks: zip(rows, levels).map { parts[Int($1)].1[$0] })
    case .codes: break
    }
    // Texts of several columns get one list of levels; those of a category have the same one anyway.
    if let names = columns[0].schema.type.levels {
      return .codes(zip(rows, levels).map { code(columns[Int($1)], $0) }, levels: names)
    }
    var known: [[UInt8]: Int32] = [:]
    var texts: [String] = []
    let codes = zip(rows, levels).map { row, level -> Int32 in
      guard let text = columns[Int(level)].text(row) else { return -1 }
      if let code = known[Array(text.utf8)] { return code }
      known[Array(text.utf8)] = Int32(texts.count)
      texts.append(text)
      return Int32(texts.count - 1)
    }
    return .codes(codes, levels: texts)
  }

  private static func code(_ column: Column, _ row: Int) -> Int32 {
    if case .codes(let codes, _) = column.values { return codes[row] }
    return -1
  }

  func wide(_ table: Table, _ schema: Schema) throws(StepFailure) -> (Table, absent: Int) {
    guard let names = table[name.text], let levels = names.schema.type.levels,
      case .codes(let levelOf, _) = names.values
    else { throw StepFailure(Diagnostic("internal", "`\(name.text)` is no category", at: name.span)) }
    let keys = RowKeys(key.compactMap { table[$0.text] }.map { Grouping.codes($0).codes })
    // The row of each key and level; −1 where there is none.
    var cells = [[Int]](repeating: [Int](repeating: -1, count: levels.count), count: keys.firstRows.count)
    var members = [[Int]](repeating: [], count: keys.firstRows.count)
    for row in 0..<table.rowCount {
      guard keys.numbers[row] >= 0 else { throw incomplete(row) }
      guard levelOf[row] >= 0 else {
        throw StepFailure(
          Diagnostic(
            "missing-level", "row \(row + 1) of `\(data.name)` has no `\(name.text)`, so its values have no column",
            at: name.span, help: "filter such rows out before"))
      }
      let key = Int(keys.numbers[row])
      let level = Int(levelOf[row])
      if cells[key][level] >= 0 {
        throw StepFailure(
          Diagnostic(
            "repeated-key",
            "rows \(cells[key][level] + 1) and \(row + 1) of `\(data.name)` both hold `\(levels[level])` of one key",
            at: name.span, help: "say which one counts before, with `filter` or `visits`"))
      }
      cells[key][level] = row
      members[key].append(row)
    }
    let first = table.rows(keys.firstRows)
    try checkConstant(table, members)
    var made = (key + keep).compactMap { first[$0.text] }
    var position = made.count
    for value in values {
      guard let column = table[value.column.text] else { continue }
      for level in levels.indices {
        made.append(
          Column(schema: schema.columns[position], values: column.values.picked(orMissing: cells.map { $0[level] })))
        position += 1
      }
    }
    let absent = cells.map { row in row.count { $0 < 0 } }.reduce(0, +)
    return (
      Table(columns: made, rowCount: members.count, origins: table.origins?.gathered(members)), absent * values.count
    )
  }

  private func checkConstant(_ table: Table, _ members: [[Int]]) throws(StepFailure) {
    for wanted in keep {
      guard let column = table[wanted.text] else { continue }
      for rows in members {
        let value = column.text(rows[0])
        if let other = rows.first(where: { column.text($0) != value }) {
          throw StepFailure(
            Diagnostic(
              "not-constant",
              "`\(wanted.text)` differs within a key: rows \(rows[0] + 1) and \(other + 1) of `\(data.name)`",
              at: wanted.span, help: "spread it too, with `values`, or leave it out"))
        }
      }
    }
  }
}
