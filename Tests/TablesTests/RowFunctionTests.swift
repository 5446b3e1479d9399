import NotebookSyntax
import Tables
import Testing

/// Functions over the rows of a group, against definitions that look at one group after another.
@Suite("Functions over rows")
struct RowFunctionTests {
  private static func table() throws -> Table {
    Table(
      columns: [
        Column(
          schema: ColumnSchema(name: "patient", type: .id), values: .codes([0, 1, 0, 1, 0], levels: ["P1", "P2"])),
        Column(
          schema: ColumnSchema(name: "week", type: .number(try Unit(code: "wk"))), values: .numbers([4, 0, 0, 8, 12])),
        Column(schema: ColumnSchema(name: "x", type: .number(.one)), values: .numbers([10, 3, 7, .nan, 1])),
        Column(schema: ColumnSchema(name: "seen", type: .date), values: .days([28, 0, 0, 56, 84])),
        Column(
          schema: ColumnSchema(name: "grade", type: .category(levels: ["mild", "severe"], isOrdered: true)),
          values: .codes([0, 1, 1, 0, -1], levels: ["mild", "severe"])),
      ], rowCount: 5)
  }

  @Test(
    arguments: [
      ("baseline(x, at = week == 0)", ["7", "3", "7", "3", "7"]),
      ("change(x, from = week == 0)", ["3", "0", "0", nil, "-6"]),
      ("baseline(x, at = week == 4)", ["10", nil, "10", nil, "10"]),
      ("baseline(grade, at = week == 0 d)", ["severe", "severe", "severe", "severe", "severe"]),
      ("first(x)", ["7", "3", "7", "3", "7"]), ("last(x)", ["1", nil, "1", nil, "1"]),
      ("last(x, missing = skip)", ["1", "3", "1", "3", "1"]), ("lag(x)", ["7", nil, nil, "3", "10"]),
      ("lag(x, 2)", [nil, nil, nil, nil, "7"]), ("lag(grade)", ["severe", nil, nil, "severe", "mild"]),
      ("cumulative(x, sum, missing = skip)", ["17", "3", "7", "3", "18"]),
      ("cumulative(x, min, missing = skip)", ["7", "3", "7", "3", "1"]),
      ("cumulative(x, max, missing = skip)", ["10", "3", "7", "3", "10"]),
      ("cumulative(x > 6, count, missing = skip)", ["2", "0", "1", "0", "2"]),
      ("mean(x, missing = skip)", ["6", "3", "6", "3", "6"]), ("sum(x, missing = skip)", ["18", "3", "18", "3", "18"]),
      ("median(x, missing = skip)", ["7", "3", "7", "3", "7"]),
      ("sd(x, missing = skip)", ["4.58257569495584", nil, "4.58257569495584", nil, "4.58257569495584"]),
      ("min(x, missing = skip)", ["1", "3", "1", "3", "1"]), ("max(week)", ["12", "8", "12", "8", "12"]),
      ("count()", ["3", "2", "3", "2", "3"]), ("count(x is present)", ["3", "1", "3", "1", "3"]),
      ("seen - first(seen)", ["28", "0", "0", "56", "84"]),
      ("change(seen, from = week == 0)", ["28", "0", "0", "56", "84"]),
      ("week == max(week)", ["false", "false", "false", "true", "true"]),
      ("x - mean(x, missing = skip)", ["4", "0", "1", nil, "-5"]),
    ] as [(String, [String?])])
  func evaluate(_ text: String, _ expected: [String?]) throws {
    let table = try Self.table()
    let groups = try RowGroups(table, by: ["patient"], order: ["week"])
    #expect(try ExpressionProbe.texts(text, table, groups) == expected)
  }

  @Test(arguments: [
    // A value that is missing, and a second baseline.
    ("mean(x)", [4]), ("cumulative(x, sum)", [4]), ("count(x > 3)", [4]), ("baseline(x, at = week > 0)", [5]),
  ])
  func whatHasNoValueNamesItsRows(_ text: String, _ rows: [Int]) throws {
    let table = try Self.table()
    let groups = try RowGroups(table, by: ["patient"], order: ["week"])
    #expect(try ExpressionProbe.failure(text, table, groups)?.rows == rows)
  }

