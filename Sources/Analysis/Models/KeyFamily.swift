import Statistics

/// P values of a cell with `each`, adjusted over a family that spans its values.
enum KeyFamily {
  /// What stands in place of adjusted values until all are known.
  static func unsettled(_ count: Int) -> [(p: Double?, size: Int)] { Array(repeating: (nil, 0), count: count) }

  /// Writes adjusted P values into results and their tables.
  ///
  /// - Parameter apart: of the keys of a result's rows, those whose levels are families of their own.
  static func settle(
    _ outcomes: [StepOutcome], by method: String, apart: ([String]) -> [String]
  ) -> [StepOutcome] {
    var values: [Double?] = []
    var families: [Int] = []
    var order: [[String]: Int] = [:]
    for outcome in outcomes {
      let (keys, rows) = rows(of: outcome.result)
      let separate = apart(keys).compactMap { keys.firstIndex(of: $0) }
      for row in rows {
        values.append(row.value["p_value"]?.double)
        let levels = separate.map { row.keys[$0] }
        let family = order[levels] ?? order.count
        order[levels] = family
        families.append(family)
      }
    }
    var adjusted = FamilyAdjustment.adjust(values, families: families, by: method)[...]
    return outcomes.map { outcome in
      let (keys, rows) = rows(of: outcome.result)
      let own = Array(adjusted.prefix(rows.count))
      adjusted = adjusted.dropFirst(rows.count)
      var settled = outcome
      let entries = zip(rows, own).map { row, item in ResultValue.Entry(row.keys, record(row.value, item)) }
      settled.result =
        keys.isEmpty ? entries.first?.value ?? outcome.result : replaced(outcome.result, .keyed(by: keys, entries))
      settled.exhibits = exhibits(outcome.exhibits, own.map(\.p))
      return settled
    }
  }

  private static func rows(of result: ResultValue) -> (keys: [String], rows: [ResultValue.Entry]) {
    if case .keyed(let keys, let entries)? = result["rows"] { return (keys, Array(entries)) }
    return ([], [.init([], result)])
  }

  private static func replaced(_ result: ResultValue, _ rows: ResultValue) -> ResultValue {
    guard case .record(let fields) = result else { return result }
    return .record(fields.map { $0.name == "rows" ? .init("rows", rows) : $0 })
  }

  private static func record(_ value: ResultValue, _ item: (p: Double?, size: Int)) -> ResultValue {
    guard case .record(let fields) = value else { return value }
    return .record(
      fields.map { field in
        switch field.name {
        case "p_adjusted": .init("p_adjusted", .real(item.p, orAbsent: "there is no P value"))
        case "family_size": .init("family_size", .count(item.size))
        default: field
        }
      })
  }

  /// The last column of the table that has one for adjusted P values.
  private static func exhibits(_ exhibits: [Exhibit], _ values: [Double?]) -> [Exhibit] {
    exhibits.map { exhibit in
      guard case .table(var table) = exhibit, table.headings.last?.text == "Adjusted P",
        table.rows.count == values.count
      else { return exhibit }
      table.rows = zip(table.rows, values).map { row, p in
        .init(row.cells.dropLast() + [p.map { .pValue($0) } ?? .absent("–")], indent: row.indent)
      }
      return .table(table)
    }
  }
}
