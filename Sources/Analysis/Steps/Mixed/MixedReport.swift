import Statistics

/// A fitted mixed model as a result and as what the report shows.
struct MixedReport {
  let step: Mixed
  let fit: LinearMixedModelFit
  /// Nil for Satterthwaite's degrees of freedom.
  let kenwardRoger: KenwardRoger?
  /// Of what was fitted.
  let digest: String
  let frame: ModelFrame
  let groups: [String]
  let level: Double

  private var aliased: [String] { fit.aliased.map { frame.columnNames[$0] } }

  private var coefficients: CoefficientTable {
    CoefficientTable(
      frame.columnNames.indices.map {
        .init(
          term: frame.columnNames[$0], estimate: fit.fixedEffects[$0],
          standardError: (kenwardRoger?.standardErrors ?? fit.standardErrors)[$0],
          degreesOfFreedom: (kenwardRoger?.degreesOfFreedom ?? fit.degreesOfFreedom)[$0])
      },
      level: level, absence: "depends on other terms")
  }

  private var inference: String { Self.inference(usesKenwardRoger: kenwardRoger != nil) }

  static func inference(usesKenwardRoger: Bool) -> String {
    guard usesKenwardRoger else { return "degrees of freedom by Satterthwaite" }
    return "standard errors and degrees of freedom by Kenward and Roger (linear, expected information)"
  }

  private var methodName: String { fit.method == .reml ? "REML" : "ML" }

  var result: ResultValue {
    let q = step.randomNames.count
    let names = step.randomNames
    func pairs(_ value: (Int, Int) -> Double?) -> ResultValue {
      .keyed(
        by: ["term", "with"],
        (0..<q).flatMap { a in
          (0..<q).map { b in .init([names[a], names[b]], .real(value(a, b), orAbsent: "a variance is zero")) }
        })
    }
    let ranef = groups.indices.map { group -> ResultValue.Entry in
      .init(
        [groups[group]],
        .keyed(
          by: ["term"],
          (0..<q).map { term in
            .init(
              [names[term]],
              .record([
                .init("estimate", .number(fit.randomEffects[group, term])),
                .init("cond_sd", .number(fit.conditionalStandardDeviations[group, term])),
              ]))
          }))
    }
    return .record([
      .init("observations", .count(frame.rows.count)), .init("rows_dropped", .count(frame.rowsDropped)),
      .init("groups", .keyed(by: ["group"], [.init([step.group], .count(groups.count))])),
      .init("log_likelihood", .number(fit.logLikelihood)), .init("aic", .number(fit.aic)),
      .init("bic", .number(fit.bic)),
      .init("df_residual", .count(frame.rows.count - fit.parameterCount)), .init("sigma", .number(fit.sigma)),
      .init("converged", .boolean(fit.optimizer.converged)), .init("formula", .text(step.formula.text)),
      .init("method", .text(methodName)),
      .init("df_method", .text(kenwardRoger == nil ? "Satterthwaite" : "Kenward-Roger")),
      .init("terms", coefficients.result),
      .init("not_estimable", .list(aliased.map { .text($0) })), .init("theta", .list(fit.theta.map { .number($0) })),
      .init("singular", .boolean(fit.singularity != nil)),
      .init(
        "varcorr",
        .keyed(
          by: ["group"],
          [
            .init(
              [step.group],
              .record([
                .init(
                  "sd",
                  .keyed(by: ["term"], zip(names, fit.randomStandardDeviations).map { .init([$0], .number($1)) })),
                .init("cov", pairs { fit.randomCovariance[$0, $1] }),
                .init("corr", pairs { fit.randomCorrelation($0, $1) }),
              ]))
          ])),
      .init("ranef", .keyed(by: ["group"], [.init([step.group], .keyed(by: ["level"], ranef))])),
      .init("sha256", .text(digest)),
    ])
  }

  var exhibits: [Exhibit] {
    var notes = [
      "Linear mixed model of \(step.formula.text), fitted by \(methodName); \(inference).",
      "\(NumberFormat.count(frame.rows.count)) rows of \(NumberFormat.count(groups.count)) levels of \(step.group)"
        + (frame.rowsDropped > 0
          ? "; \(NumberFormat.count(frame.rowsDropped)) rows with a missing value were left out." : "."),
      "Log-likelihood \(NumberFormat.fixed(fit.logLikelihood, 3)), AIC \(NumberFormat.fixed(fit.aic, 1)), BIC \(NumberFormat.fixed(fit.bic, 1)) (rows counted).",
    ]
    if !fit.optimizer.converged {
      notes.append("NOT CONVERGED: these numbers are where the search stopped, not the estimates.")
    }
    if !aliased.isEmpty {
      notes.append("Not estimable, because they depend on the terms before them: \(aliased.joined(separator: ", ")).")
    }
    let fixed = coefficients.exhibit(caption: "Fixed effects on \(step.formula.response)", notes: notes + frame.notes)
    return [.table(fixed), .table(variances)]
  }

  private var variances: TableExhibit {
    let names = step.randomNames
    let deviations = fit.randomStandardDeviations
    func cell(_ deviation: Double) -> TableCell {
      .number(deviation, decimals: NumberFormat.decimals(for: deviation, digits: 3))
    }
    let isPaired = names.count > 1 && step.formula.random.first?.isCorrelated == true
    var rows = names.indices.map { index -> TableExhibit.Row in
      var cells: [TableCell] = [
        .text(index == 0 ? step.group : ""), .text(names[index]), cell(deviations[index]),
      ]
      if isPaired {
        cells += (0..<(names.count - 1)).map { other in
          guard other < index else { return .empty }
          return fit.randomCorrelation(index, other).map { .number($0, decimals: 2) } ?? .absent("–")
        }
      }
      return .init(cells)
    }
    let blank = [TableCell](repeating: .empty, count: isPaired ? names.count - 1 : 0)
    rows.append(.init([.text("Residual"), .empty, cell(fit.sigma)] + blank))
    return TableExhibit(
      caption: "Standard deviations of the random effects",
      headings: [.init("Group", isNumeric: false), .init("Term", isNumeric: false), .init("SD")]
        + (isPaired ? names.dropLast().map { .init("Correlation with \($0)") } : []),
      rows: rows, notes: singularNotes)
  }

  private var singularNotes: [String] {
    guard let singularity = fit.singularity else { return [] }
    let names = step.randomNames
    var notes = singularity.zeroVariance.map {
      "The fit is singular: \(names[$0]) does not vary between levels of \(step.group) beyond the residual noise."
    }
    notes += singularity.perfectCorrelation.map {
      "The fit is singular: \(names[$0.first]) and \(names[$0.second]) are perfectly correlated (\($0.isNegative ? "−1" : "1"))."
    }
    if notes.isEmpty { notes.append("The fit is singular: a combination of the random effects does not vary.") }
    return notes + ["Such a model has more random effects than these data support; consider a simpler random term."]
  }
}
