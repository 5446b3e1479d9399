import Foundation
import Testing

@Suite("colophon diff")
struct DiffTests {
  static let notebook = "notebooks/ucmsc-24-weeks.md"
  static let run = "outputs/ucmsc-24-weeks"

  @Test func aRunIsItself() throws {
    let result = try ProjectCopy().run("diff", Self.run, Self.run)
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("no difference"))
  }

  @Test func aParameterExplainsWhatFollows() throws {
    let project = try ProjectCopy()
    _ = try project.run("run", "-q", "-P", "last_week=12 wk", "--output", "short", Self.notebook)
    // What is compared are the records: the data can be gone.
    try project.remove("data")
    let result = try project.run("diff", Self.run, "short")
    #expect(result.code == 2)
    let lines = result.output.split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    #expect(lines.contains("parameter last_week 24 wk 12 wk"))
    #expect(lines.contains("measured: `actions` differs"))
    #expect(lines.contains("rows 988 → 983 988 → 766"))
    #expect(lines.contains("growth_cirrhosis: it reads another `cirrhosis`"))
    #expect(lines.contains { $0.hasPrefix("terms[\"early\"].estimate ") && $0.hasSuffix("standard errors") })
    #expect(result.output.contains("shown otherwise: figure 1"))
    #expect(!lines.contains { $0.hasPrefix("baseline:") })
  }

  @Test func aFormulaExplainsAModel() throws {
    let project = try ProjectCopy()
    let text = String(decoding: try project.read(Self.notebook), as: UTF8.self)
    try project.write(
      text.replacingOccurrences(of: "(1 + week | patient)", with: "(1 | patient)"), to: Self.notebook)
    _ = try project.run("run", "-q", "--output", "other", Self.notebook)
    let result = try project.run("diff", Self.run, "other", "--all")
    #expect(result.code == 2)
    #expect(result.output.contains("\ngrowth_failure: `formula` differs\n"))
    #expect(!result.output.contains("(--all)"))
  }

  /// Between the P values of the two runs lies a level at which one is small and the other is not.
  @Test func aChangedConclusionIsSaid() throws {
    let project = try ProjectCopy()
    _ = try project.run("run", "-q", "-P", "last_week=12 wk", "--output", "short", Self.notebook)
    let path = "growth_failure.terms[\"later:groupB\"].p_value"
    let values = try [Self.run, "short"].map { run -> Double in
      let text = try project.run("show", run, path).output.trimmingCharacters(in: .whitespacesAndNewlines)
      return try #require(Double(text))
    }
    try #require(values[0] != values[1])
    let between = try project.run("diff", Self.run, "short", "--alpha", "\((values[0] + values[1]) / 2)")
    #expect(between.output.contains("CONCLUSION CHANGED  growth_failure.terms[\"later:groupB\"]: p crosses"))
    let below = try project.run("diff", Self.run, "short", "--alpha", "\(min(values[0], values[1]) / 2)")
    #expect(!below.output.contains("growth_failure.terms[\"later:groupB\"]: p crosses"))
  }

  @Test(arguments: ["nowhere", "notebooks", "damaged"])
  func whatIsNoRunIsRefused(_ folder: String) throws {
    let project = try ProjectCopy()
    if folder == "damaged" {
      try FileManager.default.copyItem(atPath: "\(project.root)/\(Self.run)", toPath: "\(project.root)/damaged")
      try project.write("{", to: "damaged/manifest.json")
    }
    let result = try project.run("diff", Self.run, folder)
    #expect(result.code == 6)
    #expect(result.errors.contains("\(folder)/manifest.json"))
    #expect(result.output.isEmpty)
  }
}
