import NotebookSyntax
import Statistics

/// Adjustments that take a family's correlations into account: P values are those of the largest statistic of all.
struct SingleStep {
  static let methods = ["tukey", "dunnett", "mvt"]
  private static let most = 100

  /// Adjusted P values and sizes of families, row by row.
  let values: [(p: Double?, size: Int)]
  /// How the report names it.
  let note: String

  /// - Parameters:
  ///   - rows: the two levels that a row compares, where it compares two; its weights; and its statistic.
  ///   - families: the number of the family that each row belongs to.
  init(
    _ rows: [(names: [String], weights: [Double], inference: CoefficientTable.Inference?)], families: [Int],
    adjustment: FamilyAdjustment, model: FittedModel
  ) throws(StepFailure) {
    var values = rows.map { _ in (p: Double?.none, size: 0) }
    var most = 0
    var error: Double?
    for family in Set(families).sorted() {
      let all = families.indices.filter { families[$0] == family }
      let members = all.compactMap { index in rows[index].inference.map { (index: index, inference: $0) } }
      for index in all { values[index].size = members.count }
      guard !members.isEmpty else { continue }
      if adjustment.method == "tukey" {
        let levels = Set(members.flatMap { rows[$0.index].names }).count
        most = max(most, levels)
        for (index, own) in members {
          values[index].p = StudentizedRange.upper(
            abs(own.statistic) * 2.0.squareRoot(), groups: levels, degreesOfFreedom: own.freedom)
        }
        continue
      }
      guard members.count <= Self.most else {
        throw StepFailure(
          Diagnostic(
            "limit",
            "this family has \(members.count) comparisons, and `\(adjustment.method)` adjusts \(Self.most) at most",
            at: adjustment.over.first?.span ?? adjustment.span, help: "use `holm`, or smaller families"))
      }
      let largest = LargestOfStudents(correlation: model.correlation(of: members.map { rows[$0.index].weights }))
      for (index, own) in members {
        let tail = largest.upper(own.statistic, degreesOfFreedom: own.freedom)
        values[index].p = tail.value
        if largest.method == .lattice { error = max(error ?? 0, tail.error) }
      }
    }
    self.values = values
    let over = adjustment.over.map(\.text).joined(separator: ", ")
    let count = Set(families).count
    let families = count > 1 ? ", in \(count) families" : ""
    switch adjustment.method {
    case "tukey": note = "Adjusted P by Tukey's studentized range of \(most) over \(over)\(families)."
    default:
      let name = adjustment.method == "dunnett" ? "Dunnett's" : "a multivariate t"
      let way =
        error.map { "by a lattice rule with an error of about \(NumberFormat.significant(max($0, 1e-12), 1))" }
        ?? "by quadrature"
      note =
        "Adjusted P by \(name) single step over \(over)\(families), with the comparisons' own correlations, \(way)."
    }
  }
}
