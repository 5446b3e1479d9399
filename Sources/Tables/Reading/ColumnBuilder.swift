/// Collects the cells of one declared column.
struct ColumnBuilder {
  /// What became of a cell that is not simply read.
  enum Remark {
    /// It does not fit; missing stands in its place.
    case problem(DataProblem.Rule)
    case issue(DataIssues.Kinds, rule: String)
  }

  private let declaration: ColumnDeclaration
  private let missing: [[UInt8]]
  private let codes: [[UInt8]]
  private var places: [[UInt8]: Int] = [:]
  private var numbers: [Double] = []
  private var marks: [Int8] = []
  private var values: [Int32] = []
  private var interner = Interner()
  private var repair: NumberRepair
  private(set) var outsideCount = 0

  /// Whether plain decimals are what they look like: no unit stands beside them, and the decimal mark is a point.
  private let readsPlainDecimals: Bool
  private let isCensored: Bool

  init(_ declaration: ColumnDeclaration, missing: [String]) {
    self.declaration = declaration
    self.missing = (declaration.missing ?? missing).map { Array($0.utf8) }
    codes = declaration.codes.map { Array($0.utf8) }
    repair = NumberRepair(declaration)
    isCensored = declaration.isCensored
    let point = UInt8(ascii: ".")
    readsPlainDecimals =
      declaration.unitSource == nil && declaration.decimalMarks?.first ?? point == point
  }

  var column: Column {
    let schema = declaration.schema
    switch declaration.type {
    case .number, .censored, .integer:
      return Column(schema: schema, values: isCensored ? .censored(numbers, marks: marks) : .numbers(numbers))
    case .date: return Column(schema: schema, values: .days(numbers))
    case .category(let levels, _): return Column(schema: schema, values: .codes(values, levels: levels))
    case .boolean: return Column(schema: schema, values: .codes(values, levels: declaration.codes))
    case .id, .text: return Column(schema: schema, values: .codes(values, levels: interner.texts))
    }
  }

  mutating func appendMissing() {
    switch declaration.type {
    case .number, .censored, .integer, .date: append(.nan)
    case .category, .boolean, .id, .text: values.append(-1)
    }
  }

  private mutating func append(_ value: Double, mark: Int8 = 0) {
    // A minus sign on zero is no value of its own: one zero, one digest.
    numbers.append(value == 0 ? 0 : value)
    if isCensored { marks.append(value.isNaN ? 0 : mark) }
  }

  /// Adds one cell; what is to be said of it where it is not simply read.
  /// - Parameter unit: what the column of units says in this row, where one is declared.
  mutating func append(_ field: UnsafeBufferPointer<UInt8>, unit: [UInt8]? = nil) -> Remark? {
    if missing.contains(where: { $0.count == field.count && $0.elementsEqual(field) }) {
      appendMissing()
      // What the whole file calls missing is no rule of its own; a token that one column declares is.
      guard declaration.missing != nil, !field.isEmpty else { return nil }
      return .issue(.missing, rule: "missing: \(String(decoding: field, as: UTF8.self))")
    }
    switch declaration.type {
    case .number, .censored, .integer: return number(field, unit)
    case .category: return code(field, else: .notALevel(codes: declaration.codes))
    case .boolean: return code(field, else: .notABoolean)
    case .date:
      let days = declaration.dateFormat.days(field)
      append(days.map(Double.init) ?? .nan)
      return days == nil ? .problem(.notADate(format: declaration.dateFormat.text)) : nil
    case .id, .text:
      values.append(interner.code(field))
      return nil
    }
  }

  /// Few codes are compared one by one; many are looked up, and those must be told apart from what is none of them.
  private mutating func index(of field: UnsafeBufferPointer<UInt8>) -> Int? {
    guard codes.count > 16 else { return codes.firstIndex { $0.count == field.count && $0.elementsEqual(field) } }
    if places.isEmpty { for (index, code) in codes.enumerated() { places[code] = index } }
    return places[Array(field)]
  }

  private mutating func code(_ field: UnsafeBufferPointer<UInt8>, else rule: DataProblem.Rule) -> Remark? {
    guard let code = index(of: field) else {
      values.append(-1)
      return .problem(rule)
    }
    values.append(Int32(code))
    return nil
  }

  private mutating func number(_ field: UnsafeBufferPointer<UInt8>, _ unit: [UInt8]?) -> Remark? {
    var reading: NumberRepair.Reading
    if readsPlainDecimals, let value = DecimalReader.value(field) {
      if !isOdd(value) {
        append(value)
        return nil
      }
      reading = .init(value: value)
    } else {
      switch repair.read(field, unit: unit) {
      case .problem(let rule):
        append(.nan)
        return .problem(rule)
      case .reading(let repaired): reading = repaired
      }
    }
    if declaration.type == .integer, !Self.isWhole(reading.value) {
      append(.nan)
      return .problem(.notAWholeNumber)
    }
    if let range = declaration.range, !reading.value.isNaN, !range.contains(reading.value) {
      outsideCount += 1
      switch declaration.outside {
      case .keep: break
      case .missing: reading.value = .nan
      case .stop:
        append(.nan)
        return .problem(.outside(range))
      }
      reading.rules.append("outside: \(declaration.outside.rawValue)")
      reading.kinds.insert(.outside)
    }
    append(reading.value, mark: reading.mark)
    return reading.rules.isEmpty ? nil : .issue(reading.kinds, rule: reading.rules.joined(separator: "; "))
  }

  private static func isWhole(_ value: Double) -> Bool {
    value.isNaN || (value == value.rounded() && value.magnitude < 9_007_199_254_740_992)
  }

  private func isOdd(_ value: Double) -> Bool {
    if declaration.type == .integer, !Self.isWhole(value) { return true }
    guard let range = declaration.range else { return false }
    return !range.contains(value)
  }
}
