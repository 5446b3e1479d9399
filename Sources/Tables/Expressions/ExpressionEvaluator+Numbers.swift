import NotebookSyntax

extension ExpressionEvaluator {
  func arithmetic(_ binary: BinaryOperator, _ a: Vector, _ b: Vector, _ span: Span) throws(Failure) -> Vector {
    let problem = binary == .divide ? "a division by zero" : "a result too large, or a root of a negative number"
    let result: Vector
    switch binary {
    case .add: result = combine(a, b) { $0 + $1 }
    case .subtract: result = combine(a, b) { $0 - $1 }
    case .multiply: result = combine(a, b) { $0 * $1 }
    case .divide: result = combine(a, b) { $0 / $1 }
    default:
      if case .number(2) = b {
        result = combine(a, a) { $0 * $1 }
      } else {
        result = combine(a, b) { $1 == 2 ? $0 * $0 : Elementary.power($0, $1) }
      }
    }
    return try checked(result, [a, b], span, problem)
  }

  @inline(__always)
  private func combine(_ a: Vector, _ b: Vector, _ operation: (Double, Double) -> Double) -> Vector {
    // Missing stays missing even where the function has a value for NaN, as 1 ^ NaN has.
    func value(_ x: Double, _ y: Double) -> Double { x.isNaN || y.isNaN ? .nan : operation(x, y) + 0 }
    switch (a, b) {
    case (.number(let x), .number(let y)): return .number(value(x, y))
    case (.numbers(let x), .number(let y)): return .numbers(VectorKernel.map(x) { value($0, y) })
    case (.number(let x), .numbers(let y)): return .numbers(VectorKernel.map(y) { value(x, $0) })
    case (.numbers(let x), .numbers(let y)): return .numbers(VectorKernel.zip(x, y, value))
    default: return .number(.nan)
    }
  }

  /// `result`, unless it is no finite number in rows where everything it is made of is present.
  func checked(_ result: Vector, _ inputs: [Vector], _ span: Span, _ problem: String) throws(Failure) -> Vector {
    switch result {
    case .number(let value):
      if !value.isFinite, inputs.allSatisfy({ !$0.number(0).isNaN }) {
        throw Failure(span: span, message: problem, rows: [])
      }
    case .numbers(let values), .censored(let values, _):
      guard !VectorKernel.isFinite(values) else { return result }
      let failing = values.indices.filter { row in
        !values[row].isFinite && inputs.allSatisfy { !$0.number(row).isNaN }
      }
      guard failing.isEmpty else { throw Failure(span: span, message: problem, rows: failing.map { $0 + 1 }) }
    default: break
    }
    return result
  }

  func call(_ function: ExpressionFunction, _ arguments: [TypedExpression], _ span: Span) throws(Failure) -> Vector {
    let values = try arguments.map { argument throws(Failure) in try evaluate(argument) }
    let logarithm = "the logarithm of zero or less"
    switch function {
    case .log: return try checked(map(values[0], Elementary.log), values, span, logarithm)
    case .log2: return try checked(map(values[0], Elementary.log2), values, span, logarithm)
    case .log10: return try checked(map(values[0], Elementary.log10), values, span, logarithm)
    case .exp: return try checked(map(values[0], Elementary.exp), values, span, "an exponential too large")
    case .sqrt:
      return try checked(map(values[0]) { $0.squareRoot() }, values, span, "the square root of a negative number")
    case .abs: return map(values[0]) { $0.magnitude }
    case .round: return map(values[0]) { $0.rounded() }
    case .floor: return map(values[0]) { $0.rounded(.down) }
    case .ceil: return map(values[0]) { $0.rounded(.up) }
    case .min:
      let least = values.dropFirst().reduce(values[0]) { combine($0, $1) { $1 < $0 ? $1 : $0 } }
      return try checked(least, values, span, "an infinite number")
    case .max:
      let greatest = values.dropFirst().reduce(values[0]) { combine($0, $1) { $1 >= $0 ? $1 : $0 } }
      return try checked(greatest, values, span, "an infinite number")
    case .conditional: return choose(values[0].truths(rowCount: rowCount), values[1], values[2])
    case .coalesce:
      return values.dropFirst().reduce(values[0]) { result, next in
        choose(result.missing(rowCount: rowCount), next, result)
      }
    case .year: return map(values[0]) { $0.isNaN ? .nan : Double(CalendarDay.parts(Int($0)).year) }
    case .weeksBetween:
      return combine(values[0], values[1]) { ($1 - $0) / 7 }
    default: return .number(.nan)
    }
  }

