import ArgumentParser
import NotebookSyntax
import Provenance
import Statistics

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Prints versions and the numeric fingerprint of this machine.",
    discussion: """
      Machines with the same numeric fingerprint give the same bytes for the same notebook. Names libraries that stand in \
      the place of GSL's own linear algebra. Ends 0; 70 if the processor does not round as it should, in which case \
      `run` and `verify --rerun` refuse to compute.
      """)

  func run() throws {
    Terminal.line("colophon             \(Engine.version)")
    Terminal.line("GSL                  \(Library.gslVersion)")
    Terminal.line("linear algebra       \(VisibleText.of(Machine.linearAlgebra))")
    for file in Machine.foreignLinearAlgebra {
      Terminal.line("                     foreign: \(VisibleText.of(file))")
    }
    Terminal.line("arithmetic           \(Machine.arithmeticProblem.map { "ODD: \($0)" } ?? "IEEE 754")")
    Terminal.line("numeric fingerprint  \(Engine.fingerprint)")
    if Machine.arithmeticProblem != nil { throw Exit.internalError }
  }
}
