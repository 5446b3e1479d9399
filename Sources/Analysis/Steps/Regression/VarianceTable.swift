import NotebookSyntax
import Statistics

/// An analysis of variance or deviance, term by term.
struct VarianceTable {
  enum Kind: String, CaseIterable { case none, sequential, hierarchical, marginal }

  static let key = Key.optional(
    "anova", "sequential, hierarchical or marginal",
    "A test of each term: after those before it (type I), after all that do not contain it (type II), or after all others (type III, which needs `contrasts: sum` for factors in interactions)."
  )

  struct Row {
    let term: String
    let degreesOfFreedom: Int
    /// Sum of squares or deviance; nil where the term is not estimable.
    let amount: Double?
    let statistic: Double?
    let pValue: Double?
  }

  let kind: Kind
  let rows: [Row]
  /// Degrees of freedom and sum of squares, or deviance, of what is left.
  let residual: (degreesOfFreedom: Int, amount: Double)
  /// What `amount` is, as results name it.
  let amountName: String
  /// `F` or `χ²`.
  let statisticName: String

  static func shape(_ terms: [String], isDeviance: Bool) -> Shape {
    .keyed(
      by: [.init("term", terms + ["Residuals"])],
      .record(
        [.init("df", .count), .init(isDeviance ? "deviance" : "sumsq", .number)]
          + (isDeviance ? [] : [.init("meansq", .number)]) + [.init("statistic", .number), .init("p_value", .number)]))
  }

  /// Type III asks about a factor at the mean of those it interacts with, which only sum contrasts code.
  static func checkMarginal(
    _ formula: Formula, _ contrasts: Contrasts, _ check: FormulaCheck, _ context: inout PlanContext
  ) {
    var scratch = context
    for term in formula.terms where term.variables.count > 1 {
      for variable in term.variables {
        guard case .factor? = check.variable(variable, &scratch), contrasts.coding(of: variable.description) != .sum
        else { continue }
        context.report(
          "contrasts", "`anova: marginal` needs sum contrasts of `\(variable)`, which interacts in `\(term.label)`",
          term.span, help: "add `contrasts: sum`, or use `anova: hierarchical`")
        return
      }
    }
  }

  /// The columns that stand in the model before a term is tested.
  private static func others(
    _ index: Int, _ kind: Kind, _ formula: Formula, _ frame: ModelFrame
  ) -> [Int] {
    let own = Set(formula.terms[index].variables.map(\.description))
    let terms = formula.terms.indices.filter { other in
      switch kind {
      case .none, .sequential: return other < index
      case .marginal: return other != index
      case .hierarchical:
        return other != index && !own.isSubset(of: formula.terms[other].variables.map(\.description))
      }
    }
    return (frame.interceptColumn.map { [$0] } ?? []) + terms.flatMap { Array(frame.termColumns[$0]) }
  }

  init(_ kind: Kind, _ fit: LeastSquaresFit, _ formula: Formula, _ frame: ModelFrame) {
    self.kind = kind
    amountName = "sumsq"
    statisticName = "F"
    residual = (fit.degreesOfFreedom, fit.residualSumOfSquares)
    rows = formula.terms.indices.map { index in
      let explained = fit.explained(
        by: Array(frame.termColumns[index]), after: Self.others(index, kind, formula, frame))
      let freedom = explained.degreesOfFreedom
      var test: FTest?
      // Squares of huge outcomes overflow.
      let isHeld = explained.sumOfSquares.isFinite && fit.residualSumOfSquares.isFinite
      if freedom > 0, fit.degreesOfFreedom > 0, isHeld {
        test = FTest(
          statistic: explained.sumOfSquares / Double(freedom)
            / (fit.residualSumOfSquares / Double(fit.degreesOfFreedom)), numerator: Double(freedom),
          denominator: Double(fit.degreesOfFreedom))
      }
      return Row(
        term: formula.terms[index].label, degreesOfFreedom: freedom,
        amount: freedom > 0 && isHeld ? explained.sumOfSquares : nil, statistic: test?.statistic, pValue: test?.pValue)
    }
  }

