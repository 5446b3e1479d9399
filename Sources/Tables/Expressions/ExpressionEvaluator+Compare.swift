import NotebookSyntax

extension ExpressionEvaluator {
  func compare(_ binary: BinaryOperator, _ a: Vector, _ b: Vector) -> Vector {
    if case .censored(let values, let marks) = a { return bounded(binary, values, marks, b) }
    if case .censored(let values, let marks) = b { return bounded(Self.mirrored(binary), values, marks, a) }
    if a.kind != b.kind { return .boolean(2) }
    switch a.kind {
    case .number: return numbers(binary, a, b)
    case .logical:
      func verdict(_ x: UInt8, _ y: UInt8) -> UInt8 { x == 2 || y == 2 ? 2 : (x == y) == (binary == .equal) ? 1 : 0 }
      if a.isConstant, b.isConstant { return .boolean(verdict(a.truth(0), b.truth(0))) }
      return .booleans(VectorKernel.zip(a.truths(rowCount: rowCount), b.truths(rowCount: rowCount), verdict))
    case .text: return texts(binary == .equal, a, b)
    }
  }

  private static func mirrored(_ binary: BinaryOperator) -> BinaryOperator {
    switch binary {
    case .less: return .greater
    case .lessOrEqual: return .greaterOrEqual
    case .greater: return .less
    case .greaterOrEqual: return .lessOrEqual
    default: return binary
    }
  }

  private func numbers(_ binary: BinaryOperator, _ a: Vector, _ b: Vector) -> Vector {
    switch binary {
    case .equal: return numbers(a, b) { $0 == $1 }
    case .unequal: return numbers(a, b) { $0 != $1 }
    case .less: return numbers(a, b) { $0 < $1 }
    case .lessOrEqual: return numbers(a, b) { $0 <= $1 }
    case .greater: return numbers(a, b) { $0 > $1 }
    default: return numbers(a, b) { $0 >= $1 }
    }
  }

  @inline(__always)
  private func numbers(_ a: Vector, _ b: Vector, _ holds: (Double, Double) -> Bool) -> Vector {
    func verdict(_ x: Double, _ y: Double) -> UInt8 { x.isNaN || y.isNaN ? 2 : holds(x, y) ? 1 : 0 }
    switch (a, b) {
    case (.number(let x), .number(let y)): return .boolean(verdict(x, y))
    case (.numbers(let x), .number(let y)): return .booleans(VectorKernel.map(x) { verdict($0, y) })
    case (.number(let x), .numbers(let y)): return .booleans(VectorKernel.map(y) { verdict(x, $0) })
    case (.numbers(let x), .numbers(let y)): return .booleans(VectorKernel.zip(x, y, verdict))
    default: return .boolean(2)
    }
  }

  /// Levels are compared once, rows by their codes.
  private func texts(_ isEqual: Bool, _ a: Vector, _ b: Vector) -> Vector {
    switch (a, b) {
    case (.text(let x), .text(let y)): return .boolean(x.isExactly(y) == isEqual ? 1 : 0)
    case (.codes(let codes, let levels), .text(let text)), (.text(let text), .codes(let codes, let levels)):
      let verdicts = levels.map { $0.isExactly(text) == isEqual ? UInt8(1) : 0 }
      return .booleans(VectorKernel.map(codes) { $0 < 0 ? 2 : verdicts[Int($0)] })
    case (.codes(let x, let levels), .codes(let y, let others)):
      let index = Vector.index(levels)
      let map = others.map { index[Array($0.utf8)] ?? -2 }
      return .booleans(
        VectorKernel.zip(x, y) { $0 < 0 || $1 < 0 ? 2 : ($0 == map[Int($1)]) == isEqual ? 1 : 0 })
    default: return .boolean(2)
    }
  }

  /// What is only known to lie below or above a limit is compared as far as the limit decides.
  private func bounded(_ binary: BinaryOperator, _ values: [Double], _ marks: [Int8], _ other: Vector) -> Vector {
    let others = other.numbers(rowCount: rowCount)
    func verdict(_ row: Int) -> UInt8 {
      let (value, bound, mark) = (values[row], others[row], marks[row])
      if value.isNaN || bound.isNaN { return 2 }
      var isLess = value < bound
      var isGreater = value > bound
      if mark < 0 {
        guard value <= bound else { return 2 }
        (isLess, isGreater) = (true, false)
      } else if mark > 0 {
        guard value >= bound else { return 2 }
        (isLess, isGreater) = (false, true)
      }
      let holds: Bool
      switch binary {
      case .equal: holds = !isLess && !isGreater
      case .unequal: holds = isLess || isGreater
      case .less: holds = isLess
      case .lessOrEqual: holds = !isGreater
      case .greater: holds = isGreater
      default: holds = !isLess
      }
      return holds ? 1 : 0
    }
    return .booleans(VectorKernel.rows(rowCount, verdict))
  }
}
