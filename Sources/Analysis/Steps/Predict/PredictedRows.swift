import NotebookSyntax
import Statistics
import Tables

/// Predictions row by row, on the scale on which the model is linear.
struct PredictedRows {
  struct Prediction {
    var value: Double
    /// Nil where there is none; the reason stands in `lack`.
    var error: Double?
    var freedom: Double
    /// Of a new observation about its mean.
    var newVariance: Double?
    /// A group of the row is none of the model's.
    var isNewGroup = false
  }

  private(set) var rows: [Result<Prediction, ModelRows.Absence>] = []
  /// Why there are no prediction intervals, or no standard errors.
  private(set) var lack: String?

  /// The random effects that rows of a table have.
  private struct Term {
    let details: RandomTermDetails
    let weights: ModelRows
    /// By code of the joined columns, −1 for a group that the model does not have.
    let levels: [Int]
  }

  init(
    _ step: Predict, _ model: FittedModel, _ table: Table, data: Reference, progress: (Double) -> Void
  ) throws(StepFailure) {
    guard let details = model.details else {
      throw StepFailure(Diagnostic("internal", "`\(step.model.name)` can't predict", at: step.model.span))
    }
    let fixed = try ModelRows(model.variables, model.codings, table, data: data)
    var terms: [Term] = []
    if step.isConditional || step.hasNewRows {
      for term in details.random {
        terms.append(
          Term(
            details: term, weights: try ModelRows(term.variables, term.codings, table, data: data),
            levels: step.isConditional ? Self.levels(term, table) : [Int](repeating: -1, count: table.rowCount)))
      }
    }
    var offsets: [Double]?
    if let offset = details.offset {
      guard case .numbers(let values) = try ModelFrame.values(of: offset, table, data) else {
        throw StepFailure(Diagnostic("type", "the offset is no number", at: offset.span))
      }
      offsets = values
    }
    var conditional: ConditionalVariance?
    var estimable: [Int] = []
    if step.isConditional {
      let observations = try details.observations()
      estimable = observations.estimable
      conditional = observations.fixedCovariance.flatMap {
        ConditionalVariance(
          design: observations.design.picking(columns: estimable), fixedCovariance: $0,
          covariance: observations.covariance)
      }
    }
    let newVariances = step.hasNewRows ? Self.newVariances(details, table) : nil
    if step.hasNewRows, case .absent(let reason) = details.newRow { lack = reason }
    for row in 0..<table.rowCount {
      if row % 1000 == 0 { progress(Double(row) / Double(table.rowCount)) }
      switch fixed.weights(row) {
      case .failure(let absence): rows.append(.failure(absence))
      case .success(let weights):
        guard let estimate = model.estimate(weights) else {
          rows.append(.failure(.init(reason: "the data do not determine it")))
          continue
        }
        if let offset = offsets?[row], !offset.isFinite {
          rows.append(.failure(.init(reason: offset.isNaN ? "a value is missing" : "a value is infinite")))
          continue
        }
        var prediction = Prediction(
          value: estimate.value + (offsets?[row] ?? 0), error: estimate.standardError,
          freedom: estimate.degreesOfFreedom, newVariance: newVariances?[row])
        if let absence = add(
          terms, row, &prediction, isConditional: step.isConditional, estimable.map { weights[$0] }, &conditional)
        {
          rows.append(.failure(absence))
        } else {
          rows.append(.success(prediction))
        }
      }
    }
  }

  /// Adds what random effects make of a prediction; a reason where they can't be known.
  private mutating func add(
    _ terms: [Term], _ row: Int, _ prediction: inout Prediction, isConditional: Bool, _ weights: [Double],
    _ conditional: inout ConditionalVariance?
  ) -> ModelRows.Absence? {
    var known: [ConditionalVariance.Effect] = []
    for (index, term) in terms.enumerated() {
      let own: [Double]
      switch term.weights.weights(row) {
      case .success(let found): own = found
      case .failure(let absence): return absence
      }
      let level = term.levels[row]
      if level >= 0 {
        known.append(.init(term: index, level: level, weights: own))
        for (column, weight) in own.enumerated() {
          prediction.value += weight * term.details.estimate.effects[level, column]
        }
      } else {
        prediction.isNewGroup = prediction.isNewGroup || isConditional
        if let variance = prediction.newVariance {
          var sum = variance
          let covariance = term.details.estimate.covariance
          for a in own.indices { for b in own.indices { sum += own[a] * covariance[a, b] * own[b] } }
          prediction.newVariance = sum
        }
      }
    }
    guard !known.isEmpty else { return nil }
    // The variances are taken as known, so the distribution is normal.
    prediction.freedom = .infinity
    prediction.error = conditional?.variance(weights, known)?.squareRoot()
    if prediction.error == nil { lack = "too many rows depend on each other for the errors of random effects" }
    return nil
  }

  private static func levels(_ term: RandomTermDetails, _ table: Table) -> [Int] {
    var index: [String: Int] = [:]
    for (code, level) in term.levels.enumerated() { index[level] = code }
    let parts = term.part.term.groups.compactMap { table[$0.description] }.map { Grouping.codes($0) }
    return (0..<table.rowCount).map { row in
      var names: [String] = []
      for part in parts {
        guard part.codes[row] >= 0 else { return -1 }
        names.append(part.levels[Int(part.codes[row])])
      }
      return index[names.joined(separator: ":")] ?? -1
    }
  }

  /// The variance of a new observation, row by row; nil where the visit is none of the model's.
  private static func newVariances(_ details: ModelDetails, _ table: Table) -> [Double?] {
    switch details.newRow {
    case .constant(let variance): return [Double?](repeating: variance, count: table.rowCount)
    case .absent: return [Double?](repeating: nil, count: table.rowCount)
    case .visits(let visit, let levels, let variances):
      let plain = ModelVariable.factorArgument(visit) ?? visit
      guard case .name(let name) = plain.node, let column = table[name] else {
        return [Double?](repeating: nil, count: table.rowCount)
      }
      let (codes, own) = Grouping.codes(column)
      let map = own.map { levels.firstIndex(ofExactly: $0) }
      return codes.map { $0 < 0 ? nil : map[Int($0)].map { variances[$0] } }
    }
  }
}
