import NotebookSyntax
import Tables

/// Judges a response against what is expected: a pure function, and the only place where that is decided.
///
/// What is said of a wrong response tells what kind of mistake it looks like and never the answer, nor on which side of it
/// the response lies.
public enum Judgement {
  public enum Kind: String, Sendable {
    case right
    case unanswered
    case unreadable
    case wrongUnit = "wrong unit"
    case rounded
    case wrongSign = "wrong sign"
    case wrongMagnitude = "wrong order of magnitude"
    case otherScale = "other scale"
    case close
    case misspelt
    case noOption = "no option"
    case wrong
  }

  public struct Verdict: Sendable {
    public let kind: Kind
    public let feedback: String

    public var isRight: Bool { kind == .right }

    init(_ kind: Kind, _ feedback: String) {
      self.kind = kind
      self.feedback = feedback
    }
  }

  /// No answer is longer.
  private static let longest = 300

  public static func judge(_ response: String, against answer: ExpectedAnswer) -> Verdict {
    let text = trimmed(response)
    guard !text.isEmpty else { return Verdict(.unanswered, "There is no response yet.") }
    guard text.utf8.count <= longest else {
      return Verdict(.unreadable, "This is longer than any answer: write the answer alone.")
    }
    switch answer {
    case .number(let expected, let tolerance, let unit): return number(text, expected, tolerance, unit)
    case .choice(let right, let options): return choice(text, right, options)
    case .text(let accepted): return self.text(text, accepted)
    }
  }

  // MARK: Numbers

  private static func number(_ text: String, _ expected: Double, _ tolerance: Double, _ unit: String?) -> Verdict {
    guard let written = WrittenNumber(text) else {
      let hasComma = text.contains(",")
      return Verdict(
        .unreadable,
        "This is not a number\(hasComma ? ": write the decimal point as `.`" : "")\(unit.map { ", for example `12.5 \($0)`" } ?? "")."
      )
    }
    // A bare number takes the unit that is asked for, as everywhere in a notebook.
    if !written.unit.isEmpty, !isSame(written.unit, unit ?? "1") {
      return Verdict(
        .wrongUnit, "The unit is another one: the answer is \(unit.map { "in `\($0)`" } ?? "a number without a unit").")
    }
    let value = written.value
    func isNear(_ candidate: Double) -> Bool { (candidate - expected).magnitude <= tolerance }
    if isNear(value) { return Verdict(.right, "Right.") }
    if let mistake = mistake(written, expected, isNear) { return mistake }
    let distance = (value - expected).magnitude
    let close = Verdict(
      .close, "Close, but not within the tolerance: is every step done with all digits, on the right rows?")
    if distance <= 3 * tolerance { return close }
    if isOnOtherScale(value, isNear) {
      return Verdict(.otherScale, "This looks like the answer on another scale: logarithm, ratio or percent?")
    }
    if distance <= 0.1 * expected.magnitude { return close }
    return Verdict(.wrong, "Not right. The hints may help.")
  }

  /// The kind of mistake that a response looks like, if it looks like one.
  private static func mistake(
    _ written: WrittenNumber, _ expected: Double, _ isNear: (Double) -> Bool
  ) -> Verdict? {
    let value = written.value
    if value != 0, let decimals = written.decimals, expected.magnitude < 1e15,
      NumberFormat.fixed(expected, decimals) == NumberFormat.fixed(value, decimals)
    {
      return Verdict(.rounded, "Rounded too much: right as far as it is written, and more digits are wanted.")
    }
    if expected != 0, isNear(-value) {
      return Verdict(.wrongSign, "The size is right and the sign is not: which way does it go?")
    }
    for power in 1...6 {
      let scale = (0..<power).reduce(1.0) { scale, _ in scale * 10 }
      // A tolerance that is wide beside the answer would find any number right at some scale.
      if value != 0, expected != 0, isNear(value * scale) || isNear(value / scale), !isNear(0) {
        return Verdict(
          .wrongMagnitude,
          "The digits are right and the order of magnitude is not: a percentage for a proportion, another unit?")
      }
    }
    return nil
  }

  /// Whether the logarithm, the exponential or that as a percentage would be right. Not asked where these come to the same.
  private static func isOnOtherScale(_ value: Double, _ isNear: (Double) -> Bool) -> Bool {
    guard !isNear(0), !isNear(1) else { return false }
    let ratio = Elementary.exp(min(value, 700))
    return (value > 0 && isNear(Elementary.log(value))) || isNear(ratio) || isNear(ratio - 1)
      || isNear(100 * (ratio - 1))
  }

