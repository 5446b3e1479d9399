import Foundation
import NotebookSyntax
import Tables
import Testing

/// What the operations of `filter` and `derive` cost over a million rows, in CPU time; compared with polars by
/// `Benchmarks/tables.py`, which makes the same rows.
@Suite("Table benchmark", .enabled(if: ProcessInfo.processInfo.environment["COLOPHON_TABLES"] != nil))
struct TableBenchmark {
  private static func table(_ rowCount: Int) throws -> Table {
    // The generator of `tables.py`: numbers below 2³², the high bits of a linear congruence.
    var state: UInt64 = 20_260_701
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 32) / 4_294_967_296
    }
    var numbers = [[Double]](repeating: [], count: 5)
    for _ in 0..<rowCount {
      for (column, range) in [(5.0, 200.0), (20, 25), (40, 200), (0.8, 2), (5, 150)].enumerated() {
        numbers[column].append(((range.0 + next() * range.1) * 10).rounded() / 10)
      }
    }
    func number(_ name: String, _ unit: String, _ values: [Double], _ analyte: String? = nil) throws -> Column {
      Column(
        schema: ColumnSchema(name: name, type: .number(try Unit(code: unit)), analyte: analyte.map { Analyte($0) }),
        values: .numbers(values))
    }
    let patients = (0..<rowCount).map { Int32($0 / 10) }
    let sites = ["A", "B", "C", "D"]
    return Table(
      columns: [
        Column(
          schema: ColumnSchema(name: "patient", type: .id),
          values: .codes(patients, levels: (0...Int(patients.last ?? 0)).map { "P\(1_000_000 + $0)" })),
        try number("week", "wk", (0..<rowCount).map { Double($0 % 10 * 4) }),
        Column(
          schema: ColumnSchema(name: "site", type: .category(levels: sites, isOrdered: false)),
          values: .codes(patients.map { $0 % 4 }, levels: sites)),
        try number("tbil", "umol/L", numbers[0], "bilirubin"), try number("alb", "g/L", numbers[1], "albumin"),
        try number("creat", "umol/L", numbers[2], "creatinine"), try number("inr", "1", numbers[3]),
        try number("alt", "U/L", numbers[4]),
      ], rowCount: rowCount)
  }

  /// The least CPU time of several runs, in milliseconds.
  private static func cost(_ body: () throws -> Void) rethrows -> Double {
    var least = Double.infinity
    for _ in 0..<7 {
      var before = timespec()
      var after = timespec()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before)
      try body()
      clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after)
      least = min(least, Double(after.tv_sec - before.tv_sec) * 1e3 + Double(after.tv_nsec - before.tv_nsec) / 1e6)
    }
    return least
  }

  @Test func operations() throws {
    let rowCount = ProcessInfo.processInfo.environment["COLOPHON_TABLES"].flatMap(Int.init) ?? 1_000_000
    let table = try Self.table(rowCount)
    func derived(_ texts: [String], by: [String] = [], order: [String] = []) throws {
      let groups = by.isEmpty ? nil : try RowGroups(table, by: by, order: order)
      let evaluator = ExpressionEvaluator(table, groups: groups)
      for text in texts {
        let checked = try #require(evaluator.checked(try ExpressionProbe.parsed(text)))
        _ = try evaluator.evaluate(checked).values(rowCount: rowCount)
      }
    }
    let operations: [(String, () throws -> Void)] = [
      (
        "filter",
        {
          var selection = RowSelection(rowCount: rowCount)
          let evaluator = ExpressionEvaluator(table)
          let rule = try ExpressionProbe.parsed("tbil > 2 mg/dL and week <= 28 d and site != \"B\"")
          _ = selection.apply(try evaluator.evaluate(rule).truths(rowCount: rowCount), isKept: true)
          _ = table.rows(selection.rows)
        }
      ),
      (
        "derive",
        { try derived(["tbil / alb", "tbil > 3 mg/dL or alt > 100 U/L", "if(alb < 28, 1, if(alb < 35, 2, 3))"]) }
      ),
      ("logarithm", { try derived(["log(tbil)"]) }),
      ("group", { try derived(["mean(tbil)", "max(alt)"], by: ["patient"]) }),
      (
        "order", { try derived(["change(tbil, from = week == 0)", "lag(alb)"], by: ["patient"], order: ["week"]) }
      ),
      (
        "score",
        { try derived(["meld(bilirubin = tbil, creatinine = creat, inr = inr, dialysis = false, variant = unos)"]) }
      ),
    ]
    for (name, operation) in operations { print("cost \(name) \(try Self.cost(operation))") }
  }
}
