import NotebookSyntax
import Statistics
import Tables

/// What `diagnose` found, as a result and as what the report shows.
struct DiagnoseReport {
  let model: String
  let formula: Formula
  let details: ModelDetails
  let observations: ModelObservations
  let rows: DiagnoseRows
  let influence: GroupInfluence?

  private static let shownGroups = 10
  private static let absence = "a residual has no standard deviation"

  static let residualShape = Shape.record(
    ["mean", "sd", "min", "q1", "median", "q3", "max"].map { .init($0, .number) }
      + ["n", "beyond_2", "beyond_3"].map { .init($0, .count) })
  static let rowShape = Shape.record(
    ["leverage", "cooksd"].map { .init($0, .record([.init("max", .number), .init("row", .count)])) })

  private var summary: Summary? { try? Summary(rows.shown.compactMap { $0 }.filter(\.isFinite)) }

  private func beyond(_ limit: Double) -> Int { rows.shown.count { abs($0 ?? 0) > limit } }

  var fields: [ResultValue.Field] {
    let summary = summary
    func real(_ name: String, _ value: Double?) -> ResultValue.Field {
      .init(name, .real(value, orAbsent: Self.absence))
    }
    var fields: [ResultValue.Field] = [
      .init("observations", .count(observations.rows.count)), .init("standardization", .text(standardization)),
      .init(
        "residuals",
        .record([
          real("mean", summary?.mean), real("sd", summary?.standardDeviation), real("min", summary?.minimum),
          real("q1", summary?.quantile(0.25)),
          real("median", summary?.median), real("q3", summary?.quantile(0.75)), real("max", summary?.maximum),
          .init("n", .count(rows.shown.count { $0?.isFinite ?? false })), .init("beyond_2", .count(beyond(2))),
          .init("beyond_3", .count(beyond(3))),
        ])),
    ]
    if formula.random.isEmpty, formula.covariances.isEmpty {
      fields.append(
        .init(
          "rows",
          .record(
            [
              ("leverage", observations.influence?.leverages.map { $0 }),
              ("cooksd", observations.influence?.cooksDistances),
            ]
            .map { name, values in .init(name, largest(values)) })))
    }
    if let influence {
      fields.append(
        .init(
          "influence",
          .keyed(by: [influence.name], zip(influence.levels, influence.deletion.groups).map { .init([$0], group($1)) }))
      )
      let first = influence.largest.first
      fields.append(
        .init(
          "most_influential",
          .record([
            .init("group", first.map { .text($0.level) } ?? .absent(reason: Self.undetermined)),
            .init("cooksd", .real(first?.group.distance, orAbsent: Self.undetermined)),
          ])))
    }
    if !details.random.isEmpty {
      fields.append(.init("effects", .keyed(by: ["group"], details.random.map { .init([$0.part.key], effects($0)) })))
    }
    return fields
  }

  private static let undetermined = "the other rows do not determine the fixed effects"

  private func largest(_ values: [Double?]?) -> ResultValue {
    var found: (value: Double, row: Int)?
    for (place, value) in (values ?? []).enumerated() {
      guard let value, value.isFinite, value > found?.value ?? -1 else { continue }
      found = (value, observations.rows[place] + 1)
    }
    return .record([
      .init("max", .real(found?.value, orAbsent: Self.absence)),
      .init("row", found.map { .count($0.row) } ?? .absent(reason: Self.absence)),
    ])
  }

  private func group(_ group: GroupDeletion.Group) -> ResultValue {
    .record([
      .init("rows", .count(group.rows)), .init("cooksd", .real(group.distance, orAbsent: Self.undetermined)),
      .init(
        "change",
        .keyed(
          by: ["term"],
          (influence?.columnNames ?? []).enumerated().map { place, name in
            .init([name], .real(group.change?[place], orAbsent: Self.undetermined))
          })),
    ])
  }

