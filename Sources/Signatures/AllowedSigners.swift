/// Whom the reader trusts: an OpenSSH allowed_signers file (ssh-keygen(1), ALLOWED SIGNERS).
public struct AllowedSigners: Sendable {
  /// Largest file that is read.
  public static let largestFile = 1 << 20

  public struct Signer: Sendable {
    public let key: PublicKey
    public let principals: [String]
  }

  /// A line that no trust comes from, and why.
  public struct UnusableLine: Sendable {
    public let number: Int
    public let reason: String
    /// Where the line has one that can be read.
    public let key: PublicKey?
  }

  /// In the order of the lines; a key may stand in several.
  public private(set) var signers: [Signer] = []
  public private(set) var unusable: [UnusableLine] = []

  public init(file: [UInt8]) {
    for (index, line) in file.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      let bytes = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
      guard let text = String(validating: bytes, as: UTF8.self) else {
        unusable.append(UnusableLine(number: index + 1, reason: "it is no UTF-8", key: nil))
        continue
      }
      read(AllowedSignersLine(text), number: index + 1)
    }
  }

  private mutating func read(_ line: AllowedSignersLine, number: Int) {
    switch line.content {
    case .nothing: break
    case .signer(let principals, let key):
      signers.append(Signer(key: key, principals: principals))
    case .unusable(let reason, let key):
      unusable.append(UnusableLine(number: number, reason: reason, key: key))
    }
  }

  /// The names that the file gives to a key; empty for one that is not trusted.
  public func principals(of key: PublicKey) -> [String] { signers.filter { $0.key == key }.flatMap(\.principals) }
}
