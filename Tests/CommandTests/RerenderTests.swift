import Digests
import Foundation
import Testing

/// `verify --rerender` against someone who changes a report and then writes the record anew to fit.
@Suite("colophon verify --rerender")
struct RerenderTests {
  static let run = "outputs/ucmsc-24-weeks"

  @Test(arguments: ["outputs/pbc-bilirubin", "outputs/ucmsc-24-weeks", "outputs/ucmsc-visit-by-visit"])
  func everyPublishedReportFollowsFromItsResults(_ run: String) throws {
    let project = try ProjectCopy()
    // Neither data nor notebook are needed for it.
    try project.remove("data")
    try project.remove("notebooks")
    let result = try project.run("verify", run, "--rerender")
    #expect(result.output.contains("files identical when rendered again"))
    #expect(result.code == 5)
  }

  @Test func outputsAloneAreChecked() throws {
    let project = try ProjectCopy()
    try project.remove("data")
    try project.remove("notebooks")
    let result = try project.run("verify", Self.run, "--outputs-only", "--rerender")
    #expect(result.code == 0)
    #expect(result.output.contains("Not checked     inputs and the notebook (--outputs-only leaves them out)"))
    try project.flip(of: "\(Self.run)/report.md")
    #expect(try project.run("verify", Self.run, "--outputs-only").code == 4)
    #expect(try project.run("verify", Self.run, "--outputs-only", "--rerun").code == 64)
  }

  /// Changes one file of the run and makes manifest and sums agree with it.
  private func forge(_ project: ProjectCopy, _ file: String, _ old: String, _ new: String) throws {
    let text = String(decoding: try project.read("\(Self.run)/\(file)"), as: UTF8.self)
    let forged = text.replacingOccurrences(of: old, with: new)
    #expect(forged != text)
    try project.write(forged, to: "\(Self.run)/\(file)")
    for record in ["manifest.json", "SHA256SUMS"] {
      var lines = String(decoding: try project.read("\(Self.run)/\(record)"), as: UTF8.self)
      lines = lines.replacingOccurrences(of: digest(text), with: digest(forged))
      if record == "SHA256SUMS" {
        let manifest = try project.read("\(Self.run)/manifest.json")
        lines =
          lines.split(separator: "\n").map { line in
            line.hasSuffix("  manifest.json") ? "\(Digest(ofFile: Array(manifest)).hex)  manifest.json" : String(line)
          }.joined(separator: "\n") + "\n"
      }
      try project.write(lines, to: "\(Self.run)/\(record)")
    }
  }

  private func digest(_ text: String) -> String { Digest(ofFile: Array(text.utf8)).hex }

  @Test(arguments: [
    ("report.html", "<h1>", "<h1>Proof: "), ("report.md", "Colophon", "Colofon"),
    ("figures/courses.svg", "Bilirubin", "Albumin"), ("tables/baseline-levels.csv", "0", "1"),
  ])
  func aForgedFileWithAFittingRecordIsWholeAndYetFound(_ file: String, _ old: String, _ new: String) throws {
    let project = try ProjectCopy()
    try forge(project, file, old, new)
    let plain = try project.run("verify", Self.run)
    #expect(plain.code == 0, "\(plain.output)")
    let rendered = try project.run("verify", Self.run, "--rerender")
    #expect(rendered.code == 2)
    #expect(rendered.output.contains("\(file) does not say what the results say"))
  }

  /// A browser opens what follows from the results and nothing else.
  @Test func aForgedReportIsNotConverted() throws {
    let project = try ProjectCopy()
    try forge(project, "report.html", "<h1>", "<h1>Proof: ")
    let result = try project.run("export", Self.run, "--to", "docx", "--output", "x.docx")
    #expect(result.code == 2 && result.errors.contains("report.html does not say what the results say"))
  }

  /// A limit that is lower here than where the run was made is no contradiction.
  @Test func whatALimitStopsCannotBeChecked() throws {
    let project = try ProjectCopy()
    let result = try project.run("verify", Self.run, "--rerender", "--limit", "cells=1")
    #expect(result.code == 5)
    #expect(result.output.contains("Rendering       unclear") && result.output.contains("`--limit cells=NUMBER`"))
  }

  /// What the results show may not be changed either without the report following.
  @Test func forgedResultsAreFound() throws {
    let project = try ProjectCopy()
    try forge(project, "results.json", "\"caption\":\"", "\"caption\":\"Proven: ")
    #expect(try project.run("verify", Self.run).code == 0)
    #expect(try project.run("verify", Self.run, "--rerender").code == 2)
  }

  @Test(arguments: ["\"core\":\"", "\"engine\":\"", "\"output\":\"", "\"sha256\":\""])
  func resultsThatContradictTheRecordAreFound(_ key: String) throws {
    let project = try ProjectCopy()
    try forge(project, "results.json", key, key + "0")
    let result = try project.run("verify", Self.run, "--rerender")
    #expect(result.output.contains("do not agree on"))
    #expect([2, 4].contains(result.code))
  }

  @Test(arguments: [
    ("\"format\":\"colophon/results/1\"", "\"format\":\"colophon/results/9\""),
    ("\"type\":\"table\"", "\"type\":\"tabel\""),
    ("title: ", "titel: "), ("\"steps\":[", "\"steps\":[7,"),
  ])
  func resultsThatCannotBeRenderedAreSaidSo(_ old: String, _ new: String) throws {
    let project = try ProjectCopy()
    try forge(project, "results.json", old, new)
    let result = try project.run("verify", Self.run, "--rerender")
    #expect(result.output.contains("Rendering       FAILED"))
    #expect([2, 4].contains(result.code))
  }
}
