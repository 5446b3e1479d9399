import Analysis
import NotebookSyntax

/// A notebook as students get it: without answers and solutions, with a place for the response in each exercise.
///
/// All else stays as it is written, byte by byte. What a teacher says in prose, or computes in a cell of its own, stays too.
public enum StudentCopy {
  /// - Parameter plan: of the notebook, free of mistakes.
  /// - Returns: the copy, or nil where the notebook has no exercise.
  public static func make(from plan: Plan) -> [UInt8]? {
    let source = plan.notebook.source
    var copy: [UInt8] = []
    var place = 0
    var count = 0
    for cell in plan.notebook.cells {
      guard let exercise = plan.step(named: cell.name.text)?.step as? Exercise else { continue }
      count += 1
      copy += source.bytes[place..<cell.span.start]
      copy += Array(text(of: cell, exercise, in: source).utf8)
      place = cell.span.end
    }
    guard count > 0 else { return nil }
    return copy + source.bytes[place...]
  }

  private static let removed = ["answer", "solution", "response", "asks"]

  /// The cell, its remaining entries as they are written. Comments between entries go: they may tell the answer.
  private static func text(of cell: Cell, _ exercise: Exercise, in source: SourceFile) -> String {
    let written = source.text(cell.span)
    let lines = written.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.hasSuffix("\r") ? line.dropLast() : line
    }
    let lastLine = cell.span.end - (lines.last?.utf8.count ?? 0)
    var entries: [String] = []
    var isPlaced = false
    func place() {
      if !isPlaced { entries += ["asks: \(asks(exercise.form))", "response:"] }
      isPlaced = true
    }
    if case .mapping(let all) = cell.body.content {
      for (index, entry) in all.enumerated() {
        if removed.contains(entry.key.text) {
          if ["answer", "asks"].contains(entry.key.text) { place() }
          continue
        }
        guard !entry.value.isEmpty else { continue }
        let next = index + 1 < all.count ? all[index + 1].key.span.start : lastLine
        entries.append(self.text(of: entry, before: next, in: source))
      }
    }
    place()
    return ([String(lines.first ?? "")] + entries + [String(lines.last ?? "")]).joined(separator: "\n")
  }

  private static func asks(_ form: AnswerForm) -> String {
    let text = form.source
    let isPlain = text.utf8.first == UInt8(ascii: "[") || !text.contains(where: { "[]{}#%:".contains($0) })
    return isPlain ? text : NumberText.quoted(text)
  }

  /// An entry without comments: they may tell the answer. A list is written anew from its texts, a text as it stands.
  private static func text(of entry: YAMLEntry, before next: Int, in source: SourceFile) -> String {
    switch entry.value.content {
    case .scalar:
      return trimmed(source.text(Span(entry.key.span.start, entry.value.span.end)))
    case .sequence(let nodes) where nodes.allSatisfy { $0.scalar != nil }:
      return (["\(entry.key.text):"] + nodes.map { "  - \(quoted($0.scalar?.text ?? ""))" })
        .joined(separator: "\n")
    case .sequence, .mapping:
      let lines = source.text(Span(entry.key.span.start, next)).split(separator: "\n")
      return trimmed(lines.filter { $0.first { !$0.isWhitespace } != "#" }.joined(separator: "\n"))
    }
  }

  private static func quoted(_ text: String) -> String {
    NumberText.quoted(text).split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\\n")
  }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
