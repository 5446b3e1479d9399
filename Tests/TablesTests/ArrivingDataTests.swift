import Foundation
import NotebookSyntax
import Tables
import Testing

/// Cells as hospitals send them, by the rules that a column declares.
@Suite("Data as they arrive")
struct ArrivingDataTests {
  private static func sourced(_ text: String) -> SourcedText { SourcedText(text, span: Span(0, 0), verbatimStart: nil) }

  struct Rules: Sendable {
    var type = "number U/L"
    var below: ColumnDeclaration.Below?
    var above: ColumnDeclaration.Above?
    var flags: [String] = []
    var marks: [UInt8]?
    var missing: [String]?
    var hasUnits = false
  }

  private func read(_ cells: [(String, unit: String)], _ rules: Rules) throws -> CSVReader.Result {
    var declaration = try ColumnDeclarationParser.parse(name: Self.sourced("x"), Self.sourced(rules.type))
    declaration.below = rules.below
    declaration.above = rules.above
    declaration.flags = rules.flags
    declaration.decimalMarks = rules.marks
    declaration.missing = rules.missing
    if rules.hasUnits { declaration.unitSource = Self.sourced("u") }
    let bytes = Array(CSVWriter.text(header: ["x", "u"], rows: cells.map { [$0.0, $0.unit] }).utf8)
    let header = try CSVReader.header(bytes, delimiter: UInt8(ascii: ","))
    return CSVReader.read(bytes, header: header, declarations: [declaration], missing: [""])
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var cell: String
    var unit = ""
    var rules: Rules
    /// The column's text; nil for missing.
    var value: String?
    /// Empty where the cell is read as it stands.
    var rule = ""
    var testDescription: String { "\(cell) \(unit) \(rules.type)" }
  }

  private static let both: [UInt8] = [46, 44]

  static let cases: [Case] = [
    Case(cell: "35", rules: Rules(), value: "35"),
    Case(cell: "35 H", rules: Rules(flags: ["H", "L"]), value: "35", rule: "flag H"),
    Case(cell: "35H", rules: Rules(flags: ["H"]), value: "35", rule: "flag H"),
    Case(cell: "35 HH", rules: Rules(flags: ["H", "HH"]), value: "35", rule: "flag HH"),
    Case(cell: "97,5", rules: Rules(marks: both), value: "97.5", rule: "decimal ,"),
    Case(cell: "97.5", rules: Rules(marks: both), value: "97.5"),
    Case(cell: "97,5", rules: Rules(marks: [44]), value: "97.5"),
    Case(cell: "97", rules: Rules(marks: [44]), value: "97"),
    Case(cell: "<5", rules: Rules(below: .limit), value: "5", rule: "below: limit"),
    Case(cell: "< 5", rules: Rules(below: .half), value: "2.5", rule: "below: half"),
    Case(cell: "<5", rules: Rules(below: .missing), value: nil, rule: "below: missing"),
    Case(cell: "<5", rules: Rules(below: .censored), value: "<5", rule: "below: censored"),
    Case(cell: ">1000", rules: Rules(above: .limit), value: "1000", rule: "above: limit"),
    Case(cell: ">1000", rules: Rules(above: .missing), value: nil, rule: "above: missing"),
    Case(cell: ">1000", rules: Rules(above: .censored), value: ">1000", rule: "above: censored"),
    Case(cell: "7", rules: Rules(below: .censored), value: "7"),
    Case(
      cell: "<1,3 L", rules: Rules(below: .censored, flags: ["L"], marks: both), value: "<1.3",
      rule: "flag L; decimal ,; below: censored"),
    Case(cell: "ND", rules: Rules(missing: ["", "ND"]), value: nil, rule: "missing: ND"),
    Case(cell: "", rules: Rules(missing: ["", "ND"]), value: nil),
    Case(cell: "-1", rules: Rules(type: "number g/L, 0 ... 60 else missing"), value: nil, rule: "outside: missing"),
    Case(cell: "61", rules: Rules(type: "number g/L, 0 ... 60 else keep"), value: "61", rule: "outside: keep"),
    // The product of the decimals, rounded once.
    Case(
      cell: "6.13", unit: "mg/dL", rules: Rules(type: "number umol/L of bilirubin", hasUnits: true), value: "104.823",
      rule: "unit mg/dL"),
    Case(
      cell: "1.18", unit: "mg/dL", rules: Rules(type: "number umol/L of creatinine", hasUnits: true), value: "104.312",
      rule: "unit mg/dL"),
    Case(
      cell: "6.13", unit: "mg/dL", rules: Rules(type: "number umol/L of bilirubin factor 17.104", hasUnits: true),
      value: "104.84752", rule: "unit mg/dL"),
    Case(
      cell: "3.06", unit: "g/dL", rules: Rules(type: "number g/L of albumin", hasUnits: true), value: "30.6",
      rule: "unit g/dL"),
    Case(cell: "30.6", unit: "g/L", rules: Rules(type: "number g/L", hasUnits: true), value: "30.6"),
    Case(cell: "-2", unit: "wk", rules: Rules(type: "number d", hasUnits: true), value: "-14", rule: "unit wk"),
    Case(
      cell: "0", unit: "mg/dL", rules: Rules(type: "number umol/L of bilirubin", hasUnits: true), value: "0",
      rule: "unit mg/dL"),
    Case(
      cell: "<0.5", unit: "mg/dL", rules: Rules(type: "number umol/L of bilirubin", below: .censored, hasUnits: true),
      value: "<8.55", rule: "unit mg/dL; below: censored"),
    // The range is one of values in the declared unit.
    Case(
      cell: "20", unit: "mg/dL",
      rules: Rules(type: "number umol/L of bilirubin, 0 ... 300 else missing", hasUnits: true),
      value: nil, rule: "unit mg/dL; outside: missing"),
    Case(cell: "", unit: "", rules: Rules(type: "number g/L", hasUnits: true), value: nil),
    Case(cell: "31.12.2020", rules: Rules(type: "date \"%d.%m.%Y\""), value: "2020-12-31"),
    Case(cell: "2020-12-31", rules: Rules(type: "date"), value: "2020-12-31"),
  ]

