import NotebookSyntax

/// Evaluates a checked expression over all rows at once.
///
/// Missing follows Kleene's logic: a comparison with it is unknown, `and` and `or` decide where they can.
public struct ExpressionEvaluator {
  /// Something that has no value in some rows: the logarithm of zero, a division by zero.
  public struct Failure: Error, Sendable {
    public let span: Span
    public let message: String
    /// Rows of the table, from 1; empty where the expression has no rows.
    public let rows: [Int]
    public var help: String?
  }

  let rowCount: Int
  /// For functions over the rows of a group.
  let groups: RowGroups?
  private let leaf: (Expression) -> Vector
  private let type: (Expression) -> ExpressionType
  /// The values of a leaf in some of the rows; nil where there is no table.
  private let part: ((Expression, Range<Int>) -> Vector)?

  /// - Parameter leaf: the values of a name or a path that the checker accepted.
  public init(rowCount: Int, leaf: @escaping (Expression) -> Vector) {
    self.rowCount = rowCount
    self.leaf = leaf
    groups = nil
    part = nil
    type = { expression in
      let value = leaf(expression)
      switch value.kind {
      case .number: return .number(.init(unit: nil, isExact: false))
      case .logical: return .boolean
      case .text: return .text(levels: nil)
      }
    }
  }

  /// Over the columns of a table.
  public init(_ table: Table, groups: RowGroups? = nil) {
    rowCount = table.rowCount
    self.groups = groups
    leaf = { expression in
      guard case .name(let name) = expression.node, let column = table[name] else { return .number(.nan) }
      return Vector(column)
    }
    part = { expression, rows in
      guard case .name(let name) = expression.node, let column = table[name] else { return .number(.nan) }
      return Vector(column, rows: rows)
    }
    type = { expression in
      guard case .name(let name) = expression.node, let column = table[name] else {
        return .number(.init(unit: nil, isExact: false))
      }
      return ExpressionType(column.schema)
    }
  }

  /// The expression with its types and conversions, as it was checked before; nil where it has mistakes.
  public func checked(_ expression: Expression) -> CheckedExpression? {
    var checker = checker
    return checker.check(expression)
  }

  public func checked(_ cases: ExpressionCases) -> CheckedExpression? {
    var checker = checker
    return checker.check(cases)
  }

  private var checker: ExpressionChecker {
    ExpressionChecker(scope: groups.map { .groups(isOrdered: $0.isOrdered) } ?? .row) { leaf, _ in type(leaf) }
  }

  public func evaluate(_ expression: Expression) throws(Failure) -> Vector {
    guard let checked = checked(expression) else { return .number(.nan) }
    return try evaluate(checked)
  }

  public func evaluate(_ expression: CheckedExpression) throws(Failure) -> Vector {
    if expression.isRowByRow, rowCount > 4 * Self.blockSize, let part, let result = inBlocks(expression.root, part) {
      return result
    }
    // A failure names all rows concerned, so it is looked for in all of them.
    return try evaluate(expression.root)
  }

  /// Rows that are evaluated together: what is computed on the way stays in the processor's cache.
  private static let blockSize = 8192

  /// Nil where some row has no value.
  private func inBlocks(_ expression: TypedExpression, _ part: @escaping (Expression, Range<Int>) -> Vector) -> Vector?
  {
    var numbers: [Double] = []
    var marks: [Int8] = []
    var booleans: [UInt8] = []
    var codes: [Int32] = []
    // The blocks of one expression are of one kind and have the same levels.
    var last = Vector.number(.nan)
    for start in stride(from: 0, to: rowCount, by: Self.blockSize) {
      let rows = start..<min(start + Self.blockSize, rowCount)
      let block = ExpressionEvaluator(rowCount: rows.count) { part($0, rows) }
      guard let values = try? block.evaluate(expression) else { return nil }
      switch values {
      case .numbers(let block): Self.add(block, to: &numbers, rowCount)
      case .censored(let block, let blockMarks):
        Self.add(block, to: &numbers, rowCount)
        Self.add(blockMarks, to: &marks, rowCount)
      case .booleans(let block): Self.add(block, to: &booleans, rowCount)
      case .codes(let block, _): Self.add(block, to: &codes, rowCount)
      case .number, .boolean, .text: return values
      }
      last = values
    }
    switch last {
    case .numbers: return .numbers(numbers)
    case .censored: return .censored(numbers, marks: marks)
    case .booleans: return .booleans(booleans)
    case .codes(_, let levels): return .codes(codes, levels: levels)
    case .number, .boolean, .text: return last
    }
  }

  private static func add<Value>(_ block: [Value], to all: inout [Value], _ rowCount: Int) {
    if all.isEmpty { all.reserveCapacity(rowCount) }
    all += block
  }

