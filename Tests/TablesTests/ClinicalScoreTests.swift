import Foundation
import NotebookSyntax
import Tables
import Testing

/// Scores against vectors that were computed independently, and against values worked by hand.
@Suite("Clinical scores")
struct ClinicalScoreTests {
  private static func vectors() throws -> (names: [String], rows: [[Double]]) {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Reference/data/clinical_scores.csv")
    let lines = try String(contentsOf: file, encoding: .utf8).split(whereSeparator: \.isNewline)
    let names = lines[0].split(separator: ",").map(String.init)
    return (names, lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } })
  }

  private static func number(_ name: String, _ unit: String, _ values: [Double], of analyte: String? = nil) throws
    -> Column
  {
    Column(
      schema: ColumnSchema(name: name, type: .number(try Unit(code: unit)), analyte: analyte.map { Analyte($0) }),
      values: .numbers(values))
  }

  private static func boolean(_ name: String, _ values: [Double]) -> Column {
    Column(
      schema: ColumnSchema(name: name, type: .boolean),
      values: .codes(values.map { Int32($0) }, levels: ["false", "true"]))
  }

  /// The vectors' inputs in the units of the formulas, or in others.
  private static func table(inOtherUnits: Bool = false) throws -> (table: Table, expected: (String) -> [Double]) {
    let (names, rows) = try vectors()
    func column(_ name: String) -> [Double] { names.firstIndex(of: name).map { index in rows.map { $0[index] } } ?? [] }
    let bilirubin = try number("bili", "mg/dL", column("bili_mgdl"), of: "bilirubin")
    let creatinine = try number("creat", "mg/dL", column("creat_mgdl"), of: "creatinine")
    let albumin = try number("alb", "g/dL", column("alb_gdl"), of: "albumin")
    let sodium = try number("na", "mmol/L", column("na"))
    var columns = [bilirubin, creatinine, albumin, sodium]
    if inOtherUnits {
      columns = [
        try number("bili", "umol/L", column("bili_mgdl").map { $0 * 17.1 }, of: "bilirubin"),
        try number("creat", "umol/L", column("creat_mgdl").map { $0 * 88.4 }, of: "creatinine"),
        try number("alb", "g/L", column("alb_gdl").map { $0 * 10 }, of: "albumin"),
        try number("na", "mol/L", column("na").map { $0 / 1000 }),
      ]
    }
    columns += [
      try number("inr", "1", column("inr")), boolean("female", column("female")),
      boolean("dialysis", column("dialysis")),
    ]
    return (Table(columns: columns, rowCount: rows.count), column)
  }

  private static let meld = "bilirubin = bili, creatinine = creat, inr = inr, dialysis = dialysis"

  static let functions: [(expression: String, column: String, tolerance: Double)] = [
    // The vectors are printed with ten decimals.
    ("meld(\(meld), variant = unos_unrounded)", "meld_raw", 6e-11), ("meld(\(meld), variant = unos)", "meld_unos", 0),
    ("meld_na(\(meld), sodium = na, variant = unrounded)", "meldna_unrounded", 6e-11),
    // Printed with six decimals.
    ("meld_na(\(meld), sodium = na, variant = optn2016_unrounded)", "meldna_optn_raw", 6e-7),
    ("meld_na(\(meld), sodium = na, variant = optn2016)", "meldna_optn", 0),
    ("meld3(\(meld), sodium = na, albumin = alb, female = female, variant = kim2021_unrounded)", "meld3_raw", 6e-11),
    ("meld3(\(meld), sodium = na, albumin = alb, female = female, variant = kim2021)", "meld3", 0),
    ("albi(bilirubin = bili, albumin = alb)", "albi_score_17.1", 6e-11),
  ]

  @Test(arguments: functions)
  func vectorsHold(_ expression: String, _ column: String, _ tolerance: Double) throws {
    for inOtherUnits in [false, true] {
      let (table, expected) = try Self.table(inOtherUnits: inOtherUnits)
      let values = try ExpressionProbe.numbers(expression, table)
      #expect(values.count == 12 && expected(column).count == 12)
      for (value, reference) in zip(values, expected(column)) { #expect(abs(value - reference) <= tolerance) }
    }
  }

  @Test func gradesHold() throws {
    let (table, expected) = try Self.table()
    let grades = try ExpressionProbe.texts("albi_grade(bilirubin = bili, albumin = alb)", table)
    #expect(grades == expected("albi_grade").map { String(Int($0)) })
  }

  @Test(arguments: [
    (
      "meld(bilirubin = 54 umol/L, creatinine = 170 umol/L, inr = 2, dialysis = false, variant = unos_unrounded)",
      24.798, 5e-4
    ),
    (
      "meld(bilirubin = 54 umol/L, creatinine = 170 umol/L, inr = 2, cholestatic_or_alcoholic = false, variant = kamath2001)",
      24.8106, 5e-5
    ),
    // 6.4 points less, by definition.
    (
      "meld(bilirubin = 54 umol/L, creatinine = 170 umol/L, inr = 2, cholestatic_or_alcoholic = true, variant = kamath2001)",
      18.4106, 5e-5
    ),
    (
      "meld_na(bilirubin = 2 mg/dL, creatinine = 1.2 mg/dL, inr = 1.5, dialysis = false, sodium = 135 mmol/L, variant = optn2016)",
      17, 0
    ),
    (
      "meld3(bilirubin = 2 mg/dL, creatinine = 2 mg/dL, inr = 1.8, dialysis = false, sodium = 131 mmol/L, albumin = 2.5 g/dL, female = true, variant = kim2021_unrounded)",
      28.0588, 5e-5
    ),
    ("albi(bilirubin = 20.52 umol/L, albumin = 35 g/L)", -2.108963, 5e-7),
    ("fib4(age = 50 a, ast = 80 U/L, alt = 64 U/L, platelets = 100 10*9/L)", 5, 0),
    ("fib4(age = 18262.5 d, ast = 80 U/L, alt = 64 U/L, platelets = 100 10*3/uL)", 5, 0),
    ("apri(ast = 38 U/L, limit = 40 U/L, platelets = 150 10*9/L)", 0.63, 5e-3),
  ])
  func workedValuesHold(_ expression: String, _ expected: Double, _ tolerance: Double) throws {
    let value = try ExpressionProbe.numbers(expression, Table(columns: [], rowCount: 1))[0]
    #expect(abs(value - expected) <= tolerance)
  }

  @Test(
    arguments: [
      // The limits belong to the middle: 34 and 51 umol/L, 28 and 35 g/L, 1.7 and 2.3.
      (33.9, 35.1, 1.69, "none", "none", 5, "A"), (34, 35, 1.7, "mild", "grade 1-2", 10, "C"),
      (51, 28, 2.3, "none", "none", 8, "B"), (51.1, 27.9, 2.31, "severe", "grade 3-4", 15, "C"),
      (20, 40, 1.2, "mild", "none", 6, "A"), (20, 40, 1.2, "moderate", "none", 7, "B"),
      (40, 30, 2, "mild", "none", 9, "B"),
    ] as [(Double, Double, Double, String, String, Double, String)])
  func childPughAtItsLimits(
    _ bilirubin: Double, _ albumin: Double, _ inr: Double, _ ascites: String, _ encephalopathy: String,
    _ points: Double,
    _ letter: String
  ) throws {
    let arguments = """
      bilirubin = \(bilirubin) umol/L, albumin = \(albumin) g/L, inr = \(inr), ascites = "\(ascites)", \
      encephalopathy = "\(encephalopathy)"
      """
    let table = Table(columns: [], rowCount: 1)
    #expect(try ExpressionProbe.numbers("child_pugh(\(arguments))", table) == [points])
    #expect(try ExpressionProbe.texts("child_pugh_class(\(arguments))", table) == [letter])
  }

  @Test func missingStaysMissingAndWhatIsNotAboveZeroStops() throws {
    let table = Table(
      columns: [
        try Self.number("bili", "umol/L", [20, .nan, -5], of: "bilirubin"),
        try Self.number("alb", "g/L", [40, 40, 40]),
      ], rowCount: 3)
    #expect(try ExpressionProbe.failure("albi(bilirubin = bili, albumin = alb)", table)?.rows == [3])
    let values = try ExpressionProbe.numbers("albi(bilirubin = bili, albumin = alb)", table.rows([0, 1]))
    #expect(values[0].isFinite && values[1].isNaN)
  }

  @Test(arguments: [
    ("meld(bilirubin = bili)", "several variants"), ("meld(bili)", "are named"),
    ("albi(bilirubin = bili)", "needs `albumin =`"), ("albi(bilirubin = alb, albumin = alb)", "of bilirubin"),
    ("albi(bilirubin = inr, albumin = alb)", "units differ"),
    ("fib4(age = 3, ast = 1, alt = 1, plates = 1)", "no argument"),
    ("meld(\(meld), variant = unosx)", "not `unosx`"), ("meld(\(meld), variant = kamath2001)", "needs `cholestatic"),
  ])
  func mistakesAreReported(_ expression: String, _ message: String) throws {
    let (table, _) = try Self.table()
    let diagnostics = try ExpressionProbe.diagnostics(expression, table)
    #expect(diagnostics.contains { $0.message.contains(message) })
  }
}
