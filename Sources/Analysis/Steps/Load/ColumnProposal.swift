import NotebookSyntax
import Tables

/// What a column of texts looks like, as a declaration to begin with.
struct ColumnProposal {
  private static let mostLevels = 12
  /// What people write where nothing was measured.
  private static let tokens: Set<String> = [
    "ND", "NA", "N/A", "n/a", "na", "nd", "NULL", "null", "None", "none", "missing", "Missing", ".", "-", "--", "?",
    "*",
    "not done", "pending", "hemolyzed", "haemolysed",
  ]

  /// As it stands behind the column's name, without `from`.
  private(set) var type = "text"
  /// Keys beside the type, as YAML; none where one line says all.
  private(set) var keys: [(name: String, value: String)] = []
  /// What to decide or to look at.
  private(set) var remark: String?

  private let name: String
  /// As it stands in the file, where units may stand in parentheses.
  private let header: String
  private let codes: [Int32]
  private let levels: [String]

  /// - Parameter units: the column that holds each row's unit, and its name.
  init(_ column: Column, header: String, rows: Int, units: (name: String, column: Column)?) {
    name = column.schema.name
    self.header = header
    guard case .codes(let codes, let levels) = column.values, !levels.isEmpty else {
      (codes, levels) = ([], [])
      return
    }
    (self.codes, self.levels) = (codes, levels)
    let lower = name.lowercased()
    if lower == "id" || lower.hasSuffix("_id") {
      type = "id"
    } else if let format = dates() {
      type = format == DateFormat.iso.text ? "date" : "date \(NumberText.quoted(format))"
    } else if !numbers(units) {
      words(rows: rows)
    }
  }

