import Statistics

/// Likelihoods of models and what their ratios say.
struct CompareReport {
  struct Test {
    let statistic: Double
    let freedom: Int
    let p: Double
  }

  let models: [(name: String, model: FittedModel)]
  let boundary: String?
  let isRefitted: Bool

  /// Of a model against the one before it; a reason where there is none.
  private func test(_ index: Int) -> Result<Test, Absence> {
    let (first, second) = (models[index - 1].model, models[index].model)
    guard let low = first.likelihood.logLikelihood, let high = second.likelihood.logLikelihood else {
      return .failure(Absence("one of the two has no likelihood"))
    }
    guard isNested(first, second) else { return .failure(Absence("neither is a case of the other")) }
    let freedom = second.likelihood.parameters - first.likelihood.parameters
    guard freedom > 0 else { return .failure(Absence("both have as many parameters")) }
    let statistic = 2 * (high - low)
    // A larger model fits at least as well: what is less than that is rounding, or a search that did not end.
    guard statistic > -1e-6 * (1 + abs(high)) else {
      return .failure(Absence("the larger model has the smaller likelihood, so one of the two is not at its maximum"))
    }
    let value = max(statistic, 0)
    func upper(_ degrees: Int) -> Double {
      degrees == 0 ? (value > 0 ? 0 : 1) : Distributions.chiSquareUpper(value, degreesOfFreedom: Double(degrees))
    }
    let isMixture = boundary == "mixture" && !Nesting.addedEffects(first.form, second.form).isEmpty
    return .success(
      Test(
        statistic: value, freedom: freedom,
        p: isMixture ? (upper(freedom - 1) + upper(freedom)) / 2 : upper(freedom)))
  }

  struct Absence: Error {
    let reason: String
    init(_ reason: String) { self.reason = reason }
  }

  private func isNested(_ first: FittedModel, _ second: FittedModel) -> Bool {
    guard Nesting.fixed(first.form, in: second.form), Nesting.random(first.form, in: second.form) else { return false }
    guard let one = first.likelihood.structure, let other = second.likelihood.structure else { return true }
    return Nesting.structure(one, in: other)
  }

  var result: ResultValue {
    .record([
      .init(
        "models",
        .keyed(
          by: ["model"],
          models.map { name, model in
            let none = "the model has no likelihood"
            return .init(
              [name],
              .record([
                .init("observations", .count(model.observations)),
                .init("parameters", .count(model.likelihood.parameters)),
                .init("log_likelihood", .real(model.likelihood.logLikelihood, orAbsent: none)),
                .init("aic", .real(model.likelihood.aic, orAbsent: none)),
                .init("bic", .real(model.likelihood.bic, orAbsent: none)),
              ]))
          })),
      .init(
        "tests",
        .keyed(
          by: ["model", "against"],
          models.indices.dropFirst().map { index in
            let fields: [ResultValue.Field]
            switch test(index) {
            case .success(let test):
              fields = [
                .init("statistic", .number(test.statistic)), .init("df", .count(test.freedom)),
                .init("p_value", .number(test.p)),
              ]
            case .failure(let absence):
              fields = ["statistic", "df", "p_value"].map { .init($0, .absent(reason: absence.reason)) }
            }
            return .init([models[index].name, models[index - 1].name], .record(fields))
          })),
      .init("boundary", .text(boundary ?? "none")),
    ])
  }

  var exhibit: TableExhibit {
    var notes: [String] = []
    let rows = models.indices.map { index -> TableExhibit.Row in
      let (name, model) = models[index]
      func number(_ value: Double?, _ decimals: Int) -> TableCell {
        value.map { .number($0, decimals: decimals) } ?? .absent("–")
      }
      var cells: [TableCell] = [
        .text(name), .count(model.likelihood.parameters), number(model.likelihood.logLikelihood, 3),
        number(model.likelihood.aic, 1), number(model.likelihood.bic, 1),
      ]
      guard index > 0 else { return .init(cells + [.empty, .empty, .empty]) }
      switch test(index) {
      case .success(let test):
        cells += [.number(test.statistic, decimals: 2), .count(test.freedom), .pValue(test.p)]
      case .failure(let absence):
        cells += [.absent("–"), .empty, .empty]
        notes.append("\(name) is not tested: \(absence.reason).")
      }
      return .init(cells)
    }
    let first = models[0].model
    var what = "\(NumberFormat.count(first.observations)) rows"
    if isRefitted {
      what += ", fitted anew by ML"
    } else if let method = first.form.method {
      what += ", fitted by \(method)"
    }
    notes.insert(
      "\(what); BIC counts \(first.likelihood.counted). Each model is tested against the one above it by the likelihood ratio\(sentence).",
      at: 0)
    return TableExhibit(
      caption: "Models of \(first.outcome)",
      headings: [
        .init("Model", isNumeric: false), .init("Parameters"), .init("Log-likelihood"), .init("AIC"), .init("BIC"),
        .init("χ²"), .init("df"), .init("P"),
      ],
      rows: rows, notes: notes)
  }

  private var sentence: String {
    switch boundary {
    case "mixture":
      return ", a variance by the half-and-half mixture of χ² with as many degrees of freedom and one fewer"
    case "none": return "; where a variance is tested, its boundary at zero is left out of account, so P is too large"
    default: return ""
    }
  }
}
