import NotebookSyntax
import Statistics
import Tables

/// Predictions as a table, as a result and as what the report shows.
struct PredictReport {
  let step: Predict
  let model: FittedModel
  let table: Table
  let rows: PredictedRows

  private static let noError = "it has no standard error"
  private static let noVariance = "the variance of a new row is not known"

  /// The fields of one row, in the order of `Predict.record`; what has no number has a reason.
  private func values(_ row: Int) -> [Result<Double, ModelRows.Absence>] {
    let fields = Predict.record(step.hasNewRows)
    switch rows.rows[row] {
    case .failure(let absence): return fields.map { _ in .failure(absence) }
    case .success(let prediction):
      func number(_ value: Double?, _ reason: String) -> Result<Double, ModelRows.Absence> {
        guard let value, !value.isNaN else { return .failure(.init(reason: reason)) }
        return .success(value)
      }
      let lack = rows.lack ?? Self.noError
      var values =
        [response(prediction.value), error(prediction)].map { number($0, lack) } + [
          number(prediction.freedom > 0 ? prediction.freedom : nil, lack)
        ]
      values += ends(prediction, of: prediction.error).map { number($0, lack) }
      if step.hasNewRows {
        var total: Double?
        if let error = prediction.error, let variance = prediction.newVariance {
          total = (error * error + variance).squareRoot()
        }
        values += ends(prediction, of: total).map { number($0, rows.lack ?? Self.noVariance) }
      }
      return values
    }
  }

  private func response(_ value: Double) -> Double? {
    guard step.isResponse else { return value }
    if model.form.isLinear { return Elementary.exp(value) }
    return model.details?.link.response(value)?.value
  }

  /// By the delta method on the response's scale.
  private func error(_ prediction: PredictedRows.Prediction) -> Double? {
    guard let error = prediction.error, error.isFinite else { return nil }
    guard step.isResponse else { return error }
    if model.form.isLinear { return error * Elementary.exp(prediction.value) }
    return model.details?.link.response(prediction.value).map { abs($0.slope) * error }
  }

  private func ends(_ prediction: PredictedRows.Prediction, of error: Double?) -> [Double?] {
    guard let error, error.isFinite, prediction.freedom > 0 else { return [nil, nil] }
    let half = Distributions.studentQuantile(0.5 + step.level / 2, degreesOfFreedom: prediction.freedom) * error
    let ends = [response(prediction.value - half), response(prediction.value + half)]
    // A link such as the inverse turns them round.
    guard let low = ends[0], let high = ends[1], low > high else { return ends }
    return [high, low]
  }

  func outcome(_ context: RunContext) throws(StepFailure) -> StepOutcome {
    let fields = Predict.record(step.hasNewRows)
    let values = (0..<table.rowCount).map(values)
    let added = fields.indices.compactMap { place -> Column? in
      guard let schema = context.planned.yield.schema?[fields[place]] else { return nil }
      // A normal distribution has no degrees of freedom that a column could hold.
      return Column(
        schema: schema,
        values: .numbers(
          values.map { row in
            guard case .success(let value) = row[place], value.isFinite else { return .nan }
            return value
          }))
    }
    let predicted = rows.rows.count { if case .success = $0 { true } else { false } }
    let new = rows.rows.count { if case .success(let found) = $0 { found.isNewGroup } else { false } }
    var result: [ResultValue.Field] = []
    if step.data == nil {
      let entries = values.indices.map { row in
        ResultValue.Entry(
          keys(row),
          .record(
            zip(fields, values[row]).map { name, value in
              switch value {
              case .success(let number): .init(name, .number(number))
              case .failure(let absence): .init(name, .absent(reason: absence.reason))
              }
            }))
      }
      result.append(.init("rows", .keyed(by: step.at.map(\.column.text), entries)))
    }
    result += [
      .init("predicted", .count(predicted)), .init("not_predicted", .count(table.rowCount - predicted)),
      .init("new_groups", .count(new)), .init("effects", .text(step.isConditional ? "conditional" : "population")),
      .init("scale", .text(step.isResponse ? "response" : "model")),
    ]
    var outcome = StepOutcome.table(
      Table(columns: table.columns + added, rowCount: table.rowCount), from: table.rowCount, result)
    let notes = notes(new: new)
    if step.data == nil {
      outcome.rowsIn = nil
      outcome.exhibits = [.table(exhibit(values, notes))]
    } else {
      outcome.exhibits = [.statement(([sentence(predicted)] + notes).joined(separator: " "))]
    }
    return outcome
  }