  /// Differences of deviances; θ of a negative binomial is held.
  init(
    _ kind: Kind, _ fit: GeneralizedLinearModelFit, _ formula: Formula, _ frame: ModelFrame
  ) throws(StatisticsError) {
    self.kind = kind
    amountName = "deviance"
    let isEstimated = fit.family.estimatesDispersion
    statisticName = isEstimated ? "F" : "χ²"
    residual = (fit.degreesOfFreedom, fit.deviance)
    var rows: [Row] = []
    for index in formula.terms.indices {
      let others = Self.others(index, kind, formula, frame)
      let without = try fit.deviance(of: others)
      let with = try fit.deviance(of: (others + Array(frame.termColumns[index])).sorted())
      let freedom = with.rank - without.rank
      let amount = max(0, without.deviance - with.deviance)
      var statistic: Double?
      var pValue: Double?
      if freedom > 0, let dispersion = fit.dispersion {
        if isEstimated {
          let test = FTest(
            statistic: amount / Double(freedom) / dispersion, numerator: Double(freedom),
            denominator: Double(fit.degreesOfFreedom))
          (statistic, pValue) = (test.statistic, test.pValue)
        } else {
          (statistic, pValue) = (amount, Distributions.chiSquareUpper(amount, degreesOfFreedom: Double(freedom)))
        }
      }
      rows.append(
        Row(
          term: formula.terms[index].label, degreesOfFreedom: freedom, amount: freedom > 0 ? amount : nil,
          statistic: statistic, pValue: pValue))
    }
    self.rows = rows
  }

  var result: ResultValue {
    let isDeviance = amountName == "deviance"
    func record(_ freedom: Int, _ amount: Double?, _ statistic: Double?, _ p: Double?, _ reason: String) -> ResultValue
    {
      .record(
        [.init("df", .count(freedom)), .init(amountName, .real(amount, orAbsent: reason))]
          + (isDeviance
            ? []
            : [.init("meansq", .real(freedom > 0 ? amount.map { $0 / Double(freedom) } : nil, orAbsent: reason))])
          + [.init("statistic", .real(statistic, orAbsent: reason)), .init("p_value", .real(p, orAbsent: reason))])
    }
    return .keyed(
      by: ["term"],
      rows.map { row in
        .init(
          [row.term],
          record(
            row.degreesOfFreedom, row.amount, row.statistic, row.pValue,
            row.degreesOfFreedom == 0
              ? "depends on other terms"
              : row.amount == nil
                ? "the squares are beyond what a number can hold: use another unit" : "no residual degrees of freedom"))
      } + [
        .init(["Residuals"], record(residual.degreesOfFreedom, residual.amount, nil, nil, "what is left has no test"))
      ])
  }

  func exhibit(of outcome: String) -> TableExhibit {
    let order: String
    switch kind {
    case .none: order = ""
    case .sequential: order = "type I, each term after those before it"
    case .hierarchical: order = "type II, each term after all that do not contain it"
    case .marginal: order = "type III, each term after all others"
    }
    let isDeviance = amountName == "deviance"
    return TableExhibit(
      caption: "Analysis of \(isDeviance ? "deviance" : "variance") of \(outcome): \(order)",
      headings: [
        .init("Term", isNumeric: false), .init("df"), .init(isDeviance ? "Deviance" : "Sum of squares"),
        .init(statisticName), .init("P"),
      ],
      rows: rows.map { row in
        .init([
          .text(row.term), .count(row.degreesOfFreedom),
          row.amount.map(Self.cell) ?? .absent(row.degreesOfFreedom == 0 ? "not estimable" : "–"),
          row.statistic.map { .number($0, decimals: 2) } ?? .absent("–"),
          row.pValue.map { .pValue($0) } ?? .absent("–"),
        ])
      } + [
        .init([
          .text("Residuals"), .count(residual.degreesOfFreedom), Self.cell(residual.amount), .empty, .empty,
        ])
      ])
  }

  private static func cell(_ amount: Double) -> TableCell {
    amount.isFinite ? .text(NumberFormat.significant(amount, 4)) : .absent("–")
  }
}