  @Test(arguments: cases)
  func aCell(_ item: Case) throws {
    let result = try read([(item.cell, item.unit)], item.rules)
    #expect(result.problems.count == 0)
    #expect(result.columns[0].text(0) == item.value)
    #expect(result.issues.count == (item.rule.isEmpty ? 0 : 1))
    if result.issues.count > 0 {
      #expect(result.issues[0].rule == item.rule)
      #expect(result.issues[0].received == item.cell)
      #expect(result.issues[0].row == 1)
    }
  }

  /// What no rule reads stops the load, and missing stands in its place.
  @Test(arguments: [
    ("<5", "", Rules()), (">5", "", Rules(below: .half)), ("97,5", "", Rules()), ("97.5", "", Rules(marks: [44])),
    ("1,234.5", "", Rules(marks: both)), ("35 H", "", Rules(flags: ["L"])), ("H", "", Rules(flags: ["H"])),
    ("5", "", Rules(hasUnits: true)), ("5", "mg/dL", Rules(type: "number umol/L", hasUnits: true)),
    ("5", "bananas", Rules(hasUnits: true)), ("5", "kg", Rules(type: "number umol/L of bilirubin", hasUnits: true)),
    ("<-", "", Rules(below: .half)), ("<<5", "", Rules(below: .half)), ("<5>", "", Rules(below: .half)),
    ("< H", "", Rules()),
    ("29.02.2021", "", Rules(type: "date \"%d.%m.%Y\"")), ("2020-1-1-", "", Rules(type: "date")),
    ("61", "", Rules(type: "number, 0 ... 60")),
    ("<1e308", "mg/dL", Rules(type: "number umol/L of bilirubin", below: .limit, hasUnits: true)),
  ])
  func aProblem(_ cell: String, _ unit: String, _ rules: Rules) throws {
    let result = try read([(cell, unit), ("", "")], rules)
    #expect(result.problems.count == 1, "\(cell)")
    #expect(result.issues.count == 0)
    #expect(result.columns[0].values.isMissing(0))
  }

  /// Random censored numbers, dates and marks are read back as they were written.
  @Test(arguments: [UInt64(11), 12, 13])
  func censoredNumbersAndDatesReadBack(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = 300
    let marks = (0..<rows).map { _ in Int8.random(in: -1...1, using: &random) }
    let limits = (0..<rows).map { _ in (Double.random(in: -1e3...1e6, using: &random) * 1000).rounded() / 1000 }
    let days = (0..<rows).map { _ in Double(Int.random(in: -719_162...2_932_896, using: &random)) }
    let table = Table(
      columns: [
        Column(schema: ColumnSchema(name: "x", type: .censored(.one)), values: .censored(limits, marks: marks)),
        Column(schema: ColumnSchema(name: "d", type: .date), values: .days(days)),
      ], rowCount: rows)
    let bytes = Array(CSVWriter.text(table).utf8)
    let header = try CSVReader.header(bytes, delimiter: UInt8(ascii: ","))
    var declaration = try ColumnDeclarationParser.parse(name: Self.sourced("x"), Self.sourced("number"))
    declaration.below = .censored
    declaration.above = .censored
    let date = try ColumnDeclarationParser.parse(name: Self.sourced("d"), Self.sourced("date"))
    let read = CSVReader.read(bytes, header: header, declarations: [declaration, date], missing: [""])
    #expect(read.problems.count == 0)
    #expect(Table(columns: read.columns, rowCount: rows).columns.map(\.digest) == table.columns.map(\.digest))
    // Every other row in another order, and rows that are not there.
    let picked = table.columns[0].values.picked(orMissing: [2, -1, 0])
    #expect(picked.isMissing(1) && !picked.isMissing(0))
  }

  @Test func digestsTellCensoredNumbersApart() {
    func digest(_ mark: Int8) -> String {
      Column(schema: ColumnSchema(name: "x", type: .censored(.one)), values: .censored([5], marks: [mark])).digest.hex
    }
    #expect(Set([digest(-1), digest(0), digest(1)]).count == 3)
  }

  @Test(arguments: [
    (TextEncoding.latin1, [UInt8]([0x41, 0xE9, 0xB5]), "Aéµ"), (.windows1252, [0x80, 0x93, 0xFF], "€“ÿ"),
    (.utf8, [0xC3, 0xA9], "é"),
  ])
  func encodings(_ encoding: TextEncoding, _ bytes: [UInt8], _ text: String) throws {
    #expect(try encoding.utf8(bytes) == Array(text.utf8))
  }

  @Test func windowsLeavesFiveBytesUndefined() {
    let undefined = (0...255).filter { (try? TextEncoding.windows1252.utf8([UInt8($0)])) == nil }
    #expect(undefined == [0x81, 0x8D, 0x8F, 0x90, 0x9D])
  }

  /// Rows that stand twice are found whatever else stands between.
  @Test func duplicateRecords() {
    let bytes = Array("a,1\nb,2\na,1\na,1 \n\"a\",1\na,1".utf8)
    var ranges: [Range<Int>] = []
    var start = 0
    for (index, byte) in (bytes + [10]).enumerated() where byte == 10 {
      ranges.append(start..<index)
      start = index + 1
    }
    #expect(DuplicateRecords.first(bytes, ranges) == [nil, nil, 0, nil, nil, 0])
  }
}
