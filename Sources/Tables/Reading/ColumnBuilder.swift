/// Collects the cells of one declared column.
struct ColumnBuilder: Sendable {
  private let declaration: ColumnDeclaration
  private let kind: Kind
  private let missing: [[UInt8]]
  /// Whether the empty field is all that means missing, or the only one that is looked for first.
  private let isEmptyMissing: Bool
  private let hasMissingTexts: Bool
  private let codes: [[UInt8]]
  private let range: ClosedRange<Double>?
  private let lowest: Double
  private let highest: Double

  private enum Kind { case number, integer, category, boolean, text }

  private var places: [[UInt8]: Int] = [:]
  private var numbers: [Double] = []
  private var values: [Int32] = []
  private var interner = Interner()
  private(set) var outsideCount = 0

  init(_ declaration: ColumnDeclaration, missing: [String]) {
    self.declaration = declaration
    self.missing = missing.map { Array($0.utf8) }
    range = declaration.range
    lowest = range?.lowerBound ?? -.infinity
    highest = range?.upperBound ?? .infinity
    isEmptyMissing = missing.contains("")
    hasMissingTexts = missing.contains { !$0.isEmpty }
    codes = declaration.codes.map { Array($0.utf8) }
    kind =
      switch declaration.type {
      case .number: .number
      case .integer: .integer
      case .category: .category
      case .boolean: .boolean
      case .id, .text: .text
      }
  }

  var column: Column {
    switch declaration.type {
    case .number, .integer: return Column(schema: declaration.schema, values: .numbers(numbers))
    case .category(let levels, _): return Column(schema: declaration.schema, values: .codes(values, levels: levels))
    case .boolean: return Column(schema: declaration.schema, values: .codes(values, levels: declaration.codes))
    case .id, .text: return Column(schema: declaration.schema, values: .codes(values, levels: interner.texts))
    }
  }

  mutating func appendMissing() {
    if kind == .number || kind == .integer { numbers.append(.nan) } else { values.append(-1) }
  }

  mutating func reserve(_ count: Int) {
    if kind == .number || kind == .integer { numbers.reserveCapacity(count) } else { values.reserveCapacity(count) }
  }

  /// Adds the cells of the rows that follow.
  mutating func absorb(_ next: ColumnBuilder) {
    outsideCount += next.outsideCount
    numbers += next.numbers
    if kind == .text {
      let codes = interner.codes(absorbing: next.interner)
      values += next.values.lazy.map { $0 < 0 ? -1 : codes[Int($0)] }
    } else {
      values += next.values
    }
  }

  /// Adds one cell; the broken rule where it does not fit, in which case missing is added.
  mutating func append(_ field: UnsafeBufferPointer<UInt8>) -> DataProblem.Rule? {
    var rule: DataProblem.Rule?
    switch kind {
    case .number, .integer: numbers.append(number(field, &rule))
    case .category, .boolean, .text: values.append(code(field, &rule))
    }
    return rule
  }

  /// Adds a field of every record of a block.
  ///
  /// - Parameters:
  ///   - isPlainText: whether no field of the block needs `fault` but by its length.
  ///   - fault: why a field is not read, whatever its column.
  mutating func append(
    _ block: FieldBlock, _ field: Int, in bytes: UnsafeBufferPointer<UInt8>, isPlainText: Bool,
    fault: (UnsafeBufferPointer<UInt8>) -> DataProblem.Rule?, refused: (Int, DataProblem.Rule) -> Void
  ) {
    switch kind {
    case .number, .integer:
      withUnsafeTemporaryAllocation(of: Double.self, capacity: block.rowCount) { cells in
        block.forEach(field: field, in: bytes) { row, content in
          if isPlainText, let value = DecimalReader.short(content), isOrdinary(value) {
            cells.initializeElement(at: row, to: value)
          } else {
            var rule = fault(content)
            cells.initializeElement(at: row, to: rule == nil ? number(content, &rule) : .nan)
            if let rule { refused(row, rule) }
          }
        }
        numbers.append(contentsOf: cells)
      }
    case .category, .boolean, .text:
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: block.rowCount) { cells in
        block.forEach(field: field, in: bytes) { row, content in
          if isPlainText, kind == .text, content.count > 0, content.count <= 64, !hasMissingTexts {
            cells.initializeElement(at: row, to: interner.code(content))
          } else {
            var rule = fault(content)
            cells.initializeElement(at: row, to: rule == nil ? code(content, &rule) : -1)
            if let rule { refused(row, rule) }
          }
        }
        values.append(contentsOf: cells)
      }
    }
  }

  /// Whether a number that was read stands as it is, without any further look at its text.
  @inline(__always)
  private func isOrdinary(_ value: Double) -> Bool {
    !hasMissingTexts && lowest <= value && value <= highest
      && (kind == .number || (value.magnitude < 9_007_199_254_740_992 && Double(Int64(value)) == value))
  }

  /// Few codes are compared one by one; many are looked up, and those must be told apart from what is none of them.
  private mutating func index(of field: UnsafeBufferPointer<UInt8>) -> Int? {
    guard codes.count > 16 else { return codes.firstIndex { $0.count == field.count && $0.elementsEqual(field) } }
    if places.isEmpty { for (index, code) in codes.enumerated() { places[code] = index } }
    return places[Array(field)]
  }

  @inline(__always)
  private func isMissing(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    field.isEmpty
      ? isEmptyMissing
      : hasMissingTexts && missing.contains { $0.count == field.count && $0.elementsEqual(field) }
  }

  private mutating func code(_ field: UnsafeBufferPointer<UInt8>, _ rule: inout DataProblem.Rule?) -> Int32 {
    if isMissing(field) { return -1 }
    if kind == .text { return interner.code(field) }
    if let code = index(of: field) { return Int32(code) }
    rule = kind == .boolean ? .notABoolean : .notALevel(codes: declaration.codes)
    return -1
  }

  @inline(__always)
  private mutating func number(_ field: UnsafeBufferPointer<UInt8>, _ rule: inout DataProblem.Rule?) -> Double {
    if isMissing(field) { return .nan }
    guard let value = DecimalReader.value(field) else {
      rule = kind == .integer ? .notAWholeNumber : .notANumber
      return .nan
    }
    if kind == .integer, value != value.rounded() || value.magnitude >= 9_007_199_254_740_992 {
      rule = .notAWholeNumber
      return .nan
    }
    if let range, !range.contains(value) {
      outsideCount += 1
      switch declaration.outside {
      case .keep: break
      case .missing: return .nan
      case .stop:
        rule = .outside(range)
        return .nan
      }
    }
    // A minus sign on zero is no value of its own: one zero, one digest.
    return value == 0 ? 0 : value
  }
}
