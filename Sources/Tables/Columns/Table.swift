import NotebookSyntax

/// A table of typed columns. Rows have an order; every column has as many values as the table has rows.
public struct Table: Sendable {
  public let columns: [Column]
  public let rowCount: Int
  /// Where the rows come from, while a result is traced; nil otherwise.
  public var origins: RowOrigins?

  public init(columns: [Column], rowCount: Int, origins: RowOrigins? = nil) {
    precondition(columns.allSatisfy { $0.values.count == rowCount }, "columns of one length")
    self.columns = columns
    self.rowCount = rowCount
    self.origins = origins
  }

  public var schema: Schema { Schema(columns.map(\.schema)) }

  public subscript(name: String) -> Column? {
    columns.first { $0.schema.name.isExactly(name) }
  }

  /// The table with `Schema.withSensitivity`.
  public var withSensitivity: Table {
    guard schema.isSensitive else { return self }
    return Table(
      columns: zip(schema.withSensitivity.columns, columns).map { Column(schema: $0, values: $1.values) },
      rowCount: rowCount, origins: origins)
  }

  /// Sensitive ids are replaced by P1, P2, … in the order in which they first appear; texts too, which may be made of ids.
  public var withoutSensitiveIDs: Table {
    guard columns.contains(where: \.schema.isRenamed) else { return self }
    return Table(
      columns: columns.map { column in
        guard column.schema.isRenamed, case .codes(let codes, let levels) = column.values else { return column }
        return Column(schema: column.schema, values: .codes(codes, levels: levels.indices.map { "P\($0 + 1)" }))
      }, rowCount: rowCount, origins: origins)
  }

  /// The rows at `rows`, in that order.
  public func rows(_ rows: [Int]) -> Table {
    Table(
      columns: columns.map { Column(schema: $0.schema, values: $0.values.picked(rows)) }, rowCount: rows.count,
      origins: origins?.picked(rows))
  }
}

public struct Column: Sendable {
  public var schema: ColumnSchema
  public let values: ColumnValues

  public init(schema: ColumnSchema, values: ColumnValues) {
    self.schema = schema
    // Rows that were left out leave no trace: a column's digest is of the values that it has, and so is all else.
    self.values = schema.type.levels == nil ? values.numberedByAppearance : values
  }

  /// The value of a row as text, or nil where it is missing. Numbers read back to the same double.
  public func text(_ row: Int) -> String? {
    switch values {
    case .numbers(let numbers): return numbers[row].isNaN ? nil : ECMAScriptText.of(numbers[row])
    case .censored(let limits, let marks): return limits[row].isNaN ? nil : CensoredText.of(limits[row], marks[row])
    case .days(let days): return days[row].isNaN ? nil : CalendarDay.text(Int(days[row]))
    case .codes(let codes, let levels): return codes[row] < 0 ? nil : levels[Int(codes[row])]
    }
  }
}

/// The values of one column. Missing is a value of every type: NaN among numbers and days, −1 among codes.
public enum ColumnValues: Sendable {
  case numbers([Double])
  /// Numbers, and for each whether it is the value (0), or the limit that the value lies below (−1) or above (1).
  case censored([Double], marks: [Int8])
  /// Whole days since 1970-01-01.
  case days([Double])
  /// Codes into `levels`: declared levels of a category, `false` and `true` of a boolean, and for text and ids
  /// the distinct values in order of first appearance.
  case codes([Int32], levels: [String])

  public var count: Int {
    switch self {
    case .numbers(let values), .censored(let values, _), .days(let values): return values.count
    case .codes(let values, _): return values.count
    }
  }

  public func isMissing(_ row: Int) -> Bool {
    switch self {
    case .numbers(let values), .censored(let values, _), .days(let values): return values[row].isNaN
    case .codes(let values, _): return values[row] < 0
    }
  }

  public var missingCount: Int {
    switch self {
    case .numbers(let values), .censored(let values, _), .days(let values):
      return values.reduce(0) { $0 + ($1.isNaN ? 1 : 0) }
    case .codes(let values, _): return values.reduce(0) { $0 + ($1 < 0 ? 1 : 0) }
    }
  }

  /// Plain numbers; nil for every other kind, censored numbers and days among them.
  public var numbers: [Double]? {
    if case .numbers(let values) = self { return values }
    return nil
  }

  /// Codes of text as they would be if these rows alone had been read: numbered in order of first appearance.
  var numberedByAppearance: ColumnValues {
    guard case .codes(let codes, let levels) = self else { return self }
    var next: Int32 = 0
    for code in codes where code >= next {
      if code > next { return renumbered(codes, levels) }
      next += 1
    }
    return Int(next) == levels.count ? self : .codes(codes, levels: Array(levels[..<Int(next)]))
  }

  private func renumbered(_ codes: [Int32], _ levels: [String]) -> ColumnValues {
    var map = [Int32](repeating: -1, count: levels.count)
    var present: [String] = []
    let new = codes.map { code -> Int32 in
      guard code >= 0 else { return -1 }
      if map[Int(code)] < 0 {
        map[Int(code)] = Int32(present.count)
        present.append(levels[Int(code)])
      }
      return map[Int(code)]
    }
    return .codes(new, levels: present)
  }

  public func picked(_ rows: [Int]) -> ColumnValues {
    switch self {
    case .numbers(let values): return .numbers(rows.map { values[$0] })
    case .censored(let values, let marks):
      return .censored(rows.map { values[$0] }, marks: rows.map { marks[$0] })
    case .days(let values): return .days(rows.map { values[$0] })
    case .codes(let codes, let levels): return .codes(rows.map { codes[$0] }, levels: levels)
    }
  }

  /// As `picked`, with −1 for a row that isn't there: missing.
  public func picked(orMissing rows: [Int]) -> ColumnValues {
    switch self {
    case .numbers(let values): return .numbers(rows.map { $0 < 0 ? .nan : values[$0] })
    case .censored(let values, let marks):
      return .censored(rows.map { $0 < 0 ? .nan : values[$0] }, marks: rows.map { $0 < 0 ? 0 : marks[$0] })
    case .days(let values): return .days(rows.map { $0 < 0 ? .nan : values[$0] })
    case .codes(let codes, let levels): return .codes(rows.map { $0 < 0 ? -1 : codes[$0] }, levels: levels)
    }
  }
}
