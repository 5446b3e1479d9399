import Foundation
import Testing

/// Notebooks that are made to harm: each under a name, with the code that `run` must end with (0 where the notebook is
/// odd and harmless) and, where it is refused, a part of the message.
struct HostileNotebook: Sendable, CustomTestStringConvertible {
  let name: String
  let code: Int32
  let says: String
  let text: @Sendable () -> String

  var testDescription: String { name }

  init(_ name: String, _ code: Int32, _ says: String, _ text: @escaping @Sendable () -> String) {
    self.name = name
    self.code = code
    self.says = says
    self.text = text
  }

  /// As long as a notebook may be, all but its beginning, or shorter where tests are to be quick.
  private static let size = LimitedCommand.isFull ? 1_000_000 : 150_000
  private static let start = """
    ---
    title: T
    ---

    ```{load} t
    file: d.csv
    columns:
      g: category [a, b]
      x: number
    ```


    """

  private static func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  private static func filled(_ unit: String) -> String { start + times(unit, size / unit.utf8.count) + "\n" }

  private static func prose(_ name: String, _ unit: String) -> Self { Self("prose: \(name)", 0, "") { filled(unit) } }

  private static func cell(_ name: String, _ says: String, _ body: @escaping @Sendable () -> String) -> Self {
    Self("YAML: \(name)", 6, says) { start + "```{filter} f\n\(body())\n```\n" }
  }

  private static func expression(_ name: String, _ says: String, _ text: @escaping @Sendable () -> String) -> Self {
    Self("expression: \(name)", 6, says) {
      start + "```{filter} f\ndata: t\nkeep: {where: '\(text())', because: r}\n```\n"
    }
  }

  private static func formula(_ name: String, _ says: String, _ text: @escaping @Sendable () -> String) -> Self {
    Self("formula: \(name)", 6, says) { start + "```{regression} r\ndata: t\nformula: '\(text())'\n```\n" }
  }

  private static func path(_ path: String, _ says: String) -> Self {
    Self("path: \(path)", 6, says) {
      "---\ntitle: T\n---\n\n```{load} t\nfile: \(path)\ncolumns: {x: number}\n```\n"
    }
  }

  static let all = markdown + yaml + expressions + paths

  private static let markdown: [Self] = [
    prose("opening brackets", "["), prose("links that do not end", "[a]("), prose("images", "!["),
    prose("emphasis", "*a **b "), prose("underscores", "_a "), prose("tags", "<a "), prose("comments", "<!--"),
    prose("references", "&#"), prose("strikethrough", "~~a "), prose("footnotes", "[^1]"), prose("backslashes", "\\"),
    prose("quotes in destinations", "[a](<b "), prose("headings", "# a\n\n"), prose("code", "    a\n"),
    prose("quotations", "> a\n\n"), prose("lists", "- a\n"), prose("definitions", "[a]: b\n\n"),
    prose("tables", "| aaaaaaaaaa |\n|-|\n| b |\n\n"), prose("fences", "~~~\n"),
    Self("prose: runs of backticks", 0, "") { start + (1...1300).map { "e" + times("`", $0) }.joined(separator: " ") },
    Self("prose: quotations in quotations", 6, "error[limit]") { filled(">") },
    Self("prose: lists in lists", 6, "error[limit]") { filled("- ") },
    Self("prose: numbers in numbers", 6, "error[limit]") { filled("1. ") },
    Self("prose: deep, with much at the bottom", 6, "error[limit]") {
      start + times("> ", 50_000) + times("a\n", 400_000)
    },
    Self("prose: lists by indentation", 6, "error[limit]") {
      start + (0..<900).map { times("  ", $0) + "- a\n" }.joined()
    },
    Self("prose: brackets in brackets", 6, "error[limit]") {
      start + times("![", 100) + "a" + times("](b)", 100) + "\n"
    },
    Self("prose: a table as wide as long", 6, "error[limit]") {
      start + times("|a", 20_000) + "|\n" + times("|-", 20_000) + "|\n" + times("a\n", 200_000)
    },
    Self("prose: one long address, named often", 6, "error[limit]") {
      start + "[a]: " + times("u", 100_000) + "\n\n" + times("[a] ", 100_000) + "\n"
    },
    Self("prose: cells in quotations", 6, "more, which are not listed") { filled("> ```{x}\n\n") },
    Self("prose: values of nothing", 6, "more, which are not listed") { filled("{value}`x` ") },
    Self("prose: values in values", 6, "error[syntax]") { filled("{value}`") },
    Self("prose: a value of many digits", 6, "error[format]") { start + "{value}`t.n_rows:.999`\n" },
    Self("prose: too many cells", 6, "more than 1000 cells") { filled("```{expect} e\n```\n\n") },
    Self("notebook: too large", 6, "larger than 1048576 bytes") { start + times("a\n", 600_000) },
    Self("notebook: NUL", 6, "NUL byte") { start + "a\u{0}b\n" },
    Self("notebook: carriage returns", 6, "carriage return") { start.split(separator: "\n").joined(separator: "\r") },
    Self("notebook: no end of its front matter", 6, "not closed") { "---\n" + times("a: b\n", 200_000) },
    Self("notebook: steering characters", 6, "unknown-kind") {
      start + "\u{1b}[2J\u{202e}\n\n```{\u{1b}[31m\u{202e}x} f\n```\n"
    },
  ]

