import NotebookSyntax
import Statistics

/// What a kernel could not do, said in the words of the formula.
enum StatisticsMessages {
  /// - Parameters:
  ///   - fixed: names of the model matrix's columns.
  ///   - random: names of the random columns; empty for a model without them.
  ///   - terms: the random terms as they are written.
  static func failure(
    _ error: StatisticsError, formula: Formula, rows: [Int], fixed: [String], random: [String] = [], group: String = "",
    level: (Int32) -> String = { _ in "" }, visit: (Int) -> String = { _ in "" }, terms: [String] = []
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
      let pair = [first, second].map { terms.indices.contains($0) ? "`\(terms[$0])`" : "a random term" }
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
    case .notConverged(let reason):
      message = nonConvergence(reason)
      help = "use a simpler structure or formula"
    case .numerical:
      message = "the computation broke down on these data"
      help = "look for terms that are nearly the same, or on very different scales"
    }
    return StepFailure(Diagnostic("model", message, at: formula.span, help: help))
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
