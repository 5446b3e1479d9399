/// Collects the cells of one declared column.
struct ColumnBuilder: Sendable {
  /// What became of a cell that is not simply read.
  enum Remark {
    /// It does not fit; missing stands in its place.
    case problem(DataProblem.Rule)
    case issue(DataIssues.Kinds, rule: String)
  }

  private enum Kind { case number, integer, date, category, boolean, text }

  private let declaration: ColumnDeclaration
  private let kind: Kind
  private let missing: [[UInt8]]
  private let isEmptyMissing: Bool
  private let hasMissingTexts: Bool
  /// A token such as -99, which reads as a number.
  private let hasMissingNumbers: Bool
  private let codes: [[UInt8]]
  private let lowest: Double
  private let highest: Double
  /// Whether plain decimals are what they look like: no unit stands beside them, and the decimal mark is a point.
  private let readsPlainDecimals: Bool
  private let isCensored: Bool
  private var places: [[UInt8]: Int] = [:]
  private var numbers: [Double] = []
  private var marks: [Int8] = []
  private var values: [Int32] = []
  private var interner = Interner()
  private var repair: NumberRepair
  private(set) var outsideCount = 0

  init(_ declaration: ColumnDeclaration, missing: [String]) {
    self.declaration = declaration
    let missing = declaration.missing ?? missing
    self.missing = missing.map { Array($0.utf8) }
    isEmptyMissing = missing.contains("")
    hasMissingTexts = missing.contains { !$0.isEmpty }
    hasMissingNumbers = self.missing.contains { $0.withUnsafeBufferPointer { DecimalReader.value($0) != nil } }
    codes = declaration.codes.map { Array($0.utf8) }
    lowest = declaration.range?.lowerBound ?? -.infinity
    highest = declaration.range?.upperBound ?? .infinity
    repair = NumberRepair(declaration)
    isCensored = declaration.isCensored
    let point = UInt8(ascii: ".")
    readsPlainDecimals = declaration.unitSource == nil && declaration.decimalMarks?.first ?? point == point
    kind =
      switch declaration.type {
      case .number, .censored: .number
      case .integer: .integer
      case .date: .date
      case .category: .category
      case .boolean: .boolean
      case .id, .text: .text
      }
  }

