import Digests
import NotebookSyntax
import Statistics
import Tables

/// `test`: tests of hypotheses, one or one for each group of rows.
public struct TestStep: Step {
  public static let kind = "test"
  public static let version = 1
  public static let summary =
    "Tests a hypothesis: means, ranks, tables, pairs, normality, correlation; once, or for each group with adjustment."
  public static let keys = TestManual.keys
  public static let manual = TestManual.text

  /// So many tests are made by one cell at most.
  private static var most: Int { Limit.tests.value }

  let data: Reference
  let design: TestDesign
  let settings: TestSettings
  let by: [SourcedText]
  let adjustment: FamilyAdjustment?

  public init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let outcome = cell.column("outcome")
    let method = Self.method(&cell)
    let design = TestDesign(&cell, method, outcome: outcome)
    by = cell.columns("by")
    let alternative = Self.option(
      "alternative", Alternative.allCases.map(\.rawValue), .init("two-sided"), method, &cell)
    let exactness = Self.option("exact", Exactness.allCases.map(\.rawValue), .init("auto"), method, &cell)
    let zeros = Self.option("zeros", SignedRankTest.Zeros.allCases.map(\.rawValue), .init("drop"), method, &cell)
    let continuity = Self.option(
      "continuity", ["true", "false"], method?.correctsContinuity ?? true ? "true" : "false", method, &cell)
    adjustment = FamilyAdjustment(&cell)
    let level = cell.confidenceLevel()
    if let over = adjustment?.over {
      for name in over where !by.contains(where: { $0.text == name.text }) {
        cell.report(
          "unknown-factor", "`\(name.text)` is not in `by`, so there is no family over it", name.span,
          help: by.isEmpty
            ? "`by: \(name.text)` makes a test for each of its levels"
            : Suggestion.help(for: name.text, among: by.map(\.text)))
      }
    }
    guard let data, let method, let design else { return nil }
    self.data = data
    self.design = design
    settings = TestSettings(
      method: method, alternative: Alternative(rawValue: alternative) ?? .twoSided,
      exactness: Exactness(rawValue: exactness) ?? .automatic, zeros: SignedRankTest.Zeros(rawValue: zeros) ?? .drop,
      continuity: continuity == "true", level: level)
  }

  private static func method(_ cell: inout CellDecoder) -> TestMethod? {
    guard let text = cell.text("method") else { return nil }
    guard let method = TestMethod(rawValue: text.text) else {
      cell.report(
        "choice", "`method` cannot be `\(text.text)`", text.span,
        help: Suggestion.help(for: text.text, among: TestMethod.words)
          ?? "one of \(TestMethod.words.joined(separator: ", "))")
      return nil
    }
    return method
  }

  /// A setting that only some methods have: recorded where it means something, refused where it does not.
  private static func option(
    _ key: String, _ words: [String], _ standard: String, _ method: TestMethod?, _ cell: inout CellDecoder
  ) -> String {
    guard let method, !method.options.contains(key) else { return cell.choice(key, words, default: standard) }
    if let node = cell.node(key) {
      var help = method.options.isEmpty ? nil : "it has \(method.options.map { "`\($0)`" }.joined(separator: ", "))"
      if key == "exact", method == .chiSquare { help = "the exact test of a table is `fisher`" }
      cell.report("choice", "`\(method.rawValue)` has no `\(key)`", node.span, help: help)
    }
    cell.record(key, .null)
    return standard
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    let groups = by.compactMap { context.column($0.text, at: $0.span, of: data, schema) }
    for name in by where [design.outcome, design.groups, design.second].contains(where: { $0?.text == name.text }) {
      context.report(
        "choice", "`\(name.text)` is what is tested, so it cannot separate the tests", name.span,
        help: "leave it out of `by`")
    }
    guard design.check(data, schema, settings.method, &context), groups.count == by.count else { return nil }
    if settings.method == .fisher, settings.alternative != .twoSided {
      let sizes = [design.levels?.count ?? schema[design.groups?.text ?? ""]?.type.levels?.count ?? 2]
      if sizes.contains(where: { $0 > 2 }) || schema[design.outcome.text]?.type.levels?.count ?? 2 > 2 {
        context.report(
          "choice", "a table larger than two by two has no direction", design.outcome.span,
          help: "leave `alternative` out")
        return nil
      }
    }
    let shape = TestRecord.shape(design, settings, schema, isAdjusted: adjustment != nil)
    guard !by.isEmpty else { return Yield(shape: .record(shape)) }
    return Yield(
      shape: .record([
        .init("rows", .keyed(by: groups.map { .init($0.name, $0.type.levels) }, .record(shape))),
        .init("tests", .count), .init("ungrouped", .count),
      ]))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let computation = TestComputation(
      design: design, settings: settings, levels: table[design.outcome.text]?.schema.type.levels)
    var strata: [(keys: [String], rows: [Int])] = [([], Array(0..<table.rowCount))]
    var ungrouped = 0
    if !by.isEmpty {
      let grouping = Grouping(table, by: by.map(\.text))
      ungrouped = grouping.ungrouped.count
      strata = zip(grouping.keys, grouping.rows).map { ($0, $1) }
      guard !strata.isEmpty else {
        throw StepFailure(failure(TestAbsence(reason: "there are no rows to test"), place: ""))
      }
      guard strata.count <= Self.most else {
        throw StepFailure(
          Diagnostic(
            "limit",
            "these are \(NumberFormat.count(strata.count)) tests, and \(NumberFormat.count(Self.most)) are the most",
            at: by[0].span, help: Limit.tests.help("separate them by fewer columns")))
      }
    }
    var records: [TestRecord] = []
    for (index, stratum) in strata.enumerated() {
      let sample = try TestSample(
        design, settings.method, table, rows: stratum.rows, data: data, place: place(stratum.keys))
      let found: Result<TestComputation.Found, TestAbsence>
      do throws(TestAbsence) { found = .success(try computation.run(sample)) } catch { found = .failure(error) }
      records.append(TestRecord(keys: stratum.keys, sample: sample, found: found, design: design, settings: settings))
      context.progress(Double(index + 1) / Double(strata.count))
    }
    // One test that cannot be made stops the run; of several, those that can be made stand.
    if let first = records.first, let absence = first.absence, records.allSatisfy({ $0.absence != nil }) {
      throw StepFailure(failure(absence, place: records.count > 1 ? place(first.keys) : ""))
    }
    let adjusted = adjust(&records)
    var outcome = StepOutcome(result: .absent(reason: ""))
    if by.isEmpty, let only = records.first {
      outcome.result = .record(only.fields(table))
    } else {
      outcome.result = .record([
        .init("rows", .keyed(by: by.map(\.text), records.map { .init($0.keys, .record($0.fields(table))) })),
        .init("tests", .count(records.count)), .init("ungrouped", .count(ungrouped)),
      ])
    }
    outcome.rowsIn = table.rowCount
    outcome.rowsOut = table.rowCount - ungrouped - records.reduce(0) { $0 + $1.sample.dropped + $1.sample.otherLevels }
    outcome.showsIndividualRows = by.contains { table[$0.text]?.schema.type == .id }
    let report = TestReport(
      data: data, design: design, settings: settings, by: by.map(\.text), records: records, table: table,
      ungrouped: ungrouped, adjustment: adjustment.map { ($0, adjusted) })
    outcome.exhibits = report.exhibits
    return outcome
  }

  public func settle(_ outcomes: [StepOutcome], _ key: EachKey) -> [StepOutcome]? {
    guard let adjustment, adjustment.spansKey else { return nil }
    return KeyFamily.settle(outcomes, by: adjustment.method) { keys in
      keys.filter { name in !adjustment.over.contains { $0.text == name } }
    }
  }

  private func place(_ keys: [String]) -> String {
    keys.isEmpty ? "" : " at " + zip(by, keys).map { "\($0.text) = \($1)" }.joined(separator: ", ")
  }

  private func failure(_ absence: TestAbsence, place: String) -> Diagnostic {
    Diagnostic(
      "test", "`\(design.outcome.text)` cannot be tested\(place): \(absence.reason)", at: design.outcome.span,
      help: absence.help)
  }

  /// Writes adjusted P values into the records; the number of families.
  private func adjust(_ records: inout [TestRecord]) -> Int {
    guard let adjustment else { return 0 }
    if adjustment.spansKey {
      for (index, item) in KeyFamily.unsettled(records.count).enumerated() { records[index].adjusted = item }
    }
    let apart = by.indices.filter { index in !adjustment.over.contains { $0.text == by[index].text } }
    var order: [[String]: Int] = [:]
    let families = records.map { record -> Int in
      let key = apart.map { record.keys[$0] }
      let family = order[key] ?? order.count
      order[key] = family
      return family
    }
    guard !adjustment.spansKey else { return order.count }
    let adjusted = FamilyAdjustment.adjust(
      records.map { $0.result?.pValue }, families: families, by: adjustment.method)
    for index in records.indices { records[index].adjusted = adjusted[index] }
    return order.count
  }
}
