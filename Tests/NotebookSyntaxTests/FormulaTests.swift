import NotebookSyntax
import Testing

@Suite("Formulas")
struct FormulaTests {
  private func parse(_ text: String) throws -> Formula {
    try ExpressionReader.formula(SourcedText(text, span: Span(0, text.utf8.count), verbatimStart: 0)) {
      name, span throws(Diagnostic) in
      guard name == "lab" else { throw Diagnostic("unknown-parameter", name, at: span) }
      return .name("tbil")
    }
  }

  @Test(arguments: [
    ("y ~ x", "y ~ 1 + x"), ("y ~ 1", "y ~ 1"), ("y ~ 0 + x", "y ~ 0 + x"), ("y ~ x - 1", "y ~ 0 + x"),
    ("y ~ a * b", "y ~ 1 + a + b + a:b"),
    ("y ~ a:b + a", "y ~ 1 + a + a:b"), ("y ~ a * b * c", "y ~ 1 + a + b + c + a:b + a:c + b:c + a:b:c"),
    ("y ~ (a + b) * g", "y ~ 1 + a + b + g + a:g + b:g"), ("y ~ a * b - a:b", "y ~ 1 + a + b"),
    ("y ~ a + a", "y ~ 1 + a"),
    ("y ~ a:a", "y ~ 1 + a"), ("log($lab) ~ I(x^2) + log(z)", "log(tbil) ~ 1 + I(x^2) + log(z)"),
    ("y ~ I( x * 2 )", "y ~ 1 + I(x * 2)"),
    ("y ~ x + (1 | g)", "y ~ 1 + x + (1 | g)"), ("y ~ x + (1 + x | g)", "y ~ 1 + x + (1 + x | g)"),
    ("y ~ (x || g)", "y ~ 1 + (1 + x || g)"),
    ("y ~ (a + b)^2", "y ~ 1 + a + b + a:b"), ("y ~ (a + b + c)^2", "y ~ 1 + a + b + c + a:b + a:c + b:c"),
    ("y ~ (a + b + c)^3 - a:b:c", "y ~ 1 + a + b + c + a:b + a:c + b:c"), ("y ~ (a)^3", "y ~ 1 + a"),
    ("y ~ poly(x, 2) + ns(z, df = 3)", "y ~ 1 + poly(x, 2) + ns(z, df = 3)"),
    ("y ~ (a + b)^2:g", "y ~ 1 + a:g + b:g + a:b:g"), ("y ~ (b + a):g", "y ~ 1 + b:g + a:g"),
    ("y ~ (0 + x | g)", "y ~ 1 + (0 + x | g)"), ("y ~ (1 | a/b)", "y ~ 1 + (1 | a) + (1 | a:b)"),
    ("y ~ (x | a:b)", "y ~ 1 + (1 + x | a:b)"),
    ("y ~ (0 + x || a/b/c)", "y ~ 1 + (0 + x || a) + (0 + x || a:b) + (0 + x || a:b:c)"),
    ("y ~ (1 | a:b/c)", "y ~ 1 + (1 | a:b) + (1 | a:b:c)"), ("a - b ~ x", "a - b ~ 1 + x"),
    ("y ~ b:a + a:b", "y ~ 1 + b:a"),
  ])
  func expansion(_ text: String, _ expanded: String) throws {
    #expect(try parse(text).text == expanded)
  }

  @Test(arguments: [
    "y", "y ~", "~ x", "y ~ x ^ 2", "y ~ x / 2", "y ~ 2", "y ~ x +", "y ~ (1 | g", "y ~ (1 | a/)", "y ~ (1 | a*b)",
    "y ~ (1 | log(a))",
    "y ~ x * (1 | g)", "y ~ 1:x",
    "y ~ \"x\"", "y ~ $nope", "y ~ x y", "y ~ (a + b)^0", "y ~ (a + b)^1.5", "y ~ (a + b)^c", "y ~ a^2",
    "y ~ (1 | (1 | g))", "y ~ a * b * c * d * e * f * g * h * i",
  ])
  func whatIsNoFormulaIsRefused(_ text: String) {
    #expect(throws: Diagnostic.self) { try parse(text) }
  }
}
