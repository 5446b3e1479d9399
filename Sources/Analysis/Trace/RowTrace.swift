import Tables

/// Rows followed back to their files.
enum RowTrace {
  /// A step that makes no word of where its rows come from, and that has the rows of its one table as they were, passes
  /// their origins on: as many rows, and every column that both have is the same. Otherwise they are lost.
  static func inheriting(_ outcome: StepOutcome, from tables: [Table]) -> StepOutcome {
    guard let table = outcome.table, table.origins == nil, tables.count == 1, let origins = tables[0].origins,
      table.rowCount == tables[0].rowCount
    else { return outcome }
    let shared = tables[0].columns.compactMap { column in table[column.schema.name].map { (column, $0) } }
    guard !shared.isEmpty, shared.allSatisfy({ $0.digest == $1.digest }) else { return outcome }
    var outcome = outcome
    outcome.table?.origins = origins
    return outcome
  }
}
