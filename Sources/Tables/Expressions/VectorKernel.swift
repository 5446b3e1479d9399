/// Loops over whole columns. Closures are inlined into them, so that each is one pass without a call per row.
enum VectorKernel {
  @inline(__always)
  static func map<Input, Output>(_ values: [Input], _ transform: (Input) -> Output) -> [Output] {
    [Output](unsafeUninitializedCapacity: values.count) { result, count in
      values.withUnsafeBufferPointer { values in
        for row in 0..<values.count { result[row] = transform(values[row]) }
      }
      count = values.count
    }
  }

  @inline(__always)
  static func zip<A, B, Output>(_ a: [A], _ b: [B], _ combine: (A, B) -> Output) -> [Output] {
    let rowCount = min(a.count, b.count)
    return [Output](unsafeUninitializedCapacity: rowCount) { result, count in
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          for row in 0..<rowCount { result[row] = combine(a[row], b[row]) }
        }
      }
      count = rowCount
    }
  }

  /// `first` where the truth is 1, `second` where it is 0, else `missing`.
  static func choose<Value>(_ truths: [UInt8], _ first: [Value], _ second: [Value], missing: Value) -> [Value] {
    first.withUnsafeBufferPointer { first in
      second.withUnsafeBufferPointer { second in
        truths.withUnsafeBufferPointer { truths in
          rows(truths.count) { truths[$0] == 1 ? first[$0] : truths[$0] == 0 ? second[$0] : missing }
        }
      }
    }
  }

  /// One value for each row number.
  @inline(__always)
  static func rows<Output>(_ rowCount: Int, _ value: (Int) -> Output) -> [Output] {
    [Output](unsafeUninitializedCapacity: rowCount) { result, count in
      for row in 0..<rowCount { result[row] = value(row) }
      count = rowCount
    }
  }

  /// The values at `rows`, in that order.
  static func gathered<Value>(_ values: [Value], _ rows: [Int32]) -> [Value] {
    values.withUnsafeBufferPointer { values in map(rows) { values[Int($0)] } }
  }

  /// Whether all are finite: decided without a branch for each.
  static func isFinite(_ values: [Double]) -> Bool {
    // x − x is zero for every finite x and NaN for the others.
    var sum = 0.0
    values.withUnsafeBufferPointer { values in
      for row in 0..<values.count { sum += values[row] - values[row] }
    }
    return sum == 0
  }
}

/// Kleene's three truths: 0 false, 1 true, 2 unknown.
enum Truth {
  @inline(__always)
  static func and(_ x: UInt8, _ y: UInt8) -> UInt8 { x == 0 || y == 0 ? 0 : x | y == 1 ? 1 : 2 }

  @inline(__always)
  static func or(_ x: UInt8, _ y: UInt8) -> UInt8 { x == 1 || y == 1 ? 1 : x | y == 0 ? 0 : 2 }

  @inline(__always)
  static func not(_ x: UInt8) -> UInt8 { x == 2 ? 2 : 1 - x }
}
