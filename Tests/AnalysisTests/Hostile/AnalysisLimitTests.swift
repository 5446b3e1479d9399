import Foundation
import Testing

/// The limits of steps that a small notebook can reach with little data, and what is said there.
@Suite("Limits of steps")
struct AnalysisLimitTests {
  /// Two categories of many levels, a number, a subject: as many rows as asked for.
  private func outcome(_ levels: Int, rows: Int, _ cells: String) throws -> String {
    let names = (0..<levels).map { "l\($0)" }
    var data = "g,h,x,y,s\n"
    for row in 0..<rows {
      data += "l\(row % levels),l\((row / levels + row) % levels),\(row),\(Double(row * row % 97) / 7),\(row / 2)\n"
    }
    let notebook = """
      ---
      title: T
      ---

      ```{load} t
      file: d.csv
      columns:
        g: category [\(names.joined(separator: ", "))]
        h: category [\(names.joined(separator: ", "))]
        x: number
        y: number
        s: id
      ```

      \(cells)

      """
    return try TemporaryProject(["notebook.md": notebook, "d.csv": data]).outcome().diagnostics
  }

  private func cell(_ kind: String, _ body: String) -> String { "```{\(kind)} \(kind)\n\(body)\n```\n\n" }

  @Test func steps() throws {
    let small: [(levels: Int, cells: String, says: String)] = [
      (9, cell("figure", "data: t\nx: x\ny: y\ncolor: g"), "8"),
      (13, cell("figure", "data: t\nx: x\ny: y\npanels: g"), "12"),
      (2, cell("mixed", "data: t\nformula: y ~ x + (1 | s)\niterations: 20000"), "10000"),
      (2, cell("mmrm", "data: t\nformula: y ~ 1 + cs(g | s)\niterations: 20000"), "10000"),
      (2, cell("table", "data: t\nrows: 2000"), "1000"),
    ]
    for (levels, cells, says) in small {
      let said = try outcome(levels, rows: 40, cells)
      #expect(said.contains("error[") && said.contains(says), "\(cells): \(said)")
    }
  }

  @Test func namesOfCoefficients() throws {
    let said = try outcome(120, rows: 240, cell("regression", "data: t\nformula: y ~ g * h"))
    #expect(said.contains("error[limit]") && said.contains("more than 10000 coefficients"), "\(said)")
  }

  /// It takes two gigabytes until it is refused: `make hostile` tries it.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["COLOPHON_HOSTILE"] == "full", "it takes two gigabytes"))
  func numbersOfAModelMatrix() throws {
    let said = try outcome(5000, rows: 54_000, cell("regression", "data: t\nformula: y ~ g"))
    #expect(said.contains("error[limit]") && said.contains("268435456"), "\(said)")
  }

  @Test func combinationsAndComparisons() throws {
    let model = cell("regression", "data: t\nformula: y ~ g + h")
    let grid = try outcome(110, rows: 1100, model + cell("means", "model: regression\nof: [g, h]"))
    #expect(grid.contains("error[limit]") && grid.contains("12,100 combinations"), "\(grid)")
    let pairs = try outcome(
      150, rows: 600,
      cell("regression", "data: t\nformula: y ~ g") + cell("means", "model: regression\nof: [g]")
        + cell("contrast", "from: means\nbetween: g"))
    #expect(pairs.contains("error[limit]") && pairs.contains("11,175 comparisons"), "\(pairs)")
  }

  @Test func valuesOfAPrediction() throws {
    let values = (0..<110).map { "l\($0)" }.joined(separator: ", ")
    let said = try outcome(
      110, rows: 1100,
      cell("regression", "data: t\nformula: y ~ g + h")
        + cell("predict", "model: regression\nat: {g: [\(values)], h: [\(values)]}"))
    #expect(said.contains("12,100 combinations, and 10,000 are the most"), "\(said)")
    #expect(said.contains("name fewer values") && said.contains("`--limit grid-rows=NUMBER`"), "\(said)")
  }

  /// A product that no integer holds.
  @Test func combinationsBeyondAnInteger() throws {
    let names = (0..<33).map { "f\($0)" }
    // Knuth's linear congruential generator: no two columns alike.
    var state: UInt64 = 7
    func level() -> String {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return "l\(state >> 62)"
    }
    var data = "y," + names.joined(separator: ",") + "\n"
    for row in 0..<300 {
      data += "\(row * row % 97)," + names.map { _ in level() }.joined(separator: ",") + "\n"
    }
    let notebook = """
      ---
      title: T
      ---

      ```{load} t
      file: d.csv
      columns: {y: number, \(names.map { "\($0): 'category [l0, l1, l2, l3]'" }.joined(separator: ", "))}
      ```

      \(cell("regression", "data: t\nformula: y ~ \(names.joined(separator: " + "))"))
      \(cell("means", "model: regression\nof: [\(names.joined(separator: ", "))]"))
      """
    let said = try TemporaryProject(["notebook.md": notebook, "d.csv": data]).outcome().diagnostics
    #expect(said.contains("these factors have 7.38 × 10¹⁹ combinations"), "\(said)")
  }

  @Test func visitsOfACovariance() throws {
    let said = try outcome(61, rows: 244, cell("mmrm", "data: t\nformula: y ~ 1 + ar1(g | s)"))
    #expect(said.contains("error[limit]") && said.contains("61 different values, and 60 visits"), "\(said)")
    let many = try outcome(40, rows: 160, cell("mmrm", "data: t\nformula: y ~ 1 + us(g | s)"))
    #expect(many.contains("500 are the most"), "\(many)")
  }
}
