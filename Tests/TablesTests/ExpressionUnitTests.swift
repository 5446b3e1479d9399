import NotebookSyntax
import Tables
import Testing

/// Units, dates, censored numbers and named arguments in expressions.
@Suite("Expressions over clinical data")
struct ExpressionUnitTests {
  private static func number(_ name: String, _ unit: String, _ values: [Double], _ analyte: Analyte? = nil) -> Column {
    Column(
      schema: ColumnSchema(name: name, type: .number((try? Unit(code: unit)) ?? .one), analyte: analyte),
      values: .numbers(values))
  }

  private static let table = Table(
    columns: [
      number("week", "wk", [0, 4, 8, .nan]), number("day", "d", [0, 28, 57, 3]),
      number("tbil", "umol/L", [51.3, 51.4, 17.1, .nan], Analyte("bilirubin")),
      number("bili", "mg/dL", [3, 1, 2, 5], Analyte("bilirubin")),
      number("bili2", "mg/dL", [3, 1, 2, 5], Analyte("bilirubin", micromolesPerLitre: 17.104)),
      number("creat", "mg/dL", [1, 1.3, 2, 5], Analyte("creatinine")), number("plain", "mg/dL", [1, 2, 3, 4]),
      number("months", "mo", [1, 2, 3, 4]), number("share", "%", [5, 50, 100, 0]),
      number("x", "1", [1, 2.25, -1.5, .nan]),
      Column(schema: ColumnSchema(name: "enter", type: .date), values: .days([0, 18_292, 18_321, .nan])),
      Column(schema: ColumnSchema(name: "leave", type: .date), values: .days([7, 18_320, 18_321, 3])),
      Column(
        schema: ColumnSchema(name: "alt", type: .censored((try? Unit(code: "U/L")) ?? .one)),
        values: .censored([5, 40, 1000, .nan], marks: [-1, 0, 1, 0])),
      Column(
        schema: ColumnSchema(name: "grade", type: .category(levels: ["mild", "severe"], isOrdered: true)),
        values: .codes([0, 1, -1, 0], levels: ["mild", "severe"])),
      Column(
        schema: ColumnSchema(name: "sick", type: .boolean), values: .codes([1, 0, -1, 1], levels: ["false", "true"])),
    ], rowCount: 4)

