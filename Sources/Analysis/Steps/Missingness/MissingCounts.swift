import Tables

/// Counts of what is missing, as results, tables and a figure.
struct MissingCounts {
  struct Count {
    /// Values that are there.
    var present = 0
    /// Rows whose value is missing.
    var missing = 0
    /// Participants without a row.
    var absent = 0

    var all: Int { present + missing + absent }
    var share: Double? { all > 0 ? Double(missing + absent) / Double(all) : nil }
  }

  private let columns: [Column]
  private let overall: [Count]
  /// The levels of `by`, with their labels.
  private let levels: [(name: String, label: String)]
  private let by: ColumnSchema?
  private let hasParticipants: Bool
  /// One list for each variable, one count for each level.
  private var groups: [[Count]] = []
  private var patterns: [(columns: [Int], count: Int)] = []
  private let complete: Int
  private let ungrouped: Int

  private static let shownPatterns = 12

  init(_ table: Table, columns: [Column], by: String?, participant: String?) {
    self.columns = columns
    let all = Array(0..<table.rowCount)
    overall = columns.map { Self.count($0, all) }
    let group = by.flatMap { table[$0] }
    self.by = group?.schema
    hasParticipants = participant != nil
    let names = group?.schema.type.levels ?? []
    levels = names.enumerated().map { ($1, group?.schema.label(ofLevel: $0) ?? $1) }
    var ungrouped = 0
    if let group, case .codes(let codes, _) = group.values {
      var rows = [[Int]](repeating: [], count: names.count)
      for (row, code) in codes.enumerated() {
        if code < 0 { ungrouped += 1 } else { rows[Int(code)].append(row) }
      }
      let people = participant.flatMap { table[$0] }.map { Grouping.codes($0).codes }
      let everyone = people.map { Set($0.filter { $0 >= 0 }).count }
      let absent = rows.map { rows -> Int in
        guard let people, let everyone else { return 0 }
        return everyone - Set(rows.map { people[$0] }.filter { $0 >= 0 }).count
      }
      groups = columns.map { column in
        zip(rows, absent).map { rows, absent in
          var count = Self.count(column, rows)
          count.absent = absent
          return count
        }
      }
    }
    self.ungrouped = ungrouped
    var places: [[Int]: Int] = [:]
    var found: [(columns: [Int], count: Int)] = []
    for row in all {
      let pattern = columns.indices.filter { columns[$0].values.isMissing(row) }
      if let place = places[pattern] {
        found[place].count += 1
      } else {
        places[pattern] = found.count
        found.append((pattern, 1))
      }
    }
    complete = found.first { $0.columns.isEmpty }?.count ?? 0
    // The most frequent first; of equals the one with fewer variables, then in their order.
    patterns = found.filter { !$0.columns.isEmpty }.sorted {
      if $0.count != $1.count { return $0.count > $1.count }
      return $0.columns.count == $1.columns.count
        ? $0.columns.lexicographicallyPrecedes($1.columns) : $0.columns.count < $1.columns.count
    }
  }

  private static func count(_ column: Column, _ rows: [Int]) -> Count {
    let missing = rows.count { column.values.isMissing($0) }
    return Count(present: rows.count - missing, missing: missing)
  }

  private func name(_ pattern: [Int]) -> String { pattern.map { columns[$0].schema.name }.joined(separator: ", ") }

  var fields: [ResultValue.Field] {
    func share(_ count: Count) -> ResultValue.Field {
      .init("share", .real(count.share, orAbsent: "no rows"))
    }
    func counts(_ count: Count) -> [ResultValue.Field] {
      [.init("n", .count(count.present)), .init("missing", .count(count.missing))]
    }
    var fields: [ResultValue.Field] = [
      .init(
        "variables",
        .keyed(
          by: ["variable"],
          zip(columns, overall).map { .init([$0.schema.name], .record(counts($1) + [share($1)])) }))
    ]
    if let by {
      let entries = zip(columns, groups).flatMap { column, counted in
        zip(levels, counted).map { level, count in
          ResultValue.Entry(
            [column.schema.name, level.name],
            .record(counts(count) + [.init("absent", .count(count.absent)), share(count)]))
        }
      }
      fields.append(.init("rows", .keyed(by: ["variable", by.name], entries)))
    }
    return fields + [
      .init("complete", .count(complete)),
      .init(
        "patterns",
        .keyed(
          by: ["missing"], patterns.map { .init([name($0.columns)], .record([.init("n", .count($0.count))])) })),
    ]
  }

  func exhibits(of data: String) -> [Exhibit] {
    var exhibits: [Exhibit] = [.table(variables(of: data))]
    if let figure = figure(of: data) { exhibits.append(.figure(figure)) }
    if !patterns.isEmpty { exhibits.append(.table(patternTable)) }
    return exhibits
  }

  private func variables(of data: String) -> TableExhibit {
    var notes = [
      by != nil && hasParticipants
        ? "n (%) of participants without a value: missing in their row, or without a row at that time."
        : "n (%) of rows in which the value is missing."
    ]
    if ungrouped > 0 {
      notes.append(
        "\(NumberFormat.counted(ungrouped, "row")) in no group, because it is missing, count under All rows alone.")
    }
    return TableExhibit(
      caption: "Missing values of \(data)",
      headings: [.init("Variable", isNumeric: false), .init("All rows")] + levels.map { .init($0.label) },
      rows: columns.indices.map { index in
        let counted = groups.isEmpty ? [] : groups[index]
        return .init(
          [.text(columns[index].schema.label ?? columns[index].schema.name)]
            + ([overall[index]] + counted).map { .share($0.missing + $0.absent, of: $0.all) })
      },
      notes: notes)
  }

  private var patternTable: TableExhibit {
    let rest = patterns.dropFirst(Self.shownPatterns)
    let total = overall.first?.all ?? 0
    func row(_ text: String, _ count: Int) -> TableExhibit.Row { .init([.text(text), .share(count, of: total)]) }
    var rows = [row("None", complete)]
    rows += patterns.prefix(Self.shownPatterns).map { pattern in
      row(
        pattern.columns.map { columns[$0].schema.label ?? columns[$0].schema.name }.joined(separator: ", "),
        pattern.count)
    }
    if !rest.isEmpty {
      rows.append(row("\(NumberFormat.counted(rest.count, "other pattern"))", rest.map(\.count).reduce(0, +)))
    }
    return TableExhibit(
      caption: "Values that are missing together",
      headings: [.init("Missing in a row", isNumeric: false), .init("Rows, n (%)")], rows: rows)
  }

  /// A map of variables and groups, where anything is missing.
  private func figure(of data: String) -> Figure? {
    guard let by, levels.count > 1, groups.joined().contains(where: { $0.missing + $0.absent > 0 }) else { return nil }
    return MissingnessFigure.build(
      caption: "Missing values of \(data) by \(by.label ?? by.name)",
      variables: columns.map { $0.schema.label ?? $0.schema.name }, columns: levels.map(\.label),
      columnTitle: by.label ?? by.name,
      cells: groups.map { $0.map { MissingnessFigure.Cell(missing: $0.missing + $0.absent, of: $0.all) } })
  }
}
