import NotebookSyntax

/// What counts as right in an exercise, with every number computed.
public enum ExpectedAnswer: Sendable {
  /// Right is what lies within `tolerance`, in `unit` where there is one.
  case number(Double, tolerance: Double, unit: String?)
  /// Right is one of the options, named by its text or its letter.
  case choice(String, of: [String])
  /// Right is any of these, in upper or lower case.
  case text([String])

  /// As a solution shows it.
  public var text: String {
    switch self {
    case .number(let value, let tolerance, let unit):
      let suffix = unit.map { " \($0)" } ?? ""
      guard tolerance > 0 else {
        return (value == value.rounded() ? NumberText.shortest(value) : NumberFormat.significant(value, 6)) + suffix
      }
      // One digit more than the tolerance asks for, but no more than stand in front of it.
      let decimals = NumberFormat.decimals(for: tolerance, digits: 2)
      return "\(NumberFormat.fixed(value, decimals))\(suffix) (± \(NumberText.shortest(tolerance)) counts as right)"
    case .choice(let option, let options):
      guard let index = options.firstIndex(ofExactly: option) else { return option }
      return "\(Self.letter(index))) \(option)"
    case .text(let texts): return texts.first ?? ""
    }
  }

  /// What an option is called: a, b, c …
  static func letter(_ index: Int) -> String {
    String(UnicodeScalar(UInt8(ascii: "a") + UInt8(min(max(index, 0), 25))))
  }
}

/// What kind of answer an exercise asks for: all that a student's copy says of the answer.
public enum AnswerForm: Sendable {
  case number(unit: String?)
  case choice([String])
  case text

  /// As `asks` writes it.
  public var source: String {
    switch self {
    case .number(let unit): return unit.map { "number \($0)" } ?? "number"
    case .choice(let options): return "[\(options.map(NumberText.quoted).joined(separator: ", "))]"
    case .text: return "text"
    }
  }

  /// What the report says below the question.
  var request: [String] {
    switch self {
    case .number(let unit): return ["Answer with a number\(unit.map { " in \($0)" } ?? "")."]
    case .choice(let options):
      return options.enumerated().map { "\(ExpectedAnswer.letter($0))) \($1)" } + ["Answer with one of these."]
    case .text: return ["Answer with a word or a few."]
    }
  }
}
