internal import CPlatform

import ArgumentParser
import NotebookSyntax
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
      RunCommand.self, WhyCommand.self, CleanCommand.self, CheckCommand.self, VerifyCommand.self, DiffCommand.self,
      SignCommand.self, CertifyCommand.self, KeyCommand.self, ExportCommand.self, GalleryCommand.self, ShowCommand.self,
      TraceCommand.self, StepsCommand.self, SchemaCommand.self, NewCommand.self, AnswerCommand.self,
      StudentCommand.self, GradeCommand.self, DoctorCommand.self, SelftestCommand.self,
    ])

  static func main() {
    // A file that grows beyond the system's limit is a failed write with its message, not a sudden end.
    signal(SIGXFSZ, SIG_IGN)
    colophon_prepare_heap()
    do {
      var command = try parseAsRoot()
      let limits = try (command as? any ProjectCommand)?.project.limits() ?? [:]
      try Limit.$chosen.withValue(limits) { try command.run() }
    } catch {
      end(with: error)
    }
  }

  /// As `exit(withError:)` does, with what the command line held made safe to print: names of files are strangers' too.
  private static func end(with error: any Error) -> Never {
    let code = exitCode(for: error)
    let lines = fullMessage(for: error).split(separator: "\n", omittingEmptySubsequences: false)
    let text = lines.map { VisibleText.of(String($0), limit: 4000) }.joined(separator: "\n")
    if !text.isEmpty { code.isSuccess ? Terminal.line(text) : Terminal.error(text) }
    systemExit(code.rawValue)
  }
}

/// Exit codes, stable and documented in docs/verification.md.
enum Exit {
  static let expectationFailed = ExitCode(1)
  static let differs = ExitCode(2)
  static let unusable = ExitCode(6)
  static let internalError = ExitCode(70)
  static let inputOutput = ExitCode(74)
}

private func systemExit(_ code: Int32) -> Never {
  #if canImport(Glibc)
    Glibc.exit(code)
  #else
    Darwin.exit(code)
  #endif
}
