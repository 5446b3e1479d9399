import Statistics

/// The intervals as results and for display.
struct IntervalReport {
  let request: IntervalRequest
  let parameters: ParameterIntervals
  /// How the refits went; nil without any.
  let bootstrap: BootstrapIntervals?
  let fit: LinearMixedModelFit
  let columnNames: [String]
  let designs: [RandomDesign]
  let level: Double

  static func shape(isBootstrap: Bool, columns: Shape.Key, groups: Shape.Key, names: Shape.Key) -> Shape {
    let interval = Shape.record([.init("conf_low", .number), .init("conf_high", .number)])
    let refits: [Shape.Field] = ["replicates", "failed", "singular", "seed"].map { .init($0, .count) }
    return .record(
      (isBootstrap ? refits : []) + [
        .init("terms", .keyed(by: [columns], interval)), .init("sigma", interval),
        .init(
          "varcorr",
          .keyed(
            by: [groups],
            .record([
              .init("sd", .keyed(by: [names], interval)), .init("corr", .keyed(by: [names, names], interval)),
            ]))),
      ])
  }

  private func record(_ interval: ParameterIntervals.Interval?, absence: String) -> ResultValue {
    .record([
      .init("conf_low", .real(interval?.low, orAbsent: absence)),
      .init("conf_high", .real(interval?.high, orAbsent: absence)),
    ])
  }

  private var refits: [ResultValue.Field] {
    guard let bootstrap, case .bootstrap(_, let seed, _) = request else { return [] }
    return [
      .init("replicates", .count(bootstrap.replicates)), .init("failed", .count(bootstrap.failed)),
      .init("singular", .count(bootstrap.singular)), .init("seed", .count(seed)),
    ]
  }

  private static let lost = "the profile could not be followed"

  var result: ResultValue {
    .record(
      refits + [
        .init(
          "terms",
          .keyed(
            by: ["term"],
            zip(columnNames, parameters.fixedEffects).map {
              .init([$0], record($1, absence: fit.aliased.isEmpty ? Self.lost : "depends on other terms"))
            })),
        .init("sigma", record(parameters.sigma, absence: Self.lost)),
        .init(
          "varcorr",
          .keyed(by: ["group"], zip(designs, parameters.terms).map { .init([$0.part.key], term($0, $1)) })),
      ])
  }

  private func term(_ design: RandomDesign, _ term: ParameterIntervals.Term) -> ResultValue {
    let names = design.columnNames
    let pairs = design.part.term.isCorrelated ? names.indices.flatMap { a in (0..<a).map { (a, $0) } } : []
    return .record([
      .init(
        "sd",
        .keyed(by: ["term"], zip(names, term.standardDeviations).map { .init([$0], record($1, absence: Self.lost)) })),
      .init(
        "corr",
        .keyed(
          by: ["term", "with"],
          pairs.flatMap { a, b in
            [(a, b), (b, a)].map {
              .init([names[$0.0], names[$0.1]], record(term.correlations[a][b], absence: "a variance is zero"))
            }
          })),
    ])
  }

  var exhibit: TableExhibit {
    var rows: [TableExhibit.Row] = []
    func add(_ name: String, _ estimate: Double?, _ interval: ParameterIntervals.Interval?) {
      guard let estimate, let interval else {
        rows.append(.init([.text(name), .absent("–"), .absent("–")]))
        return
      }
      let decimals = NumberFormat.decimals(for: (interval.high - interval.low) / 4, digits: 3)
      rows.append(
        .init([
          .text(name), .number(estimate, decimals: decimals),
          .interval(interval.low, interval.high, decimals: decimals),
        ]))
    }
    for (index, name) in columnNames.enumerated() {
      add(name, fit.fixedEffects[index], parameters.fixedEffects[index])
    }
    for (index, design) in designs.enumerated() {
      let (names, term) = (design.columnNames, parameters.terms[index])
      for (column, name) in names.enumerated() {
        add(
          "SD of \(name), \(design.part.key)", fit.terms[index].standardDeviations[column],
          term.standardDeviations[column])
        for other in 0..<column where design.part.term.isCorrelated {
          add(
            "Correlation of \(name) and \(names[other]), \(design.part.key)",
            fit.terms[index].correlation(column, other), term.correlations[column][other])
        }
      }
    }
    add("SD of the residuals", fit.sigma, parameters.sigma)
    let percent = NumberFormat.percent(level)
    return TableExhibit(
      caption: bootstrap == nil ? "Profile likelihood intervals" : "Bootstrap intervals",
      headings: [.init("Parameter", isNumeric: false), .init("Estimate"), .init("\(percent)% CI")], rows: rows,
      notes: [note])
  }

  private var note: String {
    guard let bootstrap, case .bootstrap(_, let seed, _) = request else {
      return
        "By the profile likelihood\(fit.method == .reml ? " of the ML fit" : ""); a standard deviation of 0 or a correlation of ±1 ends an interval that reaches it."
    }
    var note =
      "Percentiles of \(NumberFormat.count(bootstrap.replicates)) refits to data drawn from the fitted model (parametric bootstrap, seed \(seed)); \(NumberFormat.count(bootstrap.singular)) of them singular."
    if bootstrap.failed > 0 {
      note += " \(NumberFormat.count(bootstrap.failed)) refits did not converge and are left out."
    }
    return note
  }
}
