import Statistics
import Tables

/// The rows of a model's coefficient table, as results and for display.
struct CoefficientTable {
  struct Row {
    let term: String
    /// Nil where the term is not estimable.
    let estimate: Double?
    let standardError: Double?
    let degreesOfFreedom: Double?
    /// Stands in place of the interval that the standard error gives; an end that is nil does not exist.
    var interval: (low: Double?, high: Double?)?
  }

  static let shape = Shape.record(
    ["estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high"].map { .init($0, .number) })

  let rows: [Row]
  let level: Double
  /// Why a row has no estimate.
  let absence: String
  /// What exp of an estimate is, such as an odds ratio; shown beside it.
  var ratio: String?
  /// Why a row with an estimate has no standard error.
  var lack = "no residual degrees of freedom"

  init(_ rows: [Row], level: Double, absence: String) {
    self.rows = rows
    self.level = level
    self.absence = absence
  }

  var result: ResultValue { .keyed(by: ["term"], rows.map { .init([$0.term], record($0)) }) }

  struct Inference {
    let estimate, error, freedom, statistic, p, low, high: Double
  }

  func inference(_ row: Row) -> Inference? {
    guard let estimate = row.estimate, let error = row.standardError, let freedom = row.degreesOfFreedom,
      error > 0, freedom > 0, error.isFinite, !freedom.isNaN
    else { return nil }
    let statistic = estimate / error
    let half = Distributions.studentQuantile(0.5 + level / 2, degreesOfFreedom: freedom) * error
    return Inference(
      estimate: estimate, error: error, freedom: freedom, statistic: statistic,
      p: Distributions.studentTwoSided(statistic, degreesOfFreedom: freedom),
      low: row.interval.map { $0.low ?? -.infinity } ?? (estimate - half),
      high: row.interval.map { $0.high ?? .infinity } ?? (estimate + half))
  }

  func record(_ row: Row) -> ResultValue {
    let item = inference(row)
    let isLost = row.standardError.map { $0 == 0 || $0.isInfinite } ?? false
    let reason =
      row.estimate == nil
      ? absence
      : isLost
        ? "the standard error is beyond what a number can hold: use another unit" : lack
    func real(_ value: Double?) -> ResultValue { .real(value, orAbsent: reason) }
    return .record([
      .init("estimate", real(row.estimate)), .init("std_error", real(item?.error)), .init("df", real(item?.freedom)),
      .init("statistic", real(item?.statistic)), .init("p_value", real(item?.p)), .init("conf_low", real(item?.low)),
      .init("conf_high", real(item?.high)),
    ])
  }

  func exhibit(caption: String, notes: [String]) -> TableExhibit {
    let percent = NumberFormat.percent(level)
    let isNormal =
      rows.contains { inference($0) != nil } && rows.allSatisfy { inference($0)?.freedom.isInfinite ?? true }
    return TableExhibit(
      caption: caption,
      headings: [.init("Term", isNumeric: false), .init("Estimate"), .init("\(percent)% CI")]
        + (ratio.map { [.init("\($0) (\(percent)% CI)")] } ?? [])
        + [.init("SE")] + (isNormal ? [] : [.init("df")]) + [.init(isNormal ? "z" : "t"), .init("P")],
      rows: rows.map { row in
        let width = 4 + (ratio == nil ? 0 : 1) + (isNormal ? 0 : 1)
        guard let item = inference(row) else {
          let estimate: TableCell = row.estimate.map { .number($0, decimals: 4) } ?? .absent("not estimable")
          return .init([.text(row.term), estimate] + [TableCell](repeating: .absent("–"), count: width))
        }
        let decimals = NumberFormat.decimals(for: item.error, digits: 3)
        let cells: [TableCell] = [
          .text(row.term), .number(item.estimate, decimals: decimals),
          .interval(item.low, item.high, decimals: decimals),
        ]
        let freedom: [TableCell] =
          isNormal ? [] : [.number(item.freedom, decimals: item.freedom.rounded() == item.freedom ? 0 : 1)]
        return .init(
          cells + (ratio == nil ? [] : [ratioCell(row, item)]) + [.number(item.error, decimals: decimals)] + freedom
            + [.number(item.statistic, decimals: 2), .pValue(item.p)])
      },
      notes: notes)
  }

  /// exp of an estimate and its interval; none for the intercept, which is no ratio.
  private func ratioCell(_ row: Row, _ item: Inference) -> TableCell {
    guard row.term != ModelVariable.intercept else { return .absent("–") }
    func text(_ value: Double) -> String { NumberFormat.significant(Elementary.exp(value), 3) }
    return .text("\(text(item.estimate)) (\(text(item.low)) to \(text(item.high)))")
  }
}
