import Statistics
import NotebookSyntax
import Tables

/// What a `test` step shows: what was tested in words, then estimates with intervals before P values.
struct TestReport {
  let data: Reference
  let design: TestDesign
  let settings: TestSettings
  let by: [String]
  let records: [TestRecord]
  let table: Table
  let ungrouped: Int
  /// With the number of families.
  let adjustment: (FamilyAdjustment, Int)?

  var exhibits: [Exhibit] {
    let texts = TestWords(design: design, settings: settings, table: table)
    var sentences = [texts.question(records, by: by)]
    if by.isEmpty, let only = records.first { sentences += texts.samples(only) }
    return [.statement((sentences + left).joined(separator: " ")), .table(exhibit(texts))]
  }

  /// Rows that were left out, and why.
  private var left: [String] {
    func sum(_ count: (TestSample) -> Int) -> Int { records.reduce(0) { $0 + count($1.sample) } }
    func were(_ count: Int) -> String { count == 1 ? "was" : "were" }
    var sentences: [String] = []
    let dropped = sum { $0.dropped }
    if dropped > 0 {
      sentences.append(
        "\(NumberFormat.counted(dropped, "row")) with a missing value \(were(dropped)) left out.")
    }
    let unpaired = sum { $0.unpaired }
    if unpaired > 0, let subject = design.subject {
      let half = unpaired == 1 ? "1 `\(subject.text)` has" : "\(NumberFormat.count(unpaired)) of `\(subject.text)` have"
      sentences.append("\(half) only one half of a pair and \(were(unpaired)) left out.")
    }
    let others = sum { $0.otherLevels }
    if others > 0, let groups = design.groups {
      sentences.append(
        "\(NumberFormat.counted(others, "row")) at other levels of `\(groups.text)` \(others == 1 ? "is" : "are") no part of the test."
      )
    }
    if ungrouped > 0 {
      sentences.append(
        "\(NumberFormat.counted(ungrouped, "row")) without \(by.joined(separator: " or ")) \(ungrouped == 1 ? "belongs" : "belong") to no test."
      )
    }
    return sentences
  }

  private func exhibit(_ texts: TestWords) -> TableExhibit {
    let method = settings.method
    let percent = NumberFormat.percent(settings.level)
    // Estimates of one table with the same decimals, the most that one of them deserves.
    let decimals = records.compactMap { TestCells.decimals($0) }.max() ?? 2
    let hasEstimate = records.contains { $0.result?.estimate != nil }
    let compares = design.form == .groups || design.form == .paired
    let statistic = method.statistic
    let hasFreedom = records.contains { $0.result?.degreesOfFreedom != nil }
    let effect = records.compactMap { $0.result?.effect?.kind }.first
    // Where the effect is the estimate itself, one column is enough.
    let hasEffect = effect != nil && !method.isCorrelation && effect != .oddsRatio

    var headings = by.map { TableExhibit.Heading(table[$0]?.schema.label ?? $0, isNumeric: false) }
    if compares { headings.append(.init("Groups", isNumeric: false)) }
    headings.append(.init(design.form == .paired || design.form == .with ? "Pairs" : "n"))
    if hasEstimate {
      headings += [.init(texts.estimate(records)), .init("\(percent)% CI")]
    }
    if hasEffect, let effect {
      headings.append(.init(TestCells.title(effect)))
      if records.contains(where: { $0.result?.effect?.interval != nil }) {
        headings.append(.init("\(percent)% CI"))
      }
    }
    if !statistic.isEmpty { headings.append(.init(statistic)) }
    if hasFreedom { headings.append(.init("df")) }
    headings.append(.init("P"))
    if adjustment != nil { headings.append(.init("Adjusted P")) }

    let cells = TestCells(decimals: decimals)
    let rows = records.map { record -> TableExhibit.Row in
      var row = zip(by, record.keys).map { TableCell.text(texts.label($1, of: $0)) }
      if compares { row.append(.text(texts.comparison(record))) }
      row.append(
        .text(
          design.form == .groups
            ? record.sample.groups.map { NumberFormat.count($0.values.count) }.joined(separator: ", ")
            : NumberFormat.count(record.sample.observations)))
      guard let result = record.result else {
        let absent = headings.count - row.count
        return .init(
          row + [.absent(record.absence?.reason ?? "")] + [TableCell](repeating: .absent("–"), count: absent - 1))
      }
      if hasEstimate { row += cells.estimate(result) }
      if hasEffect {
        row.append(result.effect.map { .number($0.value, decimals: 2) } ?? .absent("–"))
        if headings.count(where: { $0.text == "\(percent)% CI" }) == (hasEstimate ? 2 : 1) {
          row.append(result.effect?.interval.map { .interval($0.low, $0.high, decimals: 2) } ?? .absent("–"))
        }
      }
      if !statistic.isEmpty { row.append(cells.statistic(result, method)) }
      if hasFreedom { row.append(cells.freedom(result)) }
      row.append(.pValue(result.pValue))
      if adjustment != nil { row.append((record.adjusted?.p).map { .pValue($0) } ?? .absent("–")) }
      return .init(row)
    }
    return TableExhibit(
      caption: texts.caption, headings: headings, rows: rows, notes: notes(texts, hasEffect ? effect : nil))
  }

  private func notes(_ texts: TestWords, _ effect: EffectSize.Kind?) -> [String] {
    var notes = [texts.methods(records)]
    if settings.alternative != .twoSided { notes.append(texts.direction) }
    if let note = texts.sign { notes.append(note) }
    if let effect { notes.append(TestCells.definition(effect, settings.method)) }
    if records.contains(where: { $0.result?.estimate != nil && $0.result?.interval == nil }) {
      notes.append("–: \(TestRecord.noInterval(settings.method)).")
    }
    if settings.method == .anova, records.count == 1, case .success(let found)? = records.first?.found,
      let eta = found.etaSquared
    {
      notes.append("Eta squared \(NumberFormat.fixed(eta, 3)).")
    }
    let smallest = records.compactMap { $0.result?.smallestExpected }.min()
    if settings.method == .chiSquare, let smallest, smallest < 5 {
      notes.append(
        "The smallest expected count is \(NumberFormat.fixed(smallest, 1)): below 5 the chi-square approximation is doubtful, and `fisher` is exact."
      )
    }
    if settings.method == .signedRank {
      let zeros = records.reduce(0) { $0 + ($1.result?.zeros ?? 0) }
      if zeros > 0 {
        notes.append(
          "\(NumberFormat.counted(zeros, "difference")) of zero; the estimate and its interval take all differences.")
      }
    }
    if let (adjustment, families) = adjustment {
      notes.append(adjustment.note(families: families))
    } else if records.count > 1 {
      notes.append("P values are not adjusted for the number of tests.")
    }
    return notes
  }
}
