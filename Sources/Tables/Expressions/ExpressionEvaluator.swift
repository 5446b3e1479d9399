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
  }

  private let rowCount: Int
  private let leaf: (Expression) -> Vector

  /// - Parameter leaf: the values of a name or a path that the checker accepted.
  public init(rowCount: Int, leaf: @escaping (Expression) -> Vector) {
    self.rowCount = rowCount
    self.leaf = leaf
  }

  /// Over the columns of a table.
  public init(_ table: Table) {
    self.init(rowCount: table.rowCount) { expression in
      guard case .name(let name) = expression.node, let column = table[name] else { return .number(.nan) }
      return Vector(column)
    }
  }

  public func evaluate(_ expression: Expression) throws(Failure) -> Vector {
    switch expression.node {
    case .number(let value, _): return .number(value)
    case .text(let text): return .text(text)
    case .boolean(let value): return .boolean(value ? 1 : 0)
    case .name, .member, .index: return leaf(expression)
    case .list: return .number(.nan)
    case .group(let inner): return try evaluate(inner)
    case .negation(let inner): return map(try evaluate(inner)) { -$0 }
    case .not(let inner):
      return booleans(try evaluate(inner)) { $0 == 2 ? 2 : 1 - $0 }
    case .presence(let inner, let isMissing):
      let value = try evaluate(inner)
      return .booleans((0..<rowCount).map { value.isMissing($0) == isMissing ? 1 : 0 })
    case .membership(let value, let elements, let isNegated):
      var found: Vector = .boolean(0)
      let vector = try evaluate(value)
      for element in elements { found = kleene(.or, found, compare(.equal, vector, try evaluate(element))) }
      // A missing value is in no list and outside of none.
      if elements.isEmpty { found = compare(.equal, vector, vector) }
      let result = elements.isEmpty ? booleans(found) { $0 == 2 ? 2 : 0 } : found
      return isNegated ? booleans(result) { $0 == 2 ? 2 : 1 - $0 } : result
    case .binary(let binary, let left, let right):
      let a = try evaluate(left)
      let b = try evaluate(right)
      if binary.isLogical { return kleene(binary, a, b) }
      if binary.isComparison { return compare(binary, a, b) }
      return try arithmetic(binary, a, b, expression.span)
    case .call(let name, _, let arguments):
      guard let function = ExpressionFunction(rawValue: name) else { return .number(.nan) }
      return try call(
        function, try arguments.map { argument throws(Failure) in try evaluate(argument.value) }, expression.span)
    }
  }

  private func map(_ vector: Vector, _ transform: (Double) -> Double) -> Vector {
    switch vector {
    // Adding zero makes zero of minus zero: one zero, one digest.
    case .number(let value): return .number(transform(value) + 0)
    case .numbers(let values): return .numbers(values.map { transform($0) + 0 })
    default: return vector
    }
  }

  private func booleans(_ vector: Vector, _ transform: (UInt8) -> UInt8) -> Vector {
    switch vector {
    case .boolean(let value): return .boolean(transform(value))
    case .booleans(let values): return .booleans(values.map(transform))
    default: return vector
    }
  }

  private func kleene(_ binary: BinaryOperator, _ a: Vector, _ b: Vector) -> Vector {
    let decisive: UInt8 = binary == .or ? 1 : 0
    func join(_ x: UInt8, _ y: UInt8) -> UInt8 {
      if x == decisive || y == decisive { return decisive }
      return x == 2 || y == 2 ? 2 : 1 - decisive
    }
    if case .boolean(let x) = a, case .boolean(let y) = b { return .boolean(join(x, y)) }
    return .booleans((0..<rowCount).map { join(a.truth($0), b.truth($0)) })
  }

  private func compare(_ binary: BinaryOperator, _ a: Vector, _ b: Vector) -> Vector {
    func verdict(_ holds: Bool) -> UInt8 { holds ? 1 : 0 }
    func ordered(_ x: Double, _ y: Double) -> UInt8 {
      if x.isNaN || y.isNaN { return 2 }
      switch binary {
      case .equal: return verdict(x == y)
      case .unequal: return verdict(x != y)
      case .less: return verdict(x < y)
      case .lessOrEqual: return verdict(x <= y)
      case .greater: return verdict(x > y)
      default: return verdict(x >= y)
      }
    }
    if let (codes, same) = Self.codesAgainstText(a, b) {
      return .booleans(codes.map { $0 < 0 ? 2 : verdict(same[Int($0)] == (binary == .equal)) })
    }
    let isNumeric = a.isNumeric && b.isNumeric
    func one(_ row: Int) -> UInt8 {
      if isNumeric { return ordered(a.number(row), b.number(row)) }
      if let x = a.string(row), let y = b.string(row) {
        return verdict(x.isExactly(y) == (binary == .equal))
      }
      if a.isLogical, b.isLogical {
        let x = a.truth(row)
        let y = b.truth(row)
        return x == 2 || y == 2 ? 2 : verdict((x == y) == (binary == .equal))
      }
      return 2
    }
    if a.isConstant, b.isConstant { return .boolean(one(0)) }
    return .booleans((0..<rowCount).map(one))
  }

  /// Text compared with one level: each level is compared once, not each row.
  private static func codesAgainstText(_ a: Vector, _ b: Vector) -> ([Int32], [Bool])? {
    switch (a, b) {
    case (.codes(let codes, let levels), .text(let text)), (.text(let text), .codes(let codes, let levels)):
      return (codes, levels.map { $0.isExactly(text) })
    default: return nil
    }
  }

  private func arithmetic(_ binary: BinaryOperator, _ a: Vector, _ b: Vector, _ span: Span) throws(Failure) -> Vector {
    func one(_ x: Double, _ y: Double) -> Double {
      switch binary {
      case .add: return x + y
      case .subtract: return x - y
      case .multiply: return x * y
      case .divide: return x / y
      default: return y == 2 ? x * x : Elementary.power(x, y)
      }
    }
    let problem = binary == .divide ? "a division by zero" : "a result too large, or a root of a negative number"
    return try checked(span, problem, [a, b]) { one($0[0], $0[1]) }
  }

  private func call(_ function: ExpressionFunction, _ values: [Vector], _ span: Span) throws(Failure) -> Vector {
    switch function {
    case .log: return try checked(span, "the logarithm of zero or less", values) { Elementary.log($0[0]) }
    case .log2: return try checked(span, "the logarithm of zero or less", values) { Elementary.log2($0[0]) }
    case .log10: return try checked(span, "the logarithm of zero or less", values) { Elementary.log10($0[0]) }
    case .exp: return try checked(span, "an exponential too large", values) { Elementary.exp($0[0]) }
    case .sqrt: return try checked(span, "the square root of a negative number", values) { $0[0].squareRoot() }
    case .abs: return map(values[0]) { $0.magnitude }
    case .round: return map(values[0]) { $0.rounded() }
    case .min: return try checked(span, "", values) { $0.min() ?? .nan }
    case .max: return try checked(span, "", values) { $0.max() ?? .nan }
    case .conditional:
      if case .text = values[1].kind { return choose(values) }
      if values[1].isLogical {
        return .booleans((0..<rowCount).map { row in pick(values, row).map { $0.truth(row) } ?? 2 })
      }
      return .numbers((0..<rowCount).map { row in pick(values, row).map { $0.number(row) } ?? .nan })
    }
  }

  private func pick(_ values: [Vector], _ row: Int) -> Vector? {
    switch values[0].truth(row) {
    case 1: return values[1]
    case 0: return values[2]
    default: return nil
    }
  }

  private func choose(_ values: [Vector]) -> Vector {
    var levels = values[1].levels
    for level in values[2].levels where !levels.containsExactly(level) {
      levels.append(level)
    }
    let codes = (0..<rowCount).map { row -> Int32 in
      guard let text = pick(values, row)?.string(row) else { return -1 }
      return Int32(levels.firstIndex { $0.isExactly(text) } ?? -1)
    }
    return .codes(codes, levels: levels)
  }

  /// Applies `one` where every value is present; a result that is no finite number fails with its rows.
  private func checked(
    _ span: Span, _ problem: String, _ values: [Vector], _ one: ([Double]) -> Double
  ) throws(Failure) -> Vector {
    var failing: [Int] = []
    var arguments = [Double](repeating: 0, count: values.count)
    func at(_ row: Int) -> Double {
      for index in values.indices {
        arguments[index] = values[index].number(row)
        if arguments[index].isNaN { return .nan }
      }
      let result = one(arguments)
      if !result.isFinite { failing.append(row + 1) }
      return result == 0 ? 0 : result
    }
    let result: Vector
    if values.allSatisfy(\.isConstant) {
      result = .number(at(0))
      guard failing.isEmpty else { throw Failure(span: span, message: problem, rows: []) }
    } else {
      result = .numbers((0..<rowCount).map(at))
      guard failing.isEmpty else { throw Failure(span: span, message: problem, rows: failing) }
    }
    return result
  }
}
