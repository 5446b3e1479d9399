import NotebookSyntax
import Statistics

/// One test that all comparisons of a family are zero.
struct JointTest {
  /// The levels that tell the family from others.
  let levels: [String]
  /// Nil where no comparison of the family has a standard error.
  let test: LinearHypothesis?

  static let shape = Shape.record([
    .init("statistic", .number), .init("df1", .count), .init("df2", .number), .init("p_value", .number),
  ])

  var record: ResultValue {
    func real(_ value: Double?) -> ResultValue {
      .real(value, orAbsent: "no comparison of the family has a standard error")
    }
    return .record([
      .init("statistic", real(test?.statistic)), .init("df1", .count(test?.rank ?? 0)),
      .init("df2", real(test?.degreesOfFreedom)), .init("p_value", real(test?.p)),
    ])
  }

  static func result(_ tests: [JointTest], keys: [String]) -> ResultValue {
    guard !keys.isEmpty else { return tests.first?.record ?? .absent(reason: "there is no comparison") }
    return .keyed(by: keys, tests.map { .init($0.levels, $0.record) })
  }

  static func exhibit(_ tests: [JointTest], keys: [String], over: [String]) -> TableExhibit {
    let isNormal = tests.allSatisfy { $0.test?.degreesOfFreedom.isInfinite ?? true }
    return TableExhibit(
      caption: "Joint tests over \(over.joined(separator: ", "))",
      headings: keys.map { .init($0, isNumeric: false) } + [
        .init(isNormal ? "χ²/df" : "F"), .init("df"), .init("Denominator df"), .init("P"),
      ],
      rows: tests.map { item in
        let levels = item.levels.map { TableCell.text($0) }
        guard let test = item.test else { return .init(levels + [.absent("not estimable"), .empty, .empty, .empty]) }
        return .init(
          levels + [
            .number(test.statistic, decimals: 2), .count(test.rank),
            test.degreesOfFreedom.isInfinite ? .text("∞") : .number(test.degreesOfFreedom, decimals: 1),
            .pValue(test.p),
          ])
      },
      notes: [
        "F is Wald's, with the model's covariance; its denominator has Fai and Cornelius's degrees of freedom from those that the model's method gives each independent part."
      ])
  }
}
