/// The functions of expressions. Clinical scores are in `ClinicalScore`.
public enum ExpressionFunction: String, CaseIterable, Sendable {
  // Row by row.
  case log, log2, log10, exp, sqrt, abs, round, floor, ceil, min, max
  case conditional = "if"
  case coalesce, cut, convert, uncensor, date, year
  case weeksBetween = "weeks_between"
  // Over the rows of a group.
  case mean, sd, median, sum, count
  // Over the rows of a group in their order.
  case baseline, change, first, last, lag, cumulative

  public static var names: [String] { allCases.map(\.rawValue) }

  /// How many unnamed arguments it takes.
  var argumentCounts: ClosedRange<Int> {
    switch self {
    case .min, .max: return 1...8
    case .coalesce: return 2...8
    case .conditional: return 3...3
    case .round, .lag: return 1...2
    case .cut: return 2...3
    case .convert, .uncensor, .weeksBetween, .cumulative: return 2...2
    case .count: return 0...1
    default: return 1...1
    }
  }

  /// The named arguments it may have.
  var labels: [String] {
    switch self {
    case .cut: return ["labels", "closed"]
    case .uncensor: return ["above"]
    case .baseline: return ["at"]
    case .change: return ["from"]
    case .mean, .sd, .median, .sum, .count, .first, .last, .cumulative, .min, .max: return ["missing"]
    default: return []
    }
  }

  /// Whether it looks at other rows of the group; with one value also `min` and `max` do.
  var isOverRows: Bool {
    switch self {
    case .mean, .sd, .median, .sum, .count: return true
    default: return needsOrder
    }
  }

  /// Whether it looks at the order of the rows.
  var needsOrder: Bool {
    switch self {
    case .baseline, .change, .first, .last, .lag, .cumulative: return true
    default: return false
    }
  }
}
