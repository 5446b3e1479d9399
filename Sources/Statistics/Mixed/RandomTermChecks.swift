/// What can be wrong with random terms before anything is fitted. With several terms an error says in which it is.
enum RandomTermChecks {
  /// How many groups of each term have rows.
  static func occupiedGroups(_ terms: [RandomEffectsTerm]) throws(StatisticsError) -> [Int] {
    var result: [Int] = []
    for (index, term) in terms.enumerated() {
      var seen = [Bool](repeating: false, count: term.groupCount)
      var occupied = 0
      for code in term.groups {
        precondition(code >= 0 && Int(code) < term.groupCount, "a group code lies in 0..<groupCount")
        if !seen[Int(code)] { occupied += 1 }
        seen[Int(code)] = true
      }
      if occupied == 1, let code = term.groups.first { throw of(index, .oneGroup(code: code), among: terms.count) }
      result.append(occupied)
    }
    return result
  }

  /// No term has as many effects as there are rows.
  static func separable(_ terms: [RandomEffectsTerm], occupied: [Int]) throws(StatisticsError) {
    for (index, term) in terms.enumerated() {
      // lme4 counts the effects of a term; uncorrelated columns are terms of their own.
      let effects = occupied[index] * (term.isCorrelated ? term.columns.columns : 1)
      let rows = term.groups.count
      guard effects < rows else {
        throw of(index, .randomEffectsNotSeparable(effects: effects, rows: rows), among: terms.count)
      }
    }
  }

  /// No two terms describe the same variance.
  static func distinct(_ terms: [RandomEffectsTerm]) throws(StatisticsError) {
    for second in terms.indices {
      for first in 0..<second
      where terms[first].sharesPartition(with: terms[second]) && terms[first].sharesColumn(with: terms[second]) {
        throw .confoundedTerms(first: first, second: second)
      }
    }
  }

  /// No column of a term without correlations is a multiple of another.
  static func independent(_ terms: [RandomEffectsTerm]) throws(StatisticsError) {
    for (index, term) in terms.enumerated() where !term.isCorrelated {
      let columns = (0..<term.columns.columns).map { column in
        RandomEffectsTerm(
          columns: term.columns.columns(column..<(column + 1)), groups: term.groups, groupCount: term.groupCount)
      }
      for second in columns.indices {
        for first in 0..<second where columns[first].sharesColumn(with: columns[second]) {
          throw of(index, .dependentRandomColumn(second), among: terms.count)
        }
      }
    }
  }

  /// Not all of a column's parts, one per group, are combinations of fixed columns: of their mean square more than
  /// rounding lies outside.
  static func identifiable(
    _ terms: [RandomEffectsTerm], occupied: [Int], _ design: OrthonormalDesign, _ fixed: Matrix
  ) throws(StatisticsError) {
    let kept = design.factor.kept
    let rank = kept.count
    for (index, term) in terms.enumerated() {
      // A fixed column is needed for each group at least.
      guard occupied[index] <= rank else { continue }
      for column in 0..<term.columns.columns {
        var inside = [Double](repeating: 0, count: term.groupCount * rank)
        var total = 0.0
        for row in term.groups.indices {
          let value = term.columns[row, column]
          total += value * value
          let start = Int(term.groups[row]) * rank
          for position in 0..<rank where value != 0 {
            var sum = 0.0
            for inner in 0...position { sum += fixed[row, kept[inner]] * design.basis[inner, position] }
            inside[start + position] += value * sum
          }
        }
        var explained = 0.0
        for value in inside { explained += value * value }
        // The basis is orthonormal but for rounding times the condition of the fixed columns, at most 1e7.
        guard total - explained > 1e-8 * total else {
          throw of(index, .absorbedRandomColumn(column), among: terms.count)
        }
      }
    }
  }

  /// An error about a column of all terms as one about a column of its term.
  static func located(_ error: StatisticsError, _ blocks: [RandomBlock]) -> StatisticsError {
    func term(_ column: Int) -> Int { blocks.lastIndex { $0.start <= column } ?? 0 }
    switch error {
    case .zeroRandomColumn(let column):
      let index = term(column)
      return of(index, .zeroRandomColumn(column - blocks[index].start), among: blocks.count)
    case .dependentRandomColumn(let column):
      let index = term(column)
      return of(index, .dependentRandomColumn(column - blocks[index].start), among: blocks.count)
    case .nonFinite(let row, .random(let column)):
      let index = term(column)
      return of(index, .nonFinite(row: row, column: .random(column - blocks[index].start)), among: blocks.count)
    default: return error
    }
  }

  private static func of(_ index: Int, _ error: StatisticsError, among count: Int) -> StatisticsError {
    count == 1 ? error : .inTerm(index, error)
  }
}
