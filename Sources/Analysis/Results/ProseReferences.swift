import NotebookSyntax

/// Figures, tables and sections that prose names.
public enum ProseReferences {
  /// Reports names that nothing has, and steps that the report gives no number.
  ///
  /// - Parameter shown: how a step is shown; nil where there is no step of the name.
  static func check(_ notebook: Notebook, shown: (String) -> String?) -> [Diagnostic] {
    let sections = notebook.sections.map(\.name)
    let known = Set(sections.map { Array($0.utf8) })
    let steps = notebook.cells.map(\.name.text)
    var diagnostics: [Diagnostic] = repeated(notebook)
    for reference in notebook.prose.flatMap(\.references) {
      switch reference.kind {
      case .sec where !known.contains(Array(reference.name.utf8)):
        diagnostics.append(
          Diagnostic(
            "unknown-section", "there is no section `\(reference.name)`", at: reference.span,
            help: Suggestion.help(for: reference.name, among: sections)))
      case .sec: continue
      case .fig, .tbl:
        guard let show = shown(reference.name) else {
          diagnostics.append(
            Diagnostic(
              "unknown-step", "there is no step `\(reference.name)`", at: reference.span,
              help: Suggestion.help(for: reference.name, among: steps)))
          continue
        }
        if show == "none" || show == "folded" {
          diagnostics.append(
            Diagnostic(
              "reference",
              "what `\(reference.name)` shows has no number, because it is \(show == "none" ? "not shown" : "folded")",
              at: reference.span, help: "write `show: open` in that cell"))
        }
      }
    }
    return diagnostics
  }

  private static func repeated(_ notebook: Notebook) -> [Diagnostic] {
    var seen: Set<String> = []
    return notebook.prose.compactMap { prose in
      guard case .heading(_, _, let name?) = prose.block, !seen.insert(name).inserted else { return nil }
      return Diagnostic(
        "repeated-name", "a second section is named `sec-\(name)`", at: prose.span, help: "names are unique: rename one"
      )
    }
  }

  /// Reports references to figures of steps that show none, and to tables of steps that show none.
  static func check(_ notebook: Notebook, exhibits: (String) -> [Exhibit]) -> [Diagnostic] {
    notebook.prose.flatMap(\.references).compactMap { reference in
      guard reference.kind != .sec, index(of: reference.kind, among: exhibits(reference.name)) == nil else {
        return nil
      }
      let what = reference.kind == .fig ? "figure" : "table"
      return Diagnostic("reference", "`\(reference.name)` shows no \(what)", at: reference.span)
    }
  }

  /// Which of a step's exhibits a reference names: the first of its kind.
  public static func index(of kind: CrossReference.Kind, among exhibits: [Exhibit]) -> Int? {
    exhibits.firstIndex { exhibit in
      switch exhibit {
      case .figure: return kind == .fig
      case .table: return kind == .tbl
      case .statement, .passage: return false
      }
    }
  }
}
