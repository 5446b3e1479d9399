import ArgumentParser
import Signatures

/// With which private key a command signs.
struct SigningOptions: ParsableArguments {
  /// A private key of Ed25519 has some 120 bytes.
  private static let largestKey = 16_384

  @Option(help: ArgumentHelp("The private key, as `colophon key new` makes it.", valueName: "file"))
  var key: String

  func read() throws -> SigningKey {
    let pem = try UserFile.read(key, limit: Self.largestKey)
    if UserFile.isOpenToOthers(key) {
      throw CommandFailure(
        Exit.unusable, "\(key) is open to others than you, so it may be theirs as well: chmod 600 \(key)")
    }
    do throws(SigningKey.Problem) {
      return try SigningKey(pem: pem)
    } catch { throw failure(error) }
  }

  func failure(_ problem: SigningKey.Problem) -> CommandFailure {
    CommandFailure(Exit.unusable, "\(key) \(problem.text)")
  }
}