  private static func isSame(_ written: String, _ unit: String) -> Bool {
    if written.isExactly(unit) { return true }
    do throws(Unit.Unknown) {
      let expected = try Unit(code: unit)
      if written == expected.display { return true }
      do throws(Unit.Unknown) {
        return try Unit(code: written) == expected
      } catch {
        // `weeks` for `wk`. What only looks alike, as `mg` does for `kg`, is another unit.
        let isSpelling = spellings.contains(written.lowercased()) || written.contains("µ") || written.contains("μ")
        return isSpelling && error.suggestion == unit
      }
    } catch { return false }
  }

  private static let spellings = [
    "year", "years", "yr", "week", "weeks", "day", "days", "month", "months", "hour", "hours", "percent", "iu/ml",
    "iu/l",
  ]

  // MARK: Choices and words

  private static func choice(_ text: String, _ right: String, _ options: [String]) -> Verdict {
    let plain = folded(text)
    var chosen = options.first { folded($0) == plain }
    if chosen == nil, options.count <= 26 {
      let letter = plain.hasSuffix(")") ? String(plain.dropLast()) : plain
      chosen = options.indices.first { ExpectedAnswer.letter($0) == letter }.map { options[$0] }
    }
    guard let chosen else {
      return Verdict(.noOption, "This is none of the options: answer with a letter or with an option's words.")
    }
    return chosen.isExactly(right) ? Verdict(.right, "Right.") : Verdict(.wrong, "Not right. The hints may help.")
  }

  private static func text(_ text: String, _ accepted: [String]) -> Verdict {
    let plain = folded(text)
    if accepted.contains(where: { folded($0) == plain }) { return Verdict(.right, "Right.") }
    if accepted.contains(where: { $0.count >= 5 && Suggestion.nearest(to: plain, among: [folded($0)]) != nil }) {
      return Verdict(.misspelt, "Almost: mind the spelling.")
    }
    return Verdict(.wrong, "Not the word that is looked for. The hints may help.")
  }

  /// In lower case, blanks and hyphens as one blank, without a full stop at the end.
  private static func folded(_ text: String) -> String {
    var words = text.lowercased().split(whereSeparator: { " \t\n\r-‐–".contains($0) }).joined(separator: " ")
    while words.hasSuffix(".") { words.removeLast() }
    return words
  }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}

/// A number as a person writes it, with what stands behind it: `−0.05 wk`, `1,945`, `12 %`.
struct WrittenNumber {
  let value: Double
  let unit: String
  /// Decimals written; nil where an exponent stands there.
  let decimals: Int?

  init?(_ text: String) {
    let plain = text.replacing("\u{2212}", with: "-").replacing("\u{2013}", with: "-")
    let digits = plain.prefix { $0.isASCII && ($0.isNumber || "+-.,eE".contains($0)) }
    var number = String(digits)
    var rest = plain.dropFirst(digits.count)
    // `3 e` of a unit that begins so is no exponent.
    while let last = number.last, "eE".contains(last) {
      rest = Substring(String(number.removeLast()) + rest)
    }
    if number.hasPrefix("+") { number.removeFirst() }
    if number.contains(",") {
      guard let whole = Self.withoutThousands(number) else { return nil }
      number = whole
    }
    guard let value = ParameterValue.plainNumber(number) else { return nil }
    self.value = value
    unit = String(rest.drop { $0 == " " || $0 == "\u{A0}" })
    if number.contains(where: { "eE".contains($0) }) {
      decimals = nil
    } else {
      decimals = number.firstIndex(of: ".").map { min(12, number.distance(from: $0, to: number.endIndex) - 1) } ?? 0
    }
  }

  /// `1,945` → `1945`; nil where commas do not part thousands, as in `0,5`.
  private static func withoutThousands(_ text: String) -> String? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let groups = (parts.first ?? "").split(separator: ",", omittingEmptySubsequences: false)
    let first = groups.first?.drop { $0 == "-" } ?? ""
    guard parts.count <= 2, (1...3).contains(first.count), first != "0", groups.count > 1,
      groups.dropFirst().allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isNumber) })
    else { return nil }
    return groups.joined() + (parts.count == 2 ? "." + parts[1] : "")
  }
}
