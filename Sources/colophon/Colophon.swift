import ArgumentParser
import Provenance

/// The command line: parses arguments, prints, and turns outcomes into exit codes. Everything else is below it.
@main
struct Colophon: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colophon",
    abstract: "Runs research notebooks made of typed analysis steps, and verifies their reports.",
    version: Engine.name,
    subcommands: [
      RunCommand.self, WhyCommand.self, CleanCommand.self, CheckCommand.self, VerifyCommand.self, DiffCommand.self,
      SignCommand.self, CertifyCommand.self, KeyCommand.self, ExportCommand.self, ShowCommand.self, StepsCommand.self,
      SchemaCommand.self, DoctorCommand.self,
    ])
}

/// Exit codes, stable and documented in docs/verification.md.
enum Exit {
  static let expectationFailed = ExitCode(1)
  static let unusable = ExitCode(6)
  static let internalError = ExitCode(70)
  static let inputOutput = ExitCode(74)
}
