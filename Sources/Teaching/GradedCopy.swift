import Analysis
import NotebookSyntax

/// A student's copy as judged by the teacher's key.
public struct GradedCopy: Sendable {
  public struct Answer: Sendable {
    public let name: String
    /// As the student wrote it; nil where nothing could be read.
    public let response: String?
    public let verdict: Judgement.Verdict?
    /// Why there is no verdict, or what is odd about the cell.
    public let remarks: [String]

    /// One word for a table.
    public var outcome: String { verdict?.kind.rawValue ?? "broken" }
  }

  /// The copy's file, as it was named.
  public let file: String
  public let answers: [Answer]
  /// What is odd about the copy as a whole: cells changed, missing or added.
  public let remarks: [String]

  public var right: Int { answers.count { $0.verdict?.isRight == true } }
}

/// Judges copies. Nothing of a copy is planned or run: it is read for its responses, and the key says what is right.
public enum Grader {
  /// A file that cannot be read at all.
  public static func unreadable(_ file: String, _ reason: String, _ key: AnswerKey) -> GradedCopy {
    GradedCopy(
      file: file,
      answers: key.questions.map { .init(name: $0.name, response: nil, verdict: nil, remarks: []) },
      remarks: ["The file \(reason)."])
  }

  public static func grade(_ source: SourceFile, with key: AnswerKey) -> GradedCopy {
    let (copy, problems) = NotebookParser.parse(source)
    let errors = problems.filter { $0.severity == .error }
    let cells = copy.cells
    let answers = key.questions.map { answer($0, cells, source, errors) }
    return GradedCopy(
      file: source.path, answers: answers, remarks: remarks(cells, source, errors, key, isEmpty: cells.isEmpty))
  }

  private static func answer(
    _ question: AnswerKey.Question, _ cells: [Cell], _ source: SourceFile, _ errors: [Diagnostic]
  ) -> GradedCopy.Answer {
    func broken(_ reason: String) -> GradedCopy.Answer {
      GradedCopy.Answer(name: question.name, response: nil, verdict: nil, remarks: [reason])
    }
    let own = cells.filter { $0.name.text.isExactly(question.name) }
    guard let cell = own.first else { return broken("The cell is not there, or its first or last line is damaged.") }
    guard cell.kind.text == Exercise.kind else { return broken("The cell is of another kind, `\(cell.kind.text)`.") }
    guard cell.body.isReadable else {
      let why = errors.first { $0.span.map { $0.start >= cell.span.start && $0.start < cell.span.end } ?? false }
      let line = why?.span.map { " (line \(source.location(of: $0.start).line))" } ?? ""
      return broken("The cell cannot be read\(line): \(why?.message ?? "its lines are not `key: value`").")
    }
    var remarks: [String] = []
    if own.count > 1 { remarks.append("The cell stands there \(own.count) times, and the first counts.") }
    if CellText.folded(CellText.entry("prompt", of: cell) ?? "") != CellText.folded(question.prompt) {
      remarks.append("The question is changed; the key's own was judged.")
    }
    if CellText.has("answer", cell) { remarks.append("The cell holds an answer of its own, which counts for nothing.") }
    if CellText.has("response", cell), CellText.entry("response", of: cell) == nil {
      return broken("The response is not text but a list or a block of keys.")
    }
    let response = CellText.entry("response", of: cell) ?? ""
    return GradedCopy.Answer(
      name: question.name, response: response, verdict: Judgement.judge(response, against: question.expected),
      remarks: remarks)
  }

  private static func remarks(
    _ cells: [Cell], _ source: SourceFile, _ errors: [Diagnostic], _ key: AnswerKey, isEmpty: Bool
  ) -> [String] {
    var remarks: [String] = []
    let outside = errors.filter { error in
      guard let span = error.span else { return true }
      return !cells.contains { span.start >= $0.span.start && span.start < $0.span.end }
    }
    for error in outside.prefix(most) {
      let line = error.span.map { "Line \(source.location(of: $0.start).line): " } ?? ""
      remarks.append("\(line)\(error.message).")
    }
    let known = key.notebook.cells
    for cell in known where cell.kind.text != Exercise.kind {
      guard let own = cells.first(where: { $0.name.text.isExactly(cell.name.text) }) else {
        remarks.append("The cell `\(cell.name.text)` is not there.")
        continue
      }
      if !same(source.text(own.span), key.notebook.source.text(cell.span)) {
        remarks.append("The cell `\(cell.name.text)` is changed.")
      }
    }
    let added = cells.filter { cell in !known.contains { $0.name.text.isExactly(cell.name.text) } }.map(\.name.text)
    for name in added.prefix(most) { remarks.append("The cell `\(name)` was added.") }
    if added.count > most { remarks.append("And \(added.count - most) more cells were added.") }
    return remarks
  }

  /// So many remarks of one kind are listed.
  private static let most = 20

  /// Whether two cells differ in more than blanks at line ends.
  private static func same(_ a: String, _ b: String) -> Bool {
    func lines(_ text: String) -> [String] {
      text.split(whereSeparator: \.isNewline).map { line in
        var line = line
        while let last = line.last, last.isWhitespace { line.removeLast() }
        return String(line)
      }
    }
    return lines(a) == lines(b)
  }
}
