import NotebookSyntax
import Tables
import Testing

@Suite("Expressions")
struct ExpressionTests {
  private static let nan = Double.nan

  private func table() -> Table {
    Table(
      columns: [
        Column(schema: ColumnSchema(name: "x", type: .number(.one)), values: .numbers([1, 2, .nan, 4])),
        Column(schema: ColumnSchema(name: "y", type: .number(.one)), values: .numbers([0, .nan, .nan, 2])),
        Column(
          schema: ColumnSchema(name: "g", type: .category(levels: ["a", "b"], isOrdered: false)),
          values: .codes([0, 1, -1, 0], levels: ["a", "b"])),
        Column(
          schema: ColumnSchema(name: "t", type: .boolean), values: .codes([1, 0, -1, 1], levels: ["false", "true"])),
      ], rowCount: 4)
  }

  private func parse(_ text: String) throws -> Expression {
    try ExpressionReader.expression(SourcedText(text, span: Span(0, text.utf8.count), verbatimStart: 0)) {
      name, span throws(Diagnostic) in
      throw Diagnostic("unknown-parameter", name, at: span)
    }
  }

  private func values(_ text: String) throws -> [String?] {
    let table = table()
    let vector = try ExpressionEvaluator(table).evaluate(try parse(text))
    let column = Column(schema: ColumnSchema(name: "r", type: .text), values: vector.values(rowCount: 4))
    return (0..<4).map { column.text($0) }
  }

  @Test(
    arguments: [
      ("x + 1", ["2", "3", nil, "5"]), ("x * y", ["0", nil, nil, "8"]), ("2^x", ["2", "4", nil, "16"]),
      ("-x^2", ["-1", "-4", nil, "-16"]),
      ("x > 1", ["false", "true", nil, "true"]), ("x > 1 and y > 1", ["false", nil, nil, "true"]),
      ("x > 1 or y > 1", ["false", "true", nil, "true"]), ("y > 5 and x > 1", ["false", nil, nil, "false"]),
      ("y < 5 or x > 1", ["true", "true", nil, "true"]), ("not (x > 1)", ["true", "false", nil, "false"]),
      ("x is missing", ["false", "false", "true", "false"]), ("y is present", ["true", "false", "false", "true"]),
      ("g == \"a\"", ["true", "false", nil, "true"]), ("g != \"a\"", ["false", "true", nil, "false"]),
      ("g in [\"a\", \"b\"]", ["true", "true", nil, "true"]), ("g not in [\"b\"]", ["true", "false", nil, "true"]),
      ("x in [1, 4]", ["true", "false", nil, "true"]), ("x in []", ["false", "false", nil, "false"]),
      ("t", ["true", "false", nil, "true"]), ("not t or x > 3", ["false", "true", nil, "true"]),
      ("min(x, 2)", ["1", "2", nil, "2"]), ("max(x, y)", ["1", nil, nil, "4"]), ("abs(x - 3)", ["2", "1", nil, "1"]),
      ("if(x > 1, x, 0)", ["0", "2", nil, "4"]), ("if(t, \"yes\", \"no\")", ["yes", "no", nil, "yes"]),
      ("round(x / 2)", ["1", "1", nil, "2"]),
      ("sqrt(x)", ["1", "1.4142135623730951", nil, "2"]), ("1 - -1", ["2", "2", "2", "2"]),
      ("2 + 3 * 4", ["14", "14", "14", "14"]),
      ("(2 + 3) * 4", ["20", "20", "20", "20"]), ("2^3^2", ["512", "512", "512", "512"]),
      ("8 / 4 / 2", ["1", "1", "1", "1"]),
    ] as [(String, [String?])])
  func evaluate(_ text: String, _ expected: [String?]) throws {
    #expect(try values(text) == expected)
  }

  @Test(arguments: [
    ("log(y)", [1]), ("1 / y", [1]), ("sqrt(y - 1)", [1]), ("exp(x * 1000)", [1, 2, 4]), ("(y - 3)^0.5", [1, 4]),
  ])
  func valuesThatDoNotExistNameTheirRows(_ text: String, _ rows: [Int]) throws {
    let expression = try parse(text)
    do throws(ExpressionEvaluator.Failure) {
      _ = try ExpressionEvaluator(table()).evaluate(expression)
      Issue.record("\(text) has values")
    } catch { #expect(error.rows == rows) }
  }

  @Test(arguments: [
    "x +", "(x", "x y", "x == = y", "x < y < z", "x is", "in [1]", "x = 1", "'a'", "x & y", "\"a", "1..2", "f(",
    "x not y", "$", "[1", "x[", "1e999",
    String(repeating: "(", count: 500), String(repeating: "-", count: 500), String(repeating: "not ", count: 500),
  ])
  func whatIsNoExpressionIsRefused(_ text: String) {
    #expect(throws: Diagnostic.self) { try parse(text) }
  }

  @Test(arguments: [
    ("a+b*c", "a + b * c"), ("x/365.25 d/a", "x/365.25 d/a"), ("log( x )", "log(x)"),
    ("a   in [ \"x\",\"y\" ]", "a in [\"x\", \"y\"]"),
    ("m.terms[\"a:b\"].estimate", "m.terms[\"a:b\"].estimate"), ("x ^ 2", "x^2"),
    ("mean(x, missing = skip)", "mean(x, missing = skip)"),
    ("150 10*9/L", "150 10*9/L"), ("3 mg/dL", "3 mg/dL"), ("week <= 4 wk", "week <= 4 wk"), ("5 [IU]/L", "5 [IU]/L"),
  ])
  func canonicalSpelling(_ text: String, _ canonical: String) throws {
    let expression = try parse(text)
    #expect(expression.description == canonical)
    #expect(try parse(expression.description).description == canonical)
  }
}