  /// `first` where the truth is 1, `second` where it is 0, missing where it is unknown.
  func choose(_ truths: [UInt8], _ first: Vector, _ second: Vector) -> Vector {
    switch first.kind {
    case .text:
      let levels = first.levels(with: second)
      let x = first.codes(into: levels, rowCount: rowCount)
      let y = second.codes(into: levels, rowCount: rowCount)
      return .codes(VectorKernel.choose(truths, x, y, missing: -1), levels: levels)
    case .logical:
      let x = first.truths(rowCount: rowCount)
      let y = second.truths(rowCount: rowCount)
      return .booleans(VectorKernel.choose(truths, x, y, missing: 2))
    case .number:
      let x = first.numbers(rowCount: rowCount)
      let y = second.numbers(rowCount: rowCount)
      return .numbers(VectorKernel.choose(truths, x, y, missing: .nan))
    }
  }

  /// Half away from zero at the last digit kept.
  func rounded(_ vector: Vector, _ digits: Int, _ span: Span) throws(Failure) -> Vector {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    return try checked(map(vector) { ($0 * scale).rounded() / scale }, [vector], span, "a number too large to round")
  }

  func cut(_ vector: Vector, _ breaks: [Double], _ levels: [String], _ isClosedRight: Bool) -> Vector {
    .codes(
      VectorKernel.map(vector.numbers(rowCount: rowCount)) { value in
        if value.isNaN { return -1 }
        var code: Int32 = 0
        for point in breaks where isClosedRight ? value > point : value >= point { code += 1 }
        return code
      }, levels: levels)
  }

  func uncensored(
    _ vector: Vector, _ rule: TypedExpression.Uncensoring, _ span: Span
  ) throws(Failure) -> Vector {
    guard case .censored(let values, let marks) = vector else { return vector }
    if !rule.allowsAbove, marks.contains(1) {
      let rows = marks.indices.filter { marks[$0] > 0 && !values[$0].isNaN }
      guard rows.isEmpty else {
        throw Failure(
          span: span, message: "a value above its limit has no half", rows: rows.map { $0 + 1 },
          help: "say what these count as: `uncensor(…, half, above = limit)`")
      }
    }
    let below = rule.below
    return .numbers(VectorKernel.zip(values, marks) { $1 < 0 ? $0 * below : $0 })
  }

  func score(
    _ variant: ClinicalScore.Variant, _ arguments: [TypedExpression], _ span: Span
  ) throws(Failure) -> Vector {
    var columns: [[Double]] = []
    for (argument, typed) in Swift.zip(variant.arguments, arguments) {
      let vector = try evaluate(typed)
      switch argument.kind {
      case .number:
        let numbers = vector.numbers(rowCount: rowCount)
        let failing = numbers.indices.filter { numbers[$0] <= 0 }
        guard failing.isEmpty else {
          throw Failure(
            span: typed.span, message: "`\(argument.name)` is not above zero", rows: failing.map { $0 + 1 },
            help: "correct the value, or make it missing first: `if(x > 0 …, x, …)`")
        }
        columns.append(numbers)
      case .condition:
        columns.append(VectorKernel.map(vector.truths(rowCount: rowCount)) { $0 == 2 ? .nan : Double($0) })
      case .levels(let points):
        let codes = vector.codes(into: points.map(\.level), rowCount: rowCount)
        columns.append(VectorKernel.map(codes) { $0 < 0 ? .nan : points[Int($0)].points })
      }
    }
    let flat = columns.flatMap(\.self)
    let formula = variant.formula
    let values = flat.withUnsafeBufferPointer { flat in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: columns.count) { row in
        VectorKernel.rows(rowCount) { index -> Double in
          for column in 0..<row.count {
            let value = flat[column * rowCount + index]
            if value.isNaN { return .nan }
            row[column] = value
          }
          return formula(UnsafeBufferPointer(row))
        }
      }
    }
    switch variant.value {
    case .number: return try checked(.numbers(values), columns.map { .numbers($0) }, span, "a score without a value")
    case .levels(let levels): return .codes(VectorKernel.map(values) { $0.isNaN ? -1 : Int32($0) }, levels: levels)
    }
  }
}
