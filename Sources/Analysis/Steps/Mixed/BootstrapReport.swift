import Statistics

/// The intervals as results and for display.
struct BootstrapReport {
  let request: BootstrapRequest
  let intervals: BootstrapIntervals
  let fit: LinearMixedModelFit
  let columnNames: [String]
  let designs: [RandomDesign]
  let level: Double

  static func shape(columns: Shape.Key, groups: Shape.Key, names: Shape.Key) -> Shape {
    let interval = Shape.record([.init("conf_low", .number), .init("conf_high", .number)])
    return .record([
      .init("replicates", .count), .init("failed", .count), .init("singular", .count), .init("seed", .count),
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

  private func record(_ interval: BootstrapIntervals.Interval?, absence: String) -> ResultValue {
    .record([
      .init("conf_low", .real(interval?.low, orAbsent: absence)),
      .init("conf_high", .real(interval?.high, orAbsent: absence)),
    ])
  }

  var result: ResultValue {
    .record([
      .init("replicates", .count(intervals.replicates)), .init("failed", .count(intervals.failed)),
      .init("singular", .count(intervals.singular)), .init("seed", .count(request.seed)),
      .init(
        "terms",
        .keyed(
          by: ["term"],
          zip(columnNames, intervals.fixedEffects).map {
            .init([$0], record($1, absence: "depends on other terms"))
          })),
      .init("sigma", record(intervals.sigma, absence: "")),
      .init(
        "varcorr",
        .keyed(by: ["group"], zip(designs, intervals.terms).map { .init([$0.part.key], term($0, $1)) })),
    ])
  }

  private func term(_ design: RandomDesign, _ term: BootstrapIntervals.Term) -> ResultValue {
    let names = design.columnNames
    let pairs = design.part.term.isCorrelated ? names.indices.flatMap { a in (0..<a).map { (a, $0) } } : []
    return .record([
      .init(
        "sd",
        .keyed(by: ["term"], zip(names, term.standardDeviations).map { .init([$0], record($1, absence: "")) })),
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
    func add(_ name: String, _ estimate: Double?, _ interval: BootstrapIntervals.Interval?) {
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
      add(name, fit.fixedEffects[index], intervals.fixedEffects[index])
    }
    for (index, design) in designs.enumerated() {
      let (names, term) = (design.columnNames, intervals.terms[index])
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
    add("SD of the residuals", fit.sigma, intervals.sigma)
    let percent = NumberFormat.percent(level)
    var note =
      "Percentiles of \(NumberFormat.count(intervals.replicates)) refits to data drawn from the fitted model (parametric bootstrap, seed \(request.seed)); \(NumberFormat.count(intervals.singular)) of them singular."
    if intervals.failed > 0 {
      note += " \(NumberFormat.count(intervals.failed)) refits did not converge and are left out."
    }
    return TableExhibit(
      caption: "Bootstrap intervals",
      headings: [.init("Parameter", isNumeric: false), .init("Estimate"), .init("\(percent)% CI")], rows: rows,
      notes: [note])
  }
}
