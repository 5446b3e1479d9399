/// What a file may ask of the program at most, where more may be wanted and harms nobody but the one who wants it.
///
/// A limit decides whether something is refused, and never what is computed, so that it stands in no record. It holds for a
/// whole command: `--limit cells=2000`. What protects the stack (levels of nesting) is fixed and not among these.
public enum Limit: String, CaseIterable, Sendable {
  case notebookBytes = "notebook-bytes"
  case cells
  case yamlValues = "yaml-values"
  case markdownTableCells = "markdown-table-cells"
  case operators
  case terms
  case formulaNames = "formula-names"
  case levels
  case columns
  case headerBytes = "header-bytes"
  case fieldBytes = "field-bytes"
  case expandedBytes = "expanded-bytes"
  case modelNumbers = "model-numbers"
  case coefficients
  case gridRows = "grid-rows"
  case comparisons
  case tests

  /// Set for a command, by name; what is not set is as standard.
  @TaskLocal public static var chosen: [Limit: Int] = [:]

  public var value: Int { Self.chosen[self] ?? standard }

  public var standard: Int {
    switch self {
    case .notebookBytes, .headerBytes, .fieldBytes: 1 << 20
    case .cells, .formulaNames: 1000
    case .yamlValues: 20_000
    case .markdownTableCells: 200_000
    case .operators: 400
    case .terms: 200
    case .levels, .columns, .coefficients, .gridRows, .comparisons, .tests: 10_000
    case .modelNumbers: 1 << 28
    case .expandedBytes: 1 << 29
    }
  }

  /// The most that may be asked for: operators and terms become trees as deep as they are many.
  public var highest: Int {
    switch self {
    case .operators, .terms: 10 * standard
    case .modelNumbers: 1 << 36
    default: 1000 * standard
    }
  }

  /// What to do about it, besides `remedy`.
  public func help(_ remedy: String? = nil) -> String {
    (remedy.map { "\($0), or raise" } ?? "raise") + " the limit with `--limit \(rawValue)=NUMBER`"
  }

  public struct Problem: Error, Sendable {
    public let message: String
  }

  /// Reads `name=number`, as it stands on a command line.
  public static func read(_ texts: [String]) throws(Problem) -> [Limit: Int] {
    var chosen: [Limit: Int] = [:]
    for text in texts {
      guard let sign = text.firstIndex(of: "="), let number = Int(text[text.index(after: sign)...]), number > 0 else {
        throw Problem(message: "--limit takes name=number, and this is `\(text)`")
      }
      let name = String(text[..<sign])
      guard let limit = Limit(rawValue: name) else {
        let near = Suggestion.help(for: name, among: allCases.map(\.rawValue))
        throw Problem(message: "there is no limit `\(name)`" + (near.map { "; \($0)" } ?? ""))
      }
      guard number <= limit.highest else {
        throw Problem(message: "the limit `\(name)` can be raised to \(limit.highest) at most")
      }
      chosen[limit] = number
    }
    return chosen
  }
}
