import Foundation
import Testing

/// `trace` on published runs.
@Suite("Traced runs")
struct TraceTests {
  private static let run = "outputs/pbc-visits"

  /// The rows of the file whose day lies in the window, counted from 1.
  private func visitRows(_ project: ProjectCopy) throws -> [Int] {
    let lines = String(decoding: try project.read("data/pbc/pbcseq.csv"), as: UTF8.self).split(separator: "\n")
      .dropFirst()
    return lines.enumerated().compactMap { index, line in
      Int(line.split(separator: ",", omittingEmptySubsequences: false)[6]).flatMap {
        (140...196).contains($0) ? index + 1 : nil
      }
    }
  }

  @Test func aResultNamesItsRows() throws {
    let project = try ProjectCopy()
    let result = try project.run("trace", Self.run, "planned.windows[\"26\"].n", "--all")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output.contains("193 of 1,945 rows"))
    let rows = try visitRows(project)
    #expect(rows.count == 193)
    let text = try #require(result.output.split(separator: "\n").last { $0.contains("rows ") })
    var listed: [Int] = []
    for part in text.replacingOccurrences(of: "rows ", with: "").components(separatedBy: ", ") {
      let ends = part.trimmingCharacters(in: .whitespaces).components(separatedBy: "–").compactMap { Int($0) }
      if let low = ends.first, let high = ends.last { listed += Array(low...high) }
    }
    #expect(listed == rows)
  }

  @Test func aCellOfAPublishedResultNamesItsRows() throws {
    let project = try ProjectCopy()
    let cell = try project.run("trace", Self.run, "tables/values.csv", "--row", "1", "--column", "bili.mean")
    let path = try project.run("trace", Self.run, "values.rows[\"placebo\"].bili.mean")
    #expect(cell.code == 0 && cell.output == path.output, "\(cell.errors)")
    #expect(path.output.contains("data/pbc/pbcseq.csv"))
    #expect(try project.run("trace", Self.run, "tables/values.csv").code == 6)
    #expect(try project.run("trace", Self.run, "tables/values.csv", "--row", "9").code == 6)
    #expect(try project.run("trace", Self.run, "values.rows[\"plecebo\"].bili.mean").errors.contains("did you mean"))
    #expect(try project.run("trace", "outputs/none", "values").code == 74)
  }

  @Test func aLimitHolds() throws {
    let result = try ProjectCopy().run("trace", Self.run, "planned", "--limit", "cells=1")
    #expect(result.code == 6 && result.errors.contains("--limit cells=NUMBER"), "\(result.errors)")
  }

  @Test func otherInputsAreRefused() throws {
    let project = try ProjectCopy()
    try project.flip(of: "data/pbc/pbcseq.csv")
    let result = try project.run("trace", Self.run, "values.rows[\"placebo\"].bili.mean")
    #expect(result.code == 6 && result.errors.contains("data/pbc/pbcseq.csv is not the file that was read"))
    let other = try ProjectCopy()
    try other.write(try other.read("notebooks/pbc-visits.md") + Data("\nMore.\n".utf8), to: "notebooks/pbc-visits.md")
    let refused = try other.run("trace", Self.run, "values.rows[\"placebo\"].bili.mean")
    #expect(refused.code == 6 && refused.errors.contains("notebooks/pbc-visits.md is not as it was"))
  }
}
