/// A Wilkinson–Rogers formula as lme4 users write it, expanded into terms.
///
/// Wilkinson GN, Rogers CE (1973), Appl Stat 22:392–399; random terms as in Bates et al. (2015), J Stat Softw 67(1).
public struct Formula: Sendable {
  public let response: Expression
  /// Fixed terms in R's order: by number of variables, then as written.
  public let terms: [FormulaTerm]
  public let hasIntercept: Bool
  public let random: [RandomTerm]
  /// Covariances of a subject's visits: `us(visit | patient)`.
  public let covariances: [CovarianceTerm]
  public let span: Span

  /// The canonical spelling, parameters filled in.
  public var text: String {
    let fixed = (hasIntercept ? ["1"] : ["0"]) + terms.map(\.label)
    let bars = random.map { "(\($0.text))" } + covariances.map(\.text)
    return "\(response) ~ " + (fixed + bars).joined(separator: " + ")
  }
}

/// Variables multiplied together: one for a main effect, several for an interaction.
public struct FormulaTerm: Sendable {
  public let variables: [Expression]
  public let span: Span

  /// R's name of the term: `early:group`.
  public var label: String { variables.map(\.description).joined(separator: ":") }
  var key: Set<String> { Set(variables.map(\.description)) }
}

/// `(1 + week | patient)`, or `(week || patient)` without correlation; `(1 | centre/patient)` is two of them.
public struct RandomTerm: Sendable {
  public let terms: [FormulaTerm]
  public let hasIntercept: Bool
  /// The columns whose values together make a group: several for `(1 | centre:patient)`.
  public let groups: [Expression]
  public let isCorrelated: Bool
  public let span: Span

  /// lme4's name of the grouping factor: `centre:patient`.
  public var group: String { groups.map(\.description).joined(separator: ":") }

  public var text: String {
    let left = ((hasIntercept ? ["1"] : ["0"]) + terms.map(\.label)).joined(separator: " + ")
    return "\(left) \(isCorrelated ? "|" : "||") \(group)"
  }

  /// The formula of the columns whose coefficients vary.
  public func columns(of formula: Formula) -> Formula {
    let order = terms.enumerated().sorted {
      ($0.element.variables.count, $0.offset) < ($1.element.variables.count, $1.offset)
    }
    return Formula(
      response: formula.response, terms: order.map(\.element), hasIntercept: hasIntercept, random: [], covariances: [],
      span: span)
  }
}

/// `us(visit | patient)`, as the R package mmrm writes the covariance of a subject's visits.
public struct CovarianceTerm: Sendable {
  public static let structures = [
    "us", "cs", "csh", "ar1", "ar1h", "toep", "toeph", "ad", "adh", "car1",
  ]

  public let structure: String
  public let visit: Expression
  public let subject: Expression
  public let span: Span

  public var text: String { "\(structure)(\(visit) | \(subject))" }
}
