import Statistics
import Tables

/// The usual summary of a numeric column's present values, as a result and as display decimals.
struct NumberSummary {
  static let statistics = ["n", "missing", "mean", "sd", "median", "q1", "q3", "min", "max"]

  let count: Int
  let missing: Int
  /// Nil where no value is present.
  let summary: Summary?

  init(_ values: [Double], rows: [Int]) {
    let present = rows.map { values[$0] }.filter { !$0.isNaN }
    count = present.count
    missing = rows.count - present.count
    summary = try? Summary(present)
  }

  static let shape = Shape.record(
    statistics.map { Shape.Field($0, $0 == "n" || $0 == "missing" ? .count : .number) })

  var result: ResultValue {
    func real(_ value: Double?) -> ResultValue {
      .real(value, orAbsent: summary == nil ? "no values" : "one value")
    }
    return .record([
      .init("n", .count(count)), .init("missing", .count(missing)), .init("mean", real(summary?.mean)),
      .init("sd", real(summary?.standardDeviation)), .init("median", real(summary?.median)),
      .init("q1", real(summary?.quantile(0.25))), .init("q3", real(summary?.quantile(0.75))),
      .init("min", real(summary?.minimum)), .init("max", real(summary?.maximum)),
    ])
  }

  /// Decimals that show two digits of the standard deviation: more says nothing of a mean.
  var decimals: Int {
    guard let deviation = summary?.standardDeviation, deviation > 0 else { return 1 }
    return min(4, NumberFormat.decimals(for: deviation, digits: 2))
  }

  func cell(_ statistic: String, decimals: Int) -> TableCell {
    guard statistic != "n" else { return .count(count) }
    guard statistic != "missing" else { return .count(missing) }
    guard let summary else { return .absent("–") }
    let value: Double?
    switch statistic {
    case "mean": value = summary.mean
    case "sd": value = summary.standardDeviation
    case "median": value = summary.median
    case "q1": value = summary.quantile(0.25)
    case "q3": value = summary.quantile(0.75)
    case "min": value = summary.minimum
    default: value = summary.maximum
    }
    return value.map { .number($0, decimals: decimals) } ?? .absent("–")
  }
}