  @Test(
    arguments: [
      // 3 mg/dL of bilirubin are 51.3 umol/L, to the bit.
      ("tbil > 3 mg/dL", ["false", "true", "false", nil]), ("tbil == 3 mg/dL", ["true", "false", "false", nil]),
      ("3 mg/dL < tbil", ["false", "true", "false", nil]), ("tbil in [1 mg/dL, 51.4]", ["false", "true", "true", nil]),
      ("bili > 51 umol/L", ["true", "false", "false", "true"]), ("week <= 28 d", ["true", "true", "false", nil]),
      ("week * 7 > 3", ["false", "true", "true", nil]), ("day > week", ["false", "false", "true", nil]),
      ("day - week", ["0", "0", "1", nil]), ("week - day", ["0", "0", "-0.14285714285714235", nil]),
      ("min(week, 28 d)", ["0", "4", "4", nil]), ("max(4 wk, day)", ["28", "28", "57", "28"]),
      ("if(day > 3, day, 1 wk)", ["7", "28", "57", "7"]), ("day / week", [nil, nil, nil, nil]),
      ("week / 1 d", ["0", "28", "56", nil]),
      ("convert(day, wk)", ["0", "4", "8.142857142857142", "0.42857142857142855"]),
      ("convert(tbil, mg/dL)", ["3", "3.0058479532163744", "1", nil]),
      ("convert(bili2, umol/L)", ["51.312", "17.104", "34.208", "85.52"]),
      ("convert(share, 1)", ["0.05", "0.5", "1", "0"]),
      ("exp(share)", ["1.0512710963760241", "1.6487212707001282", "2.718281828459045", "1"]),
      ("convert(creat, umol/L)", ["88.4", "114.92", "176.8", "442"]),
      ("convert(day, \"a\") < 1 a", ["true", "true", "true", "true"]),
      ("round(x)", ["1", "2", "-2", nil]), ("round(x, 1)", ["1", "2.3", "-1.5", nil]),
      ("floor(x)", ["1", "2", "-2", nil]),
      ("ceil(x)", ["1", "3", "-1", nil]), ("coalesce(x, 0)", ["1", "2.25", "-1.5", "0"]),
      ("coalesce(tbil, bili)", ["51.3", "51.4", "17.1", "85.5"]),
      ("coalesce(grade, \"none\")", ["mild", "severe", "none", "mild"]),
      ("coalesce(sick, false)", ["true", "false", "false", "true"]),
      ("cut(day, [4 wk, 8 wk])", ["< 4 wk", "4 wk to < 8 wk", "≥ 8 wk", "< 4 wk"]),
      ("cut(day, [28, 57], closed = right)", ["≤ 28", "≤ 28", "> 28 to ≤ 57", "≤ 28"]),
      ("cut(x, [0, 2], [\"low\", \"middle\", \"high\"])", ["middle", "high", "low", nil]),
      ("cut(x, [-1], labels = [\"low\", \"high\"])", ["high", "high", "low", nil]),
      ("leave - enter", ["7", "28", "0", nil]), ("weeks_between(enter, leave)", ["1", "4", "0", nil]),
      ("enter == date(\"1970-01-01\")", ["true", "false", "false", nil]),
      ("enter < date(\"2020-02-29\")", ["true", "true", "false", nil]),
      ("year(enter)", ["1970", "2020", "2020", nil]), ("enter + 4 wk > leave", ["true", "false", "true", nil]),
      ("enter + 28 d == leave", ["false", "true", "false", nil]), ("leave - 1 wk - enter", ["0", "21", "-7", nil]),
      ("max(enter, leave) - leave", ["0", "0", "0", nil]),
      ("leave in [date(\"1970-01-08\")]", ["true", "false", "false", "false"]),
      ("if(sick, enter, leave) - date(\"1970-01-01\")", ["0", "18320", nil, nil]),
      // A limit decides where it can: <5 is below 5 and below 40, and may be above 3.
      ("alt < 5", ["true", "false", "false", nil]), ("alt < 3", [nil, "false", "false", nil]),
      ("alt > 40", ["false", "false", "true", nil]), ("alt >= 1000", ["false", "false", "true", nil]),
      ("alt <= 1000", ["true", "true", "false", nil]), ("alt > 2000", ["false", "false", nil, nil]),
      ("alt == 5", ["false", "false", "false", nil]), ("alt == 4", [nil, "false", "false", nil]),
      ("alt != 5", ["true", "true", "true", nil]), ("40 < alt", ["false", "false", "true", nil]),
      ("alt is censored", ["true", "false", "true", nil]), ("alt is missing", ["false", "false", "false", "true"]),
      ("uncensor(alt, limit)", ["5", "40", "1000", nil]),
      ("uncensor(alt, half, above = limit)", ["2.5", "40", "1000", nil]),
      ("log2(uncensor(alt, limit) / 5 U/L)", ["0", "3", "7.643856189774724", nil]),
    ] as [(String, [String?])])
  func evaluate(_ text: String, _ expected: [String?]) throws {
    if text == "day / week" {
      // Nothing can be divided by no week; the failing row is named.
      #expect(try ExpressionProbe.failure(text, Self.table)?.rows == [1])
      return
    }
    #expect(try ExpressionProbe.texts(text, Self.table) == expected)
  }

