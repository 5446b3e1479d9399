import NotebookSyntax
import Statistics
import Tables

/// What a regression is fitted to: the rows that are used, with weights, offset and clusters.
struct RegressionData {
  let frame: ModelFrame
  /// Above zero, one per row used.
  let weights: [Double]?
  let offset: [Double]?
  let clusters: (codes: [Int32], names: [String])?
  /// How many rows are left out because their weight is zero.
  let zeroWeights: Int

  init(_ step: Regression, _ table: Table) throws(StepFailure) {
    var others: [Expression] = []
    var isUsed: (Int) -> Bool = { _ in true }
    var zeros = 0
    let weighting = step.weights.map { Expression(.name($0.text), at: $0.span) }
    if let weights = step.weights, let weighting {
      let values = table[weights.text]?.values.numbers ?? []
      for (row, value) in values.enumerated() where value < 0 || value.isInfinite {
        throw StepFailure(
          Diagnostic(
            "weights", "the weight `\(weights.text)` of row \(row + 1) is \(NumberText.shortest(value))",
            at: weights.span,
            help: "weights are finite and not below zero; rows of weight zero are left out"))
      }
      zeros = values.count { $0 == 0 }
      if zeros == values.count, zeros > 0 {
        throw StepFailure(
          Diagnostic(
            "weights", "every row has the weight zero in `\(weights.text)`", at: weights.span,
            help: "rows of weight zero are left out, so nothing is left"))
      }
      isUsed = { values[$0] != 0 }
      others.append(weighting)
    }
    if let offset = step.offset { others.append(offset) }
    if let cluster = step.errors.clusterColumn { others.append(Expression(.name(cluster.text), at: cluster.span)) }
    let frame = try ModelFrame(
      step.formula, table, data: step.data, others: others, contrasts: step.contrasts, isEvent: step.family.isEvent,
      isUsed: isUsed)
    self.frame = frame
    func numbers(_ expression: Expression?) throws(StepFailure) -> [Double]? {
      guard let expression else { return nil }
      return try frame.numbers(expression, table, data: step.data)
    }
    weights = try numbers(weighting)
    offset = try numbers(step.offset)
    if let offset, let expression = step.offset, let row = offset.firstIndex(where: { !$0.isFinite }) {
      throw StepFailure(
        Diagnostic(
          "computation", "the offset is infinite in row \(frame.rows[row] + 1)", at: expression.span,
          help: "filter such rows out before"))
    }
    if let cluster = step.errors.clusterColumn, let column = table[cluster.text] {
      let found = frame.groups(column)
      guard found.names.count > 1 else {
        throw StepFailure(
          Diagnostic(
            "model", "all rows have the same `\(cluster.text)`, and errors by cluster need two clusters or more",
            at: cluster.span, help: "use `errors: HC3`"))
      }
      clusters = found
    } else {
      clusters = nil
    }
    zeroWeights = zeros
  }
}
