import Analysis
import Testing

/// What is said of an answer: the kind of mistake, and never the answer.
@Suite("Judging answers")
struct JudgementTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let response: String
    let answer: ExpectedAnswer
    let kind: Judgement.Kind
    var testDescription: String { "\(response) → \(kind.rawValue)" }
  }

  private static let slope = ExpectedAnswer.number(-0.0534, tolerance: 0.0005, unit: nil)
  private static let weeks = ExpectedAnswer.number(4.27, tolerance: 0.05, unit: "wk")
  private static let count = ExpectedAnswer.number(1945, tolerance: 0, unit: nil)
  private static let percent = ExpectedAnswer.number(12.5, tolerance: 0.1, unit: "%")
  private static let choice = ExpectedAnswer.choice("None", of: ["Long", "Short", "None"])
  private static let word = ExpectedAnswer.text(["immortal time", "immortal-time bias"])

  static let cases: [Case] = [
    Case(response: "-0.0534", answer: slope, kind: .right),
    Case(response: "−0.0537", answer: slope, kind: .right),
    Case(response: "  -5.34e-2\n", answer: slope, kind: .right),
    Case(response: "0.0534", answer: slope, kind: .wrongSign),
    Case(response: "-5.34", answer: slope, kind: .wrongMagnitude),
    Case(response: "-0.05", answer: slope, kind: .rounded),
    Case(response: "-0.0545", answer: slope, kind: .close),
    Case(response: "0.948", answer: slope, kind: .otherScale),
    Case(response: "7", answer: slope, kind: .wrong),
    Case(response: "-0,0534", answer: slope, kind: .unreadable),
    Case(response: "about a tenth", answer: slope, kind: .unreadable),
    Case(response: "nan", answer: slope, kind: .unreadable),
    Case(response: "inf", answer: slope, kind: .unreadable),
    Case(response: "1e999", answer: slope, kind: .unreadable),
    Case(response: "1e308", answer: slope, kind: .wrong),
    Case(response: "", answer: slope, kind: .unanswered),
    Case(response: "   ", answer: slope, kind: .unanswered),
    Case(response: "-0.0534 wk", answer: slope, kind: .wrongUnit),
    Case(response: "4.27 wk", answer: weeks, kind: .right),
    Case(response: "4.27 weeks", answer: weeks, kind: .right),
    Case(response: "4.27", answer: weeks, kind: .right),
    Case(response: "29.9 d", answer: weeks, kind: .wrongUnit),
    Case(response: "29.9 furlongs", answer: weeks, kind: .wrongUnit),
    Case(response: "1,945", answer: count, kind: .right),
    Case(response: "1945.0", answer: count, kind: .right),
    Case(response: "1,9", answer: count, kind: .unreadable),
    Case(response: "1944", answer: count, kind: .close),
    Case(response: "12.5%", answer: percent, kind: .right),
    Case(response: "12.5 percent", answer: percent, kind: .right),
    Case(response: "0.125", answer: percent, kind: .wrongMagnitude),
    Case(response: "none", answer: choice, kind: .right),
    Case(response: "c", answer: choice, kind: .right),
    Case(response: "C)", answer: choice, kind: .right),
    Case(response: "a", answer: choice, kind: .wrong),
    Case(response: "perhaps", answer: choice, kind: .noOption),
    Case(response: "Immortal  time.", answer: word, kind: .right),
    Case(response: "immortal time bias", answer: word, kind: .right),
    Case(response: "inmortal time", answer: word, kind: .misspelt),
    Case(response: "survivorship", answer: word, kind: .wrong),
    Case(response: String(repeating: "9", count: 5000), answer: slope, kind: .unreadable),
  ]

  @Test(arguments: cases)
  func judges(_ item: Case) {
    let verdict = Judgement.judge(item.response, against: item.answer)
    #expect(verdict.kind == item.kind, "\(verdict.feedback)")
    #expect(verdict.isRight == (item.kind == .right))
    #expect(!verdict.feedback.isEmpty)
  }

  /// Feedback on a wrong answer depends on the kind of mistake only: it holds neither the number nor its side.
  @Test func feedbackGivesNothingAway() {
    var feedback: [Judgement.Kind: Set<String>] = [:]
    for expected in [-812.25, -0.0537, 0.3181, 4.27, 6719.5] {
      for factor in [-1.0, 0.01, 0.5, 0.97, 1.04, 2, 10, 1000] {
        let verdict = Judgement.judge(
          "\(expected * factor)", against: .number(expected, tolerance: expected.magnitude * 1e-4, unit: nil))
        #expect(!verdict.isRight)
        #expect(!verdict.feedback.contains("\(expected)"))
        feedback[verdict.kind, default: []].insert(verdict.feedback)
      }
    }
    for kind in [Judgement.Kind.close, .wrong, .wrongSign, .wrongMagnitude] {
      #expect(feedback[kind]?.count == 1, "\(kind.rawValue): \(feedback[kind] ?? [])")
    }
  }

  /// Whatever is right is right under the tolerance alone: from both sides, and not just outside of it.
  @Test func toleranceIsWhatItSays() {
    for step in 0..<200 {
      let expected = -5 + 0.0517 * Double(step)
      let answer = ExpectedAnswer.number(expected, tolerance: 0.25, unit: nil)
      for offset in [-0.249, 0, 0.249] {
        #expect(Judgement.judge("\(expected + offset)", against: answer).isRight)
      }
      for offset in [-0.251, 0.251, 3] {
        #expect(!Judgement.judge("\(expected + offset)", against: answer).isRight)
      }
    }
  }
}
