import NotebookSyntax

/// Functions over the rows of a group.
extension ExpressionEvaluator {
  func overRows(_ function: TypedExpression.RowFunction, _ span: Span) throws(Failure) -> Vector {
    guard let groups else { return .number(.nan) }
    let value = try function.value.map { value throws(Failure) in try evaluate(value) }
    switch function.function {
    case .baseline, .change:
      guard let value, let condition = function.condition else { return .number(.nan) }
      let rows = try chosenRows(try evaluate(condition), groups, condition.span)
      let baseline = value.picked(rows)
      guard function.function == .change else { return baseline }
      return try arithmetic(.subtract, .numbers(value.numbers(rowCount: rowCount)), baseline, span)
    case .first, .last, .lag:
      guard let value else { return .number(.nan) }
      return value.picked(placedRows(function, value, groups))
    case .cumulative: return try cumulative(function, value, groups, span)
    case .count where value == nil:
      return .numbers(
        VectorKernel.map(groups.numbers) { Double(groups.starts[Int($0) + 1] - groups.starts[Int($0)]) })
    default:
      guard let value else { return .number(.nan) }
      return try aggregate(function, value, groups, span)
    }
  }

  /// For each row the row of its group that fulfils the condition, or −1.
  private func chosenRows(_ condition: Vector, _ groups: RowGroups, _ span: Span) throws(Failure) -> [Int32] {
    let truths = condition.truths(rowCount: rowCount)
    var chosen = [Int32](repeating: -1, count: groups.count)
    var repeated: [Int] = []
    for row in truths.indices where truths[row] == 1 {
      let group = Int(groups.numbers[row])
      if chosen[group] >= 0 { repeated.append(row + 1) } else { chosen[group] = Int32(row) }
    }
    guard repeated.isEmpty else {
      throw Failure(
        span: span, message: "another row of the group fulfils `at` or `from` already", rows: repeated,
        help: "one row of each group is the baseline: make the condition narrower")
    }
    return VectorKernel.gathered(chosen, groups.numbers)
  }

  private func placedRows(
    _ function: TypedExpression.RowFunction, _ value: Vector, _ groups: RowGroups
  ) -> [Int32] {
    let missing = function.skipsMissing ? value.missing(rowCount: rowCount) : []
    var result = [Int32](repeating: -1, count: rowCount)
    for group in 0..<groups.count {
      let range = groups.starts[group]..<groups.starts[group + 1]
      if function.function == .lag {
        for place in range.dropFirst(function.distance) {
          result[Int(groups.rows[place])] = groups.rows[place - function.distance]
        }
        continue
      }
      func isChosen(_ place: Int) -> Bool { missing.isEmpty || missing[Int(groups.rows[place])] == 0 }
      guard let place = function.function == .first ? range.first(where: isChosen) : range.last(where: isChosen) else {
        continue
      }
      for other in range { result[Int(groups.rows[other])] = groups.rows[place] }
    }
    return result
  }

  /// Refuses missing values unless they are skipped.
  private func present(_ missing: [UInt8], _ function: TypedExpression.RowFunction, _ span: Span) throws(Failure) {
    guard !function.skipsMissing, missing.contains(1) else { return }
    throw Failure(
      span: span, message: "a value that `\(function.function.rawValue)` needs is missing",
      rows: missing.indices.filter { missing[$0] == 1 }.map { $0 + 1 },
      help: "`missing = skip` computes it from the values that are there")
  }

  private func aggregate(
    _ function: TypedExpression.RowFunction, _ value: Vector, _ groups: RowGroups, _ span: Span
  ) throws(Failure) -> Vector {
    try present(value.missing(rowCount: rowCount), function, span)
    let values: [Double]
    if function.function == .count {
      values = VectorKernel.map(value.truths(rowCount: rowCount)) { $0 == 1 ? 1 : 0 }
    } else {
      values = value.numbers(rowCount: rowCount)
    }
    let results: [Double]
    switch function.function {
    case .count:
      var counts = [Double](repeating: 0, count: groups.count)
      Self.each(values, groups.numbers) { counts[$0] += $1 }
      results = counts
    case .sum: results = Self.sums(values, groups).map { $0.count == 0 ? .nan : $0.sum }
    case .mean: results = Self.sums(values, groups).map { $0.count == 0 ? .nan : $0.sum / $0.count }
    case .sd: results = Self.deviations(values, groups)
    case .min: results = Self.extremes(values, groups) { $0 < $1 }
    case .max: results = Self.extremes(values, groups) { $0 > $1 }
    default: results = Self.medians(values, groups)
    }
    let all = results.withUnsafeBufferPointer { results in VectorKernel.map(groups.numbers) { results[Int($0)] + 0 } }
    guard results.allSatisfy({ $0.isFinite || $0.isNaN }) else {
      throw Failure(
        span: span, message: "a result too large", rows: all.indices.filter { all[$0].isInfinite }.map { $0 + 1 })
    }
    return .numbers(all)
  }

