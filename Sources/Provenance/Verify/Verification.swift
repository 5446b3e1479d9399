/// What a verification found: three verdicts, and what was not checked.
public struct Verification: Sendable {
  /// Exit codes of `colophon verify`.
  public enum Verdict: Int, Sendable {
    case holds = 0
    case differs = 2
    case inauthentic = 3
    case broken = 4
    case cannotCheck = 5
    case unusable = 6

    public var word: String {
      switch self {
      case .holds: return "ok     "
      case .differs: return "DIFFERS"
      case .inauthentic: return "UNTRUSTED"
      case .broken: return "BROKEN "
      case .cannotCheck: return "unclear"
      case .unusable: return "FAILED "
      }
    }

    /// Several at once: the first of these.
    public static let gravestFirst: [Verdict] = [.unusable, .broken, .inauthentic, .differs, .cannotCheck]
  }

  public struct Finding: Sendable {
    public let verdict: Verdict
    public let text: String
  }

  /// How close a run computed again comes to the recorded one.
  public enum Agreement: String, Sendable {
    case identical = "identical bit for bit"
    /// Of another numeric fingerprint; see `Reproduction`.
    case withinTolerance = "within 1e-9"
  }

  /// A certificate that holds.
  public struct Certification: Sendable {
    public let by: String
    public let agreement: Agreement
    /// Of the engine that computed the run again.
    public let engineVersion: String
    public let fingerprint: String
  }

  public internal(set) var integrity = ""
  public internal(set) var authenticity = "none    unsigned: anyone could have written this manifest"
  /// Whether someone whom the reader trusts signed it, and no signature is bad.
  public internal(set) var isSigned = false
  /// Nil where the report was not rendered again.
  public internal(set) var rendering: String?
  /// Nil where the run was not computed again.
  public internal(set) var reproduction: String?
  /// How far the run computed again and the recorded one are the same; nil where they are not, or it was not computed.
  public internal(set) var agreement: Agreement?
  /// Who certified that they computed the run again, as far as the reader trusts them. Empty where a signature is bad.
  public internal(set) var certifications: [Certification] = []
  /// The runs whose tables were read, with what their verification showed.
  public internal(set) var chain: [(path: String, verdict: Verdict)] = []
  public internal(set) var core = ""
  public internal(set) var failedExpectations = 0
  public internal(set) var notChecked: [String] = []
  public internal(set) var findings: [Finding] = []

  /// The gravest finding.
  public var verdict: Verdict {
    Verdict.gravestFirst.first { verdict in findings.contains { $0.verdict == verdict } } ?? .holds
  }

  mutating func add(_ verdict: Verdict, _ text: String) { findings.append(Finding(verdict: verdict, text: text)) }
}