  private func effects(_ term: RandomTermDetails) -> ResultValue {
    let quantiles = term.columnNames.indices.map { column in
      DiagnoseRows.quantiles(term.levels.indices.map { term.estimate.effects[$0, column] })
    }
    return .keyed(
      by: ["level"],
      term.levels.indices.map { level in
        .init(
          [term.levels[level]],
          .keyed(
            by: ["term"],
            term.columnNames.indices.map { column in
              .init(
                [term.columnNames[column]],
                .record([
                  .init("estimate", .number(term.estimate.effects[level, column])),
                  .init("cond_sd", .number(term.estimate.conditionalStandardDeviations[level, column])),
                  .init("quantile", .real(quantiles[column][level], orAbsent: Self.absence)),
                ]))
            }))
      })
  }

  /// In words.
  private var standardization: String {
    observations.scaled == nil
      ? observations.standardization
      : "residuals of each subject multiplied by the inverse Cholesky factor of its visits' covariance: independent with variance 1 where the model is right"
  }

  var exhibits: [Exhibit] {
    var exhibits: [Exhibit] = [.table(residuals)]
    if let influence { exhibits.append(.table(table(influence))) }
    return exhibits
  }

  private var residuals: TableExhibit {
    let summary = summary
    func cell(_ value: Double?) -> TableCell { value.map { .number($0, decimals: 2) } ?? .absent("–") }
    let count = rows.shown.count { $0?.isFinite ?? false }
    // What a normal distribution leaves beyond: 4.55 % and 0.27 %.
    let note =
      "\(standardization.prefix(1).uppercased() + standardization.dropFirst()). Of normal ones 4.6 % lie beyond ±2 and 0.3 % beyond ±3."
    return TableExhibit(
      caption: "Residuals of \(model)",
      headings: ["Rows", "Mean", "SD", "Min", "Q1", "Median", "Q3", "Max", "Beyond ±2", "Beyond ±3"].map { .init($0) },
      rows: [
        .init(
          [
            .count(count), cell(summary?.mean), cell(summary?.standardDeviation), cell(summary?.minimum),
            cell(summary?.quantile(0.25)),
          ]
            + [cell(summary?.median), cell(summary?.quantile(0.75)), cell(summary?.maximum)]
            + [.share(beyond(2), of: count), .share(beyond(3), of: count)])
      ], notes: [note])
  }

  private func table(_ influence: GroupInfluence) -> TableExhibit {
    let shown = influence.largest.prefix(Self.shownGroups)
    let undetermined = influence.deletion.groups.count { $0.distance == nil }
    var notes = [
      "Cook's distance of the fixed effects when all rows of one \(influence.name) are left out, variances held at their estimates (one step)."
    ]
    if influence.largest.count > shown.count {
      notes.append("The \(shown.count) largest of \(NumberFormat.count(influence.levels.count)).")
    }
    if undetermined > 0 {
      notes.append("Without \(NumberFormat.count(undetermined)) of them the fixed effects are not determined.")
    }
    return TableExhibit(
      caption: "Influence by \(influence.name)",
      headings: [
        .init(influence.name, isNumeric: false), .init("Rows"), .init("Cook's distance"),
        .init("Largest change"), .init("of", isNumeric: false),
      ],
      rows: shown.map { level, group in
        let change = largestChange(group)
        return .init([
          .text(level), .count(group.rows), .number(group.distance ?? 0, decimals: 3),
          change.map { .number($0.value, decimals: NumberFormat.decimals(for: abs($0.value), digits: 2)) }
            ?? .absent("–"),
          .text(change?.name ?? ""),
        ])
      }, notes: notes)
  }

  /// The change that is largest in units of the estimate's standard error.
  private func largestChange(_ group: GroupDeletion.Group) -> (name: String, value: Double)? {
    guard let change = group.change, let influence else { return nil }
    var found: (place: Int, size: Double)?
    for (place, value) in change.enumerated() {
      let scale = influence.deletion.standardErrors[place]
      let size = abs(value) / scale
      if size > found?.size ?? 0 { found = (place, size) }
    }
    return found.map { (influence.columnNames[$0.place], change[$0.place]) }
  }
}
