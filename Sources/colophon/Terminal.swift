import Analysis
import ArgumentParser
import NotebookSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes to the terminal.
enum Terminal {
  static func print(_ text: String, to descriptor: Int32 = 1) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      if count <= 0 {
        // What a script reads must be whole or fail; messages may be lost.
        if descriptor == 1 { exit(Exit.inputOutput.rawValue) }
        return
      }
      written += count
    }
  }

  static func line(_ text: String) { print(text + "\n") }
  static func error(_ text: String) { print(text + "\n", to: 2) }

  static var isErrorInteractive: Bool { isatty(2) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb" }
  static var usesColor: Bool { isErrorInteractive && getenv("NO_COLOR") == nil }

  /// So many are more than anyone reads at once.
  private static let mostDiagnostics = 100

  static func report(_ diagnostics: [Diagnostic], in source: SourceFile) {
    let text = DiagnosticText(source: source, inColor: usesColor)
    var listed = diagnostics
    // A limit is why there are so many.
    if listed.count > mostDiagnostics { listed = diagnostics.filter { $0.code == "limit" } + listed }
    for diagnostic in listed.prefix(mostDiagnostics) { print(text.text(diagnostic) + "\n", to: 2) }
    let left = diagnostics.count - mostDiagnostics
    if left > 0 { error("and \(left) more, which are not listed\n") }
    let errors = diagnostics.count { $0.severity == .error }
    if errors > 1 { error("\(errors) errors in \(VisibleText.of(source.path))") }
  }

  /// Runs `body`; a failure is printed and becomes the exit code.
  static func failing(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let failure as CommandFailure {
      let lines = failure.message.split(separator: "\n").map { VisibleText.of(String($0), limit: 4000) }
      error("error: " + lines.joined(separator: "\n"))
      throw failure.code
    } catch let code as ExitCode {
      throw code
    } catch let problem as ValidationError {
      throw problem
    } catch let problem {
      error("error: colophon failed for a reason of its own: \(VisibleText.of("\(problem)"))")
      throw Exit.internalError
    }
  }
}
