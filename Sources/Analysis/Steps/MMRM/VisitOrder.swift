import NotebookSyntax
import Statistics
import Tables

/// The visits of the rows that a model uses, in order.
struct VisitOrder {
  /// Sums are kept per pair of visits, so many visits are a mistake before they are a burden.
  private static let most = 60

  /// One per row used.
  let codes: [Int32]
  let names: [String]
  /// When each visit is; for continuous time only.
  let times: [Double]

  /// - Throws: `limit` where there are too many visits.
  init(
    _ covariance: CovarianceTerm, _ frame: ModelFrame, _ table: Table, data: Reference
  ) throws(StepFailure) {
    let (all, levels, times) = try Self.levels(covariance, frame, table, data)
    var isPresent = [Bool](repeating: false, count: levels.count)
    for code in all { isPresent[Int(code)] = true }
    let present = isPresent.indices.filter { isPresent[$0] }
    guard present.count <= Self.most else {
      throw StepFailure(
        Diagnostic(
          "limit", "`\(covariance.visit)` has \(present.count) different values, and \(Self.most) visits are the most",
          at: covariance.visit.span, help: "use planned visits rather than the days on which they took place"))
    }
    var map = [Int32](repeating: 0, count: levels.count)
    for (new, old) in present.enumerated() { map[old] = Int32(new) }
    codes = all.map { map[Int($0)] }
    names = present.map { levels[$0] }
    self.times = times.isEmpty ? [] : present.map { times[$0] }
  }

  /// A code per row used, what each code is called, and for numbers when it is.
  private static func levels(
    _ covariance: CovarianceTerm, _ frame: ModelFrame, _ table: Table, _ data: Reference
  ) throws(StepFailure) -> ([Int32], [String], [Double]) {
    let visit = ModelVariable.factorArgument(covariance.visit) ?? covariance.visit
    if covariance.structure != "car1", case .name(let name) = visit.node, let column = table[name] {
      let (codes, levels) = Grouping.codes(column)
      return (frame.rows.map { codes[$0] }, levels, [])
    }
    let numbers = try frame.numbers(covariance.visit, table, data: data)
    if let row = numbers.firstIndex(where: { !$0.isFinite }) {
      throw StepFailure(
        Diagnostic(
          "model", "`\(covariance.visit)` is infinite in row \(frame.rows[row] + 1)", at: covariance.visit.span,
          help: "filter such rows out before"))
    }
    let times = Set(numbers).sorted()
    var index: [Double: Int32] = [:]
    for (code, time) in times.enumerated() { index[time] = Int32(code) }
    return (numbers.map { index[$0] ?? 0 }, times.map(NumberText.shortest), times)
  }

  func structure(_ name: String) -> CovarianceStructure {
    let isHeterogeneous = name.hasSuffix("h")
    switch isHeterogeneous ? String(name.dropLast()) : name {
    case "cs": return .compoundSymmetry(isHeterogeneous: isHeterogeneous)
    case "ar1": return .autoregressive(isHeterogeneous: isHeterogeneous)
    case "toep": return .toeplitz(isHeterogeneous: isHeterogeneous)
    case "ad": return .antedependence(isHeterogeneous: isHeterogeneous)
    case "car1": return .continuousAutoregressive(times: times)
    default: return .unstructured
    }
  }
}
