import NotebookSyntax
import Statistics
import Tables

// From the variables of a formula to columns of the model matrix.
extension ModelFrame {
  /// What a variable is on the way to columns.
  enum Values {
    case numbers([Double])
    /// A basis still to be made, and the number it is made of.
    case basis(FormulaBasis, [Double])
    /// Of the rows used.
    case fitted(FormulaBasis, FittedBasis, columns: [[Double]])
    /// Levels that have rows, and codes into them.
    case factor(codes: [Int32], levels: [String])
  }

  /// One factor of a column, per row used.
  enum Source {
    case numbers([Double])
    /// A value for each level, and a level for each row.
    case levels([Double], codes: [Int32])
  }

  /// The model matrix of columns that are products; of nothing, 1. A few rows at a time, so that each product meets the
  /// others of its row while these are near.
  static func matrix(_ columns: [[Source]], rows: Int) -> Matrix {
    let blockRows = 256
    let width = columns.count
    var block = [Double](repeating: 1, count: blockRows)
    let elements = [Double](unsafeUninitializedCapacity: rows * width) { elements, count in
      count = rows * width
      block.withUnsafeMutableBufferPointer { block in
        for start in stride(from: 0, to: rows, by: blockRows) {
          let size = min(blockRows, rows - start)
          for (index, factors) in columns.enumerated() {
            for row in 0..<size { block[row] = 1 }
            for (position, factor) in factors.enumerated() {
              switch factor {
              case .numbers(let numbers):
                numbers.withUnsafeBufferPointer { numbers in
                  if position == 0 {
                    for row in 0..<size { block[row] = numbers[start &+ row] }
                  } else {
                    for row in 0..<size { block[row] *= numbers[start &+ row] }
                  }
                }
              case .levels(let values, let codes):
                codes.withUnsafeBufferPointer { codes in
                  values.withUnsafeBufferPointer { values in
                    if position == 0 {
                      for row in 0..<size { block[row] = values[Int(codes[start &+ row])] }
                    } else {
                      for row in 0..<size { block[row] *= values[Int(codes[start &+ row])] }
                    }
                  }
                }
              }
            }
            var place = start &* width &+ index
            for row in 0..<size {
              elements[place] = block[row]
              place &+= width
            }
          }
        }
      }
    }
    return Matrix(rows: rows, columns: width, elements: elements)
  }

  static func values(of variable: Expression, _ table: Table, _ data: Reference) throws(StepFailure) -> Values {
    if case .name(let name) = variable.node, let column = table[name],
      case .codes(let codes, let levels) = column.values
    {
      return .factor(codes: codes, levels: levels)
    }
    if case .name(let name)? = ModelVariable.factorArgument(variable)?.node, let column = table[name] {
      let (codes, levels) = Grouping.codes(column)
      return .factor(codes: codes, levels: levels)
    }
    if case .success(let basis)? = FormulaBasis.of(variable) {
      guard case .numbers(let numbers) = try values(of: basis.argument, table, data) else { return .numbers([]) }
      return .basis(basis, numbers)
    }
    let expression = ModelVariable.evaluable(variable)
    do throws(ExpressionEvaluator.Failure) {
      guard
        case .numbers(let numbers) = try ExpressionEvaluator(table).evaluate(expression).values(
          rowCount: table.rowCount)
      else { return .numbers([]) }
      return .numbers(numbers)
    } catch {
      throw StepFailure(error, in: expression, rowsOf: data.name)
    }
  }

