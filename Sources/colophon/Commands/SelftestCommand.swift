import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance
import Reporting
import Selftest
import Statistics

struct SelftestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Computes data sets with certified results, and prints how many digits agree.",
    discussion: """
      The data are part of the program: nothing is read. Ends 0 if every quantity has the digits that are required of \
      it; 2 if one has not; 70 if the processor does not round as it should, in which case nothing is computed; 74 if \
      the report cannot be written. docs/accuracy.md shows the digits beside those of other programs.
      """)

  @Option(
    help: ArgumentHelp(
      "Writes the result as a page to file. A file that is there already is replaced.", valueName: "file"))
  var report: String?

  @Flag(help: "Prints everything as JSON, certified and computed values too.")
  var json = false

  func validate() throws {
    if report == "" { throw ValidationError("The file of the report has no name.") }
  }

  func run() throws {
    try Terminal.failing {
      try ArithmeticCheck.require()
      let foreign = Machine.foreignLinearAlgebra.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
      let result = SelftestReport(
        engine: [
          ("colophon", Engine.version), ("build", Engine.build ?? "unknown"), ("GSL", Library.gslVersion),
          (
            "linear algebra",
            foreign.isEmpty ? "GSL's own" : "foreign: \(VisibleText.of(foreign.joined(separator: ", ")))"
          ),
          ("arithmetic", "IEEE 754"), ("numeric fingerprint", Engine.fingerprint),
        ], outcomes: Selftest.run())
      try ArithmeticCheck.require()
      if let report {
        let path = Paths.absolute(report)
        do throws(RunPublisher.Problem) {
          try RunPublisher.replace(path, with: Array(SelftestHTML(result).text.utf8), below: Paths.parent(path))
        } catch {
          throw CommandFailure(Exit.inputOutput, error.text)
        }
      }
      if json {
        Terminal.print(ReadableJSON.text(result.json) + "\n")
      } else {
        Terminal.print(result.text)
      }
      if !result.passed { throw Exit.differs }
    }
  }
}
