import Statistics

/// Estimates addressed by levels, as results and for display; with adjusted P values where a family is named.
struct EstimateTable {
  let keys: [String]
  let rows: [(keys: [String], estimate: LinearEstimates.Estimate?)]
  let level: Double
  /// Adjusted P values and sizes of families, row by row; empty where nothing is adjusted.
  var adjusted: [(p: Double?, size: Int)] = []
  /// On which scale numbers stand; tests are always on the model's.
  var scale = EstimateScale.model

  init(_ estimates: LinearEstimates, level: Double) {
    self.init(
      keys: estimates.keys, rows: estimates.rows.map { ($0.keys, estimates.model.estimate($0.weights)) }, level: level)
  }

  init(keys: [String], rows: [(keys: [String], estimate: LinearEstimates.Estimate?)], level: Double) {
    self.keys = keys
    self.rows = rows
    self.level = level
  }

  /// What `CoefficientTable` computes for each row.
  private var table: CoefficientTable {
    CoefficientTable(
      rows.map {
        .init(
          term: $0.keys.joined(separator: " "), estimate: $0.estimate?.value,
          standardError: $0.estimate?.standardError, degreesOfFreedom: $0.estimate?.degreesOfFreedom)
      },
      level: level, absence: "the data do not determine it")
  }

  /// Row by row; nil where a row has no standard error.
  var inferences: [CoefficientTable.Inference?] {
    let table = table
    return table.rows.map { table.inference($0) }
  }

  var result: ResultValue {
    let table = table
    return .keyed(
      by: keys,
      rows.indices.map { index in
        let record = scale.record(table.record(table.rows[index]))
        guard case .record(let fields) = record, !adjusted.isEmpty else { return .init(rows[index].keys, record) }
        return .init(
          rows[index].keys,
          .record(
            fields + [
              .init("p_adjusted", .real(adjusted[index].p, orAbsent: "there is no P value")),
              .init("family_size", .count(adjusted[index].size)),
            ]))
      })
  }

  func exhibit(caption: String, notes: [String]) -> TableExhibit {
    let table = table
    let plain = scale.exhibit(table.exhibit(caption: caption, notes: notes), inferences)
    return TableExhibit(
      caption: caption,
      headings: keys.map { .init($0, isNumeric: false) } + plain.headings.dropFirst()
        + (adjusted.isEmpty ? [] : [.init("Adjusted P")]),
      rows: rows.indices.map { index in
        .init(
          rows[index].keys.map { .text($0) } + plain.rows[index].cells.dropFirst()
            + (adjusted.isEmpty ? [] : [adjusted[index].p.map { .pValue($0) } ?? .absent("–")]))
      },
      notes: notes)
  }
}
