import Statistics

/// A fitted model for repeated measures as a result and as what the report shows.
struct MMRMReport {
  let step: MMRM
  let fit: RepeatedMeasuresFit
  /// Of what was fitted.
  let digest: String
  let frame: ModelFrame
  let subjects: Int
  let visits: [String]
  let structure: String
  /// Structures that had no estimate, and why.
  let tried: [String]
  /// Subjects in the table, with or without a row that is used.
  let allSubjects: Int

  private static let structureNames = [
    "us": "unstructured", "cs": "compound symmetry", "ar1": "first-order autoregressive", "toep": "Toeplitz",
    "ad": "first-order ante-dependence", "car1": "continuous-time autoregressive",
  ]

  private var structureName: String {
    if let name = Self.structureNames[structure] { return name }
    let plain = String(structure.dropLast())
    return "heterogeneous \(Self.structureNames[plain] ?? plain)"
  }

  private var aliased: [String] { fit.aliased.map { frame.columnNames[$0] } }
  private var methodName: String { fit.method == .reml ? "REML" : "ML" }

  private var inference: (name: String, sentence: String) { Self.inference(fit) }

  /// The method's name, and what it is to a reader.
  static func inference(_ fit: RepeatedMeasuresFit) -> (name: String, sentence: String) {
    switch fit.inference {
    case .satterthwaite: ("Satterthwaite", "degrees of freedom by Satterthwaite")
    case .betweenWithin: ("between-within", "degrees of freedom between and within subjects")
    case .kenwardRoger(let variant):
      switch variant {
      case .linearObserved:
        (
          "Kenward-Roger (linear, observed information)",
          "standard errors and degrees of freedom by Kenward and Roger (linear, observed information)"
        )
      case .linearExpected:
        (
          "Kenward-Roger (linear, expected information)",
          "standard errors and degrees of freedom by Kenward and Roger (linear, expected information)"
        )
      case .full:
        (
          "Kenward-Roger (second derivatives)",
          "standard errors and degrees of freedom by Kenward and Roger (with second derivatives, in mmrm's parameters)"
        )
      }
    }
  }

  private var coefficients: CoefficientTable {
    CoefficientTable(
      frame.columnNames.indices.map {
        .init(
          term: frame.columnNames[$0], estimate: fit.fixedEffects[$0], standardError: fit.standardErrors[$0],
          degreesOfFreedom: fit.degreesOfFreedom[$0])
      },
      level: step.level, absence: "depends on other terms")
  }

  private func deviation(_ visit: Int) -> Double { fit.covariance[visit, visit].squareRoot() }

  private func correlation(_ first: Int, _ second: Int) -> Double {
    first == second ? 1 : fit.covariance[first, second] / (deviation(first) * deviation(second))
  }

  var result: ResultValue {
    func pairs(_ value: (Int, Int) -> Double) -> ResultValue {
      .keyed(
        by: ["visit", "with"],
        visits.indices.flatMap { a in visits.indices.map { .init([visits[a], visits[$0]], .number(value(a, $0))) } })
    }
    return .record([
      .init("observations", .count(frame.rows.count)), .init("rows_dropped", .count(frame.rowsDropped)),
      .init("groups", .keyed(by: ["group"], [.init([step.subject], .count(subjects))])),
      .init("log_likelihood", .number(fit.logLikelihood)), .init("aic", .number(fit.aic)),
      .init("bic", .number(fit.bic)), .init("converged", .boolean(fit.optimizer.converged)),
      .init("formula", .text(step.formula.text)), .init("method", .text(methodName)),
      .init("df_method", .text(inference.name)), .init("terms", coefficients.result),
      .init("not_estimable", .list(aliased.map { .text($0) })),
      .init(
        "covariance",
        .record([
          .init("structure", .text(structure)), .init("visits", .list(visits.map { .text($0) })),
          .init("tried", .list(tried.map { .text($0) })), .init("matrix", pairs { fit.covariance[$0, $1] }),
          .init("sd", .keyed(by: ["visit"], visits.indices.map { .init([visits[$0]], .number(deviation($0))) })),
          .init("corr", pairs(correlation)),
        ])),
      .init("sha256", .text(digest)),
    ])
  }

  var exhibits: [Exhibit] {
    var notes = [
      "Linear model for repeated measures of \(step.formula.text), fitted by \(methodName); \(structureName) covariance of \(NumberFormat.counted(visits.count, "visit")) of a \(step.subject); \(inference.sentence).",
      "\(NumberFormat.counted(frame.rows.count, "row")) of \(NumberFormat.count(subjects)) levels of \(step.subject)"
        + (frame.droppedWords.map { "; \($0)." } ?? ".")
        + (allSubjects > subjects
          ? " Levels of \(step.subject) without a row left: \(NumberFormat.count(allSubjects - subjects))." : ""),
      "Log-likelihood \(NumberFormat.fixed(fit.logLikelihood, 3)), AIC \(NumberFormat.fixed(fit.aic, 1)), BIC \(NumberFormat.fixed(fit.bic, 1)) (\(fit.method == .reml ? "parameters of the covariance" : "all parameters") and levels of \(step.subject) counted).",
    ]
    notes.insert(
      "y = Xβ + ε, ε ~ N(0, Σ) for the visits of each \(step.subject), independent between them; where a visit is missing, Σ without it.",
      at: 1)
    notes.append("The search converged.")
    if !tried.isEmpty {
      notes.append(
        "\(structure) was used because, of the structures declared before it, \(tried.joined(separator: "; ")).")
    }
    if !aliased.isEmpty {
      notes.append("Not estimable, because they depend on the terms before them: \(aliased.joined(separator: ", ")).")
    }
    return [
      .table(coefficients.exhibit(caption: "Fixed effects on \(step.formula.response)", notes: notes + frame.notes)),
      .table(covariances),
    ]
  }

  private var covariances: TableExhibit {
    TableExhibit(
      caption: "Standard deviations and correlations of visits",
      headings: [.init("Visit", isNumeric: false), .init("SD")]
        + visits.dropLast().map { .init("Correlation with \($0)") },
      rows: visits.indices.map { visit in
        let own = deviation(visit)
        return .init(
          [.text(visits[visit]), .number(own, decimals: NumberFormat.decimals(for: own, digits: 3))]
            + (0..<max(visits.count - 1, 0)).map { other in
              other < visit ? .number(correlation(visit, other), decimals: 2) : .empty
            })
      })
  }
}