  @Test(arguments: [
    ("week + 1 g", "unit", "cannot be converted"), ("day > months", "unit", "no fixed length"),
    ("plain > 1 umol/L", "unit", "of bilirubin"), ("bili > convert(creat, umol/L)", "unit", "bilirubin"),
    ("day > 1 weeks", "unknown-unit", "did you mean `wk`?"), ("convert(day, wek)", "unknown-unit", "wk"),
    ("convert(day, g)", "unit", "different things"), ("convert(3, d)", "type", "unit"), ("convert(day)", "type", nil),
    ("log(alt)", "censored", "uncensor"), ("alt + 1", "censored", "uncensor"), ("mean(alt)", "group", "by: patient"),
    ("uncensor(day, half)", "censored", nil), ("uncensor(alt, third)", "type", "known are"),
    ("day is censored", "censored", nil),
    ("enter + leave", "type", "subtracted"), ("enter + 1 g", "unit", nil), ("enter > \"2020-01-01\"", "type", "date("),
    ("date(\"2020-02-30\")", "type", nil), ("date(day)", "type", nil), ("year(day)", "type", nil),
    ("enter * 2", "type", nil),
    ("mean(day)", "group", "derive"), ("max(day)", "group", "two values"), ("lag(day)", "group", "order: week"),
    ("round(x, 0.5)", "type", nil), ("cut(day, 3)", "type", "cut(age"), ("cut(day, [3, 2])", "type", nil),
    ("cut(day, [2], [\"a\"])", "type", nil), ("cut(day, [2], [\"a\", \"a\"])", "type", nil),
    ("cut(day, [day])", "type", nil),
    ("coalesce(day, grade)", "type", nil), ("max(day, 3, missing = skip)", "type", nil),
    ("log(x, base = 2)", "type", nil),
    ("logg(x)", "unknown-function", "log"), ("fib5(age = 1)", "unknown-function", "fib4"),
    ("half", "unknown-column", nil),
  ])
  func mistakes(_ text: String, _ code: String, _ help: String?) throws {
    let diagnostics = try ExpressionProbe.diagnostics(text, Self.table)
    #expect(diagnostics.first?.code == code)
    if let help { #expect(diagnostics.first?.help.contains { $0.contains(help) } == true, "\(diagnostics)") }
  }

  @Test func conversionsAreNamedOnce() throws {
    func conversions(_ text: String) throws -> [String] { try ExpressionProbe.checked(text, Self.table).conversions }
    #expect(try conversions("tbil > 3 mg/dL and tbil < 9 mg/dL") == ["1 mg/dL of bilirubin = 17.1 umol/L"])
    #expect(try conversions("bili2 > 3 umol/L") == ["1 mg/dL of bilirubin = 17.104 umol/L"])
    #expect(try conversions("week <= 28 d") == ["1 wk = 7 d"])
    #expect(try conversions("day <= 28 d").isEmpty)
  }

  @Test func resultsCarryTheUnitThatIsExpected() throws {
    func unit(_ text: String) throws -> String {
      guard case .number(let quantity) = try ExpressionProbe.checked(text, Self.table).type else { return "" }
      return (quantity.unit.map(\.description) ?? "none") + (quantity.analyte.map { " of \($0.text)" } ?? "")
    }
    #expect(try unit("week / day") == "1")
    #expect(try unit("bili / week") == "mg/dL/wk")
    #expect(try unit("2 * bili") == "mg/dL of bilirubin")
    #expect(try unit("bili - creat") == "mg/dL")
    #expect(try unit("bili - bili2") == "mg/dL of bilirubin")
    #expect(try unit("28 d - week") == "wk")
    #expect(try unit("leave - enter") == "d")
    #expect(try unit("share / x") == "%")
  }

  @Test func aValueAboveItsLimitHasNoHalf() throws {
    let failure = try ExpressionProbe.failure("uncensor(alt, half)", Self.table)
    #expect(failure?.rows == [3])
    #expect(failure?.help?.contains("above = limit") == true)
  }

  @Test func datesAreWholeDays() throws {
    #expect(try ExpressionProbe.failure("leave + week / 3", Self.table)?.rows == [2, 3])
  }

  @Test(arguments: [
    ("convert(tbil,mg/dL)", "convert(tbil, mg/dL)"), ("convert( day , \"wk\" )", "convert(day, wk)"),
    ("convert(x, %)", "convert(x, %)"), ("convert(x, mm[Hg])", "convert(x, mm[Hg])"),
    ("convert(x, 10*9/L)", "convert(x, 10*9/L)"),
    ("alt is censored and x>1", "alt is censored and x > 1"),
    ("uncensor(alt,half,above=limit)", "uncensor(alt, half, above = limit)"),
    ("baseline(tbil,at=week==0)", "baseline(tbil, at = week == 0)"),
  ])
  func canonicalSpelling(_ text: String, _ canonical: String) throws {
    #expect(try ExpressionProbe.parsed(text).description == canonical)
    #expect(try ExpressionProbe.parsed(canonical).description == canonical)
  }

  /// What `names` a word is must not depend on the columns there are: `half` is none.
  @Test func casesDecideInOrder() throws {
    func cases(_ otherwise: ExpressionCases.Otherwise) throws -> ExpressionCases {
      ExpressionCases(
        cases: [
          (try ExpressionProbe.parsed("x > 2"), .value(try ExpressionProbe.parsed("\"high\""))),
          (try ExpressionProbe.parsed("x < 0"), .missing),
          (try ExpressionProbe.parsed("x > 0"), .value(try ExpressionProbe.parsed("grade"))),
        ], otherwise: otherwise, span: Span(0, 1))
    }
    let evaluator = ExpressionEvaluator(Self.table)
    let checked = try #require(evaluator.checked(try cases(.missing)))
    let column = Column(
      schema: ColumnSchema(name: "r", type: .text), values: try evaluator.evaluate(checked).values(rowCount: 4))
    #expect((0..<4).map { column.text($0) } == ["mild", "high", nil, nil])
    let mustFit = try #require(evaluator.checked(try cases(.stop)))
    #expect(ExpressionProbe.failure(mustFit, evaluator)?.rows == [4])
  }
}
