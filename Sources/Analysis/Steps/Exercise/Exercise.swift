import Digests
import NotebookSyntax
import Tables

/// `exercise`: a question with its answer, which is computed, and hints and a solution that stay closed until wanted.
public struct Exercise: Step {
  public static let kind = "exercise"
  public static let version = 1
  public static let isRendering = true
  public static let summary =
    "Asks a question; its answer is computed, its hints and solution stay closed until wanted."
  public static let keys = ExerciseManual.keys
  public static let manual = ExerciseManual.text

  let prompt: String
  public let form: AnswerForm
  /// Nil in a student's copy.
  let answer: WrittenAnswer?
  let hints: [String]
  let solution: String?
  public let response: String?

  public init?(_ cell: inout CellDecoder) {
    let prompt = cell.text("prompt")?.text
    var answer: WrittenAnswer?
    if let node = cell.node("answer") { answer = WrittenAnswer(node, &cell) }
    cell.record("answer", answer?.json ?? .null)
    var asked: AnswerForm?
    if let node = cell.node("asks") { asked = AnswerForm(node, &cell) }
    cell.record("asks", asked.map { .string($0.source) } ?? .null)
    hints = cell.node("hints").map { cell.list($0) }?.compactMap { cell.text($0, "hints")?.text } ?? []
    cell.record("hints", .array(hints.map { .string($0) }))
    solution = cell.text("solution")?.text
    // An empty response is what a student's copy has.
    response = Self.isEmpty("response", cell.cell) ? nil : cell.text("response")?.text
    if cell.each != nil {
      cell.report(
        "each", "an exercise asks once", cell.place(of: "each") ?? cell.cell.kind.span,
        help: "write a cell for each question")
    }
    if let place = cell.place(of: "asks"), cell.place(of: "answer") != nil {
      cell.report("choice", "an exercise with an `answer` needs no `asks`", place, help: "remove it")
    }
    if cell.place(of: "asks") == nil, cell.place(of: "answer") == nil {
      cell.report(
        "missing-key", "`exercise` needs `answer`", cell.cell.kind.span,
        help: "write `answer: {number: …, tolerance: …}`, `{choice: …, of: […]}` or `{text: …}`")
    }
    for path in answer?.expression?.paths ?? [] { cell.refer(path) }
    guard let prompt, let form = answer?.form ?? asked else { return nil }
    self.prompt = prompt
    self.form = form
    self.answer = answer
  }

  private static func isEmpty(_ key: String, _ cell: Cell) -> Bool {
    guard case .mapping(let entries) = cell.body.content else { return true }
    return entries.first { $0.key.text == key }?.value.isEmpty ?? true
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    var fields: [Shape.Field] = [.init("asks", .text)]
    if let answer {
      if let expression = answer.expression {
        guard let types = ResultExpression.Types(expression, &context) else { return nil }
        var checker = ExpressionChecker { path, _ in types[path] }
        let type = checker.type(of: expression)
        for diagnostic in checker.diagnostics { context.report(diagnostic) }
        guard let type else { return nil }
        guard case .number = type else {
          context.report(
            "type", "`\(expression)` is no number", expression.span, help: "use `choice` or `text` for other answers")
          return nil
        }
        fields += [.init("expected", .number), .init("tolerance", .number)]
      } else {
        fields.append(.init("expected", .text))
      }
      if response != nil { fields += [.init("right", .boolean), .init("feedback", .text)] }
    }
    return Yield(shape: .record(fields))
  }

  public func run(_ context: RunContext) throws -> StepOutcome {
    var fields: [ResultValue.Field] = [.init("asks", .text(form.source))]
    var exhibits: [Exhibit] = [
      .passage(Passage("Exercise: \(context.planned.name)", Self.paragraphs(prompt) + form.request, isFolded: false))
    ]
    for (index, hint) in hints.enumerated() {
      let title = hints.count == 1 ? "Hint" : "Hint \(index + 1)"
      exhibits.append(.passage(Passage(title, Self.paragraphs(hint), isFolded: true)))
    }
    var said = response.map { "Response: \($0)" }
    if let answer {
      let expected = try answer.expected(context)
      switch expected {
      case .number(let value, let tolerance, _):
        fields += [.init("expected", .number(value)), .init("tolerance", .number(tolerance))]
      case .choice(let option, _): fields.append(.init("expected", .text(option)))
      case .text(let texts): fields.append(.init("expected", .text(texts.first ?? "")))
      }
      if let response {
        let verdict = Judgement.judge(response, against: expected)
        fields += [.init("right", .boolean(verdict.isRight)), .init("feedback", .text(verdict.feedback))]
        said = "Response: \(response). \(verdict.feedback)"
      }
      let lines = ["Answer: \(expected.text)"] + (solution.map(Self.paragraphs) ?? [])
      exhibits.append(.passage(Passage("Solution", lines, isFolded: true)))
    } else if let solution {
      exhibits.append(.passage(Passage("Solution", Self.paragraphs(solution), isFolded: true)))
    }
    if let said { exhibits.append(.statement(said)) }
    var outcome = StepOutcome(result: .record(fields))
    outcome.exhibits = exhibits
    return outcome
  }

  /// Text between empty lines, each in one line.
  private static func paragraphs(_ text: String) -> [String] {
    var paragraphs: [[Substring]] = [[]]
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.allSatisfy(\.isWhitespace) {
        paragraphs.append([])
      } else {
        paragraphs[paragraphs.count - 1].append(line)
      }
    }
    return paragraphs.filter { !$0.isEmpty }.map { $0.joined(separator: " ") }
  }
}

/// A question that a plan asks, with what it expects once the plan has run.
extension RunResult {
  /// What the exercise `name` expects; nil where there is none of this name, or where it holds no answer.
  public func expectedAnswer(_ name: String) -> ExpectedAnswer? {
    guard let step = step(named: name), let exercise = step.planned.step as? Exercise, let answer = exercise.answer
    else { return nil }
    switch answer {
    case .number(_, _, let unit):
      guard let value = step.outcome.result["expected"]?.double,
        let tolerance = step.outcome.result["tolerance"]?.double
      else { return nil }
      return .number(value, tolerance: tolerance, unit: unit)
    case .choice(let option, let options): return .choice(option, of: options)
    case .text(let texts): return .text(texts)
    }
  }
}