  /// The values in the used rows; levels that none of them has are dropped and noted, and bases are made.
  static func restricted(
    _ values: Values, to rows: [Int], _ variable: Expression, _ notes: inout [String]
  ) throws(StepFailure) -> Values {
    let name = variable.description
    switch values {
    case .fitted: return values
    case .numbers(let numbers): return .numbers(ModelFrame.values(numbers, of: rows))
    case .basis(let basis, let numbers):
      let used = ModelFrame.values(numbers, of: rows)
      let fitted = try FittedBasis(basis, used, variable: variable)
      var columns = [[Double]](repeating: [], count: basis.count)
      for index in columns.indices { columns[index].reserveCapacity(used.count) }
      for number in used {
        for (index, value) in fitted.values(at: number).enumerated() { columns[index].append(value) }
      }
      return .fitted(basis, fitted, columns: columns)
    case .factor(let codes, let levels):
      let used = ModelFrame.values(codes, of: rows)
      var counts = [Int](repeating: 0, count: levels.count)
      for code in used { counts[Int(code)] += 1 }
      let kept = levels.indices.filter { counts[$0] > 0 }
      let absent = levels.indices.filter { counts[$0] == 0 }.map { levels[$0] }
      if !absent.isEmpty {
        notes.append(
          "No row used has \(name) = \(absent.joined(separator: ", ")), so \(absent.count == 1 ? "this level is" : "these levels are") left out; the reference is \(levels[kept[0]])."
        )
      }
      if absent.isEmpty { return .factor(codes: used, levels: levels) }
      var map = [Int32](repeating: -1, count: levels.count)
      for (new, old) in kept.enumerated() { map[old] = Int32(new) }
      return .factor(codes: used.map { map[Int($0)] }, levels: kept.map { levels[$0] })
    }
  }

  /// How many columns `pieces` makes of a variable.
  static func width(of values: Values, coding: Contrasts.Coding?) -> Int {
    switch values {
    case .basis: return 0
    case .numbers: return 1
    case .fitted(_, _, let columns): return columns.count
    case .factor(_, let levels): return coding == nil ? levels.count : levels.count - 1
    }
  }

  static func pieces(
    _ values: Values, _ name: String, coding: Contrasts.Coding?, at span: Span
  ) throws(StepFailure) -> [(name: String, column: [Source], coding: [Coding])] {
    switch values {
    case .basis: return []
    case .numbers(let numbers): return [(name, [.numbers(numbers)], [Coding(variable: name, part: .number)])]
    case .fitted(let basis, _, let columns):
      return zip(FormulaBasis.names(name, basis.count), columns.indices).map {
        ($0, [.numbers(columns[$1])], [Coding(variable: name, part: .basis($1))])
      }
    case .factor(let codes, let levels):
      guard levels.count > 1 || coding == nil else {
        throw StepFailure(
          Diagnostic(
            "one-level",
            "`\(name)` has only the level `\(levels.first ?? "")` in the rows used, so it explains nothing", at: span,
            help: "take `\(name)` out of the formula, or look at the rules that filter the rows"))
      }
      let parts: [Coding.Part]
      switch coding {
      case nil: parts = levels.indices.map { .indicator($0) }
      case .treatment: parts = levels.indices.dropFirst().map { .indicator($0) }
      case .sum: parts = levels.indices.dropLast().map { .sum($0, last: levels.count - 1) }
      }
      return zip(ModelVariable.names(name, levels: levels, coding), parts).map { piece in
        let own = Coding(variable: name, part: piece.1)
        let values = levels.indices.map { own.value(level: $0) ?? 0 }
        return (piece.0, [.levels(values, codes: codes)], [own])
      }
    }
  }

  /// Of terms such as `I(x^3)`, column by column, the power less its rounded value.
  static func lowParts(
    _ formula: Formula, _ table: Table, _ rows: [Int], _ columns: [[Source]], _ termColumns: [Range<Int>]
  ) -> [Int: [Double]] {
    var result: [Int: [Double]] = [:]
    for (term, own) in zip(formula.terms, termColumns) where term.variables.count == 1 && own.count == 1 {
      guard case .binary(.power, let base, let exponent) = ModelVariable.evaluable(term.variables[0]).ungrouped.node,
        case .name(let name) = base.ungrouped.node, case .number(let power, nil) = exponent.ungrouped.node,
        power == power.rounded(), (2...20).contains(power), let numbers = table[name]?.values.numbers
      else { continue }
      guard case .numbers(let column)? = columns[own.lowerBound].first else { continue }
      let low = rows.indices.map {
        PowerRounding.remainder(of: numbers[rows[$0]], exponent: Int(power), beyond: column[$0])
      }
      if low.contains(where: { $0 != 0 }) { result[own.lowerBound] = low }
    }
    return result
  }
}
