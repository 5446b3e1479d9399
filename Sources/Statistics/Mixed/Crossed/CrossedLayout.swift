/// Which random effects are eliminated group by group, and how the others hang together.
///
/// The factor with the most levels comes first (its terms together); given them, a level of another factor depends only
/// on the levels it meets in a group. Levels that meet, directly or through others, form a component: nested factors
/// fall into one component per outermost level, crossed factors into one altogether.
struct CrossedLayout: Sendable {
  /// A term that is not of the first factor.
  struct Rest: Sendable {
    let block: RandomBlock
    /// Which of the terms it is.
    let term: Int
    let groups: [Int32]
    /// Per level the number of its first effect, counted over all components.
    let effectStart: [Int]
  }

  /// Effects that depend on each other.
  struct Component: Sendable {
    let effects: Range<Int>
    /// Where its square matrix begins among those of all components.
    let offset: Int

    var size: Int { effects.count }
  }

  /// More effects in one component are refused: a square matrix then takes 128 MiB, of which half a dozen stand in
  /// memory, and a step of the search about ten seconds.
  private static let mostEffects = 4096

  /// What one effect of another factor is: its level's first effect, and its term's columns.
  struct Unit: Sendable {
    let effect: Int
    let isFirst: Bool
    /// The number of its term among `rest`.
    let term: Int
    let start: Int
    let size: Int

    var columns: Range<Int> { start..<(start + size) }
  }

  /// The columns of the first factor's terms, among those of all terms.
  let firstColumns: [Int]
  /// The codes of the first factor.
  let firstGroups: [Int32]
  let firstCount: Int
  /// Per term of the first factor its number and, per code of its own, the first factor's code (−1 without rows).
  let firstTerms: [(term: Int, codes: [Int32])]
  let rest: [Rest]
  let components: [Component]
  /// One per effect of all components.
  let units: [Unit]
  /// Per group of the first factor its component; −1 if there is no other factor or the group has no rows.
  let componentOfGroup: [Int]
  /// Per component its groups, ascending.
  let groups: [[Int]]
  /// Per group where its effects begin in `localEffects`, one more at the end.
  let localStart: [Int]
  /// The effects that occur in a group, relative to its component's first, ascending.
  let localEffects: [Int]
  /// Per row and term of `rest` where the row's effects begin in its group's part of `localEffects`.
  let rowPositions: [Int32]
  /// Per row and term of `rest` the number of the row's first effect.
  let rowEffects: [Int32]

