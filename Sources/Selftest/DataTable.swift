import Statistics

/// Embedded data: a line of names, then a line for each row, with blanks between.
struct DataTable: Sendable {
  let names: [String]
  private let rows: [[String]]

  init(_ text: String) {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    names = lines.first ?? []
    rows = Array(lines.dropFirst())
  }

  var ones: [Double] { rows.map { _ in 1 } }

  func texts(_ name: String) -> [String] {
    guard let column = names.firstIndex(of: name) else { preconditionFailure("embedded data have no \(name)") }
    return rows.map { $0[column] }
  }

  func numbers(_ name: String) -> [Double] { texts(name).map { Double($0) ?? .nan } }

  /// Levels in the order of their numbers where they are numbers, else of their bytes.
  func levels(_ name: String) -> [String] {
    Set(texts(name)).sorted { left, right in
      if let left = Double(left), let right = Double(right) { return left < right }
      return left.utf8.lexicographicallyPrecedes(right.utf8)
    }
  }

  /// Numbers of a column's values among its levels.
  func codes(_ name: String) -> (codes: [Int32], count: Int) {
    let levels = levels(name)
    let numbers = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, Int32($0)) })
    return (texts(name).map { numbers[$0] ?? 0 }, levels.count)
  }
}

/// A column of a model matrix.
indirect enum DesignColumn: Sendable {
  case one
  case number(String)
  case level(String, String)
  case product(DesignColumn, DesignColumn)
}

/// A random term.
enum RandomTerm: Sendable {
  case intercepts(String)
  case slopes(String, in: String, isCorrelated: Bool = true)
}

extension DataTable {
  func column(_ column: DesignColumn) -> [Double] {
    switch column {
    case .one: return ones
    case .number(let name): return numbers(name)
    case .level(let name, let level): return texts(name).map { $0 == level ? 1 : 0 }
    case .product(let left, let right): return zip(self.column(left), self.column(right)).map { $0 * $1 }
    }
  }

  /// The columns of `first * second` after the intercept: treatment contrasts, the first level the reference.
  func crossed(_ first: String, _ second: String) -> [DesignColumn] {
    let left = levels(first).dropFirst().map { DesignColumn.level(first, $0) }
    let right = levels(second).dropFirst().map { DesignColumn.level(second, $0) }
    return left + right + right.flatMap { right in left.map { DesignColumn.product($0, right) } }
  }

  func mixed(
    _ response: String, fixed: [DesignColumn], _ terms: [RandomTerm], _ method: LinearMixedModel.Method
  ) -> Problem {
    .mixed(
      response: numbers(response), fixed: Matrix(columns: fixed.map(column)), terms: terms.map(term), method: method)
  }

  private func term(_ term: RandomTerm) -> RandomEffectsTerm {
    switch term {
    case .intercepts(let group):
      let (codes, count) = codes(group)
      return RandomEffectsTerm(columns: Matrix(columns: [ones]), groups: codes, groupCount: count)
    case .slopes(let slope, let group, let isCorrelated):
      let (codes, count) = codes(group)
      return RandomEffectsTerm(
        columns: Matrix(columns: [ones, numbers(slope)]), groups: codes, groupCount: count, isCorrelated: isCorrelated)
    }
  }

  func repeated(
    _ response: String, fixed: [DesignColumn], visit: String, subject: String, _ structure: CovarianceStructure
  ) -> Problem {
    let (subjects, subjectCount) = codes(subject)
    let (visits, visitCount) = codes(visit)
    return .repeated(
      .init(
        response: numbers(response), fixed: Matrix(columns: fixed.map(column)), subjects: subjects,
        subjectCount: subjectCount, visit: visits, visitCount: visitCount, structure: structure))
  }
}

extension String {
  /// Decimals between blanks, each rounded once to a double.
  var numbers: [Double] { split { $0 == " " || $0 == "\n" }.map { Double($0) ?? .nan } }
}

extension Matrix {
  /// A matrix of columns of equal length.
  init(columns: [[Double]]) {
    self.init(rows: columns.first?.count ?? 0, columns: columns.count)
    for (column, values) in columns.enumerated() {
      for (row, value) in values.enumerated() { self[row, column] = value }
    }
  }
}
