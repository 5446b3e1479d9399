import Analysis
import ArgumentParser
import NotebookSyntax

/// Notebooks so that each comes after those whose published tables it reads.
struct NotebookOrder {
  /// In the order they run.
  let files: [NotebookFile]
  private let reads: [String: [String]]

  /// - Throws: where notebooks wait for each other.
  init(_ files: [NotebookFile]) throws {
    // One alone waits for no other: its text is not read twice.
    guard files.count > 1 else {
      (self.files, reads) = (files, [:])
      return
    }
    let places = files.map { (path: $0.source.path, output: Paths.relative($0.output, to: $0.workspace.root)) }
    var reads: [String: [String]] = [:]
    for file in files {
      let runs = Self.tables(of: file.source).compactMap { PublishedTable.split($0)?.run }
      reads[file.source.path] = places.filter { place in runs.contains { $0 == place.output } }.map(\.path)
    }
    self.reads = reads
    var order: [NotebookFile] = []
    var remaining = files
    while !remaining.isEmpty {
      let waiting = remaining.map(\.source.path)
      let next = remaining.firstIndex { file in
        reads[file.source.path]?.contains { waiting.contains($0) } != true
      }
      guard let next else {
        throw CommandFailure(
          Exit.unusable, "these notebooks read each other's tables in a circle: \(waiting.joined(separator: ", "))")
      }
      order.append(remaining.remove(at: next))
    }
    self.files = order
  }

  /// The notebooks among these whose tables a notebook reads.
  func upstream(of file: NotebookFile) -> [String] { reads[file.source.path] ?? [] }

  /// The files that a notebook's cells name under `file`, as far as they can be told before it is planned.
  private static func tables(of source: SourceFile) -> [String] {
    let (notebook, _) = NotebookParser.parse(source)
    return notebook.cells.compactMap { cell in
      guard case .mapping(let entries) = cell.body.content,
        let text = entries.first(where: { $0.key.text == "file" })?.value.scalar?.text
      else { return nil }
      guard text.hasPrefix("$") else { return text }
      return notebook.frontMatter.parameters.first { $0.name.text == text.dropFirst() }?.value.text
    }
  }
}