  @Test func orderMustTellRowsApart() throws {
    let table = try Self.table()
    do throws(RowGroups.Problem) {
      _ = try RowGroups(table, by: ["grade"], order: ["week"])
      Issue.record("grade is missing in row 5")
    } catch {
      if case .missing("grade", [5]) = error {} else { Issue.record("\(error)") }
    }
    do throws(RowGroups.Problem) {
      _ = try RowGroups(table.rows([0, 1, 2, 3]), by: ["grade"], order: ["week"])
      Issue.record("rows 2 and 3 are severe in week 0")
    } catch {
      if case .ties(let pairs) = error {
        #expect(pairs.map { [$0.0, $0.1] } == [[2, 3]])
      } else {
        Issue.record("\(error)")
      }
    }
  }

  @Test(arguments: [
    ("lag(x)", "group"), ("first(x)", "group"), ("baseline(x)", "group"), ("mean(grade)", "type"), ("count(x)", "type"),
    ("cumulative(x, mean)", "type"), ("mean(x, missing = keep)", "type"), ("mean(x, skip = true)", "type"),
  ])
  func mistakesWithoutOrder(_ text: String, _ code: String) throws {
    let table = try Self.table()
    let isOrdered = code == "type" && text.hasPrefix("cumulative")
    let groups = try RowGroups(table, by: ["patient"], order: isOrdered ? ["week"] : [])
    #expect(try ExpressionProbe.diagnostics(text, table, groups).first?.code == code)
  }

  /// Random tables, seeds named: every function equals its definition, computed group by group.
  @Test(arguments: [20_260_101, 20_260_102, 20_260_103, 20_260_104])
  func definitionsHoldInRandomTables(_ seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rowCount = 400
    let patients = (0..<rowCount).map { _ in Int32(random.next() % 37) }
    let arms = (0..<rowCount).map { _ in Double(random.next() % 3) }
    let x = (0..<rowCount).map { _ in random.next() % 7 == 0 ? Double.nan : Double(random.next() % 1000) / 8 }
    // A permutation, so that no two rows tie.
    var days = (0..<rowCount).map(Double.init)
    for index in days.indices.reversed() { days.swapAt(index, Int(random.next() % UInt64(index + 1))) }
    let table = Table(
      columns: [
        Column(
          schema: ColumnSchema(name: "patient", type: .id), values: .codes(patients, levels: (0..<37).map { "P\($0)" })),
        Column(schema: ColumnSchema(name: "arm", type: .number(.one)), values: .numbers(arms)),
        Column(schema: ColumnSchema(name: "day", type: .number(.one)), values: .numbers(days)),
        Column(schema: ColumnSchema(name: "x", type: .number(.one)), values: .numbers(x)),
      ], rowCount: rowCount)
    let groups = try RowGroups(table, by: ["patient", "arm"], order: ["day"])
    let functions: [(String, ([Double], Int) -> Double)] = [
      ("lag(x)", { values, place in place > 0 ? values[place - 1] : .nan }),
      ("first(x)", { values, _ in values[0] }), ("last(x)", { values, _ in values[values.count - 1] }),
      ("first(x, missing = skip)", { values, _ in values.first { !$0.isNaN } ?? .nan }),
      (
        "sum(x, missing = skip)",
        { values, _ in values.contains { !$0.isNaN } ? values.filter { !$0.isNaN }.reduce(0, +) : .nan }
      ),
      ("max(x, missing = skip)", { values, _ in values.filter { !$0.isNaN }.max() ?? .nan }),
      ("count(x is missing)", { values, _ in Double(values.filter(\.isNaN).count) }),
      (
        "cumulative(x, sum, missing = skip)",
        { values, place in
          let so = values[...place].filter { !$0.isNaN }
          return so.isEmpty ? .nan : so.reduce(0, +)
        }
      ),
    ]
    for (text, definition) in functions {
      let computed = try ExpressionProbe.numbers(text, table, groups)
      for row in 0..<rowCount {
        let own = (0..<rowCount).filter { patients[$0] == patients[row] && arms[$0] == arms[row] }
          .sorted { days[$0] < days[$1] }
        let place = try #require(own.firstIndex(of: row))
        let expected = definition(own.map { x[$0] }, place)
        // Eighths add up without rounding, so the order of addition changes nothing.
        #expect(computed[row] == expected || (computed[row].isNaN && expected.isNaN), "\(text) in row \(row + 1)")
      }
    }
  }
}
