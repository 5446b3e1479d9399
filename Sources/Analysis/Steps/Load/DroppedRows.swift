import NotebookSyntax
import Tables

/// Rows that `duplicates` leaves out, and the check that those that stay have a key each.
struct DroppedRows {
  /// The rows that stay, in order, from 0.
  let kept: [Int]
  /// Each row left out, and the one that stays in its place.
  let dropped: [(row: Int, inPlace: Int, rule: Duplicates.Rule)]

  var isEmpty: Bool { dropped.isEmpty }
  var count: Int { dropped.count }

  init(
    _ load: Load, _ table: Table, _ read: CSVReader.Result, _ bytes: [UInt8], _ problems: inout DataProblems
  ) {
    var stays = [Bool](repeating: true, count: table.rowCount)
    var dropped: [(row: Int, inPlace: Int, rule: Duplicates.Rule)] = []
    if load.duplicates.dropsExact {
      for (row, first) in DuplicateRecords.first(bytes, read.records).enumerated() {
        guard let first else { continue }
        stays[row] = false
        dropped.append((row, first, .dropExact))
      }
    }
    let columns = load.key.compactMap { table[$0.text] }
    if !columns.isEmpty {
      let keys = RowKeys(columns.map { Grouping.codes($0).codes })
      // The row of each key that stays. One that was left out as another's double is not the first of its key: that other
      // one is. The last of a key may be such a double, in whose place its first stays.
      var last = keys.firstRows
      if load.duplicates.keeps == .keepLast {
        for (row, number) in keys.numbers.enumerated() where number >= 0 && stays[row] { last[Int(number)] = row }
      }
      for (row, number) in keys.numbers.enumerated() where stays[row] {
        let rule: DataProblem.Rule
        if number < 0 {
          rule = .missingInKey
        } else if last[Int(number)] == row {
          continue
        } else if let rule = load.duplicates.keeps {
          stays[row] = false
          dropped.append((row, last[Int(number)], rule))
          continue
        } else {
          rule = .repeatedKey(firstRow: keys.firstRows[Int(number)] + 1)
        }
        let names = load.key.map(\.text).joined(separator: ", ")
        let text = columns.map { $0.text(row) ?? "" }.joined(separator: ", ")
        problems.add(DataProblem(row: row + 1, line: Int(read.lines[row]), column: names, value: text, rule: rule))
      }
    }
    kept = stays.indices.filter { stays[$0] }
    self.dropped = dropped
  }
}