  private mutating func words(rows: Int) {
    let present = codes.count { $0 >= 0 }
    if Set(levels).isSubset(of: ["true", "false"]) {
      type = "boolean"
    } else if levels.count <= Self.mostLevels, present >= 3 * levels.count {
      type = Self.category(levels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    } else {
      type = levels.count == present && levels.count == rows ? "id" : "text"
    }
  }

  private static func category(_ levels: [String]) -> String {
    "category [\(levels.map(SchemaText.level).joined(separator: ", "))]"
  }

  /// The one form in which every value is a date; of two that fit, the first, and a remark.
  private mutating func dates() -> String? {
    var forms = [
      "%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d-%b-%Y", "%d%b%Y", "%d %b %Y",
    ]
    if name.lowercased().contains("date") { forms.append("%Y%m%d") }
    let bytes = levels.map { Array($0.utf8) }
    let fitting = forms.filter { form in
      guard let format = try? DateFormat(form) else { return false }
      return bytes.allSatisfy { format.days($0) != nil }
    }
    if fitting.count > 1 { remark = "or \(fitting.dropFirst().joined(separator: ", ")): every day fits both" }
    return fitting.first
  }

  /// What a text is to a reader of numbers.
  private enum Cell {
    case number(Double)
    case comma(Double)
    case below(Double)
    case above(Double)
    case flagged(Double, flag: String)
    case token
    case other
  }

  private static func cell(_ text: String) -> Cell {
    if let value = ParameterValue.plainNumber(text) { return .number(value) }
    if tokens.contains(text) { return .token }
    if text.count(where: { $0 == "," }) == 1, !text.contains("."),
      let value = ParameterValue.plainNumber(String(text.map { $0 == "," ? "." : $0 }))
    {
      return .comma(value)
    }
    if let mark = text.first, mark == "<" || mark == ">",
      let value = ParameterValue.plainNumber(String(text.dropFirst().drop { $0 == " " }))
    {
      return mark == "<" ? .below(value) : .above(value)
    }
    let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "-") }
    let flag = text.dropFirst(number.count).drop { $0 == " " }
    if let value = ParameterValue.plainNumber(String(number)), (1...3).contains(flag.utf8.count),
      flag.allSatisfy({ $0.isASCII && ($0.isLetter || "*!+".contains($0)) })
    {
      return .flagged(value, flag: String(flag))
    }
    return .other
  }

  /// Whether the column holds numbers, in which case it is declared with what reads them all.
  private mutating func numbers(_ units: (name: String, column: Column)?) -> Bool {
    let cells = levels.map(Self.cell)
    var values: [Double?] = []
    var counts = (plain: 0, comma: 0, below: 0, above: 0)
    var flags: [String] = []
    var tokens: [String] = []
    for (cell, text) in zip(cells, levels) {
      switch cell {
      case .number(let value):
        values.append(value)
        counts.plain += 1
      case .comma(let value):
        values.append(value)
        counts.comma += 1
      case .below(let value):
        values.append(value)
        counts.below += 1
      case .above(let value):
        values.append(value)
        counts.above += 1
      case .flagged(let value, let flag):
        values.append(value)
        if !flags.contains(flag) { flags.append(flag) }
      case .token:
        values.append(nil)
        tokens.append(text)
      case .other: return false
      }
    }
    // A few numbers among tokens are no measurements.
    guard counts.plain + counts.comma > 0, tokens.count <= 4 else { return false }
    if cells.count <= 5, tokens.isEmpty, counts.plain == cells.count, isCoded(values.compactMap(\.self)) { return true }
    declareUnit(units)
    if let range = range(values, units) { keys.append(("range", range)) }
    if counts.comma > 0 { keys.append(("decimal", counts.plain > 0 ? "[\".\", \",\"]" : "\",\"")) }
    if counts.below > 0 { keys.append(("below", "censored")) }
    if counts.above > 0 { keys.append(("above", "censored")) }
    if counts.below + counts.above > 0 {
      remark = "or limit\(counts.below > 0 ? ", half" : ""), missing: yours to decide"
    }
    if !flags.isEmpty { keys.append(("flags", "[\(flags.map(NumberText.quoted).joined(separator: ", "))]")) }
    let own = tokens.filter { $0 != "NA" }
    if !own.isEmpty {
      let all = [""] + tokens
      keys.append(("missing", "[\(all.map(NumberText.quoted).joined(separator: ", "))]"))
    }
    return true
  }

  /// A few small whole numbers that come again and again are codes, not measurements.
  private mutating func isCoded(_ values: [Double]) -> Bool {
    let present = codes.count { $0 >= 0 }
    guard HeaderUnits.code(of: header) == nil, present >= 5 * levels.count,
      values.allSatisfy({ $0 == $0.rounded() && (0...9).contains($0) })
    else { return false }
    type = Self.category(zip(levels, values).sorted { $0.1 < $1.1 }.map(\.0))
    return true
  }

  private var unit = ""

  private mutating func declareUnit(_ units: (name: String, column: Column)?) {
    type = "number"
    if let units, case .codes(let codes, let levels) = units.column.values {
      var counts = [Int](repeating: 0, count: levels.count)
      for code in codes where code >= 0 { counts[Int(code)] += 1 }
      if let most = counts.indices.max(by: { counts[$0] < counts[$1] }), (try? Unit(code: levels[most])) != nil {
        unit = levels[most]
        type += " \(unit)"
        keys.append(("unit_from", units.name))
        guard levels.count > 1 else { return }
        if let analyte = HeaderUnits.analyte(of: header) {
          type += " of \(analyte)"
        } else if mixes(levels) {
          remark = "units: \(levels.joined(separator: ", ")); say `of` what is measured"
        }
      }
    } else if let code = HeaderUnits.code(of: header) {
      unit = code
      type += " \(code)"
    }
  }

  /// Whether some unit does not convert without knowing what is measured.
  private func mixes(_ codes: [String]) -> Bool {
    guard let own = try? Unit(code: unit) else { return false }
    return codes.contains { code in (try? Unit(code: code))?.conversion(to: own) == nil }
  }

  /// The values that were found, rounded outward to one or two digits; of those in the declared unit.
  private func range(_ values: [Double?], _ units: (name: String, column: Column)?) -> String? {
    var isCounted = [Bool](repeating: units == nil, count: levels.count)
    if let units, case .codes(let unitCodes, let unitLevels) = units.column.values {
      for (code, unitCode) in zip(codes, unitCodes) where code >= 0 && unitCode >= 0 {
        if unitLevels[Int(unitCode)] == unit { isCounted[Int(code)] = true }
      }
    }
    let found = zip(values, isCounted).compactMap { $1 ? $0 : nil }
    guard let low = found.min(), let high = found.max() else { return nil }
    let floor = low >= 0 ? 0 : -Self.ceiling(-low)
    let ceiling = high <= 0 ? 0 : Self.ceiling(high)
    return floor < ceiling ? "\(NumberText.shortest(floor)) ... \(NumberText.shortest(ceiling))" : nil
  }

  /// The next number with one digit, or 15, 25 and the like.
  private static func ceiling(_ value: Double) -> Double {
    guard value.isFinite, value < 1e15, value > 1e-9 else { return value }
    var step = 1.0
    while step * 10 < value { step *= 10 }
    while step > value { step /= 10 }
    let steps = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].first { $0 * step >= value } ?? 10
    return steps * step
  }
}