  private func keys(_ row: Int) -> [String] {
    table.columns.map { $0.text(row) ?? "" }
  }

  private var quantity: String {
    let outcome = model.form.formula.response.description
    guard step.isResponse else { return model.outcome }
    guard model.form.isLinear else { return "the mean of \(outcome)" }
    return String(outcome.dropFirst("log(".count).dropLast())
  }

  private func sentence(_ predicted: Int) -> String {
    var text =
      "Predictions of \(quantity) for \(NumberFormat.counted(predicted, "row")) of \(step.data?.name ?? "") by \(step.model.name)."
    var reasons: [(reason: String, count: Int)] = []
    // By bytes: a string equals others that only look alike.
    var places: [[UInt8]: Int] = [:]
    for case .failure(let absence) in rows.rows {
      let bytes = Array(absence.reason.utf8)
      if let index = places[bytes] {
        reasons[index].count += 1
      } else {
        places[bytes] = reasons.count
        reasons.append((absence.reason, 1))
      }
    }
    for (reason, count) in reasons.prefix(10) {
      text += " \(NumberFormat.counted(count, "row")) \(count == 1 ? "has" : "have") none: \(reason)."
    }
    if reasons.count > 10 { text += " Others have none for \(reasons.count - 10) further reasons." }
    return text
  }

  private func notes(new: Int) -> [String] {
    var notes: [String] = []
    if step.isConditional {
      notes.append(
        "Fixed and random effects; standard errors are those of the prediction given the variances, intervals by the normal distribution."
      )
      if new > 0 {
        notes.append(
          "\(NumberFormat.counted(new, "row")) of groups that the model has not seen \(new == 1 ? "has" : "have") the population's prediction."
        )
      }
    } else {
      notes.append((model.form.formula.random.isEmpty ? "" : "Fixed effects alone. ") + model.note)
    }
    if step.hasNewRows {
      let what = model.form.formula.random.isEmpty || step.isConditional ? "" : " of a new group"
      notes.append(
        rows.lack.map { "No prediction intervals: \($0)." }
          ?? "Prediction intervals are those of one new observation\(what).")
    }
    if step.isResponse { notes.append("Ends of intervals are those of the model's scale, transformed.") }
    return notes
  }

  private func exhibit(_ values: [[Result<Double, ModelRows.Absence>]], _ notes: [String]) -> TableExhibit {
    let percent = NumberFormat.percent(step.level)
    let errors = values.compactMap { try? $0[1].get() }.filter { $0 > 0 }
    let decimals = errors.min().map { NumberFormat.decimals(for: $0, digits: 3) } ?? 3
    func number(_ value: Result<Double, ModelRows.Absence>) -> TableCell {
      switch value {
      case .success(let number): .number(number, decimals: decimals)
      case .failure: .absent("–")
      }
    }
    func interval(_ row: [Result<Double, ModelRows.Absence>], _ place: Int) -> TableCell {
      guard let low = try? row[place].get(), let high = try? row[place + 1].get() else { return .absent("–") }
      return .interval(low, high, decimals: decimals)
    }
    return TableExhibit(
      caption: "Predictions of \(quantity)",
      headings: table.columns.map { .init($0.schema.title, isNumeric: false) }
        + [.init("Prediction"), .init("\(percent)% CI")]
        + (step.hasNewRows ? [.init("\(percent)% prediction interval")] : [])
        + [.init("SE")],
      rows: values.indices.map { index in
        let row = values[index]
        let names = keys(index).map { TableCell.text($0) }
        if case .failure(let absence) = row[0] {
          return .init(
            names + [.absent(absence.reason)] + [TableCell](repeating: .absent("–"), count: step.hasNewRows ? 3 : 2))
        }
        return .init(
          names + [number(row[0]), interval(row, 3)] + (step.hasNewRows ? [interval(row, 5)] : []) + [number(row[1])])
      },
      notes: notes)
  }
}
