import Digests
import NotebookSyntax

/// What can be said of a model's likelihood before it is fitted: what it may be compared with.
public struct ModelForm: Sendable {
  /// Step kind, family and link: likelihoods of other kinds are no likelihoods of the same data.
  let kind: String
  /// `REML` or `ML`; nil where there is no choice.
  let method: String?
  let formula: Formula
  /// Codings that the formula does not show.
  let contrasts: String
  /// Whether the outcome itself, or what the formula makes of it, is linear in the coefficients with normal errors.
  var isLinear = true
  /// Whether single rows have leverage and a Cook's distance: where their errors are independent.
  var hasRowInfluence = false

  /// The fixed terms, whatever their order.
  var fixedTerms: Set<Set<String>> {
    Set(formula.terms.map { Set($0.variables.map(\.description)) } + (formula.hasIntercept ? [["1"]] : []))
  }
}

/// The likelihood of a fitted model.
public struct ModelLikelihood: Sendable {
  /// Nil where the model has none.
  let logLikelihood: Double?
  /// What AIC counts.
  let parameters: Int
  let aic: Double?
  let bic: Double?
  /// What BIC counts: `rows`, `subjects`.
  let counted: String
  /// Of a model for repeated measures, the structure that was used.
  var structure: String?
}

extension RandomTerm {
  /// Its effects: `1`, `week`.
  var effects: Set<String> { Set(terms.map(\.label) + (hasIntercept ? ["1"] : [])) }
}

/// Whether one model is the other with parameters fixed.
enum Nesting {
  /// The second has what the first has, and more or the same.
  static func fixed(_ first: ModelForm, in second: ModelForm) -> Bool {
    first.fixedTerms.isSubset(of: second.fixedTerms) && first.contrasts == second.contrasts
  }

  /// Every random term of the first is part of one of the second.
  static func random(_ first: ModelForm, in second: ModelForm) -> Bool {
    first.formula.random.allSatisfy { own in
      second.formula.random.contains { other in
        own.group == other.group && own.effects.isSubset(of: other.effects)
          && (!own.isCorrelated || other.isCorrelated || own.effects.count == 1)
      }
    }
  }

  /// The random effects that the second has beside those of the first: by term.
  static func addedEffects(_ first: ModelForm, _ second: ModelForm) -> [Set<String>] {
    var effects: [Set<String>] = []
    for term in second.formula.random {
      let known = first.formula.random.filter { $0.group == term.group }.reduce(into: Set<String>()) {
        $0.formUnion($1.effects)
      }
      let added = term.effects.subtracting(known)
      if !added.isEmpty { effects.append(added) }
    }
    return effects
  }

  /// Structures of visits' covariances, each with those it is a case of.
  private static let wider: [String: Set<String>] = [
    "cs": ["csh", "toep", "toeph", "us"], "ar1": ["ar1h", "toep", "toeph", "ad", "adh", "us"],
    "csh": ["toeph", "us"], "ar1h": ["toeph", "adh", "us"], "toep": ["toeph", "us"], "ad": ["adh", "us"],
    "toeph": ["us"], "adh": ["us"],
  ]

  static func structure(_ first: String, in second: String) -> Bool {
    first == second || wider[first]?.contains(second) == true
  }
}
