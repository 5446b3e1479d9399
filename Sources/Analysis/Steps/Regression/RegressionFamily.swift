import NotebookSyntax
import Statistics

/// The keys `family` and `link`.
enum RegressionFamily {
  case gaussian
  case generalized(Family, Link)
  /// θ is estimated.
  case negativeBinomial(Link)

  private static let words: [(String, Family)] = [
    ("binomial", .binomial), ("quasibinomial", .quasibinomial), ("poisson", .poisson),
    ("quasipoisson", .quasipoisson), ("gamma", .gamma),
  ]
  static let names = ["gaussian"] + words.map(\.0) + ["negative_binomial"]

  static let keys: [Key] = [
    .optional(
      "family", names.dropLast().joined(separator: ", ") + " or \(names[names.count - 1])",
      "The outcome's distribution; a `quasi` family has its variance with a dispersion that is estimated. Default: gaussian, which is least squares."
    ),
    .optional(
      "link", Link.allCases.dropLast().map(\.rawValue).joined(separator: ", ") + " or sqrt",
      "What is linear in the terms. Default: logit for binomial, log for counts, inverse for gamma."),
    .optional(
      "offset", "expression", "Added to the linear predictor with coefficient 1, for example `log(years)`."),
    .optional(
      "intervals", "wald or profile",
      "Confidence intervals of a generalized linear model: from standard errors, or from the profile likelihood. Default: wald."
    ),
    .optional("iterations", "integer", "How many steps of scoring at most. Default: 100."),
  ]

  init(_ cell: inout CellDecoder) {
    let name = cell.choice("family", Self.names, default: "gaussian")
    let family = Self.words.first { $0.0 == name }?.1
    let standard: Family = family ?? .negativeBinomial(theta: 1)
    guard name != "gaussian" else {
      self = .gaussian
      if let text = cell.text("link"), text.text != "identity" {
        cell.report(
          "choice", "least squares has the link `identity`", text.span,
          help: "name a `family` that `\(text.text)` is a link of")
      }
      return
    }
    let links = standard.links.map(\.rawValue)
    let link =
      Link(rawValue: cell.choice("link", links, default: standard.standardLink.rawValue)) ?? standard.standardLink
    self = family.map { .generalized($0, link) } ?? .negativeBinomial(link)
  }

  /// Whether the outcome may be a category of two levels.
  var isEvent: Bool {
    if case .generalized(let family, _) = self { return family.isProportion }
    return false
  }

  /// A quasi family has a variance only.
  var hasLikelihood: Bool { !name.hasPrefix("quasi") }

  var link: Link {
    switch self {
    case .gaussian: return .identity
    case .generalized(_, let link), .negativeBinomial(let link): return link
    }
  }

  /// As the notebook writes it.
  var name: String {
    switch self {
    case .gaussian: return "gaussian"
    case .generalized(let family, _): return Self.words.first { $0.1 == family }?.0 ?? ""
    case .negativeBinomial: return "negative_binomial"
    }
  }

  /// What exp of a coefficient is; nil where it is nothing of use.
  var ratio: String? {
    switch (self, link) {
    case (.generalized(.binomial, _), .logit), (.generalized(.quasibinomial, _), .logit): return "Odds ratio"
    case (.generalized(.binomial, _), .log), (.generalized(.quasibinomial, _), .log): return "Risk ratio"
    case (.generalized(.gamma, _), .log): return "Ratio of means"
    case (.generalized, .log), (.negativeBinomial, .log): return "Rate ratio"
    default: return nil
    }
  }

  /// In words, for the report.
  var title: String {
    switch self {
    case .gaussian: return "Normal"
    case .generalized(.binomial, _): return "Binomial"
    case .generalized(.quasibinomial, _): return "Quasi-binomial"
    case .generalized(.poisson, _): return "Poisson"
    case .generalized(.quasipoisson, _): return "Quasi-Poisson"
    case .generalized(.gamma, _): return "Gamma"
    case .generalized(.negativeBinomial, _), .negativeBinomial: return "Negative binomial"
    }
  }

  /// Refuses outcomes that the family does not have, with the first row concerned.
  func check(_ data: RegressionData, _ formula: Formula) throws(StepFailure) {
    guard self.name != "gaussian" else { return }
    let outcome = formula.response.description
    func fail(_ position: Int, _ what: String, _ help: String) -> StepFailure {
      StepFailure(
        Diagnostic(
          "outcome", "`\(outcome)` \(what) in row \(data.frame.rows[position] + 1)", at: formula.response.span,
          help: help))
    }
    for (position, y) in data.frame.response.enumerated() where y.isFinite {
      let weight = data.weights?[position] ?? 1
      switch self {
      case .gaussian: return
      case .generalized(let family, _) where family.isProportion:
        guard (0...1).contains(y) else {
          throw fail(
            position, "is not between 0 and 1",
            "a binomial outcome is 0 or 1, or a proportion with its trials as `weights`")
        }
        guard family == .binomial else { continue }
        if data.weights == nil, y != 0, y != 1 {
          throw fail(
            position, "is a proportion without its number of trials",
            "give the trials as `weights`, or use `family: quasibinomial`")
        }
        let successes = weight * y
        if abs(weight - weight.rounded()) > 1e-7 * weight || abs(successes - successes.rounded()) > 1e-7 * weight {
          throw fail(
            position, "times its weight is no whole number of events",
            "`weights` are numbers of trials here; use `family: quasibinomial` for other weights")
        }
      case .generalized(.gamma, _):
        if y <= 0 { throw fail(position, "is not above zero", "a gamma outcome is a number above zero") }
      case .generalized(.quasipoisson, _):
        if y < 0 { throw fail(position, "is below zero", "a count is zero or more") }
      case .generalized, .negativeBinomial:
        if y < 0 { throw fail(position, "is below zero", "a count is zero or more") }
        if y != y.rounded() {
          throw fail(position, "is no whole number", "use `family: quasipoisson` for an outcome that is not counted")
        }
      }
    }
  }
}