  func evaluate(_ expression: TypedExpression) throws(Failure) -> Vector {
    switch expression.node {
    case .number(let value): return .number(value)
    case .text(let text): return .text(text)
    case .boolean(let value): return .boolean(value ? 1 : 0)
    case .leaf(let name): return leaf(name)
    case .converted(let inner, let conversion):
      let value = try evaluate(inner)
      return try checked(converted(value, conversion), [value], expression.span, "a number too large to convert")
    case .negation(let inner): return map(try evaluate(inner)) { -$0 }
    case .not(let inner): return booleans(try evaluate(inner), Truth.not)
    case .presence(let inner, let isMissing):
      let value = try evaluate(inner)
      let missing = value.missing(rowCount: rowCount)
      return .booleans(isMissing ? missing : VectorKernel.map(missing) { 1 - $0 })
    case .isCensored(let inner):
      guard case .censored(let values, let marks) = try evaluate(inner) else { return .boolean(2) }
      return .booleans(VectorKernel.zip(values, marks) { $0.isNaN ? 2 : $1 == 0 ? 0 : 1 })
    case .membership(let value, let elements, let isNegated):
      let found = try membership(try evaluate(value), elements)
      return isNegated ? booleans(found, Truth.not) : found
    case .binary(let binary, let left, let right):
      let a = try evaluate(left)
      let b = try evaluate(right)
      if binary.isLogical { return kleene(binary, a, b) }
      if binary.isComparison { return compare(binary, a, b) }
      return try arithmetic(binary, a, b, expression.span)
    case .shiftedDate(let binary, let date, let days):
      let sum = try arithmetic(binary, try evaluate(date), try evaluate(days), expression.span)
      let rows = (0..<(sum.isConstant ? 1 : rowCount)).filter { sum.number($0) != sum.number($0).rounded() }
        .filter { !sum.number($0).isNaN }
      guard rows.isEmpty else {
        throw Failure(
          span: expression.span, message: "a date and a part of a day",
          rows: sum.isConstant ? [] : rows.map { $0 + 1 }, help: "round the days first: `round(…)`")
      }
      let beyond = (0..<(sum.isConstant ? 1 : rowCount)).filter {
        !sum.number($0).isNaN && !CalendarDay.counts.contains(sum.number($0))
      }
      guard beyond.isEmpty else {
        throw Failure(
          span: expression.span, message: "a day outside of the years 1 to 9999",
          rows: sum.isConstant ? [] : beyond.map { $0 + 1 }, help: "check the number of days that is added")
      }
      return sum
    case .function(let function, let values): return try call(function, values, expression.span)
    case .rounded(let value, let digits): return try rounded(try evaluate(value), digits, expression.span)
    case .cut(let value, let breaks, let levels, let isClosedRight):
      return cut(try evaluate(value), breaks, levels, isClosedRight)
    case .uncensored(let value, let rule): return try uncensored(try evaluate(value), rule, expression.span)
    case .score(let variant, let arguments): return try score(variant, arguments, expression.span)
    case .cases(let items, let otherwise, let mustFit):
      return try cases(items, otherwise, mustFit, expression.type, expression.span)
    case .overRows(let function): return try overRows(function, expression.span)
    }
  }

  func map(_ vector: Vector, _ transform: (Double) -> Double) -> Vector {
    switch vector {
    // Adding zero makes zero of minus zero: one zero, one digest.
    case .number(let value): return .number(transform(value) + 0)
    case .numbers(let values): return .numbers(VectorKernel.map(values) { transform($0) + 0 })
    default: return vector
    }
  }

  private func converted(_ vector: Vector, _ conversion: UnitConversion) -> Vector {
    let (multiplier, divisor) = (conversion.multiplier, conversion.divisor)
    switch vector {
    case .number(let value): return .number(conversion(value))
    case .numbers(let values):
      if divisor == 1 { return .numbers(VectorKernel.map(values) { $0 * multiplier }) }
      return .numbers(VectorKernel.map(values) { $0 * multiplier / divisor })
    case .censored(let values, let marks):
      return .censored(VectorKernel.map(values) { conversion($0) }, marks: marks)
    default: return vector
    }
  }

  private func booleans(_ vector: Vector, _ transform: (UInt8) -> UInt8) -> Vector {
    switch vector {
    case .boolean(let value): return .boolean(transform(value))
    case .booleans(let values): return .booleans(VectorKernel.map(values, transform))
    default: return vector
    }
  }

  func kleene(_ binary: BinaryOperator, _ a: Vector, _ b: Vector) -> Vector {
    if case .boolean(let x) = a, case .boolean(let y) = b {
      return .boolean(binary == .and ? Truth.and(x, y) : Truth.or(x, y))
    }
    let x = a.truths(rowCount: rowCount)
    let y = b.truths(rowCount: rowCount)
    return .booleans(binary == .and ? VectorKernel.zip(x, y, Truth.and) : VectorKernel.zip(x, y, Truth.or))
  }

  private func membership(_ value: Vector, _ elements: [TypedExpression]) throws(Failure) -> Vector {
    // A missing value is in no list and outside of none.
    if elements.isEmpty { return .booleans(VectorKernel.map(value.missing(rowCount: rowCount)) { $0 == 1 ? 2 : 0 }) }
    let members = try elements.map { element throws(Failure) in try evaluate(element) }
    if case .codes(let codes, let levels) = value {
      let texts = members.compactMap { if case .text(let text) = $0 { text } else { nil } }
      if texts.count == members.count {
        let found = levels.map { texts.containsExactly($0) ? UInt8(1) : 0 }
        return .booleans(VectorKernel.map(codes) { $0 < 0 ? 2 : found[Int($0)] })
      }
    }
    return members.reduce(.boolean(0)) { kleene(.or, $0, compare(.equal, value, $1)) }
  }
}
