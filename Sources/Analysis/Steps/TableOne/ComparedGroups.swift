import Statistics
import Tables

/// Differences and tests between the groups of a table 1, variable by variable.
struct ComparedGroups {
  private typealias Group = (name: String, label: String, rows: [Int])

  private let comparison: TableOneComparison
  private let groups: [Group]
  /// Pairs of groups; nil where all are compared at once.
  private let pairs: [(first: Group, second: Group)]?
  private var done: [String] = []
  private var differences: [ResultValue.Entry] = []
  private var tests: [ResultValue.Entry] = []
  /// Tests as they were done, for the note.
  private var methods: [String] = []
  private var absences: [String] = []

  init(_ comparison: TableOneComparison, table: Table, groups: [(name: String, label: String, rows: [Int])]) {
    self.comparison = comparison
    self.groups = groups
    pairs = comparison.pairs(of: groups.map(\.name))?.compactMap { pair in
      guard let first = groups.first(where: { $0.name.isExactly(pair.first) }),
        let second = groups.first(where: { $0.name.isExactly(pair.second) })
      else { return nil }
      return (first, second)
    }
  }

  /// What each test compares.
  private var sets: [[Group]] { pairs?.map { [$0.first, $0.second] } ?? [groups] }

  var headings: [TableExhibit.Heading] {
    func title(_ groups: [Group]) -> String {
      pairs == nil ? "all groups" : groups.map(\.label).joined(separator: " − ")
    }
    let differences =
      comparison.isStandardized ? sets.map { TableExhibit.Heading("Std. difference, \(title($0))") } : []
    return differences + (comparison.tests.isEmpty ? [] : sets.map { TableExhibit.Heading("p, \(title($0))") })
  }

  var blanks: [TableCell] { headings.map { _ in .empty } }

  var notes: [String] {
    var notes: [String] = []
    if comparison.isStandardized {
      notes.append(
        "Standardized difference: of means, divided by the root of the mean of both variances; of categories, the distance of their shares (Yang & Dalton 2012)."
      )
    }
    if !methods.isEmpty { notes.append("P values, not adjusted for their number: \(methods.joined(separator: "; ")).") }
    return notes + absences
  }

  var fields: [ResultValue.Field] {
    let pair = ["first", "second"]
    return (comparison.isStandardized ? [.init("differences", .keyed(by: ["variable"] + pair, differences))] : [])
      + (comparison.tests.isEmpty ? [] : [.init("tests", .keyed(by: ["variable"] + (pairs == nil ? [] : pair), tests))])
  }

  /// The cells of a variable in the columns that compare; a second row of the same variable has none.
  mutating func add(_ column: Column) -> [TableCell] {
    guard !headings.isEmpty, !done.containsExactly(column.schema.name) else { return blanks }
    done.append(column.schema.name)
    var cells: [TableCell] = []
    if comparison.isStandardized { for groups in sets { cells.append(difference(column, groups)) } }
    guard !comparison.tests.isEmpty else { return cells }
    guard let test = comparison.tests.first(where: { $0.column.text.isExactly(column.schema.name) }) else {
      return cells + sets.map { _ in .empty }
    }
    for groups in sets { cells.append(self.test(column, test.method, groups)) }
    return cells
  }

  private mutating func difference(_ column: Column, _ groups: [Group]) -> TableCell {
    let value =
      column.values.numbers.map { numbers in
        let values = groups.map { group in group.rows.map { numbers[$0] }.filter { !$0.isNaN } }
        return BaselineDifference.ofMeans(values[0], values[1])
      }
      ?? {
        let counts = self.counts(column, groups)
        return BaselineDifference.ofShares(counts[0], counts[1])
      }()
    differences.append(
      .init(
        [column.schema.name] + groups.map(\.name),
        .record([.init("standardized", .real(value, orAbsent: "a group has too few values, or none that varies"))])))
    return value.map { .number($0, decimals: 2) } ?? .absent("–")
  }

  /// Rows of each level, for each group.
  private func counts(_ column: Column, _ groups: [Group]) -> [[Int]] {
    guard case .codes(let codes, let levels) = column.values else { return groups.map { _ in [] } }
    return groups.map { group in
      var counts = [Int](repeating: 0, count: levels.count)
      for row in group.rows where codes[row] >= 0 { counts[Int(codes[row])] += 1 }
      return counts
    }
  }

  private mutating func test(_ column: Column, _ method: TestMethod, _ groups: [Group]) -> TableCell {
    let keys = [column.schema.name] + (pairs == nil ? [] : groups.map(\.name))
    // A P value depends on no confidence level.
    let settings = TestSettings(
      method: method, alternative: .twoSided, exactness: .automatic, zeros: .drop, continuity: true, level: 0.95)
    do throws(TestProblem) {
      let result = try run(column, settings, groups)
      let name = settings.name(.groups, result, groups: groups.count)
      let text = "\(column.schema.label ?? column.schema.name), \(name)"
      if !methods.contains(text) { methods.append(text) }
      tests.append(
        .init(
          keys,
          .record([.init("p_value", .real(result.pValue, orAbsent: "not computed")), .init("method", .text(name))])))
      return .pValue(result.pValue)
    } catch {
      let reason = Self.reason(error)
      tests.append(
        .init(keys, .record([.init("p_value", .absent(reason: reason)), .init("method", .text(method.rawValue))])))
      absences.append(
        "No P value of \(column.schema.label ?? column.schema.name), \(groups.map(\.label).joined(separator: " and ")): \(reason)."
      )
      return .absent("–")
    }
  }

  private func run(_ column: Column, _ settings: TestSettings, _ groups: [Group]) throws(TestProblem) -> TestResult {
    guard let numbers = column.values.numbers else {
      let all = counts(column, groups)
      let present = (all.first ?? []).indices.filter { level in all.contains { $0[level] > 0 } }
      guard present.count >= 2 else { throw .constant }
      let table = all.map { counts in present.map { counts[$0] } }
      if let empty = table.firstIndex(where: { $0.allSatisfy { $0 == 0 } }) {
        throw .smallGroup(empty, has: 0, needs: 1)
      }
      return settings.method == .chiSquare
        ? try ChiSquareTest.run(table, continuity: settings.continuity, level: settings.level)
        : try FisherExactTest.run(table, alternative: .twoSided, level: settings.level)
    }
    let values = groups.map { group in group.rows.map { numbers[$0] }.filter { !$0.isNaN } }
    switch settings.method {
    case .student: return try StudentTest.pooled(values[0], values[1], alternative: .twoSided, level: settings.level)
    case .welch: return try StudentTest.welch(values[0], values[1], alternative: .twoSided, level: settings.level)
    case .rankSum:
      return try RankSumTest.run(
        values[0], values[1], alternative: .twoSided, exactness: settings.exactness, continuity: settings.continuity,
        level: settings.level)
    case .kruskalWallis: return try GroupComparison.kruskalWallis(values)
    default: return try GroupComparison.analysisOfVariance(values, level: settings.level).result
    }
  }

  private static func reason(_ problem: TestProblem) -> String {
    switch problem {
    case .constant, .allZero, .constantVariable: return "all values are the same"
    case .tooFew, .smallGroup: return "a group has too few values"
    case .tooManyTables, .tooMany, .tooManyForExact: return "the data are too many for the test"
    case .outOfRange: return "the values are too large, or too far apart"
    default: return "the data do not admit the test"
    }
  }
}
