import ArgumentParser
import Provenance
import Statistics

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Prints versions and the numeric fingerprint of this machine.",
    discussion: "Machines with the same numeric fingerprint give the same bytes for the same notebook.")

  func run() {
    Terminal.line("colophon             \(Engine.version)")
    Terminal.line("GSL                  \(Library.gslVersion)")
    Terminal.line("numeric fingerprint  \(Engine.fingerprint)")
  }
}
