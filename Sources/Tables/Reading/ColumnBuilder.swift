/// Collects the cells of one declared column.
struct ColumnBuilder {
  private let declaration: ColumnDeclaration
  private let missing: [[UInt8]]
  private let codes: [[UInt8]]
  private var places: [[UInt8]: Int] = [:]
  private var numbers: [Double] = []
  private var values: [Int32] = []
  private var interner = Interner()
  private(set) var outsideCount = 0

  init(_ declaration: ColumnDeclaration, missing: [String]) {
    self.declaration = declaration
    self.missing = missing.map { Array($0.utf8) }
    codes = declaration.codes.map { Array($0.utf8) }
  }

  var column: Column {
    switch declaration.type {
    case .number, .integer: return Column(schema: declaration.schema, values: .numbers(numbers))
    case .censored:
      return Column(
        schema: declaration.schema, values: .censored(numbers, marks: [Int8](repeating: 0, count: numbers.count)))
    case .date: return Column(schema: declaration.schema, values: .days(numbers))
    case .category(let levels, _): return Column(schema: declaration.schema, values: .codes(values, levels: levels))
    case .boolean: return Column(schema: declaration.schema, values: .codes(values, levels: declaration.codes))
    case .id, .text: return Column(schema: declaration.schema, values: .codes(values, levels: interner.texts))
    }
  }

  /// Whether the values are collected as numbers.
  private var isNumbers: Bool {
    switch declaration.type {
    case .number, .integer, .censored, .date: return true
    default: return false
    }
  }

  mutating func appendMissing() {
    if isNumbers { numbers.append(.nan) } else { values.append(-1) }
  }

  /// Adds one cell; the broken rule where it does not fit, in which case missing is added.
  mutating func append(_ field: UnsafeBufferPointer<UInt8>) -> DataProblem.Rule? {
    if missing.contains(where: { $0.count == field.count && $0.elementsEqual(field) }) {
      appendMissing()
      return nil
    }
    switch declaration.type {
    case .number, .integer, .censored: return number(field)
    case .date:
      let days = DateFormat.iso.days(field)
      numbers.append(days.map(Double.init) ?? .nan)
      return days == nil ? .notADate : nil
    case .category: return code(field, else: .notALevel(codes: declaration.codes))
    case .boolean: return code(field, else: .notABoolean)
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

  private mutating func code(_ field: UnsafeBufferPointer<UInt8>, else rule: DataProblem.Rule) -> DataProblem.Rule? {
    guard let code = index(of: field) else {
      values.append(-1)
      return rule
    }
    values.append(Int32(code))
    return nil
  }

  private mutating func number(_ field: UnsafeBufferPointer<UInt8>) -> DataProblem.Rule? {
    guard let value = DecimalReader.value(field) else {
      numbers.append(.nan)
      return declaration.type == .integer ? .notAWholeNumber : .notANumber
    }
    if declaration.type == .integer, value != value.rounded() || value.magnitude >= 9_007_199_254_740_992 {
      numbers.append(.nan)
      return .notAWholeNumber
    }
    if let range = declaration.range, !range.contains(value) {
      outsideCount += 1
      switch declaration.outside {
      case .keep: break
      case .missing:
        numbers.append(.nan)
        return nil
      case .stop:
        numbers.append(.nan)
        return .outside(range)
      }
    }
    // A minus sign on zero is no value of its own: one zero, one digest.
    numbers.append(value == 0 ? 0 : value)
    return nil
  }
}