  init(terms: [RandomEffectsTerm], blocks: [RandomBlock]) throws(StatisticsError) {
    let rows = terms[0].groups.count
    let first = Self.largest(terms)
    let isFirst = terms.map { $0.sharesPartition(with: terms[first]) }
    firstGroups = terms[first].groups
    firstCount = terms[first].groupCount
    firstColumns = terms.indices.filter { isFirst[$0] }.flatMap { Array(blocks[$0].columns) }
    firstTerms = terms.indices.filter { isFirst[$0] }.map { term in
      var codes = [Int32](repeating: -1, count: terms[term].groupCount)
      for (own, code) in zip(terms[term].groups, terms[first].groups) { codes[Int(own)] = code }
      return (term, codes)
    }
    let others = terms.indices.filter { !isFirst[$0] }

    // Levels of all other terms, numbered one after another, joined where they meet in a group.
    var unitStart: [Int] = []
    var unitCount = 0
    for term in others {
      unitStart.append(unitCount)
      unitCount += terms[term].groupCount
    }
    var sets = DisjointSets(unitCount)
    var unitOfGroup = [Int](repeating: -1, count: firstCount)
    for row in 0..<rows {
      let group = Int(firstGroups[row])
      for (index, term) in others.enumerated() {
        let unit = unitStart[index] + Int(terms[term].groups[row])
        if unitOfGroup[group] < 0 { unitOfGroup[group] = unit } else { sets.join(unitOfGroup[group], unit) }
      }
    }
    let numbering = sets.numbering()
    var sizes = [Int](repeating: 0, count: numbering.count)
    for (index, term) in others.enumerated() {
      for level in 0..<terms[term].groupCount { sizes[numbering.set[unitStart[index] + level]] += blocks[term].size }
    }
    // As many effects in one component would fill as much memory.
    let square = sizes.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
    guard square <= Double(Self.mostEffects) else {
      throw .tooManyCrossedEffects(count: Int(square.rounded(.up)), limit: Self.mostEffects)
    }
    var components: [Component] = []
    var effects = 0
    var numbers = 0
    for size in sizes {
      components.append(Component(effects: effects..<(effects + size), offset: numbers))
      effects += size
      numbers += size * size
    }
    self.components = components
    var next = components.map(\.effects.lowerBound)
    var rest: [Rest] = []
    for (index, term) in others.enumerated() {
      var start = [Int](repeating: 0, count: terms[term].groupCount)
      for level in start.indices {
        let set = numbering.set[unitStart[index] + level]
        start[level] = next[set]
        next[set] += blocks[term].size
      }
      rest.append(Rest(block: blocks[term], term: term, groups: terms[term].groups, effectStart: start))
    }
    self.rest = rest
    units = Self.units(rest, count: effects)
    rowEffects = (0..<rows).flatMap { row in rest.map { Int32($0.effectStart[Int($0.groups[row])]) } }
    let componentOfGroup = unitOfGroup.map { $0 < 0 ? -1 : numbering.set[$0] }
    self.componentOfGroup = componentOfGroup
    var groups = [[Int]](repeating: [], count: components.count)
    for (group, component) in componentOfGroup.enumerated() where component >= 0 { groups[component].append(group) }
    self.groups = groups
    (localStart, localEffects, rowPositions) = Self.local(
      rest: rest, units: units, groups: firstGroups, groupCount: firstCount,
      origin: componentOfGroup.map { $0 < 0 ? 0 : components[$0].effects.lowerBound })
  }

  /// The number of effects in all components.
  var effectCount: Int { units.count }

  private static func units(_ rest: [Rest], count: Int) -> [Unit] {
    var result = [Unit](
      repeating: Unit(effect: 0, isFirst: false, term: 0, start: 0, size: 0), count: count)
    for (index, term) in rest.enumerated() {
      for effect in term.effectStart {
        for column in 0..<term.block.size {
          result[effect + column] = Unit(
            effect: effect, isFirst: column == 0, term: index, start: term.block.start, size: term.block.size)
        }
      }
    }
    return result
  }

  /// The factor that has rows in the most groups, the first of equals.
  private static func largest(_ terms: [RandomEffectsTerm]) -> Int {
    let occupied = terms.map { term in
      var seen = [Bool](repeating: false, count: term.groupCount)
      for code in term.groups { seen[Int(code)] = true }
      return seen.count { $0 }
    }
    return occupied.indices.first { occupied[$0] == occupied.max() } ?? 0
  }

  private static func local(
    rest: [Rest], units: [Unit], groups: [Int32], groupCount: Int, origin: [Int]
  ) -> (start: [Int], effects: [Int], positions: [Int32]) {
    var found = [[Int]](repeating: [], count: groupCount)
    for row in groups.indices {
      for term in rest { found[Int(groups[row])].append(term.effectStart[Int(term.groups[row])]) }
    }
    var start = [0]
    var effects: [Int] = []
    for group in 0..<groupCount {
      var previous = -1
      for effect in found[group].sorted() where effect != previous {
        previous = effect
        for column in 0..<units[effect].size { effects.append(effect + column - origin[group]) }
      }
      start.append(effects.count)
    }
    var positions = [Int32](repeating: 0, count: groups.count * rest.count)
    for row in groups.indices {
      let group = Int(groups[row])
      for (index, term) in rest.enumerated() {
        let wanted = term.effectStart[Int(term.groups[row])] - origin[group]
        var (low, high) = (start[group], start[group + 1])
        while low + 1 < high {
          let middle = (low + high) / 2
          if effects[middle] <= wanted { low = middle } else { high = middle }
        }
        positions[row * rest.count + index] = Int32(low - start[group])
      }
    }
    return (start, effects, positions)
  }
}