  private var isNumeric: Bool {
    switch kind {
    case .number, .integer, .date: true
    case .category, .boolean, .text: false
    }
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

  mutating func reserve(_ count: Int) {
    if isNumeric { numbers.reserveCapacity(count) } else { values.reserveCapacity(count) }
    if isCensored { marks.reserveCapacity(count) }
  }

  /// Adds the cells of the rows that follow.
  mutating func absorb(_ next: ColumnBuilder) {
    outsideCount += next.outsideCount
    numbers += next.numbers
    marks += next.marks
    if kind == .text {
      let codes = interner.codes(absorbing: next.interner)
      values += next.values.lazy.map { $0 < 0 ? -1 : codes[Int($0)] }
    } else {
      values += next.values
    }
  }

  mutating func appendMissing() {
    if isNumeric { append(.nan) } else { values.append(-1) }
  }

  private mutating func append(_ value: Double, mark: Int8 = 0) {
    numbers.append(value)
    if isCensored { marks.append(value.isNaN ? 0 : mark) }
  }

  /// Adds one cell; what is to be said of it where it is not simply read.
  /// - Parameter unit: what the column of units says in this row, where one is declared.
  mutating func append(_ field: UnsafeBufferPointer<UInt8>, unit: [UInt8]?) -> Remark? {
    var remark: Remark?
    if isNumeric {
      let (value, mark) = number(field, unit, &remark)
      append(value, mark: mark)
    } else {
      values.append(code(field, &remark))
    }
    return remark
  }

  /// Adds a field of every record of a block.
  ///
  /// - Parameters:
  ///   - isPlainText: whether no short field of the block needs `fault`.
  ///   - fault: why a field is not read, whatever its column.
  ///   - unit: what the column of units says in a row, where one is declared.
  mutating func append(
    _ block: FieldBlock, _ field: Int, in bytes: UnsafeBufferPointer<UInt8>, isPlainText: Bool,
    fault: (UnsafeBufferPointer<UInt8>) -> DataProblem.Rule?, unit: (Int) -> [UInt8]?, remarked: (Int, Remark) -> Void
  ) {
    if isNumeric {
      let isQuick = isPlainText && readsPlainDecimals && !hasMissingNumbers && kind != .date
      block.forEach(field: field, in: bytes) { row, content in
        if isQuick, let value = DecimalReader.short(content), isOrdinary(value) {
          append(value)
        } else if let rule = fault(content) {
          append(.nan)
          remarked(row, .problem(rule))
        } else if let remark = append(content, unit: unit(row)) {
          remarked(row, remark)
        }
      }
    } else {
      let isQuick = isPlainText && kind == .text && !hasMissingTexts
      block.forEach(field: field, in: bytes) { row, content in
        if isQuick, content.count > 0, content.count <= 64 {
          values.append(interner.code(content))
        } else if let rule = fault(content) {
          values.append(-1)
          remarked(row, .problem(rule))
        } else if let remark = append(content, unit: nil) {
          remarked(row, remark)
        }
      }
    }
  }

  /// Whether a number that was read from a plain decimal stands as it is.
  @inline(__always)
  private func isOrdinary(_ value: Double) -> Bool {
    lowest <= value && value <= highest && (kind == .number || Self.isWhole(value))
  }

  @inline(__always)
  private static func isWhole(_ value: Double) -> Bool {
    value.isNaN || (value.magnitude < 9_007_199_254_740_992 && Double(Int64(value)) == value)
  }

  /// What the whole file calls missing is no rule of its own; a token that one column declares is.
  private func isMissing(_ field: UnsafeBufferPointer<UInt8>, _ remark: inout Remark?) -> Bool {
    if field.isEmpty { return isEmptyMissing }
    guard hasMissingTexts, missing.contains(where: { $0.count == field.count && $0.elementsEqual(field) }) else {
      return false
    }
    if declaration.missing != nil {
      remark = .issue(.missing, rule: "missing: \(String(decoding: field, as: UTF8.self))")
    }
    return true
  }

  private mutating func code(_ field: UnsafeBufferPointer<UInt8>, _ remark: inout Remark?) -> Int32 {
    if isMissing(field, &remark) { return -1 }
    if kind == .text { return interner.code(field) }
    if let code = index(of: field) { return Int32(code) }
    remark = .problem(kind == .boolean ? .notABoolean : .notALevel(codes: declaration.codes))
    return -1
  }

  /// Few codes are compared one by one; many are looked up, and those must be told apart from what is none of them.
  private mutating func index(of field: UnsafeBufferPointer<UInt8>) -> Int? {
    guard codes.count > 16 else { return codes.firstIndex { $0.count == field.count && $0.elementsEqual(field) } }
    if places.isEmpty { for (index, code) in codes.enumerated() { places[code] = index } }
    return places[Array(field)]
  }

  /// The number, or the day, that a cell holds, and the mark of a limit.
  private mutating func number(
    _ field: UnsafeBufferPointer<UInt8>, _ unit: [UInt8]?, _ remark: inout Remark?
  ) -> (Double, Int8) {
    if isMissing(field, &remark) { return (.nan, 0) }
    if kind == .date {
      if let days = declaration.dateFormat.days(field) { return (Double(days), 0) }
      remark = .problem(.notADate(format: declaration.dateFormat.text))
      return (.nan, 0)
    }
    var reading: NumberRepair.Reading
    if readsPlainDecimals, let value = DecimalReader.value(field) {
      reading = .init(value: value)
    } else {
      switch repair.read(field, unit: unit) {
      case .problem(let rule):
        remark = .problem(rule)
        return (.nan, 0)
      case .reading(let repaired): reading = repaired
      }
    }
    if kind == .integer, !Self.isWhole(reading.value) {
      remark = .problem(.notAWholeNumber)
      return (.nan, 0)
    }
    if let range = declaration.range, !reading.value.isNaN, !range.contains(reading.value) {
      outsideCount += 1
      switch declaration.outside {
      case .keep: break
      case .missing: reading.value = .nan
      case .stop:
        remark = .problem(.outside(range))
        return (.nan, 0)
      }
      reading.rules.append("outside: \(declaration.outside.rawValue)")
      reading.kinds.insert(.outside)
    }
    if !reading.rules.isEmpty { remark = .issue(reading.kinds, rule: reading.rules.joined(separator: "; ")) }
    // A minus sign on zero is no value of its own: one zero, one digest.
    return (reading.value == 0 ? 0 : reading.value, reading.mark)
  }
}
