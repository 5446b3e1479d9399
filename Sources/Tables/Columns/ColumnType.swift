import NotebookSyntax

/// What the values of a column are.
public enum ColumnType: Hashable, Sendable {
  /// Names a subject: for joining and grouping, never for arithmetic.
  case id
  case number(Unit)
  /// Numbers some of which are only known to lie below or above a limit: `<5`. No step takes them for plain numbers.
  case censored(Unit)
  case integer
  case boolean
  case date
  case text
  /// Levels in declared order; the first is the reference. Treatment contrasts also where ordered.
  case category(levels: [String], isOrdered: Bool)

  public var name: String {
    switch self {
    case .id: return "id"
    case .number(let unit): return unit.isOne ? "number" : "number \(unit)"
    case .censored(let unit): return unit.isOne ? "censored number" : "censored number \(unit)"
    case .integer: return "integer"
    case .date: return "date"
    case .boolean: return "boolean"
    case .text: return "text"
    case .category(let levels, let isOrdered):
      return "\(isOrdered ? "ordered" : "category") [\(levels.joined(separator: ", "))]"
    }
  }

  /// As `name`, with levels that cannot be mistaken for each other: what digests are made of.
  public var canonicalName: String {
    guard case .category(let levels, let isOrdered) = self else { return name }
    return "\(isOrdered ? "ordered" : "category") [\(levels.map(NumberText.quoted).joined(separator: ", "))]"
  }

  public var isNumeric: Bool {
    switch self {
    case .number, .integer: return true
    default: return false
    }
  }

  public var unit: Unit {
    switch self {
    case .number(let unit), .censored(let unit): return unit
    default: return .one
    }
  }

  /// The levels of a category or a boolean, in order; nil for every other type.
  public var levels: [String]? {
    switch self {
    case .category(let levels, _): return levels
    case .boolean: return ["false", "true"]
    default: return nil
    }
  }
}

/// One column of a table as the checker knows it, before any value is read.
public struct ColumnSchema: Hashable, Sendable {
  public var name: String
  public var type: ColumnType
  /// What a number measures: by it mass and substance convert into each other.
  public var analyte: Analyte?
  /// Shown in place of the name in tables and figures.
  public var label: String?
  /// Whether it belongs to a table that must not be shown row by row with what names a person.
  public var isSensitive = false
  /// Shown in place of the levels, in their order; nil where levels are shown as they are.
  public var levelLabels: [String]?

  public init(
    name: String, type: ColumnType, analyte: Analyte? = nil, label: String? = nil, levelLabels: [String]? = nil
  ) {
    self.name = name
    self.type = type
    self.analyte = analyte
    self.label = label
    self.levelLabels = levelLabels
  }

  /// Whether its values are shown as P1, P2, …: by each table anew, so that the same name may be another person elsewhere.
  public var isRenamed: Bool { isSensitive && (type == .id || type == .text) }

  /// `Bilirubin (mg/dL)`.
  public var title: String {
    let unit = type.unit
    return (label ?? name) + (unit.isOne ? "" : " (\(unit.display))")
  }

  public func label(ofLevel code: Int) -> String { levelLabels?[code] ?? type.levels?[code] ?? "" }
}

/// The columns of a table, in order.
public struct Schema: Hashable, Sendable {
  public var columns: [ColumnSchema]

  public init(_ columns: [ColumnSchema]) { self.columns = columns }

  /// One sensitive column makes a table sensitive: what stands beside it in a row belongs to the same person.
  public var isSensitive: Bool { columns.contains(where: \.isSensitive) }

  /// The schema with that said of every column, those that were derived from others among them.
  public var withSensitivity: Schema {
    guard isSensitive else { return self }
    return Schema(
      columns.map { column in
        var column = column
        column.isSensitive = true
        return column
      })
  }

  public var names: [String] { columns.map(\.name) }

  public func index(of name: String) -> Int? {
    columns.firstIndex { $0.name.isExactly(name) }
  }

  public subscript(name: String) -> ColumnSchema? { index(of: name).map { columns[$0] } }
}
