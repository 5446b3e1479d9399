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
  let designs: [RandomDesign]
  let level: Double
  /// Of each grouping factor, its levels in the table, with or without a row that is used.
  let allLevels: [Int]

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

  func result(with intervals: IntervalReport?) -> ResultValue {
    .record(fields + (intervals.map { [.init("intervals", $0.result)] } ?? []))
  }

  private var fields: [ResultValue.Field] {
    [

      .init("observations", .count(frame.rows.count)), .init("rows_dropped", .count(frame.rowsDropped)),
      .init(
        "groups",
        .keyed(by: ["group"], factors.map { .init([$0.part.term.group], .count($0.levels.count)) })),
      .init("log_likelihood", .number(fit.logLikelihood)), .init("aic", .number(fit.aic)),
      .init("bic", .number(fit.bic)),
      .init("df_residual", .count(frame.rows.count - fit.parameterCount)), .init("sigma", .number(fit.sigma)),
      .init("converged", .boolean(fit.optimizer.converged)), .init("formula", .text(step.formula.text)),
      .init("method", .text(methodName)),
      .init("df_method", .text(kenwardRoger == nil ? "Satterthwaite" : "Kenward-Roger")),
      .init("terms", coefficients.result),
      .init("not_estimable", .list(aliased.map { .text($0) })), .init("theta", .list(fit.theta.map { .number($0) })),
      .init("singular", .boolean(fit.isSingular)),
      .init(
        "varcorr", .keyed(by: ["group"], terms.map { .init([$0.design.part.key], covariances($0.design, $0.estimate)) })
      ),
      .init("ranef", .keyed(by: ["group"], terms.map { .init([$0.design.part.key], effects($0.design, $0.estimate)) })),
      .init("sha256", .text(digest)),
    ]
  }

  private var terms: [(design: RandomDesign, estimate: RandomEffectsEstimate)] {
    zip(designs, fit.terms).map { (design: $0, estimate: $1) }
  }

  /// The first term of each grouping factor.
  private var factors: [RandomDesign] { designs.filter { $0.part.key == $0.part.term.group } }

  private func covariances(_ design: RandomDesign, _ estimate: RandomEffectsEstimate) -> ResultValue {
    let names = design.columnNames
    func pairs(_ value: (Int, Int) -> Double?) -> ResultValue {
      .keyed(
        by: ["term", "with"],
        names.indices.flatMap { a in
          names.indices.map { b in .init([names[a], names[b]], .real(value(a, b), orAbsent: "a variance is zero")) }
        })
    }
    return .record([
      .init(
        "sd", .keyed(by: ["term"], zip(names, estimate.standardDeviations).map { .init([$0], .number($1)) })),
      .init("cov", pairs { estimate.covariance[$0, $1] }),
      .init("corr", pairs { estimate.correlation($0, $1) }),
    ])
  }

  private func effects(_ design: RandomDesign, _ estimate: RandomEffectsEstimate) -> ResultValue {
    let (levels, keys) = (design.levels, design.columnNames.map { [$0] })
    let (modes, deviations) = (estimate.effects, estimate.conditionalStandardDeviations)
    return .keyed(
      by: ["level"],
      .init(count: levels.count) { level in
        .init(
          [levels[level]],
          .keyed(
            by: ["term"],
            keys.indices.map { column in
              .init(
                keys[column],
                .record([
                  .init("estimate", .number(modes[level, column])),
                  .init("cond_sd", .number(deviations[level, column])),
                ]))
            }))
      })
  }

  var exhibits: [Exhibit] {
    var notes = [
      "Linear mixed model of \(step.formula.text), fitted by \(methodName); \(inference).",
      "\(NumberFormat.count(frame.rows.count)) rows of \(factors.map { "\(NumberFormat.count($0.levels.count)) levels of \($0.part.term.group)" }.joined(separator: ", "))"
        + (frame.droppedWords.map { "; \($0)." } ?? ".") + emptyGroups,
      "Log-likelihood \(NumberFormat.fixed(fit.logLikelihood, 3)), AIC \(NumberFormat.fixed(fit.aic, 1)), BIC \(NumberFormat.fixed(fit.bic, 1)) (rows counted).",
    ]
    notes.insert("\(equation) \(covarianceWords)", at: 1)
    if fit.optimizer.converged {
      notes.append("The search converged.")
    } else {
      notes.append("NOT CONVERGED: these numbers are where the search stopped, not the estimates.")
    }
    if !aliased.isEmpty {
      notes.append("Not estimable, because they depend on the terms before them: \(aliased.joined(separator: ", ")).")
    }
    let fixed = coefficients.exhibit(caption: "Fixed effects on \(step.formula.response)", notes: notes + frame.notes)
    return [.table(fixed), .table(variances)]
  }

  /// The model in symbols: matrices as in Laird & Ware (1982).
  private var equation: String {
    guard designs.count > 1 else {
      return
        "y = Xβ + Zb + ε, b ~ N(0, G) for each \(designs[0].part.term.group), ε ~ N(0, σ²) for each row, all independent."
    }
    let parts = designs.map { "Z b(\($0.part.key))" }.joined(separator: " + ")
    return
      "y = Xβ + \(parts) + ε, b ~ N(0, G) for each level of its factor, ε ~ N(0, σ²) for each row, all independent."
  }

  private var covarianceWords: String {
    let several = designs.filter { $0.columnNames.count > 1 }
    guard !several.isEmpty else { return designs.count > 1 ? "Each G is a variance." : "G is a variance." }
    return several.map { design in
      let names = design.columnNames.joined(separator: ", ")
      let form = design.part.term.isCorrelated ? "unstructured" : "diagonal"
      return "G\(designs.count > 1 ? " of \(design.part.key)" : "") is \(form) (\(names))."
    }.joined(separator: " ")
  }

  /// Levels in the table that no row used has.
  private var emptyGroups: String {
    let lost = zip(factors, allLevels).filter { $0.levels.count < $1 }
    guard !lost.isEmpty else { return "" }
    return
      " Without a row left: \(lost.map { "\(NumberFormat.count($1 - $0.levels.count)) levels of \($0.part.term.group)" }.joined(separator: ", "))."
  }

  private var variances: TableExhibit {
    func cell(_ deviation: Double) -> TableCell {
      .number(deviation, decimals: NumberFormat.decimals(for: deviation, digits: 3))
    }
    let paired = designs.filter { $0.columnNames.count > 1 && $0.part.term.isCorrelated }
    let width = paired.map { $0.columnNames.count - 1 }.max() ?? 0
    var rows: [TableExhibit.Row] = []
    for (design, estimate) in terms {
      let isPaired = design.columnNames.count > 1 && design.part.term.isCorrelated
      for (index, name) in design.columnNames.enumerated() {
        var cells: [TableCell] = [
          .text(index == 0 ? design.part.key : ""), .text(name), cell(estimate.standardDeviations[index]),
        ]
        cells += (0..<width).map { other in
          guard isPaired, other < index else { return .empty }
          return estimate.correlation(index, other).map { .number($0, decimals: 2) } ?? .absent("–")
        }
        rows.append(.init(cells))
      }
    }
    let blank = [TableCell](repeating: .empty, count: width)
    rows.append(.init([.text("Residual"), .empty, cell(fit.sigma)] + blank))
    // A column has a name where it means the same coefficient in every term.
    let headings = (0..<width).map { other in
      let names = paired.filter { $0.columnNames.count > other + 1 }.map { $0.columnNames[other] }
      return names.allSatisfy { $0 == names[0] } ? names[0] : "the group's \(other + 1)."
    }
    return TableExhibit(
      caption: "Standard deviations of the random effects",
      headings: [.init("Group", isNumeric: false), .init("Term", isNumeric: false), .init("SD")]
        + headings.map { .init("Correlation with \($0)") },
      rows: rows, notes: singularNotes)
  }

  private var singularNotes: [String] {
    var notes: [String] = []
    for (design, estimate) in terms {
      guard let singularity = estimate.singularity else { continue }
      let names = design.columnNames
      var own = singularity.zeroVariance.map {
        "The fit is singular: \(names[$0]) does not vary between levels of \(design.part.term.group) beyond the residual noise."
      }
      own += singularity.perfectCorrelation.map {
        "The fit is singular: \(names[$0.first]) and \(names[$0.second])\(designs.count > 1 ? " of \(design.part.term.group)" : "") are perfectly correlated (\($0.isNegative ? "−1" : "1"))."
      }
      if own.isEmpty {
        own.append(
          "The fit is singular: a combination of the random effects\(designs.count > 1 ? " of \(design.part.term.group)" : "") does not vary."
        )
      }
      notes += own
    }
    guard !notes.isEmpty else { return [] }
    return notes + ["Such a model has more random effects than these data support; consider a simpler random term."]
  }
}
