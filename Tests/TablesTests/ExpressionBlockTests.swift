import NotebookSyntax
import Tables
import Testing

/// Long tables are evaluated in blocks of rows; that must change nothing.
@Suite("Blocks of rows")
struct ExpressionBlockTests {
  private static let rowCount = 50_003

  private static let table: Table = {
    // A linear congruence; seed 20260704.
    var state: UInt64 = 20_260_704
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 40)
    }
    let x = (0..<rowCount).map { _ in next() % 9 == 0 ? Double.nan : Double(next() % 1000) / 8 - 20 }
    let marks = x.map { _ in Int8(next() % 3 - 1) }
    return Table(
      columns: [
        Column(schema: ColumnSchema(name: "x", type: .number(.one)), values: .numbers(x)),
        Column(schema: ColumnSchema(name: "alt", type: .censored(.one)), values: .censored(x, marks: marks)),
        Column(
          schema: ColumnSchema(name: "seen", type: .date),
          values: .days((0..<rowCount).map { _ in Double(next() % 20_000) })),
        Column(
          schema: ColumnSchema(name: "g", type: .category(levels: ["a", "b", "c"], isOrdered: false)),
          values: .codes((0..<rowCount).map { _ in Int32(next() % 4 - 1) }, levels: ["a", "b", "c"])),
        Column(
          schema: ColumnSchema(name: "t", type: .boolean),
          values: .codes((0..<rowCount).map { _ in Int32(next() % 3 - 1) }, levels: ["false", "true"])),
        Column(
          schema: ColumnSchema(name: "id", type: .id),
          values: .codes((0..<rowCount).map { Int32($0 / 3) }, levels: (0...rowCount / 3).map { "P\($0)" })),
      ], rowCount: rowCount)
  }()

  @Test(arguments: [
    "x * 2 + 1", "x > 3 and t or g == \"b\"", "if(t, x, -x)", "if(t, g, \"other\")", "coalesce(x, 0)",
    "g in [\"a\", \"c\"]",
    "alt > 10", "alt is censored", "uncensor(alt, limit)", "year(seen)", "seen + 7 d", "cut(x, [0, 50])",
    "x is missing", "not t",
    "id == \"P16000\"", "min(x, 5) + max(x, 7)", "round(x, 1)", "3 + 4", "1 < 2",
    "fib4(age = max(x, 1) * 1 a, ast = 40, alt = 20, platelets = 100)",
  ])
  func blocksChangeNothing(_ text: String) throws {
    let table = Self.table
    let all = try ExpressionProbe.texts(text, table)
    var pieces: [String?] = []
    for start in stride(from: 0, to: Self.rowCount, by: 10_000) {
      pieces += try ExpressionProbe.texts(text, table.rows(Array(start..<min(start + 10_000, Self.rowCount))))
    }
    #expect(all == pieces)
  }

  @Test func aFailureNamesTheRowsOfAllBlocks() throws {
    let x = try #require(Self.table["x"]?.values.numbers)
    let expected = x.indices.filter { x[$0] < 0 }.map { $0 + 1 }
    #expect(expected.count > 1000)
    #expect(try ExpressionProbe.failure("sqrt(x)", Self.table)?.rows == expected)
  }
}
