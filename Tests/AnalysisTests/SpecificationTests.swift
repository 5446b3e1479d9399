import Foundation
import Testing

@Suite("Specifications", .serialized)
struct SpecificationTests {
  @Test(.enabled(if: !Specification.isRecording), arguments: Specification.cases())
  func holds(_ item: Specification.Case) throws {
    let project = try TemporaryProject(item.files)
    let (diagnostics, report) = try project.outcome()
    #expect(!item.expected.isEmpty, "a case without an expectation tests nothing")
    if let expected = item.expected["diagnostics"] { #expect(diagnostics == expected) }
    if let expected = item.expected["report"] { #expect(report.map(Self.body) == expected) }
  }

  @Test func thereAreSpecifications() {
    #expect(Specification.cases().count >= 20)
  }

  /// A report without its title and its colophon, whose digests other tests hold.
  static func body(_ report: String) -> String {
    let start = report.range(of: "\n\n")?.upperBound ?? report.startIndex
    let end = report.range(of: "\n\n---\n\n## Colophon")?.lowerBound ?? report.endIndex
    return start <= end ? report[start..<end] + "\n" : ""
  }

  @Test(.enabled(if: Specification.isRecording))
  func record() throws {
    for file in Specification.files() {
      var lines = Specification.lines(of: file)
      // From the end, so that the line numbers of what stands before stay right.
      for (_, blocks) in Specification.sections(lines).reversed() {
        var files: [String: String] = [:]
        for block in blocks where block.info.count > 1 { files[block.info[1]] = block.content }
        let (diagnostics, report) = try TemporaryProject(files).outcome()
        for block in blocks.reversed() {
          let content: String?
          switch block.info.first {
          case "diagnostics": content = diagnostics
          case "report": content = report.map(Self.body)
          default: content = nil
          }
          guard let content else { continue }
          lines.replaceSubrange(block.lines, with: content.components(separatedBy: "\n").dropLast())
        }
      }
      try lines.joined(separator: "\n").write(
        to: Specification.folder.appending(path: file), atomically: true, encoding: .utf8)
    }
  }
}