  @inline(__always)
  private static func each(_ values: [Double], _ groups: [Int32], _ body: (Int, Double) -> Void) {
    values.withUnsafeBufferPointer { values in
      groups.withUnsafeBufferPointer { groups in
        for row in 0..<values.count where !values[row].isNaN { body(Int(groups[row]), values[row]) }
      }
    }
  }

  /// Neumaier's compensated sums, in the order of the rows: Z. Angew. Math. Mech. 54 (1974) 39–51.
  private struct Sum {
    var total = 0.0
    var lost = 0.0
    var count = 0.0

    @inline(__always)
    mutating func add(_ value: Double) {
      let next = total + value
      lost += total.magnitude >= value.magnitude ? (total - next) + value : (value - next) + total
      total = next
      count += 1
    }

    var sum: Double { (total + lost).isNaN ? total : total + lost }
  }

  private static func sums(_ values: [Double], _ groups: RowGroups) -> [Sum] {
    var sums = [Sum](repeating: Sum(), count: groups.count)
    sums.withUnsafeMutableBufferPointer { sums in each(values, groups.numbers) { sums[$0].add($1) } }
    return sums
  }

  /// Two passes: the mean first.
  private static func deviations(_ values: [Double], _ groups: RowGroups) -> [Double] {
    let means = sums(values, groups).map { $0.count == 0 ? .nan : $0.sum / $0.count }
    let squares = VectorKernel.zip(values, groups.numbers) { value, group in
      let deviation = value - means[Int(group)]
      return deviation * deviation
    }
    return sums(squares, groups).map { $0.count < 2 ? .nan : ($0.sum / ($0.count - 1)).squareRoot() }
  }

  private static func extremes(
    _ values: [Double], _ groups: RowGroups, _ isBetter: (Double, Double) -> Bool
  ) -> [Double] {
    var results = [Double](repeating: .nan, count: groups.count)
    results.withUnsafeMutableBufferPointer { results in
      each(values, groups.numbers) { group, value in
        if results[group].isNaN || isBetter(value, results[group]) { results[group] = value }
      }
    }
    return results
  }

  private static func medians(_ values: [Double], _ groups: RowGroups) -> [Double] {
    (0..<groups.count).map { group in
      let own = groups.rows[groups.starts[group]..<groups.starts[group + 1]].map { values[Int($0)] }
        .filter { !$0.isNaN }.sorted()
      guard !own.isEmpty else { return .nan }
      let middle = own.count / 2
      return own.count.isMultiple(of: 2) ? (own[middle - 1] + own[middle]) / 2 : own[middle]
    }
  }

  private func cumulative(
    _ function: TypedExpression.RowFunction, _ value: Vector?, _ groups: RowGroups, _ span: Span
  ) throws(Failure) -> Vector {
    guard let value else { return .number(.nan) }
    try present(value.missing(rowCount: rowCount), function, span)
    let isCount = function.operation == .count
    let values: [Double] =
      isCount
      ? VectorKernel.map(value.truths(rowCount: rowCount)) { $0 == 1 ? 1 : 0 } : value.numbers(rowCount: rowCount)
    var result = [Double](repeating: .nan, count: rowCount)
    for group in 0..<groups.count {
      var sum = Sum()
      var extreme = Double.nan
      for place in groups.starts[group]..<groups.starts[group + 1] {
        let row = Int(groups.rows[place])
        let value = values[row]
        if !value.isNaN {
          sum.add(value)
          if extreme.isNaN || (function.operation == .min ? value < extreme : value > extreme) { extreme = value }
        }
        switch function.operation {
        case .min, .max: result[row] = extreme
        default: result[row] = sum.count == 0 ? .nan : sum.sum + 0
        }
      }
    }
    return try checked(.numbers(result), [.numbers(result)], span, "a sum too large")
  }
}
