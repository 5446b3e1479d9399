/// Diagnostics as text for a terminal: message, place, excerpt with carets, help.
public struct DiagnosticText {
  private let source: SourceFile
  private let red: (String) -> String
  private let dim: (String) -> String

  public init(source: SourceFile, inColor: Bool = false) {
    self.source = source
    red = { inColor ? "\u{1B}[1;31m\($0)\u{1B}[0m" : $0 }
    dim = { inColor ? "\u{1B}[2m\($0)\u{1B}[0m" : $0 }
  }

  public func text(_ diagnostic: Diagnostic) -> String {
    var lines = [
      red("\(diagnostic.severity.rawValue)[\(diagnostic.code)]") + ": "
        + VisibleText.of(diagnostic.message, limit: 2000)
    ]
    var margin = "  "
    if let span = diagnostic.span {
      let (line, column) = source.location(of: span.start)
      margin = String(repeating: " ", count: String(line).utf8.count)
      lines.append("\(margin)\(dim("-->")) \(VisibleText.of(source.path)):\(line):\(column)")
      lines += excerpt(span, line: line, column: column, margin: margin)
    } else {
      lines.append("\(margin)\(dim("-->")) \(VisibleText.of(source.path))")
    }
    for help in diagnostic.help { lines.append("\(margin) = help: \(VisibleText.of(help, limit: 2000))") }
    for note in diagnostic.notes {
      let place = note.span.map { " (line \(source.location(of: $0.start).line))" } ?? ""
      lines.append("\(margin) = note: \(VisibleText.of(note.text, limit: 2000))\(place)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func excerpt(_ span: Span, line: Int, column: Int, margin: String) -> [String] {
    let whole = source.line(line)
    let text = VisibleText.of(source.text(whole), limit: 160)
    let last = min(span.end, whole.end)
    let width = max(1, source.text(Span(span.start, last)).unicodeScalars.count)
    guard column <= 160 else { return [] }
    let carets = String(repeating: " ", count: column - 1) + String(repeating: "^", count: min(width, 161 - column))
    return [
      dim("\(margin) |"), dim("\(line) |") + " \(text)", dim("\(margin) |") + " \(red(carets))",
    ]
  }
}
