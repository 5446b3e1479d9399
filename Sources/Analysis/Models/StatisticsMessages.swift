import NotebookSyntax
import Statistics

/// What a kernel could not do, said in the words of the formula.
enum StatisticsMessages {
  /// - Parameters:
  ///   - fixed: names of the model matrix's columns.
  ///   - random: names of the random columns; empty for a model without them.
  ///   - terms: the columns of each term, where a message is to point at a term.
  ///   - randomTerms: the random terms as they are written.
  static func failure(
    _ error: StatisticsError, formula: Formula, rows: [Int], fixed: [String], random: [String] = [],
    terms: [Range<Int>] = [], group: String = "",
    level: (Int32) -> String = { _ in "" }, visit: (Int) -> String = { _ in "" }, randomTerms: [String] = []
  ) -> StepFailure {
    let outcome = formula.response.description
    func name(_ column: StatisticsError.Column) -> String {
      switch column {
      case .response: return outcome
      case .design(let index): return fixed.indices.contains(index) ? fixed[index] : "a term"
      case .random(let index): return random.indices.contains(index) ? random[index] : "a random term"
      }
    }
    let message: String
    var help: String?
    var code = "model"
    var span = formula.span
    switch error {
    case .noRows: message = "there are no rows to fit"
    case .nonFinite(let row, let column):
      message = "`\(name(column))` is infinite in row \(rows.indices.contains(row) ? rows[row] + 1 : row + 1)"
      help = "filter such rows out before"
    case .tooFewRows(let count, let parameters):
      message = "\(count) \(count == 1 ? "row is" : "rows are") too few for the \(parameters) parameters of this model"
      help = "use a simpler formula, or look at the rules that filter the rows"
    case .oneGroup(let code):
      message = "all rows have the same `\(group)` (`\(level(code))`), so nothing can vary between groups"
      help = "use `regression`, or another grouping"
    case .randomEffectsNotSeparable(let effects, let count):
      message =
        "the random terms of `\(group)` have \(effects) effects for \(count) rows, so their variance cannot be told from the residual's"
      help = "each level of `\(group)` needs several rows: leave out the random slope, or the random term"
    case .inTerm(_, let inner):
      return failure(
        inner, formula: formula, rows: rows, fixed: fixed, random: random, group: group, level: level, visit: visit)
    case .confoundedTerms(let first, let second):
      let pair = [first, second].map { randomTerms.indices.contains($0) ? "`\(randomTerms[$0])`" : "a random term" }
      message =
        "\(pair[0]) and \(pair[1]) group the rows in the same way and share a column, so the data cannot tell their variances apart"
      help = "leave one of them out"
    case .tooManyCrossedEffects(let count, let limit):
      message =
        "beside the factor with the most levels, \(NumberFormat.count(count)) random effects depend on each other, and at most \(NumberFormat.count(limit)) may"
      help = "leave a random term out, or give it a coarser grouping"
    case .zeroRandomColumn(let index):
      message = "`\(name(.random(index)))` is zero in every row, so it has no random slope"
      help = "take it out of the random term"
    case .dependentRandomColumn(let index):
      message =
        "`\(name(.random(index)))` is constant or a combination of the columns before it in its random term, so it has no variance of its own"
      help = "take it out of the random term"
    case .absorbedRandomColumn(let index):
      message =
        "the fixed part gives every level of `\(group)` its own `\(name(.random(index)))`, so nothing is left of which a variance between levels could be estimated"
      help = "leave out the random term, or the fixed term"
    case .zeroResidualVariance:
      message = "`\(outcome)` is reproduced exactly by the model's terms, so no residual variance is left to estimate"
      help = "look for an outcome that is constant, or that is computed from a term"
    case .repeatedVisit(let first, let second):
      message =
        "rows \(rows[first] + 1) and \(rows[second] + 1) are the same visit of one `\(group)`, and a visit has one row"
      help = "keep one of them with a `filter`"
    case .visitWithoutVariance(let number):
      message =
        "the model reproduces every row of visit \(visit(number)), which leaves this visit no variance of its own"
      help = "leave the visit out with a `filter`, or use a structure with one variance for all visits"
    case .leverageOfOne(let row):
      message =
        "row \(rows.indices.contains(row) ? rows[row] + 1 : row + 1) alone determines a coefficient (its leverage is 1), and HC2 and HC3 divide by 1 − leverage"
      help = "use `errors: HC1`, or take out the term that only this row has"
    case .clusterTooLarge(let count):
      message = "a cluster of \(NumberFormat.count(count)) rows with unequal weights is too large for CR2"
      help = "use `type: CR0`"
    case .separation(let columns, let count, let isComplete):
      (message, help) = separation(columns.map { name(.design($0)) }, outcome, count, isComplete)
      code = "separation"
      if let term = terms.firstIndex(where: { $0.contains { columns.contains($0) } }) {
        span = formula.terms[term].span
      }
    case .noValidMeans:
      message = "no coefficients give every row a mean that this family and link allow"
      help = "use the family's usual link, or look at the offset"
    case .notOverdispersed:
      message = "`\(outcome)` varies no more than Poisson counts do, so the negative binomial's θ runs to infinity"
      help = "use `family: poisson`"
    case .notConverged(let reason):
      message = nonConvergence(reason)
      help = "use a simpler structure or formula"
    case .numerical:
      message = "the computation broke down on these data"
      help = "look for terms that are nearly the same, or on very different scales"
    }
    return StepFailure(Diagnostic(code, message, at: span, help: help))
  }

  private static func separation(
    _ columns: [String], _ outcome: String, _ count: Int, _ isComplete: Bool
  ) -> (message: String, help: String) {
    // The intercept only shifts what the other columns separate.
    let others = columns.filter { $0 != ModelVariable.intercept }
    guard !others.isEmpty else {
      return ("`\(outcome)` has no variation that the model could explain", "look at the rules that filter the rows")
    }
    let shown = others.prefix(5).map { "`\($0)`" }.joined(separator: ", ") + (others.count > 5 ? ", …" : "")
    let rows = isComplete ? "all \(NumberFormat.count(count)) rows" : NumberFormat.counted(count, "row")
    return (
      "\(isComplete ? "complete" : "quasi-complete") separation: \(shown) \(others.count == 1 ? "predicts" : "predict") `\(outcome)` without error in \(rows), so \(others.count == 1 ? "its coefficient is" : "their coefficients are") infinite",
      "leave \(others.count == 1 ? "the term" : "a term") out, or join levels with `if(…)` so that both outcomes occur in each"
    )
  }

  /// Why a search found no estimate, as the end of a sentence about it.
  static func nonConvergence(_ reason: NonConvergence) -> String {
    switch reason {
    case .iterations(let count):
      "did not converge in \(NumberFormat.counted(count, "step")), as happens where a correlation runs to 1"
    case .stuck: "did not converge: the search found no better point although it had not arrived"
    case .flat: "is not determined by these data: the likelihood is flat at its maximum, or a correlation runs to 1"
    }
  }
}
