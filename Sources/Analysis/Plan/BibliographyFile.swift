import NotebookSyntax

/// The file of sources that a notebook's front matter names, and which of them its prose names.
enum BibliographyFile {
  /// Reports keys that the file lacks, and sources that cannot be shown.
  static func check(_ notebook: Notebook, in workspace: Workspace) -> [Diagnostic] {
    let items = notebook.prose.flatMap(\.citations).flatMap(\.items)
    guard let file = notebook.frontMatter.bibliography else {
      guard let first = items.first else { return [] }
      return [
        Diagnostic(
          "citation", "`@\(first.key)` names a source, and the notebook has no bibliography", at: first.span,
          help: "add `bibliography: FILE.bib` to the front matter; write `\\@` for an @ that names nothing")
      ]
    }
    do throws(Workspace.Problem) {
      let bytes = try Workspace(root: workspace.root, largestFile: BibliographyReader.largest).read(file.text)
      return check(items, of: bytes, file)
    } catch {
      return [problem(error, file)]
    }
  }

  private static func check(_ items: [Citation.Item], of bytes: [UInt8], _ file: SourcedText) -> [Diagnostic] {
    let entries: [BibliographyEntry]
    do throws(BibliographyReader.Mistake) {
      entries = try BibliographyReader.read(bytes)
    } catch {
      return [mistake(error, file)]
    }
    let byKey = Dictionary(entries.map { (Array($0.key.utf8), $0) }) { first, _ in first }
    var reported: Set<String> = []
    var keys: [String]?
    return items.compactMap { item in
      guard let entry = byKey[Array(item.key.utf8)] else {
        if keys == nil { keys = entries.map(\.key) }
        return Diagnostic(
          "unknown-source", "`\(file.text)` has no entry `\(item.key)`", at: item.span,
          help: reported.insert(item.key).inserted ? Suggestion.help(for: item.key, among: keys ?? []) : nil)
      }
      guard let problem = entry.problem, reported.insert(item.key).inserted else { return nil }
      return Diagnostic(
        "bibliography", "`\(item.key)` in `\(file.text)` cannot be cited: \(problem)", at: item.span)
    }
  }

  /// The entries that prose names, each once, in the order in which it does; the file becomes an input of the run.
  static func cited(_ notebook: Notebook, _ inputs: Inputs) throws(StepFailure) -> [BibliographyEntry] {
    guard let file = notebook.frontMatter.bibliography else { return [] }
    let bytes: [UInt8]
    do throws(Workspace.Problem) {
      bytes = try inputs.read(file.text)
    } catch {
      throw StepFailure(problem(error, file))
    }
    let entries: [BibliographyEntry]
    do throws(BibliographyReader.Mistake) {
      entries = try BibliographyReader.read(bytes)
    } catch {
      throw StepFailure(mistake(error, file))
    }
    let byKey = Dictionary(entries.map { (Array($0.key.utf8), $0) }) { first, _ in first }
    var seen: Set<[UInt8]> = []
    return notebook.prose.flatMap(\.citations).flatMap(\.items).compactMap { item in
      // Other fields may hold what is nobody's business: abstracts, notes, paths of the author's machine.
      seen.insert(Array(item.key.utf8)).inserted ? byKey[Array(item.key.utf8)]?.withShownFields : nil
    }
  }

  private static func problem(_ problem: Workspace.Problem, _ file: SourcedText) -> Diagnostic {
    Diagnostic(
      "file", "`\(file.text)` \(problem.text)", at: file.span, help: "paths are relative to the project root")
  }

  private static func mistake(_ mistake: BibliographyReader.Mistake, _ file: SourcedText) -> Diagnostic {
    Diagnostic("bibliography", "`\(file.text)`, line \(mistake.line): \(mistake.text)", at: file.span)
  }
}
