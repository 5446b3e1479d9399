import ArgumentParser
import Provenance

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The command line: parses arguments, prints, and turns outcomes into exit codes. Everything else is below it.
@main
struct Colophon: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "colophon",
    abstract: "Runs research notebooks made of typed analysis steps, and verifies their reports.",
    version: Engine.name,
    subcommands: [
      RunCommand.self, CheckCommand.self, VerifyCommand.self, SignCommand.self, KeyCommand.self, ShowCommand.self,
      StepsCommand.self, SchemaCommand.self,
      DoctorCommand.self,
    ])

  static func main() {
    // A file that grows beyond the system's limit is a failed write with its message, not a sudden end.
    signal(SIGXFSZ, SIG_IGN)
    main(nil)
  }
}

/// Exit codes, stable and documented in docs/verification.md.
enum Exit {
  static let expectationFailed = ExitCode(1)
  static let unusable = ExitCode(6)
  static let internalError = ExitCode(70)
  static let inputOutput = ExitCode(74)
}
