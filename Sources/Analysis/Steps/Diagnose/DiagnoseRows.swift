import NotebookSyntax
import Statistics
import Tables

/// The rows of a model with what it leaves of each.
struct DiagnoseRows {
  let table: Table
  /// What a Q–Q plot shows, one per row of the model.
  let shown: [Double?]

  /// - Parameter hasScaled: whether residuals are also made independent.
  static func columns(hasScaled: Bool, hasInfluence: Bool) -> [String] {
    ["fitted", "residual", "std_residual"] + (hasScaled ? ["scaled_residual"] : []) + ["quantile"]
      + (hasInfluence ? ["leverage", "cooksd"] : [])
  }

  init(
    _ observations: ModelObservations, groups: (name: String, codes: [Int32], levels: [String])?, schema: Schema?
  ) {
    let shown = observations.scaled ?? observations.standardized
    self.shown = shown
    func numbers(_ values: [Double?]) -> ColumnValues {
      .numbers(values.map { value in value.flatMap { $0.isFinite ? $0 : nil } ?? .nan })
    }
    var values: [String: ColumnValues] = [
      "row": .numbers(observations.rows.map { Double($0 + 1) }), "fitted": numbers(observations.fitted),
      "residual": numbers(observations.residuals), "std_residual": numbers(observations.standardized),
      "quantile": numbers(Self.quantiles(shown)),
    ]
    if let groups { values["group"] = .codes(groups.codes, levels: groups.levels) }
    if let scaled = observations.scaled { values["scaled_residual"] = numbers(scaled) }
    let none = [Double?](repeating: nil, count: observations.rows.count)
    values["leverage"] = numbers(observations.influence?.leverages ?? none)
    values["cooksd"] = numbers(observations.influence?.cooksDistances ?? none)
    table = Table(
      columns: (schema?.columns ?? []).compactMap { column in
        values[column.name].map { Column(schema: column, values: $0) }
      },
      rowCount: observations.rows.count)
  }

  /// The normal scores of values by their ranks, as R's `qqnorm`. Ties stand in the order of rows.
  static func quantiles(_ values: [Double?]) -> [Double?] {
    let places = values.indices.filter { values[$0]?.isFinite ?? false }
    let order = places.sorted { a, b in
      let (x, y) = (values[a] ?? 0, values[b] ?? 0)
      return x == y ? a < b : x < y
    }
    var result = [Double?](repeating: nil, count: values.count)
    for (place, score) in zip(order, Distributions.normalScores(count: order.count)) { result[place] = score.quantile }
    return result
  }
}

/// What leaving out each group does.
struct GroupInfluence {
  let name: String
  let levels: [String]
  let deletion: GroupDeletion
  /// Of the columns that were estimated.
  let columnNames: [String]

  init(
    _ observations: ModelObservations, _ groups: (name: String, codes: [Int32], levels: [String]), span: Span
  ) throws(StepFailure) {
    name = groups.name
    levels = groups.levels
    columnNames = observations.estimable.map { observations.columnNames[$0] }
    do throws(GroupDeletion.Refusal) {
      deletion = try GroupDeletion(
        residuals: observations.fixedResiduals, design: observations.design.picking(columns: observations.estimable),
        covariance: observations.covariance, groups: groups.codes, count: groups.levels.count)
    } catch {
      let message: String
      switch error {
      case .tooManyDependentRows(let count, let most):
        message =
          "\(NumberFormat.count(count)) rows depend on each other by the random effects, and the influence of `\(groups.name)` is computed for \(NumberFormat.count(most)) at most"
      case .numerical:
        message = "the influence of `\(groups.name)` cannot be computed: the rows have no variance to weigh them by"
      }
      throw StepFailure(Diagnostic("computation", message, at: span, help: "name another column in `by`"))
    }
  }

  /// The groups with the largest distances, descending.
  var largest: [(level: String, group: GroupDeletion.Group)] {
    zip(levels, deletion.groups).filter { $0.1.distance != nil }.enumerated().sorted {
      ($1.element.1.distance ?? 0, $0.offset) < ($0.element.1.distance ?? 0, $1.offset)
    }.map { ($0.element.0, $0.element.1) }
  }
}