  private static let yaml: [Self] = [
    cell("an anchor", "anchors") { "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]" },
    cell("a tag", "tags") { "data: !!python/object x" }, cell("a merge key", "merge keys") { "<<: {a: b}" },
    cell("brackets in brackets", "nested more than 12 deep") { "data: " + times("[", 500_000) },
    cell("braces in braces", "nested more than 12 deep") { "data: " + times("{a: ", 200_000) },
    cell("lists in lists", "error[limit]") { times("- ", 400_000) },
    cell("keys of keys", "nested more than 12 deep") { times("? ", 400_000) },
    cell("a million keys", "20000 values") { (0..<100_000).map { "k\($0): 1" }.joined(separator: "\n") },
    cell("a million values in a line", "more than 20000 values") { "data: [" + times("a, ", 300_000) + "a]" },
    cell("long values in a line", "missing-key") { "data: [" + times(times("a", 45) + ", ", 19_000) + "a]" },
    cell("a long value", "no step `aaaa") { "data: " + times("a", 900_000) },
    cell("colons", "yaml-colon") { "data: " + times("a: ", 300_000) },
    cell("a long escape", "missing-key") { "data: \"" + times("\\x41", 200_000) + "\"" },
    cell("documents", "second YAML document") { "a: 1\n" + times("--- \n", 150_000) },
    cell("one key, often", "stands twice") { times("k: 1\n", 9000) },
    Self("YAML: many levels", 0, "") {
      start.replacing(
        "category [a, b]", with: "category [a, b, \((0..<9000).map { "l\($0)" }.joined(separator: ", "))]")
    },
    Self("YAML: more levels than a category has", 6, "at most 10000 levels") {
      start.replacing(
        "category [a, b]", with: "category [a, b, \((0..<90_000).map { "l\($0)" }.joined(separator: ", "))]")
    },
    Self("YAML: many columns", 6, "more, which are not listed") {
      start.replacing("  x: number\n", with: (0..<9000).map { "  c\($0): number\n" }.joined())
    },
  ]

  private static let expressions: [Self] = [
    expression("parentheses", "nested more than 40 deep") { times("(", 400_000) },
    expression("not", "too many `not`") { times("not ", 200_000) + "x > 0" },
    expression("signs", "too many signs") { times("-", 400_000) + "x > 0" },
    expression("powers", "too many powers") { times("2^", 300_000) + "x > 0" },
    expression("lists", "nested more than 40 deep") { "x in " + times("[", 300_000) },
    expression("calls", "nested more than 40 deep") { times("abs(", 200_000) },
    expression("members", "more than 400 operators") { "x" + times(".a", 300_000) },
    expression("alternatives", "more than 400 operators") { times("x > 0 or ", 90_000) + "x > 0" },
    expression("levels that are none", "more, which are not listed") {
      "g in [" + (0..<50_000).map { "\"l\($0)\"" }.joined(separator: ",") + "]"
    },
    expression("a long name", "unknown-column") { times("a", 900_000) + " > 0" },
    expression("a number of many digits", "too large") { "x > " + times("9", 900_000) },
    expression("a number of 400 digits", "too large") { "x > " + times("9", 400) },
    expression("a large power of ten", "too large") { "x > 1e999" },
    expression("a hexadecimal number", "unexpected") { "x > 0x10" },
    Self("expression: a small power of ten", 0, "") {
      start + "```{filter} f\ndata: t\nkeep: {where: x > 1e-999, because: r}\n```\n"
    },
    formula("a thousand terms", "more than 200 terms") {
      "x ~ " + (0..<1000).map { "v\($0)" }.joined(separator: " + ")
    },
    formula("products", "more than 200 terms") { "x ~ " + (0..<40).map { "v\($0)" }.joined(separator: " * ") },
    formula("an interaction of many", "more than 1000 variables") {
      "x ~ " + (0..<90_000).map { "v\($0)" }.joined(separator: ":")
    },
    formula("ones", "more than 1000 variables") { "x ~ " + times("1 + ", 200_000) + "g" },
    formula("parentheses", "nested more than 40 deep") { "x ~ " + times("(", 400_000) },
    formula("functions", "nested more than 40 deep") { "x ~ " + times("I(", 200_000) },
    formula("covariances", "nested more than 40 deep") { "x ~ " + times("us(", 200_000) },
  ]

  private static let paths: [Self] = [
    path("../d.csv", "would leave the project"), path("a/../../d.csv", "would leave the project"),
    path("/etc/passwd", "it is absolute"), path("./d.csv", "empty part or `.`"), path("a//d.csv", "empty part or `.`"),
    path("'..\\d.csv'", "separated by `/`"), path("\"a\\0b\"", "NUL byte"), path("link.csv", "links are not followed"),
    path("folder-link/d.csv", "links are not followed"), path("dangling.csv", "links are not followed"),
    path("folder", "not a regular file"), path("pipe", "not a regular file"), path("socket", "not a regular file"),
    path("\"\\e[31m\\u202e.csv\"", "does not exist"), path("d.csv/x", "does not exist"),
  ]
}
