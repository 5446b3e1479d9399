import Analysis
import NotebookSyntax

/// The exercises of a teacher's notebook, with the answers that its run computed.
public struct AnswerKey: Sendable {
  public struct Question: Sendable {
    public let name: String
    public let expected: ExpectedAnswer
    /// As it is written.
    let prompt: String
  }

  public let notebook: Notebook
  /// In page order.
  public let questions: [Question]

  public init(_ run: RunResult) {
    notebook = run.plan.notebook
    questions = run.plan.notebook.cells.compactMap { cell in
      guard let expected = run.expectedAnswer(cell.name.text) else { return nil }
      return Question(name: cell.name.text, expected: expected, prompt: CellText.entry("prompt", of: cell) ?? "")
    }
  }

  public func question(_ name: String) -> Question? { questions.first { $0.name.isExactly(name) } }
}

/// What stands in a cell that is not planned.
enum CellText {
  /// The scalar under a key; nil where there is none.
  static func entry(_ key: String, of cell: Cell) -> String? {
    guard case .mapping(let entries) = cell.body.content else { return nil }
    return entries.first { $0.key.text == key }?.value.scalar?.text
  }

  static func has(_ key: String, _ cell: Cell) -> Bool {
    guard case .mapping(let entries) = cell.body.content else { return false }
    return entries.contains { $0.key.text == key && !$0.value.isEmpty }
  }

  /// Words alone: line ends and indentation are an editor's.
  static func folded(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
