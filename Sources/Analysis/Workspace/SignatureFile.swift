/// The names of the files that may be added to a run later: signatures of its manifest, and certificates that it was
/// computed again.
public enum SignatureFile {
  /// A DSSE envelope.
  public static let envelope = "manifest.dsse.json"
  private static let prefix = "manifest.json."
  private static let suffix = ".sig"
  private static let certificatePrefix = "certificate-"
  private static let certificateSuffix = ".dsse.json"

  public static func isName(_ path: String) -> Bool {
    path.isExactly(envelope) || principal(of: path) != nil || certifier(of: path) != nil
  }

  /// `alice@example.org` for `manifest.json.alice@example.org.sig`; nil for any other name.
  public static func principal(of path: String) -> String? { name(in: path, between: prefix, suffix) }

  /// `bob@example.org` for `certificate-bob@example.org.dsse.json`; nil for any other name.
  public static func certifier(of path: String) -> String? {
    name(in: path, between: certificatePrefix, certificateSuffix)
  }

  /// The file of a certificate by `name`, which must be one that `isPrincipal` takes.
  public static func certificate(by name: String) -> String { certificatePrefix + name + certificateSuffix }

  private static func name(in path: String, between prefix: String, _ suffix: String) -> String? {
    guard path.hasPrefix(prefix), path.hasSuffix(suffix), path.utf8.count > prefix.utf8.count + suffix.utf8.count
    else { return nil }
    let name = String(path.dropFirst(prefix.count).dropLast(suffix.count))
    return isPrincipal(name) ? name : nil
  }

  /// Whether a name may stand in the name of such a file: letters, digits and `._@+-`.
  public static func isPrincipal(_ name: String) -> Bool {
    !name.isEmpty
      && name.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          return true
        default: return "._@+-".utf8.contains(byte)
        }
      }
  }
}
