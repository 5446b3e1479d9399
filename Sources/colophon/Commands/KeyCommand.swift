import Analysis
import ArgumentParser
import NotebookSyntax
import Signatures

struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Makes keys to sign runs with.", subcommands: [NewKeyCommand.self])
}

struct NewKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Makes an Ed25519 key pair and prints its fingerprint.",
    discussion: """
      The private key goes to FILE, for nobody but you to read, and the public one to FILE.pub. Neither file may be \
      there yet. Put the line of FILE.pub behind a name, and you have a line of an allowed_signers file.
      """)

  @Argument(help: "The file of the private key.")
  var file: String

  func validate() throws {
    if file.isEmpty { throw ValidationError("The file of the key has no name.") }
  }

  func run() throws {
    try Terminal.failing {
      for path in [file, "\(file).pub"] where UserFile.exists(path) {
        throw CommandFailure(Exit.inputOutput, "`\(path)` is there already, and a key is never replaced")
      }
      do {
        let key = try SigningKey.make()
        try RunPublisher.create(Paths.absolute(file), key.pem(), mode: 0o600)
        do {
          let line = "\(key.publicKey.line) colophon\n"
          try RunPublisher.create(Paths.absolute("\(file).pub"), Array(line.utf8), mode: 0o644)
        } catch {
          UserFile.remove(file)
          throw error
        }
        Terminal.line(key.publicKey.fingerprint)
      } catch let problem as SigningKey.Problem {
        throw CommandFailure(Exit.internalError, "the key \(problem.text)")
      } catch let problem as RunPublisher.Problem {
        throw CommandFailure(Exit.inputOutput, problem.text)
      }
    }
  }
}
