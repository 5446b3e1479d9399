import NotebookSyntax
import Tables

/// On which scale a difference of estimates stands, and so how it is read aloud.
enum ReadingScale {
  /// The outcome's own unit.
  case plain(String)
  /// The natural logarithm of the outcome: a difference is a ratio once it is exponentiated.
  case logarithm(of: String)
  /// Any other function of the outcome, or a link that gives no ratio: a difference stays on that scale.
  case other(String)
  /// A link whose exponentiated difference is a ratio of odds, rates or risks.
  case ratio(String, outcome: String)

  /// Of the left side of a formula.
  init(_ response: Expression) {
    let text = response.description
    if EstimateScale.isLogarithm(text) {
      self = .logarithm(of: String(text.dropFirst(4).dropLast()))
    } else if case .name = response.node {
      self = .plain(text)
    } else {
      self = .other(text)
    }
  }

  private var isRatio: Bool {
    switch self {
    case .logarithm, .ratio: true
    case .plain, .other: false
    }
  }

  /// What is compared.
  private var subject: String {
    switch self {
    case .plain(let name), .logarithm(let name), .other(let name): "`\(name)`"
    case .ratio("odds", let outcome): "the odds of `\(outcome)` (of its second level, of 1 or of true)"
    case .ratio("risk", let outcome): "the risk of `\(outcome)` (of its second level, of 1 or of true)"
    case .ratio(let what, let outcome): "the \(what) of `\(outcome)`"
    }
  }

  private var verb: String { if case .ratio("odds", _) = self { "are" } else { "is" } }

  /// A standard deviation on a logarithmic scale is a factor.
  func scatter(_ deviation: Double) -> String {
    let text = NumberFormat.significant(deviation, 3)
    guard case .logarithm = self else { return text }
    return "\(text), a factor of \(NumberFormat.significant(Elementary.exp(deviation), 3)) up or down"
  }

  /// The value that says "no difference".
  private var none: String { isRatio ? "1" : "0" }

  /// `y` is 2.3 higher; `y` is 0.88 times as high (12% lower).
  func difference(_ value: Double, error: Double?) -> String {
    guard isRatio else {
      let text = Self.amount(value.magnitude, error)
      if value == 0 { return "\(subject) is the same" }
      let scale = if case .other = self { " on its own scale" } else { "" }
      return "\(subject) is \(text) \(value > 0 ? "higher" : "lower")\(scale)"
    }
    let ratio = Elementary.exp(value)
    var text = "\(subject) \(verb) \(NumberFormat.significant(ratio, 3)) times as high"
    if ratio < 2, ratio > 0.05 {
      let change = 100 * (ratio - 1)
      text += " (\(NumberFormat.significant(change.magnitude, 2))% \(change < 0 ? "lower" : "higher"))"
    }
    return text
  }

  /// Where an estimate itself, and not a difference, lies.
  func level(_ value: Double, error: Double?) -> String {
    switch self {
    case .plain, .other: return "\(subject) is \(Self.amount(value, error))"
    case .logarithm(let name):
      return "the geometric mean of `\(name)` is \(NumberFormat.significant(Elementary.exp(value), 3))"
    case .ratio(_, let outcome): return "the linear predictor of `\(outcome)` is \(Self.amount(value, error))"
    }
  }

  /// What the interval holds, and whether "no difference" is in it.
  func interval(_ low: Double, _ high: Double, error: Double?, percent: String) -> String {
    func text(_ value: Double) -> String {
      isRatio ? NumberFormat.significant(Elementary.exp(value), 3) : Self.amount(value, error)
    }
    let what = isRatio ? "ratios" : "differences"
    let start =
      "The \(percent)% interval reaches from \(text(low)) to \(text(high)): \(what) that agree with these data, if the model holds."
    guard low <= 0, high >= 0 else {
      return start + " No difference (\(none)) is not among them."
    }
    return start
      + " No difference (\(none)) is among them, so these data do not tell on which side the difference lies; that is not the same as showing that there is none."
  }

  /// As many digits as the standard error deserves.
  private static func amount(_ value: Double, _ error: Double?) -> String {
    guard let error, error > 0, error.isFinite else { return NumberFormat.significant(value, 3) }
    let decimals = NumberFormat.decimals(for: error, digits: 2)
    return decimals > 7 ? NumberFormat.significant(value, 3) : NumberFormat.fixed(value, decimals)
  }

  /// How differences on this scale are to be read, said once.
  var remark: String? {
    switch self {
    case .plain: nil
    case .logarithm(let name):
      "The outcome is the natural logarithm of `\(name)`, so differences are read as ratios: exp(difference) times as high."
    case .other(let text):
      "The outcome is `\(text)`; differences stand on that scale and not in the unit of what is in it."
    case .ratio(let what, _):
      "Coefficients are logarithms of ratios: exp(coefficient) is how many times as high the \(what) \(verb)."
    }
  }
}
