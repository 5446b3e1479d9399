import NotebookSyntax

/// The outcomes of a cell with `each` as one: a result keyed by the values, and one exhibit in place of several alike.
enum KeyedOutcome {
  static func combine(_ outcomes: [StepOutcome], _ each: EachKey) -> StepOutcome {
    let values = each.texts
    func keyed(_ results: [(String, ResultValue)]) -> ResultValue {
      .keyed(by: [each.name], results.map { .init([$0.0], $0.1) })
    }
    func agreed(_ counts: [Int?]) -> Int? { counts.allSatisfy { $0 == counts[0] } ? counts[0] : nil }
    var whole = StepOutcome(result: keyed(zip(values, outcomes).map { ($0, $1.result) }))
    let searches = zip(values, outcomes).compactMap { value, outcome in outcome.optimizer.map { (value, $0) } }
    if !searches.isEmpty { whole.optimizer = keyed(searches) }
    whole.exhibits = KeyedExhibits(each).combine(outcomes.map(\.exhibits))
    whole.publications = outcomes.flatMap(\.publications)
    for notice in outcomes.flatMap(\.notices) where !whole.notices.containsExactly(notice) {
      whole.notices.append(notice)
    }
    whole.failures = zip(values, outcomes).flatMap { value, outcome in outcome.failures.map { "\(value): \($0)" } }
    whole.warnings = KeyedDiagnostics.merge(outcomes.map(\.warnings), each)
    whole.upstream = outcomes.compactMap(\.upstream).first
    whole.rowsIn = agreed(outcomes.map(\.rowsIn))
    whole.rowsOut = agreed(outcomes.map(\.rowsOut))
    whole.showsIndividualRows = outcomes.contains(where: \.showsIndividualRows)
    return whole
  }
}
